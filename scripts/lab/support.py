"""What the tests in the lab stand on: waiting, asking the service, plain readers of a node."""
import errno
import fcntl
import json
import os
import select
import socket
import struct
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = ["/usr/bin/python3", "-S", "-E"]
TOKEN = "7|LabTokenLabTokenLabToken+LabTokenLabTokenLabToken"
ACCOUNT = "labshop"
EVIOCGRAB, EVIOCSMASK = 0x40044590, 0x40104593
EVENT = struct.Struct("llHHi")
SYN_DROPPED = 3
# The lab's emulation is 10 to 30 times slower than the machine: waits are long, and end as soon as what is awaited is there.
PATIENCE = 30
# Longer than the service's default, since a slow guest pauses within a code.
GAP_MS = 2000
# No code is typed on to the till, which needs no /dev/uinput.
NEVER = '\n[[route]]\nname = "all"\npass = "never"\n'
# The uinput scanners, which only the configuration knows, and the USB ones, which the udev rules know too.
SCANNERS = (("1209", "5ca1"), ("1209", "5ca2"), ("0c2e", "0204"), ("05e0", "1200"))


def until(condition, timeout=PATIENCE, pause=0.01):
    """Waits for a condition; returns its first true value, or its last value at the time-out."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(pause)


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else float("nan")


def status_kb(pid, key):
    with open(f"/proc/{pid}/status") as file:
        return next((int(line.split()[1]) for line in file if line.startswith(key + ":")), 0)


def hello(path):
    """The service's first line, or None if nobody answers on the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        try:
            connection.connect(path)
            line = connection.makefile("rb").readline()
        except OSError:
            return None
    return json.loads(line) if line.endswith(b"\n") else None


def request(path, method, **params):
    """Sends one request to the service, returns the answer's object; None if there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        try:
            connection.connect(path)
            connection.sendall(json.dumps({"id": 1, "method": method, "params": params}).encode() + b"\n")
            for line in connection.makefile("rb"):
                answer = json.loads(line)
                if answer.get("id") == 1:
                    return answer
        except OSError:
            pass
    return None


def scanner_state(state, vendor=None, product=None, serial=None, reason=None):
    """Matches a `scanner` event."""
    wanted = {"vendor": vendor, "product": product, "serial": serial}
    return lambda line: (line.get("type") == "scanner" and line.get("state") == state
                         and (reason is None or line.get("reason") == reason)
                         and all(value is None or line["scanner"].get(key) == value for key, value in wanted.items()))


def connected(listener, product=None, serial=None):
    """Waits until a scanner is there, be it in the snapshot or by an event of its own; scanners are known by one of the two."""
    wanted = repr(product or serial)
    if not listener.wait(lambda line: line.get("type") in ("snapshot", "scanner") and line.get("state") != "blocked"
                         and wanted in repr(line)):
        raise RuntimeError(f"the scanner {wanted} was not connected: {listener.poll()}")


def scan_of(code):
    return lambda line: line.get("type") == "scan" and line.get("code") == code


class NodeReader:
    """Another program that reads an input device's node."""

    def __init__(self, node, grab=False, nonblocking=True):
        self.file = os.open(node, os.O_RDONLY | os.O_CLOEXEC | (os.O_NONBLOCK if nonblocking else 0))
        if grab:
            fcntl.ioctl(self.file, EVIOCGRAB, 1)

    def mask_scancodes(self):
        """Has the kernel leave out EV_MSC, as the service does. The mask's size must be a multiple of 8 bytes."""
        codes = bytearray(8)
        import ctypes
        buffer = (ctypes.c_char * len(codes)).from_buffer(codes)
        fcntl.ioctl(self.file, EVIOCSMASK, struct.pack("IIQ", 4, len(codes), ctypes.addressof(buffer)))

    def events(self, timeout=0.0):
        """All events that can be read, after waiting for the first: (type, code, value)."""
        found = []
        while select.select([self.file], [], [], timeout)[0]:
            try:
                data = os.read(self.file, EVENT.size * 256)
            except OSError as error:
                if error.errno in (errno.ENODEV, errno.EAGAIN):
                    break
                raise
            found += [EVENT.unpack_from(data, at)[2:] for at in range(0, len(data), EVENT.size)]
            timeout = 0
        return found

    def close(self):
        if self.file >= 0:
            os.close(self.file)
            self.file = -1
