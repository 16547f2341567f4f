"""Each system call of the device side fails once: the scanner comes back, or is reported."""
import json
import os
import re
import signal
import socket
from collections import Counter

import usbscanner
from areas import Area
from support import hello, scan_of, scanner_state, until
from tracing import Trace, call_of, errnos

ROUTE = '\n[[route]]\nname = "plain"\npattern = "^7.*$"\nlookup = false\n'
# Within this a scanner must be back.
BACK = 6
# The calls by which the service makes itself ready, before it looks at devices. Of the rest only those are made to fail that are about the scanner.
READY = {"epoll_create1", "eventfd2", "timerfd_create", "signalfd4", "socket", "bind", "getsockname", "epoll_ctl", "access", "getdents64",
         "inotify_init1", "inotify_add_watch", "timerfd_settime"}
# How a start may end beside serving: unavailable, fault, no permission.
ENDS = (69, 70, 77)


class Faults(Area):
    name = "faults"
    title = "each system call of the device side fails, by strace's injection: in a scanner's life, and at start"

    def run(self):
        self.outcomes, self.silent, self.wrong, self.ended, self.reports = Counter(), [], [], [], []
        self.number = 0
        self.start_service()
        self.lives("uinput", self.plug_uinput)
        self.lives("usb", self.plug_usb, share=12)
        self.lab.close_all()
        self.starts()

    def start_service(self):
        self.service = self.lab.serve(self.lab.config(ROUTE))
        self.listener = self.lab.listener(self.service)

    # One scanner's life

    def plug_uinput(self):
        scanner = self.lab.uinput(settle=False)
        self.lab.open.pop()
        return "5ca1", scanner.type, scanner.destroy

    def plug_usb(self):
        usbscanner.plug("faulty")
        return "0204", lambda code: usbscanner.type_text("faulty", code), lambda: usbscanner.unplug("faulty")

    def next_code(self):
        self.number += 1
        return self.code(f"7{self.number:06d}")

    def reported(self, mark, logged):
        """What the service has said about it: a blocked scanner, or a line in its log."""
        blocked = self.listener.find(scanner_state("blocked"), mark)
        if blocked:
            return f"blocked, {blocked[1].get('reason')}"
        with open(self.service.log, errors="replace") as file:
            file.seek(logged)
            lines = [line.strip() for line in file if re.search(r": (warning|error|critical):", line)]
        return lines[0] if lines else None

    def scan(self, write, mark):
        """Types codes until one comes; how many it took. Nothing else may come."""
        for tries in range(1, 4):
            code = self.next_code()
            try:
                write(code)
            except OSError:
                return None
            came = self.listener.wait(lambda line, code=code: line.get("code") == code or line.get("type") in ("scan_damaged", "scanner"),
                                      mark, timeout=BACK)
            if came and came["type"] == "scanner":
                # Lost in mid-code: it must be connected once more before it can scan.
                connects = scanner_state("connected")
                until(lambda: self.states(mark)[-1:] == ["connected"], BACK)
                if not self.listener.find(connects, mark) or self.states(mark)[-1:] != ["connected"]:
                    return None
            if self.listener.find(scan_of(code), mark):
                return tries
            mark = self.listener.mark()
        return None

    def states(self, mark):
        return [line["state"] for _, line in self.listener.of("scanner", since=mark)]

    def life(self, what, plug, options):
        """Plug, scan and unplug with the service under strace; what became of it, and the trace."""
        mark, logged = self.listener.mark(), os.path.getsize(self.service.log)
        trace = Trace(self.lab.path("fault.trace"), options, thread=self.service.pid)
        product, write, destroy = plug()
        # A scanner that is not found by the first event may be by the second: that is for the service to arrange.
        came = until(lambda: self.states(mark)[-1:] == ["connected"] or self.service.process.poll() is not None, BACK)
        outcome = None
        if self.service.process.poll() is not None:
            outcome = "ended"
        else:
            tries = self.scan(write, self.listener.mark()) if came else None
            hurt = self.reported(mark, logged)
            outcome = ("at once" if tries == 1 and not hurt else "after retry" if tries else "reported" if hurt else "silent")
        destroy()
        if outcome != "ended" and "connected" in self.states(mark):
            until(lambda: self.states(mark)[-1:] == ["disconnected"] or self.service.process.poll() is not None, BACK)
            if self.service.process.poll() is not None:
                outcome = "ended"
            elif self.states(mark)[-1:] != ["disconnected"]:
                outcome = "reported" if self.reported(mark, logged) and self.states(mark)[-1:] == ["blocked"] else "silent"
        trace.detach()
        shown = (trace.injected() or "")[:110]
        if outcome in ("reported", "silent", "ended"):
            {"reported": self.reports, "silent": self.silent, "ended": self.ended}[outcome].append(
                f"{what}: {shown}: {self.states(mark)} {self.reported(mark, logged) or ''} exit {self.service.process.poll()}")
        if outcome in ("silent", "ended"):
            self.renew()
        typed = {f"7{n:06d}" for n in range(self.number + 1)}
        self.wrong += [code for code in self.listener.codes(mark) if code not in typed]
        return outcome, trace, shown

    def renew(self):
        """Another service, since this one has ended or is not what it was."""
        if self.service.stop() is None:
            self.ended.append("it did not end on SIGTERM")
        self.listener.close()
        self.start_service()

    def lives(self, what, plug, share=1):
        """Fails every `share`-th call of a life."""
        outcome, trace, _ = self.life(what, plug, [])
        self.check(outcome == "at once", f"premise: a {what} scanner lives under strace", outcome)
        counts = trace.counts()
        self.note(f"{what}: calls in a scanner's life: " + ", ".join(f"{call} {count}" for call, count in counts.most_common()))
        faults = [(call, errno, number) for call, count in sorted(counts.items()) for errno in errnos(call) for number in range(1, count + 1)]
        before, injected = Counter(self.outcomes), 0
        marks = len(self.silent), len(self.ended), len(self.wrong)
        for call, errno, number in faults[::share]:
            outcome, _, shown = self.life(what, plug, Trace.fault(call, errno, number))
            if shown:
                injected += 1
                self.outcomes[outcome] += 1
        now = Counter(self.outcomes)
        now.subtract(before)
        self.note(f"{what}: {injected} faults injected of {len(faults[::share])}: {dict(+now)}")
        for line in self.reports:
            self.note(f"reported: {line}")
        self.reports = []
        self.check(injected > len(faults[::share]) // 2, f"{what}: premise: most faults were injected", injected)
        self.check(len(self.ended) == marks[1], f"{what}: the service lives through each fault", "\n".join(self.ended[marks[1]:]))
        self.check(len(self.silent) == marks[0], f"{what}: after each fault the scanner comes back and scans, or is reported",
                   "\n".join(self.silent[marks[0]:]))
        self.check(len(self.wrong) == marks[2], f"{what}: no wrong code", self.wrong[marks[2]:])

    # The start

    def start(self, options):
        """Starts a service under strace: (`serves`, `ends`, or what is wrong; the trace; what it said)."""
        log, path = self.lab.next("serve") + ".log", self.lab.path("fault.sock")
        with open(log, "wb") as output:
            trace = Trace(self.lab.path("start.trace"), ["--seccomp-bpf", "-f", *options] if options else ["-f"], stdout=output,
                          command=[self.lab.program, "serve", "--config", self.config, "--socket", path])
        until(lambda: trace.process.poll() is not None or hello(path))
        status = trace.process.poll()
        with open(log, errors="replace") as file:
            said = file.read()
        if status is not None:
            outcome = "ends" if status in ENDS and re.search(r"^scanbridge: .+", said, re.M) else f"ends with {status}"
        elif hello(path):
            outcome = self.serving(path)
        else:
            outcome = "hangs"
        if trace.process.poll() is None:
            with open(f"/proc/{trace.process.pid}/task/{trace.process.pid}/children") as file:
                child = file.read().split()
            for pid in child:
                os.kill(int(pid), signal.SIGTERM)
            until(lambda: trace.process.poll() is not None)
            if trace.process.poll() is None:
                outcome = "does not end"
                for pid in child:
                    os.kill(int(pid), signal.SIGKILL)
        trace.detach()
        with open(log, errors="replace") as file:
            said = file.read()
        if outcome == "without the scanner" and re.search(r": (warning|error):", said):
            outcome = "reports"
        return outcome, trace, said

    def serving(self, path):
        """Whether a service that has started has the scanner, or says why not."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(BACK)
            connection.connect(path)
            connection.sendall(b'{"id":1,"method":"subscribe"}\n')
            seen, code = "without the scanner", None
            try:
                for line in map(json.loads, connection.makefile("rb")):
                    for one in line.get("scanners", [line]):
                        if "5ca1" not in repr(one):
                            continue
                        seen = "reports" if one.get("state") == "blocked" else "serves, but does not scan"
                        if one.get("state") == "connected" and code is None:
                            code = self.next_code()
                            self.scanner.type(code)
                    if code is not None and line.get("code") == code:
                        return "serves"
            except TimeoutError:
                pass
            return seen

    def starts(self):
        self.scanner = self.lab.uinput()
        self.config = self.lab.config(ROUTE)
        outcome, trace, said = self.start([])
        self.check(outcome == "serves", "premise: the service starts under strace", f"{outcome}\n{said}")
        node = os.path.basename(self.scanner.node)
        about = (node, os.path.basename(self.scanner.syspath), f"c13:{os.stat(self.scanner.node).st_rdev & 0xff}")
        counts, faults = Counter(), []
        for line in trace.lines():
            call = call_of(line)
            if call in ("epoll_wait", "epoll_pwait"):
                break
            counts[call] += 1
            if call in READY or (any(re.search(rf"{re.escape(word)}\b", line) for word in about) and call_of(line) not in (None, "execve", "close")):
                faults += [(call, errnos(call)[len(faults) % len(errnos(call))], counts[call])]
        outcomes, bad, injected = Counter(), [], 0
        for fault in faults:
            outcome, trace, said = self.start(Trace.fault(*fault))
            shown = trace.injected()
            if not shown:
                continue
            injected += 1
            outcomes[outcome] += 1
            if outcome not in ("serves", "ends", "reports"):
                bad.append(f"{outcome}: {shown[:120]}: {said.strip()[-150:]}")
        self.note(f"start: {injected} faults injected of {len(faults)}: {dict(outcomes)}")
        self.check(injected > len(faults) // 2, "start: premise: most faults were injected", injected)
        self.check(not bad, "after a fault at start it serves, or says what is missing, or ends with a message and 69, 70 or 77", "\n".join(bad))
