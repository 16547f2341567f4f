#!/usr/bin/env python3
"""A USB barcode scanner made of the kernel's own USB gadget: plugged into a virtual host controller, it is enumerated, gets its
evdev node from usbhid and its properties from udev like a real one. Runs in the lab's guest, as root; also a module.

    usbscanner.py load [N]                   load the modules, with N (4) virtual ports
    usbscanner.py plug NAME [--port P] [--vendor 0c2e] [--product 0204] [--serial S] [--maker M] [--title T]
    usbscanner.py type NAME TEXT [--gap MS] [--end enter|tab|kp|none]
                                             TEXT as a US keyboard types it; each report is one 8-byte boot report and
                                             waits for the host to poll (1 to 4 ms)
    usbscanner.py reports NAME HEX…          raw 8-byte reports, as hex
    usbscanner.py node NAME                  its node, /dev/input/eventN
    usbscanner.py unplug NAME                it can be plugged again, and is then the same one
    usbscanner.py remove NAME                unplug it and forget it; the kernel has room for four at a time
"""
import argparse
import glob
import os
import subprocess
import sys
import time

import keys

ROOT = "/sys/kernel/config/usb_gadget"
# The boot keyboard of the HID specification, appendix B.1.
DESCRIPTOR = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508"
    "150025ff050719002aff008100c0")

# A bar code scanner of the HID Point of Sale usage tables: one input report of opaque bytes.
POINT_OF_SALE = bytes.fromhex("058c0902a101150026ff007508950809fe8102c0")
# Consumer controls: a node with keys, which a scanner never presses.
CONSUMER = bytes.fromhex("050c0901a1011500257f1900297f750895088100c0")


class LabError(Exception):
    """The lab itself failed."""


def _put(path, value):
    with open(path, "wb" if isinstance(value, bytes) else "w") as file:
        file.write(value)


def _get(path):
    with open(path) as file:
        return file.read().strip()


def load(ports=4):
    modules = ["usbhid", "hid-generic", "evdev", "uinput", "libcomposite", "usb_f_hid"]
    subprocess.run(["modprobe", "-a", *modules], check=True)
    subprocess.run(["modprobe", "dummy_hcd", f"num={ports}"], check=True)
    if not os.path.isdir(ROOT):
        subprocess.run(["mount", "-t", "configfs", "config", "/sys/kernel/config"], check=True)


def plug(name, port=None, vendor="0c2e", product="0204", serial="", maker="Honeywell", title="Voyager 1400g",
         descriptors=(DESCRIPTOR,), boot=True, wait=True):
    """Plugs a scanner, again if it is known by this name; returns when udev is done with it. Its ids are those of the first time.

    It has one HID function for each report descriptor; the first is what it types with. One that is no keyboard has no node: then
    nothing is waited for."""
    gadget = f"{ROOT}/{name}"
    if not os.path.isdir(gadget):
        for directory in (gadget, gadget + "/strings/0x409", gadget + "/configs/c.1"):
            os.makedirs(directory, exist_ok=True)
        _put(gadget + "/idVendor", "0x" + vendor)
        _put(gadget + "/idProduct", "0x" + product)
        _put(gadget + "/strings/0x409/manufacturer", maker)
        _put(gadget + "/strings/0x409/product", title)
        if serial:
            _put(gadget + "/strings/0x409/serialnumber", serial)
        for number, descriptor in enumerate(descriptors):
            one = f"hid.{name}{number or ''}"
            function = f"{gadget}/functions/{one}"
            os.makedirs(function)
            _put(function + "/protocol", "1" if boot and number == 0 else "0")
            _put(function + "/subclass", "1" if boot and number == 0 else "0")
            _put(function + "/report_length", "8")
            _put(function + "/report_desc", descriptor)
            os.symlink(function, f"{gadget}/configs/c.1/{one}")
    _put(gadget + "/UDC", f"dummy_udc.{port}" if port is not None else _free_controller())
    if not wait:
        return None
    deadline = time.monotonic() + 30
    while event_node(name) is None or not os.path.exists(_gadget_node(name)):
        if time.monotonic() > deadline:
            raise LabError(f"the host did not enumerate the scanner {name}")
        time.sleep(0.01)
    subprocess.run(["udevadm", "settle"], check=True)
    return event_node(name)


