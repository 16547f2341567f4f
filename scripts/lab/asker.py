#!/usr/bin/env python3
"""One HTTP request on loopback, for the tests, run by the user that a till's program would be.

Reads {"port", "method", "target", "headers", "body"} as JSON from its standard input, and prints {"status", "text", "seconds"}; status is null
if there was no answer, and text then says why.
"""
import http.client
import json
import sys
import time


def ask(port, method, target, headers, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.monotonic()
    try:
        try:
            connection.request(method, target, None if body is None else body.encode(), headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: the answer is there
        answer = connection.getresponse()
        status, text = answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        status, text = None, f"{type(error).__name__}: {error}"
    return {"status": status, "text": text, "seconds": time.monotonic() - started}


if __name__ == "__main__":
    print(json.dumps(ask(**json.load(sys.stdin))))
