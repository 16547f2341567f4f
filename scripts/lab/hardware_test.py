#!/usr/bin/env python3
"""The hardware test's part inside the lab's guest: `scripts/hardware-test` starts it. Prints `ok - …` and `not ok - …`.

    hardware_test.py PROGRAM RULES TOOLS CODES PASS_CODES [AREA…]

RULES is the directory of the udev rules, TOOLS that of the compiled bench-tools, CODES how many codes `soak` types, PASS_CODES how many
`passing` does. Without an area, all are run.
"""
import glob
import os
import shutil
import subprocess
import sys
import time

import usbscanner
from areas import Lab, Results
from checks.access import Access
from checks.check import Check
from checks.console import Console
from checks.corpus import Corpus
from checks.faults import Faults
from checks.overflow import Overflow
from checks.passing import Passing
from checks.path import Path
from checks.process import Process
from checks.races import Races
from checks.soak import Soak
from checks.stream import SlowEndpoint, Stopped, Stream
from areas import Lab, Results

AREAS = [Path, Overflow, Console, Access, Check, Stream, Stopped, SlowEndpoint, Passing, Soak, Faults, Races, Corpus, Process]


def install_rules(directory):
    """The project's udev rules and its group, as a package would install them."""
    with open("/etc/group") as file:
        known = any(line.startswith("scanbridge:") for line in file)
    if not known:
        with open("/etc/group", "a") as file:
            file.write("scanbridge:x:64321:\n")
    os.makedirs("/etc/udev/rules.d", exist_ok=True)
    for rules in glob.glob(directory + "/*.rules"):
        shutil.copy(rules, "/etc/udev/rules.d/")
    tables = glob.glob(directory + "/*.hwdb")
    for table in tables:
        os.makedirs("/etc/udev/hwdb.d", exist_ok=True)
        shutil.copy(table, "/etc/udev/hwdb.d/")
    if tables:
        subprocess.run(["systemd-hwdb", "update"], check=True)
    subprocess.run(["udevadm", "control", "--reload"], check=True)


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    program, rules, tools, codes, pass_codes, *wanted = sys.argv[1:]
    if set(wanted) - {area.name for area in AREAS}:
        sys.exit("areas: " + " ".join(area.name for area in AREAS))
    areas = [area for area in AREAS if not wanted or area.name in wanted]
    started = time.monotonic()
    install_rules(rules)
    usbscanner.load(4)
    results = Results()
    lab = Lab(program, rules, results, tools, int(codes), int(pass_codes))
    for area in areas:
        lab.run(area)
    lab.endpoint.kill()
    results.note(f"{time.monotonic() - started:.0f} s in the guest")
    print(f"{results.passed} passed, {results.failed} failed", flush=True)
    sys.exit(1 if results.failed else 0)


if __name__ == "__main__":
    main()
