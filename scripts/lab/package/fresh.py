"""A fresh install changes nothing at the till."""
import grp
import os
import shutil
import stat
import time

import usbscanner
from areas import Area
from package.machine import KEYBOARD, SERVICE, SOCKET_UNIT, apt, run, show
from support import NodeReader, until


class Fresh(Area):
    name = "fresh"
    title = "installed with apt on a bare till, with no account yet"

    def run(self):
        lab = self.lab
        if lab.installed():
            apt("purge", "scanbridge")
        tools = [name for name in ("swift", "gcc", "cc", "clang") if shutil.which(name)]
        self.check(not tools and not os.path.exists("/usr/bin/scanbridge"), "premise: a till without Swift, compilers and the program", tools)
        scanner, keyboard = lab.plug(), lab.plug("keyboard", **KEYBOARD)
        before = os.stat(keyboard)
        lab.terminal.settle()
        started = time.monotonic()
        result = lab.install(lab.package)
        self.note(f"apt-get install: {time.monotonic() - started:.1f} s")
        self.check(result.returncode == 0, "apt-get install takes the package, without a network", result.stdout[-1500:])
        for unit in (SERVICE, SOCKET_UNIT):
            state = until(lambda: (state := show("ActiveState", unit)) == "active" and state) or show("ActiveState", unit)
            enabled = run("systemctl", "is-enabled", unit).stdout.strip()
            self.check(state == "active" and enabled == "enabled", f"{unit} runs, and will after a reboot", f"{state}, {enabled}\n{lab.state()}")
        text = until(lambda: "account" in (text := show("StatusText")) and text) or show("StatusText")
        self.check("account" in text, "systemctl status says that it waits for an account", text)
        self.note(f"STATUS: {text}")
        status = run("systemctl", "status", "--no-pager", SERVICE).stdout
        self.check(text and text in status, "in words", status)
        self.check(run("systemctl", "--failed", "--plain", "--no-legend").stdout.strip() == "", "no unit has failed",
                   run("systemctl", "--failed").stdout)
        verified = run("dpkg", "--verify", "scanbridge").stdout
        self.check(verified == "", "every file is as it was packed", verified)
        self.untouched("scanner", "counter", scanner, "40063")
        self.check(self.lab.udev(scanner, "SCANBRIDGE_SCANNER") == "1", "premise: the rules know the scanner")
        self.check(self.lab.udev(scanner, "LIBINPUT_IGNORE_DEVICE") is None, "desktops read it as before")
        self.untouched("keyboard", "keyboard", keyboard, "hello")
        info = os.stat(scanner)
        self.check(stat.S_IMODE(info.st_mode) == 0o640 and grp.getgrgid(info.st_gid).gr_name == "scanbridge",
                   "the scanner's node is readable by group scanbridge, without being plugged again", f"{info.st_mode:o} {info.st_gid}")
        info = os.stat(keyboard)
        self.check((info.st_mode, info.st_uid, info.st_gid) == (before.st_mode, before.st_uid, before.st_gid), "the keyboard's node is as it was",
                   f"{info.st_mode:o} {info.st_gid}")
        usbscanner.remove("keyboard")

    def untouched(self, what, name, node, text):
        try:
            NodeReader(node, grab=True).close()
            free = True
        except OSError:
            free = False
        self.check(free, f"the {what} is not grabbed: another program can have it")
        self.lab.scan(text, name)
        typed = self.lab.terminal.text(len(text) + 1, timeout=10)
        self.check(typed == text + "\r", f"the {what} types into the console as before", repr(typed))
