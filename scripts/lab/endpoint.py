#!/usr/bin/env python3
"""A member endpoint for the tests: HTTP/1.1 with keep-alive on loopback, one thread a connection.

    endpoint.py --token TOKEN… --account ACCOUNT [--port P] [--log FILE] [--slow SECONDS] [--status STATUS]

Prints its port. Ids that begin with 84 are members, ids that hold SLOW answer after SECONDS (6), all others are answered 404; a
wrong token or account gets 401. With --status every request is answered so. `member(id)` says what a member's answer holds.
FILE gets a line for each request: {"at": NS, "path": …, "token": N}, N being which of the tokens it came with, or null.

POST /agora/invoices takes purchases: a point for each whole euro that a member has paid, told in the answer and in the member's from then on.
An Idempotency-Key that is known is not counted again, one that names no member is answered 404. The log's line has "key" and "sale" too.
Points and keys are forgotten when the process ends.
"""
import argparse
import json
import os
import socketserver
import sys
import threading
import time
import urllib.parse

NAMES = ["Marcos Gómez", "María José", "Anna Puig", "José Ángel Núñez"]


def member(identifier):
    """Name and balance of a member."""
    number = int(identifier[-3:])
    return NAMES[number % len(NAMES)], number


class Book:
    """What members have bought: their points, and what each purchase was answered."""

    def __init__(self):
        self.lock, self.points, self.answers = threading.Lock(), {}, {}

    def balance(self, identifier):
        return member(identifier)[1] + self.points.get(identifier, 0)

    def take(self, key, invoice):
        """Status and JSON for a purchase, which is counted once."""
        with self.lock:
            if key not in self.answers:
                self.answers[key] = self.count(invoice)
            return self.answers[key]

    def count(self, invoice):
        points, sign = {}, -1 if invoice.get("DocumentType", "").endswith("Refund") else 1
        for item in invoice.get("InvoiceItems", []):
            paid = sum(payment["Amount"] for payment in item.get("Payments", []))
            points[item["LoyaltyProgram"]["MemberId"]] = sign * int(abs(paid))
        if not points or not all(is_member(identifier) for identifier in points):
            return 404, {"error": "not found"}
        for identifier, more in points.items():
            self.points[identifier] = self.points.get(identifier, 0) + more
        return 200, {"Status": "accepted", "PrinterText": f"Ahora tiene {self.balance(next(iter(points)))} puntos acumulados."}


def is_member(identifier):
    return identifier.startswith("84") and identifier.isdigit()


def answer(path, values, token, account, slow, book):
    """Status and JSON for a request's path and query, and which of the tokens it came with."""
    if token is None or values.get("ow_account") != [account]:
        return 401, {"error": "unauthorized"}
    if not path.startswith("/agora/member/"):
        return 404, {"error": "no such path"}
    identifier = urllib.parse.unquote(path[len("/agora/member/"):])
    if "SLOW" in identifier:
        time.sleep(slow)
        return 404, {"error": "not found"}
    if not is_member(identifier):
        return 404, {"error": "not found"}
    text = f"Hola {member(identifier)[0]}, tienes {book.balance(identifier)} puntos acumulados."
    return 200, {"MemberId": identifier, "DisplayText": text, "Rewards": []}


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        try:
            while self.one_request():
                pass
        except ConnectionError:
            pass

    def one_request(self):
        line = self.rfile.readline(8192)
        if not line:
            return False
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = {}
        while (field := self.rfile.readline(8192)) not in (b"\r\n", b"\n", b""):
            name, _, value = field.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        path, _, query = target.partition("?")
        values = urllib.parse.parse_qs(query)
        tokens, account, slow = self.server.answering
        token = next((n for n, one in enumerate(tokens) if values.get("_token") == [one]), None)
        entry, invoice = {"at": time.monotonic_ns(), "path": path, "token": token}, None
        if (method, path) == ("POST", "/agora/invoices"):
            invoice = json.loads(self.rfile.read(int(headers["content-length"])))
            entry |= {"key": headers.get("idempotency-key"), "sale": f"{invoice.get('Serie')}-{invoice.get('Number')}"}
        with self.server.lock:
            os.write(self.server.log, json.dumps(entry).encode() + b"\n")
        if self.server.status:
            status, body = self.server.status, {"error": "out of order"}
        elif invoice is not None and token is not None and values.get("ow_account") == [account]:
            status, body = self.server.book.take(entry["key"], invoice)
        else:
            status, body = answer(path, values, token, account, slow, self.server.book)
        data = json.dumps(body, ensure_ascii=False).encode()
        head = f"HTTP/1.1 {status} Lab\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
        self.wfile.write(head.encode() + data)
        return method == "GET" or invoice is not None


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--token", action="append", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", default=os.devnull)
    parser.add_argument("--slow", type=float, default=6)
    parser.add_argument("--status", type=int)
    given = parser.parse_args()
    with Server(("127.0.0.1", given.port), Handler) as server:
        server.lock, server.status, server.book = threading.Lock(), given.status, Book()
        server.log = os.open(given.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        server.answering = (given.token, given.account, given.slow)
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
