"""kill -9 and a stopped loop: the grab is never free, and no card reaches the console."""
import os
import signal
import time

from areas import Area
from package.accounts import Account, GrabWatch
from package.machine import SERVICE, SOCKET_UNIT, main_pid, run, show
from support import NEVER, NodeReader, connected, scan_of, until

KILLS = 20


class Crash(Area):
    name = "crash"
    title = "killed, again and again; hung; and killed without systemd"

    def run(self):
        self.listener = self.lab.ready()
        self.watch = GrabWatch(self.lab.plug())
        self.lab.open.append(self.watch.close)
        self.check(until(lambda: self.watch.tries > 10) and not self.watch.free, "premise: another program asks for the scanner, and is told EBUSY",
                   self.watch.free)
        self.killed("idle", [], 0)
        self.killed("idle, a code typed while it is down", [self.lab.next_card()], 0)
        self.killed("idle, many codes typed while it is down", [self.lab.next_card() for _ in range(6)], 0)
        self.killed("in mid-code, the rest typed while it is down", [self.lab.next_card()], 5)
        self.killed("in mid-code, the rest and another typed while it is down", [self.lab.next_card(), self.lab.next_card()], 5)
        self.many_times()
        self.hung()
        self.lab.close_all()
        self.without_systemd()

    def killed(self, what, codes, before):
        """Kills the service behind so many keys of the first code; the rest is typed at once, while it is down."""
        lab, mark, free = self.lab, self.listener.mark(), len(self.watch.free)
        pid = main_pid()
        if before:
            lab.scan(codes[0][:before], end="none")
        os.kill(pid, signal.SIGKILL)
        until(lambda: not os.path.exists(f"/proc/{pid}"), pause=0.001)
        if codes:
            lab.scan(codes[0][before:])
        down = main_pid() != pid and show("ActiveState") != "active"
        for code in codes[1:]:
            lab.scan(code)
        self.check(lab.restarted(pid), f"{what}: it comes back", lab.state())
        if codes:
            self.check(down, f"{what}: premise: it was down meanwhile")
        # What comes after shows that all before it has been told.
        last = lab.next_card()
        connected(self.listener, serial="TILL1")
        if not codes:
            lab.scan(last)
        else:
            until(lambda: self.listener.of("scan", "scan_damaged", since=mark))
            lab.scan(last)
        self.check(self.listener.wait(scan_of(last), mark), f"{what}: it scans", lab.state())
        account = Account(codes + [last], [line for _, line in self.listener.of("scan", "scan_damaged", since=mark)])
        self.check(account.holds(), f"{what}: each code is decoded, or reported damaged", account)
        self.note(f"{what}: {account}")
        self.quiet(what, free)

    def quiet(self, what, free):
        typed = self.lab.terminal.text()
        self.check(typed == "", f"{what}: not one character reaches the console", repr(typed))
        self.check(len(self.watch.free) == free, f"{what}: the grab was never free", self.watch.free[free:])

    def many_times(self):
        lab, free = self.lab, len(self.watch.free)
        what, started = f"kill -9 {KILLS} times in a row", time.monotonic()
        before = int(show("NRestarts"))
        for n in range(KILLS):
            pid = until(main_pid)
            os.kill(pid, signal.SIGKILL)
            if not until(lambda: main_pid() not in (0, pid), pause=0.02):
                break
        self.check(until(lambda: show("ActiveState") == "active") and int(show("NRestarts")) - before == KILLS, f"{what}: it comes back", lab.state())
        self.note(f"{what}: {time.monotonic() - started:.0f} s")
        mark, code = self.listener.mark(), lab.next_card()
        until(lambda: self.listener.find(lambda line: line.get("type") == "snapshot", mark), timeout=60)
        lab.scan(code)
        self.check(self.listener.wait(scan_of(code)), f"{what}: it scans", lab.state())
        self.quiet(what, free)

    def hung(self):
        lab, mark, free = self.lab, self.listener.mark(), len(self.watch.free)
        pid, code, what = main_pid(), lab.next_card(), "SIGSTOP"
        os.kill(pid, signal.SIGSTOP)
        started = time.monotonic()
        lab.scan(code)
        self.check(lab.restarted(pid, timeout=120), f"{what}: the watchdog ends the hung service, and it comes back", lab.state())
        self.note(f"{what}: {time.monotonic() - started:.0f} s until it was back, watchdog {show('WatchdogUSec')}")
        last = lab.next_card()
        until(lambda: self.listener.of("scan", "scan_damaged", since=mark))
        lab.scan(last)
        self.check(self.listener.wait(scan_of(last), mark), f"{what}: it scans", lab.state())
        account = Account([code, last], [line for _, line in self.listener.of("scan", "scan_damaged", since=mark)])
        self.check(account.holds(), f"{what}: what was typed meanwhile is decoded, or reported damaged", account)
        self.quiet(what, free)

    def without_systemd(self):
        """The same without a service manager: with the process the grab goes."""
        lab = self.lab
        run("systemctl", "stop", SERVICE, SOCKET_UNIT)
        node = lab.plug()
        service = lab.serve(lab.config(NEVER, group=""))
        connected(lab.listener(service), serial="TILL1")
        lab.terminal.settle()
        service.kill()
        code = lab.next_card()
        lab.scan(code)
        typed = lab.terminal.text(len(code) + 1, timeout=10)
        self.check(typed == code + "\r", "without systemd the console gets what is scanned after kill -9", repr(typed))
        try:
            NodeReader(node, grab=True).close()
            free = True
        except OSError:
            free = False
        self.check(free, "and another program can have the scanner")
        lab.close_all()
        run("systemctl", "start", SOCKET_UNIT, SERVICE)
