"""Races about udev: storms of events, an overflowed monitor, no udevd, and a machine that sleeps."""
import glob
import os
import signal
import subprocess
import threading
import time

import usbscanner
from support import scan_of, scanner_state, until
from uinput_scanner import text_reports


def uevents(paths, actions, count=None, stop=None):
    """Makes the kernel send events, as `udevadm trigger` does; returns how many."""
    sent = 0
    while (count is None or sent < count) and not (stop and stop()):
        for path in paths:
            try:
                with open(path + "/uevent", "w") as file:
                    file.write(actions[sent % len(actions)])
            except OSError:
                return sent
            sent += 1
    return sent


class UdevRaces:
    def storms(self):
        """Hundreds of change, bind and add events of the scanner while it scans."""
        service = self.lab.serve()
        listener = self.lab.listener(service)
        scanner = self.lab.uinput()
        listener.wait(scanner_state("connected", product="5ca1"))
        usbscanner.plug("stormy")
        self.lab.open.append(lambda: usbscanner.remove("stormy"))
        listener.wait(scanner_state("connected", product="0204"))
        nodes = [os.path.realpath("/sys/class/input/" + os.path.basename(node)) for node in (scanner.node, usbscanner.event_node("stormy"))]
        paths = nodes + [os.path.dirname(node) for node in nodes]
        mark, sent, done = listener.mark(), [], threading.Event()
        storm = threading.Thread(target=lambda: sent.append(uevents(paths, ("change", "bind", "add"), stop=done.is_set)))
        trigger = subprocess.Popen(["udevadm", "trigger", "--action=change", "--subsystem-match=input"])
        storm.start()
        codes = [self.next_code() for _ in range(40)]
        for number, code in enumerate(codes):
            if number % 4 == 3:
                usbscanner.type_text("stormy", code)
            else:
                scanner.type(code)
        done.set()
        storm.join()
        trigger.wait()
        subprocess.run(["udevadm", "settle", "--timeout=300"], check=True)
        listener.wait_for(len(codes), "scan", mark)
        last = self.next_code()
        scanner.type(last)
        listener.wait(scan_of(last), mark)
        got = listener.codes(mark)
        self.note(f"storm: {sum(sent)} events of {len(paths)} devices while {len(codes)} codes were typed")
        self.check(sum(sent) >= 200, "premise: hundreds of events", sent)
        self.check(sorted(got) == sorted(codes + [last]), "a storm of change, bind and add events: no code lost, wrong or double",
                   f"{len(got)} of {len(codes) + 1}, missing {set(codes) - set(got)}")
        self.check(not listener.of("scanner", "scan_damaged", since=mark), "and no event of the scanners, no damage",
                   listener.of("scanner", "scan_damaged", since=mark)[:4])

    def monitor_overflow(self):
        """More events than the monitor's buffer holds while the service is stopped, plugs and unplugs among them."""
        service = self.lab.serve()
        listener = self.lab.listener(service)
        gone = self.lab.uinput("5ca1")
        listener.wait(scanner_state("connected", product="5ca1"))
        usbscanner.plug("before")
        self.lab.open.append(lambda: usbscanner.remove("before"))
        listener.wait(scanner_state("connected", product="0204"))
        mark = listener.mark()
        service.signal(signal.SIGSTOP)
        paths = glob.glob("/sys/class/input/input[0-9]*")[:4] + glob.glob("/sys/class/input/event[0-9]*")[:4]
        sent, began = 0, time.monotonic()
        while not drops(service.pid) and time.monotonic() - began < 120:
            sent += uevents(paths, ("change",), count=200)
            subprocess.run(["udevadm", "settle", "--timeout=300"], check=True)
        lost = drops(service.pid)
        self.check(lost > 0, "premise: the monitor's buffer overflows", f"{sent} events, {lost} dropped")
        # All of this comes when the buffer is full: the service hears nothing of it.
        gone.destroy()
        usbscanner.unplug("before")
        short = self.lab.uinput("5ca1")
        short.destroy()
        new = self.lab.uinput("5ca2")
        usbscanner.plug("before")
        self.note(f"monitor: {sent} events, {drops(service.pid)} dropped, in {time.monotonic() - began:.0f} s")
        service.signal(signal.SIGCONT)

        def state():
            states = {}
            for _, line in listener.of("scanner", since=mark):
                states[line["scanner"]["product"]] = line["state"]
            return states

        right = {"5ca1": "disconnected", "5ca2": "connected", "0204": "connected"}
        until(lambda: state() == right)
        self.check(state() == right, "after a lost part of udev's events (ENOBUFS) what is there is connected, what is gone is not", state())
        again = self.lab.listener(service)
        snapshot = again.find(lambda line: line["type"] == "snapshot")[1]["scanners"]
        self.check(sorted((one["product"], one["state"]) for one in snapshot) == [("0204", "connected"), ("5ca2", "connected")],
                   "and a snapshot says the same", snapshot)
        self.scans(listener, new, "and the new one scans")
        code, mark = self.next_code(), listener.mark()
        usbscanner.type_text("before", code)
        self.check(listener.wait(scan_of(code), mark), "and the one plugged in again")

    def no_udevd(self):
        """Without udevd nothing would ever be found: the service says so at once."""
        config = self.lab.config()
        result = subprocess.run(["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /run/udev && exec "$@"', "sh", self.lab.program, "serve",
                                 "--config", config, "--socket", self.lab.path("lonely.sock")], capture_output=True, text=True, timeout=60)
        self.check(result.returncode == 69 and "udev" in result.stderr, "without udevd `serve` ends with 69 and says why",
                   f"exit {result.returncode}: {result.stderr}")

    def frozen(self):
        """The freezer, the part of a suspend that the lab survives: every process stands still for five seconds, in mid-code. The rest
        of the code is not typed: the clocks went on, and after five seconds it would be another code to anybody."""
        if not os.path.exists("/sys/power/pm_test"):
            self.note("NOT TESTED: suspend, this kernel has no /sys/power/pm_test")
            self.check(False, "premise: the kernel can test a suspend", "no CONFIG_PM_SLEEP_DEBUG")
            return
        service = self.lab.serve()
        listener = self.lab.listener(service)
        scanner = self.lab.uinput()
        listener.wait(scanner_state("connected", product="5ca1"))
        self.scans(listener, scanner, "before the freeze it scans")
        mark = listener.mark()
        reports = text_reports(self.next_code())
        scanner.send(reports[:8])
        began = time.monotonic()
        write("/sys/power/pm_test", "freezer")
        write("/sys/power/state", "freeze")
        write("/sys/power/pm_test", "none")
        slept = time.monotonic() - began
        self.check(slept > 4, "premise: all processes were frozen", f"{slept:.1f} s")
        listener.wait(lambda line: line["type"] == "scan_damaged", mark)
        self.scans(listener, scanner, "frozen in mid-code for 5 s, it scans again")
        lines = [line.get("code", line.get("reason")) for _, line in listener.of("scan", "scan_damaged", since=mark)]
        self.check(lines[0] == "timeout" and set(lines[:-1]) == {"timeout"}, "and the code that was under way is damaged, reason timeout", lines)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def drops(pid):
    """How many messages were dropped for a process's first netlink socket, which the kernel names by its pid."""
    with open("/proc/net/netlink") as file:
        return max((int(line.split()[8]) for line in file.readlines()[1:] if line.split()[2] == str(pid)), default=0)