def unplug(name):
    _put(f"{ROOT}/{name}/UDC", "\n")


def remove(name):
    gadget = f"{ROOT}/{name}"
    if _get(gadget + "/UDC"):
        unplug(name)
    functions = os.listdir(gadget + "/functions")
    for function in functions:
        os.unlink(f"{gadget}/configs/c.1/{function}")
        os.rmdir(f"{gadget}/functions/{function}")
    for directory in ("configs/c.1", "strings/0x409", ""):
        os.rmdir(f"{gadget}/{directory}")


def event_node(name):
    """The scanner's node on the host's side, or None."""
    controller = _get(f"{ROOT}/{name}/UDC")
    if not controller:
        return None
    # The first function is the interface with the number 0.
    found = glob.glob(f"/sys/devices/platform/dummy_hcd.{controller.split('.')[1]}/usb*/*/*:1.0/*/input/input*/event*")
    return "/dev/input/" + os.path.basename(found[0]) if found else None


def text_reports(text, end="enter"):
    """The 8-byte boot reports that type a text."""
    pressed = [(code, shift) for code, shift in (keys.EVDEV[c] for c in text)]
    if keys.END[end] is not None:
        pressed.append((keys.END[end], False))
    reports = []
    for code, shift in pressed:
        reports += [bytes([2 if shift else 0, 0, keys.usage(code), 0, 0, 0, 0, 0]), bytes(8)]
    return reports


def send(name, reports, gap_ms=0):
    """Sends reports; each waits until the host has taken the one before."""
    with open(_gadget_node(name), "wb", buffering=0) as file:
        for report in reports:
            file.write(report)
            if gap_ms:
                time.sleep(gap_ms / 1000)


def type_text(name, text, gap_ms=0, end="enter"):
    send(name, text_reports(text, end), gap_ms)


def _free_controller():
    busy = {_get(path) for path in glob.glob(ROOT + "/*/UDC")}
    free = [name for name in sorted(os.listdir("/sys/class/udc")) if name not in busy]
    if not free:
        raise LabError("no free USB port: load more")
    return free[0]


def _gadget_node(name):
    return "/dev/hidg" + _get(f"{ROOT}/{name}/functions/hid.{name}/dev").split(":")[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("load")
    verb.add_argument("ports", nargs="?", type=int, default=4)
    verb = verbs.add_parser("plug")
    verb.add_argument("name")
    verb.add_argument("--port", type=int)
    for option, default in (("vendor", "0c2e"), ("product", "0204"), ("serial", ""), ("maker", "Honeywell"),
                            ("title", "Voyager 1400g")):
        verb.add_argument("--" + option, default=default)
    verb = verbs.add_parser("type")
    verb.add_argument("name")
    verb.add_argument("text")
    verb.add_argument("--gap", type=float, default=0)
    verb.add_argument("--end", choices=keys.END, default="enter")
    verb = verbs.add_parser("reports")
    verb.add_argument("name")
    verb.add_argument("hex", nargs="+")
    verb.add_argument("--gap", type=float, default=0)
    for simple in ("unplug", "remove", "node"):
        verbs.add_parser(simple).add_argument("name")
    given = parser.parse_args()
    if given.verb == "load":
        load(given.ports)
    elif given.verb == "plug":
        print(plug(given.name, given.port, given.vendor, given.product, given.serial, given.maker, given.title))
    elif given.verb == "type":
        type_text(given.name, given.text, given.gap, given.end)
    elif given.verb == "reports":
        send(given.name, [bytes.fromhex(report) for report in given.hex], given.gap)
    elif given.verb == "node":
        print(event_node(given.name) or sys.exit(f"{given.name} is not plugged"))
    elif given.verb == "remove":
        remove(given.name)
    else:
        unplug(given.name)


if __name__ == "__main__":
    main()
