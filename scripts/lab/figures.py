#!/usr/bin/env python3
"""What the installed service takes; the part of `scripts/figures` inside the lab's guest. LAB_OUT holds scanbridge.deb.

Times are the emulation's, which is 10 to 30 times slower than a till. So each has another program's beside it, measured in the same run.
"""
import glob
import os
import re
import subprocess
import time

import usbscanner
from areas import Results
from package.machine import DROP_IN, SERVICE, Machine, apt, main_pid, run, show
from support import median, scanner_state, until

REST_SECONDS = 60
REPEATS = 10
# The least that a unit of this type can do.
LEAST = "/run/systemd/system/lab-least.service"
LEAST_UNIT = """[Unit]
StartLimitIntervalSec=0
[Service]
Type=notify
NotifyAccess=all
ExecStart=/bin/sh -c 'systemd-notify --ready; exec sleep infinity'
"""


def main():
    lab = Machine(Results(), os.environ["LAB_OUT"])
    run("mkdir", "-p", os.path.dirname(DROP_IN))
    with open(LEAST, "w") as file:
        file.write(LEAST_UNIT)
    print("| what | figure | beside it |\n|---|---|---|")
    for part in (sizes(lab), memory(lab), rest(lab), starts(), plugs(lab)):
        for row in part:
            print("| " + " | ".join(row) + " |", flush=True)
    lab.close_all()
    lab.endpoint.kill()


def sizes(lab):
    size = os.path.getsize(lab.package)
    installed = int(run("dpkg-deb", "-f", lab.package, "Installed-Size").stdout)
    before = int(run("df", "--output=used", "-k", "/").stdout.split()[-1])
    lab.install(lab.package).check_returncode()
    os.sync()
    after = int(run("df", "--output=used", "-k", "/").stdout.split()[-1])
    apt("clean")
    yield "package", f"{size / 1e6:.1f} MB", ""
    yield "installed", f"{installed / 1024:.1f} MiB", f"{(after - before) / 1024:.1f} MiB of disk with the libraries that a bare Debian lacked"


def memory(lab):
    """At rest, with a scanner and a listener, after a hundred scans."""
    listener = lab.ready()
    time.sleep(5)
    yield "memory at rest, before the first scan", memory_text(), ""
    for _ in range(100):
        lab.scan(lab.next_card())
    if not listener.wait_for(100, "member"):
        raise RuntimeError("the scans were not answered")
    time.sleep(5)
    yield "memory at rest, after 100 scans with their lookups", memory_text(), ""


def memory_text():
    with open(f"/proc/{main_pid()}/smaps_rollup") as file:
        kib = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+) kB", file.read(), re.MULTILINE)}
    own = kib["Private_Dirty"] + kib["Private_Clean"]
    return f"{kib['Pss'] / 1024:.1f} MiB (PSS), {own / 1024:.1f} MiB of it its own alone; {int(show('MemoryCurrent')) / 2**20:.1f} MiB in its cgroup"


def wakes():
    """How often each of the service's threads has gone to sleep of itself or was switched away from."""
    total = 0
    for path in glob.glob(f"/proc/{main_pid()}/task/*/status"):
        with open(path) as file:
            total += sum(int(count) for count in re.findall(r"ctxt_switches:\s+(\d+)", file.read()))
    return total


def rest(lab):
    for watchdog, what in (("30", "as shipped"), ("0", "without systemd's watchdog")):
        with open(DROP_IN, "w") as file:
            file.write(f"[Service]\nWatchdogSec={watchdog}\n")
        run("systemctl", "daemon-reload")
        lab.close_all()
        lab.ready()
        # What the start and the last requests leave behind is over by then.
        time.sleep(20)
        before, started = wakes(), time.monotonic()
        time.sleep(REST_SECONDS)
        count = (wakes() - before) * 60 / (time.monotonic() - started)
        yield f"wake-ups a minute at rest, {what}", f"{count:.0f}", "a scanner held, a listener connected"
    os.remove(DROP_IN)
    run("systemctl", "daemon-reload")


def starts():
    names = ("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
    took = {}
    for unit in (SERVICE, os.path.basename(LEAST)):
        took[unit] = []
        for _ in range(REPEATS):
            run("systemctl", "restart", unit).check_returncode()
            start, ready = (int(show(name, unit)) for name in names)
            took[unit].append((ready - start) / 1000)
    own, least = took.values()
    yield ("start to ready, one scanner there", f"{spread(own)}",
           f"a unit that only runs `systemd-notify --ready`: {spread(least)}; {median(own) / median(least):.1f} times that")


def plugs(lab):
    """From udev's own last word to the scanner's grab, and from the kernel's first."""
    lab.close_all()
    listener = lab.ready()
    udev, ours = [], []
    for _ in range(REPEATS):
        mark = listener.mark()
        usbscanner.unplug("counter")
        listener.wait(scanner_state("disconnected"), mark)
        monitor = subprocess.Popen(["udevadm", "monitor", "--kernel", "--udev", "--subsystem-match=input"], stdout=subprocess.PIPE, text=True)
        time.sleep(2)
        node = os.path.basename(lab.plug())
        found = until(lambda: listener.find(scanner_state("connected"), mark))
        time.sleep(0.5)
        monitor.kill()
        times = {source: float(at) for source, at in re.findall(rf"^(KERNEL|UDEV) *\[(\d+\.\d+)\] add .*/{node} \(input\)$", monitor.stdout.read(), re.MULTILINE)}
        if not found or len(times) != 2:
            raise RuntimeError(f"not seen: {found} {times}")
        udev.append((times["UDEV"] - times["KERNEL"]) * 1000)
        ours.append((found[0] / 1e9 - times["UDEV"]) * 1000)
    yield ("plugged in to grabbed and said so, from udev's event", spread(ours),
            f"udev itself, from the kernel's event to its own: {spread(udev)}")


def spread(values):
    return f"{median(values):.1f} ms (most {max(values):.1f})"


if __name__ == "__main__":
    main()
