#!/usr/bin/env python3
"""A member endpoint for the tests: HTTP/1.1 with keep-alive on loopback, one thread a connection.

    endpoint.py --token TOKEN… --account ACCOUNT [--port P] [--log FILE] [--slow SECONDS] [--status STATUS]

Prints its port. Ids that begin with 84 are members, ids that hold SLOW answer after SECONDS (6), all others are answered 404; a
wrong token or account gets 401. With --status every request is answered so. `member(id)` says what a member's answer holds.
FILE gets a line for each request: {"at": NS, "path": …, "token": N}, N being which of the tokens it came with, or null.
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


def answer(path, values, token, account, slow):
    """Status and JSON for a request's path and query, and which of the tokens it came with."""
    if token is None or values.get("ow_account") != [account]:
        return 401, {"error": "unauthorized"}
    if not path.startswith("/agora/member/"):
        return 404, {"error": "no such path"}
    identifier = urllib.parse.unquote(path[len("/agora/member/"):])
    if "SLOW" in identifier:
        time.sleep(slow)
        return 404, {"error": "not found"}
    if not (identifier.startswith("84") and identifier.isdigit()):
        return 404, {"error": "not found"}
    name, balance = member(identifier)
    text = f"Hola {name}, tienes {balance} puntos acumulados."
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
        while self.rfile.readline(8192) not in (b"\r\n", b"\n", b""):
            pass
        path, _, query = target.partition("?")
        values = urllib.parse.parse_qs(query)
        tokens, account, slow = self.server.answering
        token = next((n for n, one in enumerate(tokens) if values.get("_token") == [one]), None)
        with self.server.lock:
            os.write(self.server.log, json.dumps({"at": time.monotonic_ns(), "path": path, "token": token}).encode() + b"\n")
        if self.server.status:
            status, body = self.server.status, {"error": "out of order"}
        else:
            status, body = answer(path, values, token, account, slow)
        data = json.dumps(body, ensure_ascii=False).encode()
        head = f"HTTP/1.1 {status} Lab\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
        self.wfile.write(head.encode() + data)
        return method == "GET"


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
        server.lock, server.status = threading.Lock(), given.status
        server.log = os.open(given.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        server.answering = (given.token, given.account, given.slow)
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
