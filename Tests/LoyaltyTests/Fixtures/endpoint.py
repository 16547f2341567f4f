#!/usr/bin/python3
"""A member endpoint that misbehaves as it is told by the member's id, on loopback, with HTTP or TLS.

    endpoint.py [--tls CERTIFICATE KEY]

It writes its port as the first line and ends when its standard input does. It speaks HTTP with its own few lines, since a
library's server would mend what is to be broken. What is posted it takes as well, and misbehaves as the place that it is posted to
says. `/stats/` answers with what it has seen since the last `/stats/`.
"""
import copy
import email.utils
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
from urllib.parse import unquote, urlsplit

lock = threading.Lock()
nothing = {"connections": 0, "requests": 0, "ids": [], "queries": [], "headers": [], "methods": [], "bodies": [], "elsewhere": 0}
stats = copy.deepcopy(nothing)
seen = {}


def count(key, value=1):
    with lock:
        if isinstance(stats[key], list):
            stats[key].append(value)
        else:
            stats[key] += value


def response(status, body=b"", headers=(), length=None):
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def found(member, **more):
    answer = {"MemberId": member, "DisplayText": f"Hola Marcos Gómez, tienes 257 puntos acumulados.", "Rewards": [], **more}
    return response(200, json.dumps(answer).encode(), [("Content-Type", "application/json; charset=utf-8")])


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_request(connection):
    """The request's method, target, headers and body; None at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(4096)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in lines[1:])
    headers = {name: value.strip() for name, _, value in fields}
    pieces, missing = [body], int(headers.get("Content-Length", 0)) - len(body)
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            return None
        pieces.append(piece)
        missing -= len(piece)
    return *lines[0].split(" ")[:2], headers, b"".join(pieces)


def behave(connection, kind, argument, member, repeat):
    """Sends what the id asks for. False ends the connection."""
    if kind == "status":
        headers = [("Retry-After", argument.split("-")[1])] if "-" in argument else []
        connection.sendall(response(argument.split("-")[0], b"{}", headers))
    elif kind == "says":
        # A status and a body that may say why; some servers tell of it first.
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = json.dumps({"Status": "accepted" if argument == "200" else "rejected", "PrinterText": "Saldo: 5 €"})
        connection.sendall(response(argument, body.encode()))
    elif kind == "redirect":
        connection.sendall(response(302, b"", [("Location", f"http://{connection.getsockname()[0]}:{port}/elsewhere/")]))
    elif kind == "dated":
        date = email.utils.formatdate(time.time() + int(argument), usegmt=True)
        connection.sendall(response(404, b"{}", [("Date", date)]))
    elif kind == "html":
        connection.sendall(response(200, b"<!DOCTYPE html><title>Login</title>", [("Content-Type", "text/html")]))
    elif kind == "hang":
        while connection.recv(4096):
            pass
        return False
    elif kind == "slow":
        time.sleep(int(argument) / 1000)
        connection.sendall(found(member))
    elif kind == "drip":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(1)
    elif kind == "large":
        connection.sendall(response(argument, b'{"MemberId":"x","DisplayText":"' + b"x" * 300 * 1024 + b'"}'))
    elif kind == "chunked":
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(300):
            connection.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
    elif kind == "headers":
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(90)) + b"\r\n")
    elif kind == "malformed":
        connection.sendall(response(200, b'{"MemberId": "x", "DisplayText:" "Hola'))
    elif kind == "truncated":
        connection.sendall(response(argument, b'{"MemberId": "x"}', length=1000))
        return False
    elif kind == "garbage":
        connection.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n")
        return False
    elif kind == "lost":
        return False
    elif kind == "reset":
        reset(connection)
        return False
    elif kind == "flaky":
        # 500 as many times as it is told, then the member.
        connection.sendall(response(500, b"oops") if repeat < int(argument) else found(member))
    elif kind == "losing":
        if repeat < int(argument):
            return False
        connection.sendall(found(member))
    elif kind == "limited":
        connection.sendall(response(429, b"", [("Retry-After", "1")]) if repeat < int(argument) else found(member))
    elif kind == "closing":
        # Promises to keep the connection and closes it, so that the next request finds it gone.
        connection.sendall(found(member))
        return False
    else:
        connection.sendall(found(member))
    return True


def serve(raw):
    try:
        connection = context.wrap_socket(raw, server_side=True) if context else raw
    except (ssl.SSLError, OSError):
        return
    try:
        while (request := read_request(connection)) is not None:
            method, target, headers, posted = request
            parts = urlsplit(target)
            place, _, member = parts.path.lstrip("/").partition("/")
            if place == "stats":
                with lock:
                    body = json.dumps(stats).encode()
                    stats.update(copy.deepcopy(nothing))
                connection.sendall(response(200, body, [("Connection", "close")]))
                return
            member = unquote(member)
            count("requests")
            count("ids", member)
            count("queries", parts.query)
            count("headers", headers)
            count("methods", method)
            # Each byte as one character.
            count("bodies", posted.decode("latin-1"))
            if place == "elsewhere":
                count("elsewhere")
            with lock:
                repeat = seen.get(member, 0)
                seen[member] = repeat + 1
            kind, _, rest = member.partition(".")
            if not behave(connection, kind, rest.partition(".")[0], member, repeat):
                return
    except OSError:
        pass
    finally:
        connection.close()


def accept():
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        count("connections")
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


context = None
if len(sys.argv) == 4 and sys.argv[1] == "--tls":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
listener = socket.create_server(("127.0.0.1", 0), backlog=64)
port = listener.getsockname()[1]
print(port, flush=True)
threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
os._exit(0)
