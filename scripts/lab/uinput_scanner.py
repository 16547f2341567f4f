#!/usr/bin/env python3
"""Scanners made with /dev/uinput, for streams that are faster than the USB gadget: down to one report a millisecond.

    uinput_scanner.py [--name N] [--vendor 1209] [--product 5ca1] [--pace MS] [--rollover] CODE…

makes a keyboard, waits for a line on standard input, types the codes and ends. As a module it gives the tests `UinputScanner`.
A uinput device has no USB parent: its vendor and product are the evdev ids, and udev knows no ID_VENDOR_ID of it.
"""
import argparse
import fcntl
import glob
import os
import struct
import subprocess
import sys
import time

import keys

EV_SYN, EV_KEY, EV_MSC, EV_LED, EV_REP = 0x00, 0x01, 0x04, 0x11, 0x14
SYN_REPORT, MSC_SCAN = 0, 4
BUS_USB = 3
UI_DEV_CREATE, UI_DEV_DESTROY, UI_DEV_SETUP = 0x5501, 0x5502, 0x405C5503
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_MSCBIT, UI_SET_LEDBIT = 0x40045564, 0x40045565, 0x40045568, 0x40045569
UI_GET_SYSNAME_64 = 0x8040552C


def event(kind, code, value):
    """One struct input_event; the kernel sets its time."""
    return struct.pack("llHHi", 0, 0, kind, code, value)


def report(*changes):
    """One report as usbhid makes it: MSC_SCAN before each key, SYN_REPORT at the end. Changes are (key code, value)."""
    parts = []
    for code, value in changes:
        parts += [event(EV_MSC, MSC_SCAN, 0x70000 + code), event(EV_KEY, code, value)]
    return b"".join(parts) + event(EV_SYN, SYN_REPORT, 0)


def text_reports(text, end="enter", rollover=False):
    """The reports that type a text, the terminator's key last. With rollover a key goes up in the report in which the next
    goes down, where that is another key without Shift."""
    pressed = [keys.EVDEV[c] for c in text]
    if keys.END[end] is not None:
        pressed.append((keys.END[end], False))
    reports, held = [], None
    for code, shift in pressed:
        if held is not None and (held == code or shift):
            reports.append(report((held, 0)))
            held = None
        if shift:
            reports.append(report((keys.LEFT_SHIFT, 1), (code, 1)))
            reports.append(report((keys.LEFT_SHIFT, 0), (code, 0)))
        elif rollover:
            reports.append(report(*([(held, 0)] if held is not None else []), (code, 1)))
            held = code
        else:
            reports += [report((code, 1)), report((code, 0))]
    if held is not None:
        reports.append(report((held, 0)))
    return reports


class UinputScanner:
    """A keyboard with the given ids. Kept open by this process; gone with it."""

    def __init__(self, name="Lab Scanner", vendor="1209", product="5ca1", settle=True):
        self.name, self.vendor, self.product = name, vendor, product
        self.file = os.open("/dev/uinput", os.O_WRONLY | os.O_CLOEXEC)
        for kind in (EV_KEY, EV_MSC, EV_LED, EV_REP):
            fcntl.ioctl(self.file, UI_SET_EVBIT, kind)
        for code in range(1, 128):
            fcntl.ioctl(self.file, UI_SET_KEYBIT, code)
        fcntl.ioctl(self.file, UI_SET_MSCBIT, MSC_SCAN)
        for led in range(3):
            fcntl.ioctl(self.file, UI_SET_LEDBIT, led)
        setup = struct.pack("HHHH80sI", BUS_USB, int(vendor, 16), int(product, 16), 0x111, name.encode(), 0)
        fcntl.ioctl(self.file, UI_DEV_SETUP, setup)
        fcntl.ioctl(self.file, UI_DEV_CREATE)
        answer = fcntl.ioctl(self.file, UI_GET_SYSNAME_64, bytes(64))
        self.syspath = "/sys/devices/virtual/input/" + answer.split(b"\0")[0].decode()
        self.node = self._find_node()
        if settle:
            subprocess.run(["udevadm", "settle"], check=True)

    def _find_node(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = glob.glob(self.syspath + "/event*")
            if found and os.path.exists("/dev/input/" + os.path.basename(found[0])):
                return "/dev/input/" + os.path.basename(found[0])
            time.sleep(0.01)
        raise TimeoutError(f"no node for {self.name}")

    def send(self, reports, pace_ms=1.0):
        """Writes reports, one each `pace_ms`; returns the times (CLOCK_MONOTONIC, ns) right before each was written.
        A late report moves those behind it: a scanner does not catch up."""
        pace = round(pace_ms * 1e6)
        due, times = time.monotonic_ns(), []
        for one in reports:
            now = time.monotonic_ns()
            if now < due:
                time.sleep((due - now) / 1e9)
                now = time.monotonic_ns()
            times.append(now)
            os.write(self.file, one)
            due = max(due, now - pace // 2) + pace
        return times

    def type(self, text, pace_ms=1.0, end="enter", rollover=False):
        """Types a text; returns the time right before the terminator was pressed, CLOCK_MONOTONIC in ns."""
        times = self.send(text_reports(text, end, rollover), pace_ms)
        time.sleep(pace_ms / 1000)
        return times[-2]

    def destroy(self):
        if self.file >= 0:
            fcntl.ioctl(self.file, UI_DEV_DESTROY)
            os.close(self.file)
            self.file = -1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="Lab Scanner")
    parser.add_argument("--vendor", default="1209")
    parser.add_argument("--product", default="5ca1")
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--rollover", action="store_true")
    parser.add_argument("--end", choices=keys.END, default="enter")
    parser.add_argument("codes", nargs="+")
    given = parser.parse_args()
    scanner = UinputScanner(given.name, given.vendor, given.product)
    print(scanner.node, flush=True)
    sys.stdin.readline()
    for code in given.codes:
        scanner.type(code, given.pace, given.end, given.rollover)
    scanner.destroy()


if __name__ == "__main__":
    main()
