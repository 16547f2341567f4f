#!/usr/bin/env python3
"""The bench's part inside the lab's guest: `scripts/bench` starts it.

    bench.py PROGRAM TOOLS ROUNDS CODES LISTENERS      TOOLS is the directory of the compiled floor and harness
"""
import re
import subprocess
import sys
import time
from collections import defaultdict

from support import Lab, Results, connected

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


def percentile(ordered, share):
    """The smallest value that at least this share of the values does not exceed."""
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def figures(values):
    ordered = sorted(values)
    return [percentile(ordered, share) / 1000 for share in (50, 90, 99)] + [ordered[-1] / 1000]


def row(name, cells, count="", lost=""):
    print(f"{name:<34}" + "".join(f"{cell:>10}" for cell in cells) + f"{count:>8}{lost:>6}", flush=True)


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
        command = [self.tools + "/harness", str(self.rounds), str(self.codes), str(self.listeners), prefix, str(int(member)),
                   f"scanbridge:{self.scanner.file}:{self.service.socket_path}", f"floor:{self.other.file}:{self.floor_socket}"]
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, pass_fds=(self.scanner.file, self.other.file))
        if result.returncode:
            sys.exit("the harness failed:\n" + self.service.tail())
        times = defaultdict(list)
        for line in result.stdout.splitlines():
            target, kind, turn, value = line.split()
            times[target, kind, int(turn)].append(int(value))
        return times

    def table(self, title, times):
        print(f"\n{title}\n", flush=True)
        row("microseconds", ("p50", "p90", "p99", "max"), "codes", "lost")
        shown = {}
        for target, kind, name in (("scanbridge", "scan", "scanbridge"), ("floor", "scan", "floor (C, read and write only)"),
                                   ("scanbridge", "member", "scanbridge, to the member event")):
            values = [value for (t, k, _), some in times.items() if (t, k) == (target, kind) for value in some]
            lost = sum(len(some) for (t, k, _), some in times.items() if (t, k) == (target, "lost"))
            if not values:
                continue
            shown[target, kind] = figures(values)
            row(name, [f"{value:.0f}" for value in shown[target, kind]], len(values), lost if kind == "scan" else "")
        if ("scanbridge", "scan") in shown and ("floor", "scan") in shown:
            pairs = zip(shown["scanbridge", "scan"], shown["floor", "scan"])
            row("ratio, scanbridge to floor", [f"{a / b:.2f}" for a, b in pairs])
            for place, name in ((0, "p50"), (2, "p99")):
                ratios = []
                for turn in range(self.rounds):
                    both = times["scanbridge", "scan", turn], times["floor", "scan", turn]
                    if all(both):
                        ratios.append(figures(both[0])[place] / figures(both[1])[place])
                print(f"ratio of {name} by round: " + " ".join(f"{ratio:.2f}" for ratio in ratios), flush=True)

    def run(self):
        print(f"{self.rounds} rounds of {self.codes} codes each, 13 digits, 1 ms a report, {self.listeners} listener(s); latency from the "
              "terminator's\nevent to the line at the last listener, in an emulated machine: the ratios count, not the times", flush=True)
        self.remember("at rest, a scanner plugged")
        self.table("Without lookup: the path of a key", self.measure("70", False))
        self.remember("after scans without lookup")
        self.table("With lookup, endpoint on loopback", self.measure("84", True))
        self.remember("after lookups")
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
