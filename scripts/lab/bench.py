#!/usr/bin/env python3
"""The bench's part inside the lab's guest: `scripts/bench` starts it.

    bench.py PROGRAM TOOLS ROUNDS CODES LISTENERS      TOOLS is the directory of the compiled floor, reemit and harness
"""
import glob
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench-tools"))

from report import passing_table, row, run_harness, table
from areas import Lab, Results
from support import connected, until
from till import virtual_keyboards

ROUTES = """
[[route]]
name    = "plain"
pattern = "^70[0-9]+$"
lookup  = false

[[route]]
name    = "member"
pattern = "^84[0-9]+$"
lookup  = true
"""

# No code of digits can be a card, so a product's keys flow from the first on.
EARLY = """
[[route]]
name    = "card"
pattern = "^OW-(?<id>[0-9]{8})$"

[[route]]
name   = "rest"
lookup = false
pass   = "always"
"""


def memory(pid):
    """VmRSS, Pss and private memory of a process in kB."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        rollup = dict(re.findall(r"^(\w+): +(\d+) kB", file.read(), re.M))
    with open(f"/proc/{pid}/status") as file:
        resident = int(re.search(r"^VmRSS:\s+(\d+)", file.read(), re.M)[1])
    return resident, int(rollup["Pss"]), int(rollup["Private_Clean"]) + int(rollup["Private_Dirty"])


class Bench:
    def __init__(self, program, tools, rounds, codes, listeners):
        self.tools, self.rounds, self.codes, self.listeners = tools, rounds, codes, listeners
        subprocess.run(["modprobe", "-a", "evdev", "uinput"], check=True)
        self.lab = Lab(program, "", Results())
        self.scanner = self.lab.uinput("5ca1", name="Bench Scanner")
        self.other = self.lab.uinput("5ca2", vendor="120a", name="Floor Scanner")
        self.floor_socket = self.lab.path("floor.sock")
        self.floor = subprocess.Popen([tools + "/floor", self.other.node, self.floor_socket], stdout=subprocess.PIPE, text=True)
        if self.floor.stdout.readline() != "ready\n":
            sys.exit("the floor program did not start")
        self.service = self.lab.serve(self.lab.config(ROUTES, group=""))
        connected_once = self.lab.listener(self.service)
        connected(connected_once, "5ca1")
        connected_once.close()
        self.memory = []

    def remember(self, what):
        time.sleep(2)
        self.memory.append((what, *memory(self.service.pid)))

    def measure(self, prefix, member):
        """Runs the harness; returns the times in ns by (target, kind, round)."""
        return run_harness(self.tools + "/harness", self.rounds, self.codes, self.listeners, prefix, member,
                           [("scanbridge", self.scanner.file, self.service.socket_path),
                            ("floor", self.other.file, self.floor_socket)])

    def serve(self, product, routes):
        """A service for one scanner alone; returns the scanner and the node of the service's keyboard."""
        scanner = self.lab.uinput(product, name="Bench Scanner")
        before = virtual_keyboards()
        path = self.lab.path(product)
        service = self.lab.serve(self.lab.config(routes, group="", socket_path=path, scanners=(("1209", product),)), socket_path=path)
        listener = self.lab.listener(service)
        connected(listener, product)
        listener.close()
        new = until(lambda: [node for node in virtual_keyboards() if node not in before and os.path.exists(node)])
        return scanner, new[0]

    def passing(self):
        """Runs the harness on what is typed on; returns the times as `measure` does."""
        product, product_node = self.serve("5ca3", "")
        early, early_node = self.serve("5ca4", EARLY)
        other = self.lab.uinput("5ca5", vendor="120a", name="Reemit Scanner")
        reemit = subprocess.Popen([self.tools + "/reemit", other.node], stdout=subprocess.PIPE, text=True)
        self.lab.open.append(reemit.kill)
        name = reemit.stdout.readline().strip()
        nodes = until(lambda: glob.glob(f"/sys/class/input/{name}/event*"))
        if not name or not nodes:
            sys.exit("the reemit program did not start")
        node = "/dev/input/" + os.path.basename(nodes[0])
        until(lambda: os.path.exists(node))
        return run_harness(self.tools + "/harness", self.rounds, self.codes, 1, "40", False,
                           [("scanbridge", product.file, product_node), ("early", early.file, early_node), ("reemit", other.file, node)])

    def run(self):
        print(f"{self.rounds} rounds of {self.codes} codes each, 13 digits, 1 ms a report, {self.listeners} listener(s); latency from the "
              "terminator's\nevent to the line at the last listener, in an emulated machine, where code is 10 to 30 times slower than the kernel's waiting", flush=True)
        self.remember("at rest, a scanner plugged")
        table("In the lab, without lookup: the path of a key", self.measure("70", False), self.rounds)
        self.remember("after scans without lookup")
        table("In the lab, with lookup, endpoint on loopback", self.measure("84", True), self.rounds)
        self.remember("after lookups")
        passing_table("In the lab, products typed on to the till: from the terminator's event to the last event at a reader of the keyboard",
                      self.passing(), self.rounds)
        print("\nMemory of `serve`\n")
        row("kB", ("VmRSS", "Pss", "private"))
        for what, *values in self.memory:
            row(what, values)
        sys.stdout.flush()
        self.floor.kill()
        self.lab.close_all()
        self.lab.endpoint.kill()


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    Bench(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])).run()
