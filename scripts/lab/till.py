"""The till's side: the virtual keyboard that the service types on, and a program that reads it."""
import fcntl
import glob
import os
import subprocess

import keys
from support import EVENT, SYN_DROPPED, until
from uinput_scanner import EV_KEY, EV_SYN, text_reports

NAME = "scanbridge virtual keyboard"
ENTER_UP, PACKET_END = (EV_KEY, keys.ENTER, 0), (EV_SYN, 0, 0)
EVIOCGKEY_96 = 0x80604518


def virtual_keyboards():
    """The nodes of the service's keyboards: one while it runs."""
    found = []
    for path in glob.glob("/sys/class/input/event*/device/name"):
        try:
            with open(path) as file:
                if file.read().strip() == NAME:
                    found.append("/dev/input/" + path.split("/")[4])
        except OSError:
            pass
    return found


def keys_of(reports):
    """The events that a till sees of a scanner's reports: keys and packet ends, without EV_MSC."""
    data = b"".join(reports)
    events = [EVENT.unpack_from(data, at)[2:] for at in range(0, len(data), EVENT.size)]
    return tuple(event for event in events if event[0] in (EV_KEY, EV_SYN))


def typed(text):
    """The events that a till sees of a text and its Enter."""
    return keys_of(text_reports(text))


def keys_down(node):
    """The keys that the kernel holds for pressed on a node."""
    file = os.open(node, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        bits = fcntl.ioctl(file, EVIOCGKEY_96, bytes(96))
    finally:
        os.close(file)
    return [8 * n + bit for n, byte in enumerate(bits) for bit in range(8) if byte >> bit & 1]


class Till:
    """A program that reads the virtual keyboard, and the console if given its terminal (bench-tools/till.c)."""

    def __init__(self, lab, terminal=None):
        nodes = until(virtual_keyboards)
        if len(nodes) != 1:
            raise RuntimeError(f"there is not one virtual keyboard: {nodes}")
        self.node, self.log, self.typed_text = nodes[0], lab.next("till"), lab.next("console") if terminal else None
        until(lambda: os.path.exists(self.node))
        command = [lab.tool("till"), self.node, self.log] + ([terminal, self.typed_text] if terminal else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        lab.open.append(self.close)
        if self.process.stdout.readline() != b"ready\n":
            raise RuntimeError("the till's program does not read")
        self.events, self.codes, self.offset, self.begun = [], [], 0, 0

    def poll(self):
        """Takes what has come: `events` of (time in ns, (type, code, value)), `codes` of (times of its first and last event, its events).
        A code ends with the packet in which Enter goes up."""
        with open(self.log, "rb") as file:
            file.seek(self.offset)
            data = file.read()
        size = len(data) - len(data) % EVENT.size
        self.offset += size
        for at in range(0, size, EVENT.size):
            seconds, micros, *event = EVENT.unpack_from(data, at)
            self.events.append(((seconds * 1000000 + micros) * 1000, tuple(event)))
            if self.events[-1][1] == PACKET_END and ENTER_UP in (one for _, one in self.events[max(self.begun, len(self.events) - 3):]):
                own = self.events[self.begun:]
                self.codes.append((own[0][0], own[-1][0], tuple(one for _, one in own)))
                self.begun = len(self.events)
        return self.codes

    def mark(self):
        """Positions: what comes from now on lies behind them."""
        return len(self.poll()), len(self.events)

    def wait_for(self, count, mark=(0, 0)):
        """Waits for so many codes behind the mark; returns the events of those that are, each code's by itself."""
        until(lambda: len(self.poll()) >= mark[0] + count)
        return [events for _, _, events in self.codes[mark[0]:]]

    def since(self, mark):
        """All events behind the mark, one behind the other."""
        self.poll()
        return tuple(event for _, event in self.events[mark[1]:])

    def dropped(self):
        """How often the reader's buffer has overflowed."""
        self.poll()
        return sum(event[:2] == (EV_SYN, SYN_DROPPED) for _, event in self.events)

    def text(self):
        """What the console has given."""
        with open(self.typed_text, "rb") as file:
            return file.read().decode(errors="replace")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
