"""Races about a scanner's node: permissions that come late, another device on its number, replugs, another program's grab."""
import os
import signal
import subprocess
import time

from support import NEVER, median, scan_of, scanner_state, until
from uinput_scanner import UinputScanner, text_reports

RULE = "/etc/udev/rules.d/99-lab-late.rules"
# How soon a scanner must be taken once nothing is in its way; the emulated machine is slow.
SOON_MS = 2000


def keys_of(events):
    return [(code, value) for kind, code, value in events if kind == 1]


class NodeRaces:
    def scans(self, listener, scanner, what):
        """Types a code, which must come whole and alone."""
        mark = listener.mark()
        code = self.next_code()
        scanner.type(code)
        listener.wait(scan_of(code), mark)
        lines = [line.get("code", line.get("reason")) for _, line in listener.of("scan", "scan_damaged", since=mark)]
        return self.check(lines == [code], what, lines)

    def late_permissions(self):
        """udev's event comes when the service may not read the node yet: EACCES for two seconds."""
        directory = self.lab.path("late")
        os.makedirs(directory, exist_ok=True)
        subprocess.run(["chown", "nobody", directory], check=True)
        path = directory + "/scanbridge.sock"
        # /dev/uinput is not this user's either.
        service = self.lab.serve(self.lab.config(NEVER, group="", socket_path=path), user="nobody", socket_path=path)
        listener = self.lab.listener(service)
        for what in ("chmod", "udev"):
            self.set_rule("0600")
            mark = listener.mark()
            scanner = self.lab.uinput()
            event = listener.wait(scanner_state("blocked", product="5ca1"), mark)
            self.check(event and event["reason"] == "permission", f"late permission by {what}: blocked first, reason permission", event)
            time.sleep(2)
            self.set_rule("0644")
            began = time.monotonic_ns()
            if what == "chmod":
                os.chmod(scanner.node, 0o644)
            else:
                subprocess.run(["udevadm", "trigger", "--action=change", scanner.node], check=True)
            until(lambda: listener.find(scanner_state("connected", product="5ca1"), mark))
            found = next((at for at, line in listener.of("scanner", since=mark) if line["state"] == "connected"), None)
            took = (found - began) / 1e6 if found else None
            self.check(took is not None and took < SOON_MS, f"late permission by {what}: connected within {SOON_MS} ms", took)
            self.note(f"late permission by {what}: connected {took and round(took)} ms after it came")
            self.scans(listener, scanner, f"late permission by {what}: and it scans")
            scanner.destroy()
            listener.wait(scanner_state("disconnected"), mark)
        os.unlink(RULE)
        subprocess.run(["udevadm", "control", "--reload"], check=True)

    def set_rule(self, mode):
        with open(RULE, "w") as file:
            file.write(f'SUBSYSTEM=="input", KERNEL=="event*", ATTRS{{name}}=="Lab Scanner 5ca1", MODE="{mode}"\n')
        subprocess.run(["udevadm", "control", "--reload"], check=True)

    def replaced_node(self):
        """While the service is stopped, a person's keyboard gets the node that was a scanner's: read before, or never opened."""
        for what in ("that was read", "that was only announced"):
            service = self.lab.serve()
            listener = self.lab.listener(service)
            if what == "that was read":
                scanner = self.lab.uinput()
                listener.wait(scanner_state("connected", product="5ca1"))
                service.signal(signal.SIGSTOP)
            else:
                service.signal(signal.SIGSTOP)
                scanner = self.lab.uinput()
            node = scanner.node
            scanner.destroy()
            keyboard = UinputScanner("A person's keyboard", "046d", "c31c", settle=False)
            self.lab.open.append(keyboard.destroy)
            self.check(keyboard.node == node, f"premise: the keyboard has the number of the scanner {what}", f"{node} {keyboard.node}")
            until(lambda: os.path.exists(keyboard.node))
            other = self.lab.reader(keyboard.node)
            other.mask_scancodes()
            mark = listener.mark()
            service.signal(signal.SIGCONT)
            typed, seen = [], []
            # As long as it takes the service to come to all of its events, and longer.
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline or not typed:
                reports = text_reports("8477777777777")
                keyboard.send(reports)
                typed += reports
                seen += other.events(0.2)
            seen += other.events(0.5)
            subprocess.run(["udevadm", "settle"], check=True)
            self.check(len(keys_of(seen)) == len(typed), f"a keyboard on the number of a scanner {what}: all of it reaches another reader",
                       f"{len(keys_of(seen))} of {len(typed)} keys")
            third = self.lab.uinput("5ca2")
            listener.wait(scanner_state("connected", product="5ca2"), mark)
            self.scans(listener, third, f"a keyboard on the number of a scanner {what}: its keys are no scan, and the next scanner's are")
            self.check(not listener.codes(mark)[:-1], "and no scan before", listener.codes(mark))
            states = [line["state"] for _, line in listener.of("scanner") if line["scanner"]["product"] == "5ca1"]
            self.check(states[-1:] in ([], ["disconnected"]), "and the scanner before it is gone", states)
            self.lab.close_all()

    def quick_replug(self):
        """Out in mid-code and in again after 1 ms to 1 s, on the same number."""
        service = self.lab.serve()
        listener = self.lab.listener(service)
        same, rounds = 0, (1, 1, 3, 10, 30, 100, 300, 1000)
        whole, damaged = [], []
        scanner = self.lab.uinput(settle=False)
        listener.wait(scanner_state("connected", product="5ca1"))
        for pause in rounds:
            mark = listener.mark()
            scanner.send(text_reports("8412345", end="none"))
            node = scanner.node
            time.sleep(0.1)
            scanner.destroy()
            time.sleep(pause / 1000)
            scanner = self.lab.uinput(settle=False)
            same += scanner.node == node
            states = until(lambda mark=mark: (lambda found: found if found[-1:] == ["connected"] else None)(
                [line["state"] for _, line in listener.of("scanner", since=mark)]))
            code = self.next_code()
            scanner.type(code)
            listener.wait(scan_of(code), mark)
            lines = [line.get("code", line.get("reason")) for _, line in listener.of("scan", "scan_damaged", since=mark)]
            whole.append(lines[-1:] == [code] and states == ["disconnected", "connected"])
            damaged.append(lines[:-1] == ["unplugged"])
        self.note(f"replug after {rounds} ms: {same} of {len(rounds)} on the same number")
        self.check(same > len(rounds) // 2, "premise: a scanner plugged in again gets its number again", same)
        self.check(all(whole), "replugged after 1 ms to 1 s, it is disconnected, connected, and the next code is whole", whole)
        self.check(all(damaged), "and each half code is damaged by the unplug", damaged)

    def grab_held(self):
        """Another program holds the grab: blocked, and taken as soon as that ends."""
        service = self.lab.serve()
        listener = self.lab.listener(service)
        times = []
        for held in (0.0, 0.5, 2.0, 5.0):
            mark = listener.mark()
            subprocess.run(["udevadm", "control", "--stop-exec-queue"], check=True)
            try:
                scanner = self.lab.uinput(settle=False)
                other = self.lab.reader(scanner.node, grab=True)
            finally:
                subprocess.run(["udevadm", "control", "--start-exec-queue"], check=True)
            event = listener.wait(scanner_state("blocked", product="5ca1"), mark)
            if not self.check(event and event["reason"] == "busy", f"held by another program for {held} s more: blocked, reason busy", event):
                continue
            time.sleep(held)
            began = time.monotonic_ns()
            other.close()
            until(lambda mark=mark: listener.find(scanner_state("connected", product="5ca1"), mark))
            found = listener.find(scanner_state("connected", product="5ca1"), mark)
            if found:
                times.append((found[0] - began) / 1e6)
            self.scans(listener, scanner, "once it is let go, it scans")
            scanner.destroy()
            listener.wait(scanner_state("disconnected"), mark)
        self.note(f"taken after the other program's close in ms: {[round(ms) for ms in times]}, median {median(times):.0f}")
        self.check(len(times) == 4 and max(times) < SOON_MS, f"taken within {SOON_MS} ms of the other's close", times)
