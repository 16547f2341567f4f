#!/usr/bin/env python3
"""Prints each scan and member, for ever: connects again by itself and loses nothing in between."""
import json
import socket
import time

since = {}
while True:
    try:
        service = socket.socket(socket.AF_UNIX)
        service.connect("/run/scanbridge/scanbridge.sock")
        lines = service.makefile("rw", encoding="utf-8", newline="\n")
        instance = json.loads(lines.readline())["instance"]
        lines.write(json.dumps({"id": 1, "method": "subscribe", "params": since}) + "\n")
        lines.flush()
        for line in lines:
            event = json.loads(line)
            if "seq" in event and "time" in event:
                since = {"since": event["seq"], "instance": instance}
            if event["type"] == "scan":
                print("scanned", event["code"], flush=True)
            elif event["type"] == "scan_damaged":
                print("please scan again", flush=True)
            elif event["type"] == "member":
                print(event["status"], event.get("member", {}).get("name"), flush=True)
    except (OSError, ValueError, KeyError):  # no service, or one that has no place or cannot start: an error without an instance
        time.sleep(1)
