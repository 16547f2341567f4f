#!/usr/bin/env python3
"""A listener for the tests: subscribes and appends one line for each line it gets, {"at": NS, "line": …}, to a file.

    listener.py --socket PATH --output FILE [--since SEQ --instance UUID]

`at` is CLOCK_MONOTONIC, taken when the bytes had been read. The last line, when the service closes, is {"at": NS, "closed": true}.
"""
import argparse
import json
import os
import socket
import time


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--since", type=int)
    parser.add_argument("--instance")
    given = parser.parse_args()
    request = {"id": 1, "method": "subscribe"}
    params = {}
    if given.since is not None:
        params["since"] = given.since
    if given.instance is not None:
        params["instance"] = given.instance
    if params:
        request["params"] = params

    output = os.open(given.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(given.socket)
    connection.sendall(json.dumps(request).encode() + b"\n")
    rest = b""
    while True:
        try:
            chunk = connection.recv(65536)
        except ConnectionResetError:
            chunk = b""
        at = time.monotonic_ns()
        if not chunk:
            os.write(output, b'{"at": %d, "closed": true}\n' % at)
            return
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            os.write(output, b"".join(b'{"at": %d, "line": %s}\n' % (at, line) for line in lines))


if __name__ == "__main__":
    main()
