"""The grab: nothing of a card's scan reaches the console while the service runs, everything after kill -9."""
import os
import select
import termios
import time
import tty

import usbscanner
from areas import Area
from codes import card
from support import connected, scan_of


class Terminal:
    """The console's first virtual terminal, read raw: what its keyboard types."""

    def __init__(self, path="/dev/tty1"):
        self.file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.file)

    def text(self, count=1, timeout=0.5):
        """What has been typed; waits for `count` characters at most `timeout` seconds."""
        data, deadline = b"", time.monotonic() + timeout
        while len(data) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.file], [], [], left)[0]:
                break
            data += os.read(self.file, 4096)
        return data.decode(errors="replace")

    def settle(self):
        """Throws away what was typed before: the kernel hands a closed terminal's input over with the next key."""
        while self.text():
            pass

    def close(self):
        termios.tcflush(self.file, termios.TCIOFLUSH)
        os.close(self.file)


class Console(Area):
    name = "console"
    title = "the grab keeps scans of cards from the console and from other readers"

    def run(self):
        node = usbscanner.plug("console", serial="SN2")
        self.lab.open.append(lambda: usbscanner.remove("console"))
        terminal = Terminal()
        self.lab.open.append(terminal.close)
        usbscanner.type_text("console", "0")
        terminal.settle()
        other = self.lab.reader(node)

        usbscanner.type_text("console", "84123")
        typed = terminal.text(6, timeout=10)
        self.check(typed == "84123\r" and other.events(1.0), "premise: without the service the scan reaches console and reader",
                   repr(typed))
        # The release of Enter comes a report later.
        while other.events(0.5):
            pass

        service = self.lab.serve()
        listener = self.lab.listener(service)
        connected(listener, serial="SN2")
        for n in range(5):
            code = self.code(card("845555", n))
            usbscanner.type_text("console", code)
            listener.wait(scan_of(code))
        self.check(len(listener.codes()) == 5, "with the service five scans reach the listener", listener.codes())
        typed, events = terminal.text(), other.events(0.2)
        self.check(typed == "", "and nothing reaches the console", repr(typed))
        self.check(events == [], "and nothing another reader of the node", events[:4])

        # Killed with a code half typed: the rest of it, and all that follows, is the console's again.
        usbscanner.type_text("console", "841", end="none")
        service.kill()
        usbscanner.type_text("console", "8499999")
        typed = terminal.text(8, timeout=10)
        self.check(typed == "8499999\r", "after kill -9 the next scan reaches the console", repr(typed))
        self.check(other.events(1.0), "and another reader")

        again = self.lab.serve()
        listener = self.lab.listener(again)
        connected(listener, serial="SN2")
        terminal.text(timeout=0.1)
        code = self.code(card("845555", 99999))
        usbscanner.type_text("console", code)
        self.check(listener.wait(scan_of(code)) and terminal.text() == "", "started again, the service has the scanner again")
