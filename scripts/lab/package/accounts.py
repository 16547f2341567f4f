"""What becomes of the codes that a scanner has typed, and whether a scanner's grab is ever free."""
import errno
import fcntl
import os
import threading
import time

from support import EVIOCGRAB


class Account:
    """The codes of one scanner, in the order typed, beside the events that came of them."""

    def __init__(self, typed, events):
        place = {text: n for n, text in enumerate(typed)}
        self.delivered, self.damaged, self.wrong, self.doubled, self.silent = 0, 0, [], [], []
        expected, damages = 0, 0
        for line in events:
            if line["type"] == "scan_damaged":
                damages += 1
                self.damaged += 1
            elif line["type"] == "scan":
                at = place.get(line["code"])
                if at is None:
                    self.wrong.append(line["code"])
                elif at < expected:
                    self.doubled.append(line["code"])
                else:
                    self.delivered += 1
                    self.silent += typed[expected:at] if not damages else []
                    expected, damages = at + 1, 0
        self.silent += typed[expected:] if not damages else []
        self.missing = len(typed) - self.delivered

    def holds(self):
        """Each code came once, or damage was reported in its place; and no more damage than that."""
        return not self.wrong and not self.doubled and not self.silent and self.damaged <= self.missing

    def __str__(self):
        return (f"{self.delivered} delivered, {self.missing} not, {self.damaged} damaged, wrong {self.wrong[:3]}, doubled {self.doubled[:3]}, "
                f"lost in silence {self.silent[:3]}")


class GrabWatch:
    """Another program that wants a scanner and asks for it all the time."""

    def __init__(self, node):
        self.file = os.open(node, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        self.tries, self.free, self.ended = 0, [], threading.Event()
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()

    def _ask(self):
        while not self.ended.wait(0.002):
            try:
                fcntl.ioctl(self.file, EVIOCGRAB, 1)
            except OSError as error:
                if error.errno != errno.EBUSY:
                    self.free.append(errno.errorcode[error.errno])
                    return
                self.tries += 1
                continue
            self.free.append(f"free at {time.monotonic():.3f} s")
            fcntl.ioctl(self.file, EVIOCGRAB, 0)

    def close(self):
        self.ended.set()
        self.thread.join()
        if self.file >= 0:
            os.close(self.file)
            self.file = -1
