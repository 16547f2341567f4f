#!/usr/bin/env python3
"""A listener for the tests: subscribes and appends one line for each line it gets, {"at": NS, "line": …}, to a file.

    listener.py --socket PATH --output FILE [--since SEQ --instance UUID] [--follow]

`at` is CLOCK_MONOTONIC, taken when the bytes had been read. The last line, when the service closes, is {"at": NS, "closed": true}.
With --follow it then connects again and resumes where it was; a connection that is refused is told as {"at": NS, "refused": ERRNO}.
"""
import argparse
import errno
import json
import os
import socket
import time


class Place:
    """Where a subscription resumes, as docs/PROTOCOL.md has it."""

    def __init__(self, since=None, instance=None):
        self.since, self.instance, self.greeted = since, instance, None

    def request(self):
        params = {key: value for key, value in (("since", self.since), ("instance", self.instance)) if value is not None}
        return json.dumps({"id": 1, "method": "subscribe", **({"params": params} if params else {})}).encode() + b"\n"

    def took(self, line):
        line = json.loads(line)
        if line["type"] == "hello":
            self.greeted = line["instance"]
        elif "seq" in line and "time" in line:
            self.since, self.instance = line["seq"], self.greeted


def connect(path, output, follow):
    """A connection; with follow it is tried until there is one, and each refusal written down."""
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path)
            return connection
        except OSError as error:
            if not follow:
                raise
            connection.close()
            os.write(output, b'{"at": %d, "refused": "%s"}\n' % (time.monotonic_ns(), errno.errorcode[error.errno].encode()))
            time.sleep(0.02)


def listen(connection, output, place, follow):
    """Writes down what comes, until the service closes."""
    connection.sendall(place.request())
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
        if follow:
            for line in lines:
                place.took(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--since", type=int)
    parser.add_argument("--instance")
    parser.add_argument("--follow", action="store_true")
    given = parser.parse_args()
    output = os.open(given.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    place = Place(given.since, given.instance)
    while True:
        with connect(given.socket, output, given.follow) as connection:
            try:
                listen(connection, output, place, given.follow)
            except (BrokenPipeError, ConnectionResetError):
                os.write(output, b'{"at": %d, "closed": true}\n' % time.monotonic_ns())
        if not given.follow:
            return


if __name__ == "__main__":
    main()
