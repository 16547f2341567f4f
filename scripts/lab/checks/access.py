"""Devices that the service cannot have yet, and those that it must not have."""
import json
import os
import subprocess

import usbscanner
from areas import Area
from codes import card
from support import NEVER, scan_of, scanner_state


class Access(Area):
    name = "access"
    title = "busy devices, missing permission, a person's keyboard"

    def run(self):
        self.busy()
        self.lab.close_all()
        self.permission()
        self.lab.close_all()
        self.keyboard()

    def busy(self):
        service = self.lab.serve()
        listener = self.lab.listener(service)
        # udev is held back, so that the other program surely comes first.
        subprocess.run(["udevadm", "control", "--stop-exec-queue"], check=True)
        try:
            scanner = self.lab.uinput(settle=False)
            other = self.lab.reader(scanner.node, grab=True)
        finally:
            subprocess.run(["udevadm", "control", "--start-exec-queue"], check=True)
        event = listener.wait(scanner_state("blocked", product="5ca1"))
        self.check(event and event["reason"] == "busy", "a scanner that another program holds is blocked, reason busy", event)
        mark = listener.mark()
        other.close()
        self.check(listener.wait(scanner_state("connected", product="5ca1"), mark), "once freed it is connected without help")
        code = self.code(card("8466666", 1))
        scanner.type(code)
        self.check(listener.wait(scan_of(code), mark), "and scans")

    def permission(self):
        directory = self.lab.path("unprivileged")
        os.makedirs(directory, exist_ok=True)
        subprocess.run(["chown", "nobody", directory], check=True)
        socket_path = directory + "/scanbridge.sock"
        # /dev/uinput is not this user's either.
        config = self.lab.config(NEVER, group="", socket_path=socket_path)
        service = self.lab.serve(config, user="nobody", socket_path=socket_path)
        listener = self.lab.listener(service)
        subprocess.run(["udevadm", "control", "--stop-exec-queue"], check=True)
        try:
            scanner = self.lab.uinput(settle=False)
        finally:
            subprocess.run(["udevadm", "control", "--start-exec-queue"], check=True)
        subprocess.run(["udevadm", "settle"], check=True)
        os.chmod(scanner.node, 0o600)
        event = listener.wait(scanner_state("blocked", product="5ca1"))
        self.check(event and event["reason"] == "permission", "a scanner without permission is blocked, reason permission", event)
        mark = listener.mark()
        os.chmod(scanner.node, 0o644)
        self.check(listener.wait(scanner_state("connected", product="5ca1"), mark),
                   "once permitted, for reading only, it is connected without help")
        code = self.code(card("8466666", 2))
        scanner.type(code)
        self.check(listener.wait(scan_of(code), mark), "and scans")
        self.check(service.stop() == 0, "the unprivileged service ends with 0 on SIGTERM")

    def keyboard(self):
        config = self.lab.config()
        service = self.lab.serve(config)
        listener = self.lab.listener(service)
        keyboard = usbscanner.plug("keyboard", vendor="046d", product="c31c", maker="Logitech", title="USB Keyboard")
        self.lab.open.append(lambda: usbscanner.remove("keyboard"))
        scanner = self.lab.uinput()
        # The scanner comes after the keyboard: when it is there, the keyboard has had its turn.
        listener.wait(scanner_state("connected", product="5ca1"))
        try:
            self.lab.reader(keyboard, grab=True).close()
            free = True
        except OSError:
            free = False
        self.check(free, "a person's keyboard is not grabbed: another program can have it")
        usbscanner.type_text("keyboard", "8477777777777")
        code = self.code(card("8466666", 3))
        scanner.type(code)
        listener.wait(scan_of(code))
        self.check(listener.codes() == [code], "what is typed on it is no scan", listener.codes())
        self.check(not listener.find(lambda line: line["type"] == "scanner" and line["scanner"]["vendor"] == "046d"),
                   "it is not announced as a scanner")
        self.devices(config, keyboard, scanner.node)

    def devices(self, config, keyboard, scanner):
        """`devices` needs no service. Each line is a JSON object in a pipe; what is taken for a scanner says so."""
        result = subprocess.run([self.lab.program, "devices", "--config", config], capture_output=True, text=True, timeout=60)
        found = {}
        for line in result.stdout.splitlines():
            try:
                device = json.loads(line)
            except ValueError:
                continue
            for node in (keyboard, scanner):
                if node in device.values():
                    found[node] = device.get("scanner")
        self.check(result.returncode == 0 and found == {keyboard: False, scanner: True},
                   "`devices` says that the keyboard is no scanner, and the scanner is one",
                   f"exit {result.returncode}, {found}\n{result.stdout}{result.stderr}")
