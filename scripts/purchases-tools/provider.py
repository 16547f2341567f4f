#!/usr/bin/env python3
"""A loyalty provider on loopback that counts points, and misbehaves as it is told; for the purchases' tests.

    provider.py --account ACCOUNT --token-file FILE [--forget PROBABILITY] [--seed N]

Prints its port and its control port, and ends when its standard input does. HTTP/1.1 with keep-alive, one thread a connection. It
counts one point for each whole euro that a member has paid, and takes one for each that a refund gives back; an Idempotency-Key that
it knows is not counted again, but with --forget it forgets one with PROBABILITY when it comes again. On the control port:

    POST /mode     sets what is done to requests from now on (see faults.py)
    GET  /ledger   every arrival in order, and what was counted (see ledger.py)
"""
import argparse
import hmac
import json
import socket
import socketserver
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import faults
import ledger

NAMES = ["Marcos Gómez", "María José", "Anna Puig", "José Ángel Núñez"]


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self):
        self.server.connections.discard(self.connection)
        try:
            super().finish()
        except OSError:
            pass

    def handle(self):
        try:
            while self.one_request():
                pass
        except (OSError, ValueError):
            pass

    def one_request(self):
        """Reads one request and answers it; False ends the connection."""
        line = self.rfile.readline(65536)
        if not line:
            return False
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = {}
        while (field := self.rfile.readline(65536)) not in (b"\r\n", b""):
            name, _, value = field.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(headers.get("content-length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            return False
        return self.answer(method, target, headers, body)

    def answer(self, method, target, headers, body):
        path, _, query = target.partition("?")
        book = self.server.provider.ledger
        if path == "/elsewhere":
            book.note("elsewhere")
            return self.send(200, {"Status": "accepted", "PrinterText": "elsewhere"})
        if not self.server.provider.admits(urllib.parse.parse_qs(query)):
            book.note("unauthorized")
            return self.send(401, {"error": "unauthorized"})
        if method == "POST" and path == "/agora/invoices":
            arrival = book.arrived(headers.get("idempotency-key"), headers.get("content-type"), body)
            fault = self.server.provider.faults.pick()
            arrival["fault"], arrival["retry_after"] = fault["mode"], fault.get("retry_after")
            return self.misbehave(fault, lambda: book.commit(arrival))
        if method == "GET" and path.startswith("/agora/member/"):
            book.note("lookups")
            member = urllib.parse.unquote(path[len("/agora/member/"):])
            return self.misbehave(self.server.provider.faults.pick(), lambda: self.member(book, member))
        book.note("bad_requests")
        return self.send(404, {"error": "no such path"})

    def misbehave(self, fault, work):
        """`work` does what is asked for and returns the answer, which goes out unless the fault says otherwise."""
        mode = fault["mode"]
        if fault["counts"]:
            work()
        if mode in ("hang", "hang_after_commit"):
            while self.connection.recv(4096):
                pass
            return False
        if mode == "status":
            extra = [f"Retry-After: {fault['retry_after']}"] if "retry_after" in fault else []
            if fault["status"] in (301, 302, 307, 308):
                extra.append(f"Location: http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
            self.wfile.write(faults.response(fault["status"], b'{"error":"out of order"}', headers=extra))
            return True
        if mode == "garbage":
            data, goes_on = faults.garbage(fault["kind"])
            self.wfile.write(data)
            return goes_on
        if mode == "slow":
            time.sleep(fault["ms"] / 1000)
        return self.send(*work())

    def member(self, book, member):
        if member.startswith(ledger.UNKNOWN):
            return 404, {"error": "no such member"}
        name = NAMES[sum(member.encode()) % len(NAMES)]
        return 200, {"MemberId": member, "DisplayText": f"Hola {name}, tienes {book.balance(member)} puntos acumulados.", "Rewards": []}

    def send(self, status, content):
        self.wfile.write(faults.response(status, json.dumps(content, ensure_ascii=False).encode()))
        return True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, provider, port):
        self.provider, self.connections = provider, set()
        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        """Closes the port and every connection, so that the next one is refused."""
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Provider:
    def __init__(self, account, token, forget, seed):
        self.account, self.token = account, token
        self.ledger, self.faults = ledger.Ledger(forget, seed), faults.Faults(seed)
        self.lock, self.server = threading.Lock(), Server(self, 0)
        self.port = self.server.server_address[1]

    def admits(self, query):
        token = query.get("_token", [""])[0]
        return hmac.compare_digest(token.encode(), self.token.encode()) and query.get("ow_account") == [self.account]

    def set_mode(self, mode):
        self.faults.set(mode)
        with self.lock:
            if mode["mode"] == "refuse" and self.server is not None:
                self.server.stop()
                self.server = None
            elif mode["mode"] != "refuse" and self.server is None:
                self.server = Server(self, self.port)


class Control(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send(200 if self.path == "/ledger" else 404, self.server.provider.ledger.export() if self.path == "/ledger" else {})

    def do_POST(self):
        try:
            self.server.provider.set_mode(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send(200, {})
        except ValueError as error:
            self.send(400, {"error": str(error)})

    def send(self, status, content):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--account", required=True)
    parser.add_argument("--token-file", required=True)
    parser.add_argument("--forget", type=float, default=0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with open(given.token_file) as file:
        provider = Provider(given.account, file.read().strip(), given.forget, given.seed)
    control = ThreadingHTTPServer(("127.0.0.1", 0), Control)
    control.provider = provider
    threading.Thread(target=control.serve_forever, daemon=True).start()
    print(provider.port, control.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    sys.exit(main())
