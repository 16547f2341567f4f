#!/usr/bin/env python3
"""The bench's part on this machine itself: `scripts/bench` starts it under umockdev-wrapper.

    native.py PROGRAM TOOLS FIXTURES ROUNDS CODES LISTENERS     makes the scanners, then runs itself among them
"""
import os
import subprocess
import sys
import tempfile
import time

from report import run_harness, table

CONFIG = """
[socket]
group = ""

[[scanner]]
vendor = "1209"
product = "5ca1"

[[route]]
name = "plain"
lookup = false
"""


def fill(fixture, directory, number):
    """One scanner's file out of the tests' fixture for umockdev."""
    with open(fixture) as file:
        text = file.read()
    name = f"Scanner {number}"
    values = {"event": number, "minor": 64 + number, "vendor": "1209", "product": f"5ca{number}", "name": name, "port": number,
              # What the node answers: bus, vendor, product and version, the lower byte first; the name's length and its 255 bytes.
              "ids": f"03000912A{number}5C1101", "named": f"{len(name) + 1} {name.encode().ljust(255, bytes(1)).hex().upper()}"}
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    # umockdev has no udev rules: what they set stands in the description.
    ids = f"E: ID_VENDOR_ID=1209\nE: ID_MODEL_ID=5ca{number}\nE: ID_INPUT=1\nE: ID_INPUT_KEY=1\nE: ID_INPUT_KEYBOARD=1\n"
    text = text.replace("E: SUBSYSTEM=input\n", ids + "E: SUBSYSTEM=input\n", 1)
    path = os.path.join(directory, f"{number}-{os.path.basename(fixture)}")
    with open(path, "w") as file:
        file.write(text)
    return path


def wait_for(path):
    for _ in range(500):
        if os.path.exists(path):
            return
        time.sleep(0.01)
    sys.exit(f"nobody made {path}")


def outside(arguments):
    program, tools, fixtures = arguments[:3]
    with tempfile.TemporaryDirectory() as directory:
        files = [fill(f"{fixtures}/keyboard.{kind}", directory, number) for number in (1, 2) for kind in ("umockdev", "ioctl")]
        inner = [sys.executable, os.path.abspath(__file__), "--inside", directory, program, tools, *arguments[3:]]
        sys.exit(subprocess.run([tools + "/mockbed", *files, *inner]).returncode)


def inside(directory, program, tools, rounds, codes, listeners):
    with open(directory + "/config.toml", "w") as file:
        file.write(CONFIG)
    sockets = [directory + "/service.sock", directory + "/floor.sock"]
    log = open(directory + "/log", "w")
    service = subprocess.Popen([program, "serve", "--config", directory + "/config.toml", "--socket", sockets[0]], stderr=log)
    floor = subprocess.Popen([tools + "/floor", "/dev/input/event2", sockets[1]], stdout=subprocess.DEVNULL)
    try:
        for path in sockets:
            wait_for(path)
        time.sleep(1)
        times = run_harness(tools + "/harness", rounds, codes, listeners, "70", False,
                            [("scanbridge", 110, sockets[0]), ("floor", 111, sockets[1])])
        print(f"{rounds} rounds of {codes} codes each, 13 digits, 1 ms a report, {listeners} listener(s); latency from the "
              "terminator's\nevent to the line at the last listener", flush=True)
        table("On this machine, scanners by umockdev: the path of a key", times, rounds)
    finally:
        service.kill()
        floor.kill()


if __name__ == "__main__":
    if len(sys.argv) == 8 and sys.argv[1] == "--inside":
        inside(sys.argv[2], sys.argv[3], sys.argv[4], *map(int, sys.argv[5:]))
    elif len(sys.argv) == 7:
        outside(sys.argv[1:])
    else:
        sys.exit(__doc__)
