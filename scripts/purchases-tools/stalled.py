#!/usr/bin/env python3
"""The part of `scripts/purchases-bench --stall` that measures scans while the disk stalls: it is started under umockdev-wrapper.

    stalled.py PROGRAM TOOLS FIXTURES CODES DIRECTORY     makes the scanners, then runs itself among them

TOOLS holds mockbed and harness (see bench-tools) and stall.so. The service's outbox lies in DIRECTORY.
"""
import os
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import ExitStack, closing

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "bench-tools"))

from native import fill, wait_for
from report import figures, row, run_harness
from sales import SaleMaker, Shop
from service import TILL_TOKEN, Service
from till import TillConnection

STALL_MS = 2000
ROUNDS = 3
MOST_RATIO = 2
TILL_PAUSE_SECONDS = 0.02
SCANNERS = """
[[scanner]]
vendor = "1209"
product = "5ca1"

[[route]]
name = "plain"
lookup = false
"""


class BusyTill(threading.Thread):
    """Posts sale after sale, so that the outbox has something to write all the time."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.place, self.answers = port, "as it is", defaultdict(list)

    def run(self):
        connection, maker = TillConnection(self.port, TILL_TOKEN), SaleMaker("stalled", 901, Shop())
        while True:
            began, place = time.monotonic(), self.place
            answer = connection.post(maker.make().body)
            self.answers[place].append((answer[0] if answer else None, time.monotonic() - began))
            time.sleep(TILL_PAUSE_SECONDS)

    def show(self, place):
        answers = self.answers[place]
        taken = [took for status, took in answers if status == 200]
        longest = max((took for _, took in answers), default=0)
        print(f"till, disk {place}: {len(answers)} posted, {len(taken)} answered with 200, longest {longest:.2f} s")


class Disk:
    """The file that makes fsync stall in the service."""

    def __init__(self, directory):
        self.path = directory + "/stall"

    def stall(self):
        with open(self.path + ".new", "w") as file:
            file.write(str(STALL_MS))
        os.rename(self.path + ".new", self.path)

    def mend(self):
        os.unlink(self.path)

    def stalls(self):
        return os.path.getsize(self.path + ".count") if os.path.exists(self.path + ".count") else 0


def outside(program, tools, fixtures, codes, directory):
    files = [fill(f"{fixtures}/keyboard.{kind}", directory, number) for number in (1, 2) for kind in ("umockdev", "ioctl")]
    inner = [sys.executable, "-B", os.path.abspath(__file__), "--inside", directory, program, tools, codes]
    sys.exit(subprocess.run([tools + "/mockbed", *files, *inner]).returncode)


def inside(directory, program, tools, codes):
    disk = Disk(directory)
    environment = {**os.environ, "LD_PRELOAD": f"{os.environ['LD_PRELOAD']}:{tools}/stall.so", "STALL_FILE": disk.path}
    with ExitStack() as stack:
        nobody = stack.enter_context(socket.socket())
        nobody.bind(("127.0.0.1", 0))
        service = stack.enter_context(closing(Service(program, directory, environment, nobody.getsockname()[1], more=SCANNERS)))
        service.start()
        wait_for(service.socket)
        time.sleep(1)
        till = BusyTill(service.port)
        till.start()
        times, lost = measure(disk, till, service, tools, codes)
    return show(times, lost, till, disk.stalls())


def measure(disk, till, service, tools, codes):
    """The times of scans by the disk's state, and how many were lost, in rounds that take turns."""
    times, lost = defaultdict(list), 0
    for turn in range(2 * ROUNDS):
        till.place = ("as it is", "stalled")[turn % 2]
        if till.place == "stalled":
            before = disk.stalls()
            disk.stall()
            wait_until(lambda: disk.stalls() > before, "fsync was not stalled")
        found = run_harness(tools + "/harness", 1, codes // ROUNDS, 1, "70", False, [("scanbridge", 110, service.socket)])
        times[till.place] += found["scanbridge", "scan", 0]
        lost += len(found["scanbridge", "lost", 0])
        if till.place == "stalled":
            disk.mend()
            till.place = "in between"
            time.sleep(2 * STALL_MS / 1000)
    return times, lost


def wait_until(holds, otherwise):
    deadline = time.monotonic() + 10
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(otherwise)
        time.sleep(0.01)


def show(times, lost, till, stalls):
    print(f"{ROUNDS} rounds each; latency from the terminator's event to the line at a listener, while a till posts sale after sale\n")
    row("microseconds", ("p50", "p90", "p99", "max"), "codes")
    shown = {place: figures(values) for place, values in times.items() if values}
    for place in ("as it is", "stalled"):
        if place in shown:
            title = f"fsync takes {STALL_MS / 1000:.0f} s longer" if place == "stalled" else "the disk as it is"
            row(title, [f"{value:.0f}" for value in shown[place]], len(times[place]))
    for place in ("as it is", "stalled"):
        till.show(place)
    print(f"stalled calls: {stalls}, codes lost: {lost}")
    if lost or len(shown) < 2:
        return "codes were lost"
    ratio = shown["stalled"][0] / shown["as it is"][0]
    print(f"ratio of p50: {ratio:.2f}, of p99: {shown['stalled'][2] / shown['as it is'][2]:.2f}")
    return f"scans take {ratio:.2f} times as long (p50), and may take {MOST_RATIO} times" if ratio > MOST_RATIO else 0


if __name__ == "__main__":
    if len(sys.argv) == 6 and sys.argv[1] == "--inside":
        sys.exit(inside(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])))
    elif len(sys.argv) == 6:
        outside(*sys.argv[1:])
    else:
        sys.exit(__doc__)
