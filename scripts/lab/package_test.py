#!/usr/bin/env python3
"""The package test's part inside the lab's guest: `scripts/package-test` starts it. Prints `ok - …` and `not ok - …`.

    package_test.py first|second|only [AREA…]

LAB_OUT holds scanbridge.deb and newer.deb. `first` runs the areas of the first boot and leaves a till that can be switched off, `second` those
of the second boot, `only` all that are named.
"""
import json
import os
import sys
import time

from areas import Results
from package.account import WithAccount
from package.boot import Reboot, Start, prepare
from package.crash import Crash
from package.fresh import Fresh
from package.journals import Journal
from package.machine import Machine
from package.privileges import Privileges
from package.purchases import Purchases
from package.reload import Reload
from package.remove import Remove
from package.tokens import Token
from package.upgrade import Upgrade

FIRST = [Fresh, WithAccount, Privileges, Purchases]
SECOND = [Reboot, Start, Token, Reload, Crash, Upgrade, Journal, Remove]


def main():
    boot, *wanted = sys.argv[1:] or ["help"]
    if boot not in ("first", "second", "only"):
        sys.exit(__doc__)
    areas = {"first": FIRST, "second": SECOND, "only": FIRST + SECOND}[boot]
    started, state = time.monotonic(), os.environ["LAB_OUT"] + "/results.json"
    results = Results()
    lab = Machine(results, os.environ["LAB_OUT"])
    if boot == "second":
        with open(state) as file:
            results.passed, results.failed, typed = json.load(file)
        lab.typed.update(typed)
    for area in areas:
        if not wanted or area.name in wanted:
            lab.run(area)
    if boot == "first":
        prepare(lab)
    with open(state, "w") as file:
        json.dump([results.passed, results.failed, sorted(lab.typed)], file)
    lab.endpoint.kill()
    results.note(f"{time.monotonic() - started:.0f} s in the guest")
    if boot != "first":
        print(f"{results.passed} passed, {results.failed} failed", flush=True)
        sys.exit(1 if results.failed else 0)


if __name__ == "__main__":
    main()
