"""Another version installed while listeners listen and cards are scanned."""
import socket
import threading
import time
from collections import Counter

from areas import Area
from package.accounts import Account, GrabWatch
from package.machine import SERVICE, SOCKET, SOCKET_UNIT, main_pid, run, show
from support import until


class Caller:
    """A program that connects all the time: how often it was turned away, and how often it heard the service's first line."""

    def __init__(self):
        self.refused, self.greeted, self.closed, self.ended = [], 0, 0, threading.Event()
        self.thread = threading.Thread(target=self._call, daemon=True)
        self.thread.start()

    def _call(self):
        while not self.ended.wait(0.05):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(60)
                try:
                    connection.connect(SOCKET)
                except OSError as error:
                    self.refused.append(str(error))
                    continue
                try:
                    greeted = connection.makefile("rb").readline().endswith(b"\n")
                except OSError:
                    greeted = False
                self.greeted += greeted
                self.closed += not greeted

    def close(self):
        self.ended.set()
        self.thread.join()


class Typist:
    """Scans a new card every now and then."""

    def __init__(self, lab, pause):
        self.lab, self.pause, self.codes, self.ended = lab, pause, [], threading.Event()
        self.thread = threading.Thread(target=self._type, daemon=True)
        self.thread.start()

    def _type(self):
        while not self.ended.wait(self.pause):
            self.codes.append(self.lab.next_card())
            self.lab.scan(self.codes[-1])

    def close(self):
        self.ended.set()
        self.thread.join()


class Upgrade(Area):
    name = "upgrade"
    title = "upgrade and downgrade while a listener listens"

    def run(self):
        lab = self.lab
        self.listener = lab.ready()
        first = lab.installed()
        self.change("upgrade", lab.newer)
        self.check(lab.installed() != first, "upgrade: another version is installed", lab.installed())
        self.change("downgrade", lab.package, "--allow-downgrades")
        self.check(lab.installed() == first, "downgrade: the first version is installed again", lab.installed())

    def change(self, what, package, *options):
        lab, mark = self.lab, self.listener.mark()
        lab.terminal.settle()
        pid, old = main_pid(), self.listener.instance
        watch, caller, typist = GrabWatch(lab.plug()), Caller(), Typist(lab, 0.4)
        for one in (watch, caller, typist):
            lab.open.append(one.close)
        until(lambda: len(self.listener.of("scan", since=mark)) >= 2)
        started = time.monotonic()
        result = lab.install(package, *options)
        took = time.monotonic() - started
        self.check(result.returncode == 0, f"{what}: apt-get does it", result.stdout[-1500:])
        self.check(lab.restarted(pid), f"{what}: the service runs with another process", lab.state())
        typed = len(typist.codes)
        until(lambda: len(typist.codes) > typed + 2)
        typist.close()
        last = lab.next_card()
        lab.scan(last)
        self.check(self.listener.wait(lambda line: line.get("type") == "member" and line["code"] == last, mark), f"{what}: members are found",
                   lab.state())
        caller.close()
        watch.close()
        codes = typist.codes + [last]
        events = [line for _, line in self.listener.poll()[mark:] if "seq" in line and "time" in line]
        account = Account(codes, events)
        self.note(f"{what}: {took:.1f} s, {len(codes)} codes typed: {account}; {caller.greeted} connections greeted, {caller.closed} closed by the stop")
        self.check(account.holds(), f"{what}: each code is told once, or reported damaged", account)
        told = [line for line in events if line["type"] in ("scan", "scan_damaged", "member", "scanner", "pass")]
        sequence = [line["seq"] for line in told]
        self.check(sequence == list(range(sequence[0], sequence[0] + len(sequence))), f"{what}: no event is lost and none comes twice",
                   [pair for pair in zip(sequence, sequence[1:]) if pair[1] != pair[0] + 1][:5])
        self.check(not [line for line in events if line["type"] in ("gap", "lagged")], f"{what}: there is no gap",
                   [line for line in events if line["type"] in ("gap", "lagged")])
        instances = {line["instance"] for _, line in self.listener.poll() if line["type"] == "hello"}
        self.check(instances == {old}, f"{what}: the listener resumes in the same stream", instances)
        looked_up = Counter(line["scan"] for line in told if line["type"] == "scan" and line["lookup"])
        members = Counter(line["scan"] for line in told if line["type"] == "member")
        self.check(looked_up == members, f"{what}: each scan has its one member event", f"{looked_up - members} {members - looked_up}")
        self.check(not caller.refused and not self.listener.refused, f"{what}: no connection is refused",
                   f"{caller.refused[:3]} {self.listener.refused[:3]}")
        typed_on = lab.terminal.text()
        self.check(typed_on == "", f"{what}: not one character reaches the console", repr(typed_on))
        self.check(not watch.free and watch.tries > 10, f"{what}: the grab was never free", watch.free)
        states = {unit: show("ActiveState", unit) for unit in (SERVICE, SOCKET_UNIT)}
        failed = run("systemctl", "--failed", "--plain", "--no-legend").stdout.strip()
        self.check(set(states.values()) == {"active"} and not failed, f"{what}: all units run", f"{states} {failed}")
