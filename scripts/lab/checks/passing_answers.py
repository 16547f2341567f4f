"""Pass-through without /dev/uinput, and with an answer that comes too late."""
import contextlib
import os

from codes import product
from support import NEVER, connected, median, scan_of, scanner_state
from till import Till, typed, virtual_keyboards

UINPUT = "/dev/uinput"


@contextlib.contextmanager
def without_uinput():
    """/dev/uinput is away, and back at the end."""
    os.rename(UINPUT, UINPUT + ".away")
    try:
        yield
    finally:
        os.rename(UINPUT + ".away", UINPUT)


@contextlib.contextmanager
def uinput_mode(mode):
    before = os.stat(UINPUT).st_mode & 0o777
    os.chmod(UINPUT, mode)
    try:
        yield
    finally:
        os.chmod(UINPUT, before)


def blocked_line(listener, product):
    """Waits until a scanner is told as blocked, in the snapshot or by an event of its own; returns that or None."""
    def entries(line):
        return line.get("scanners", [line] if line.get("type") == "scanner" else [])

    def is_it(entry):
        return entry.get("state") == "blocked" and product in repr(entry)

    line = listener.wait(lambda line: any(map(is_it, entries(line))), timeout=10)
    return next(filter(is_it, entries(line))) if line else None


class Answers:
    def comes_back(self, service, listener, scanner, what):
        """The scanner is connected without help, and a product is passed."""
        event = listener.wait(scanner_state("connected", product="5ca1"))
        if not self.check(event, f"{what}: the scanner is connected without help", service.tail()):
            return
        till = Till(self.lab)
        text = self.code(product("400638133310"))
        scanner.type(text)
        seen = till.wait_for(1)
        self.check(seen == [typed(text)], f"{what}: and a product is passed", seen)

    def no_uinput(self):
        scanner = self.lab.uinput()
        with without_uinput():
            service = self.lab.serve()
            listener = self.lab.listener(service)
            line = blocked_line(listener, "5ca1")
            self.check(line and line["reason"] == "no_virtual_keyboard",
                       "without /dev/uinput the scanner is blocked, reason no_virtual_keyboard", line)
            other = self.lab.reader(scanner.node)
            scanner.type("400")
            self.check(other.events(5.0), "and not grabbed: it types into the till itself")
        self.comes_back(service, listener, scanner, "once /dev/uinput is there")

    def forbidden_uinput(self):
        scanner = self.lab.uinput()
        os.chmod(scanner.node, 0o644)
        directory = self.lab.path("passing")
        os.makedirs(directory, exist_ok=True)
        os.chmod(directory, 0o777)
        socket_path = directory + "/scanbridge.sock"
        with uinput_mode(0o600):
            service = self.lab.serve(self.lab.config(group="", socket_path=socket_path), user="nobody", socket_path=socket_path)
            listener = self.lab.listener(service)
            line = blocked_line(listener, "5ca1")
            self.check(line and line["reason"] == "no_virtual_keyboard",
                       "with /dev/uinput forbidden the scanner is blocked, reason no_virtual_keyboard", line)
            os.chmod(UINPUT, 0o666)
            self.comes_back(service, listener, scanner, "once /dev/uinput is allowed")
            service.stop()

    def never_passing(self):
        scanner = self.lab.uinput()
        with without_uinput():
            listener = self.lab.listener(self.lab.serve(self.lab.config(NEVER)))
            connected(listener, "5ca1")
            code = self.code(product("400638133311"))
            scanner.type(code)
            scan = listener.wait(scan_of(code))
            self.check(scan and not scan["passed"] and not virtual_keyboards(),
                       "with pass = \"never\" everywhere a scanner works without /dev/uinput, and nothing is passed", scan)

    def all_else_broken(self):
        """The endpoint refuses the token, nobody listens, and the log's disk is full."""
        scanner = self.lab.uinput()
        service = self.lab.serve(self.lab.config(port=self.endpoint("--status", "401")), log="/dev/full")
        listener = self.lab.listener(service)
        connected(listener, "5ca1")
        listener.close()
        till = Till(self.lab)
        texts = [self.code(product(f"4006382{n:05d}")) for n in range(20)]
        for number, text in enumerate(texts):
            scanner.type(self.code(f"other-{number}"))
            scanner.type(text)
        seen = till.wait_for(len(texts))
        self.check(seen == [typed(text) for text in texts],
                   "with a token that is refused, no listener and a full disk under the log each product is passed, and no other code", len(seen))
        self.check(service.process.poll() is None, "and the service goes on")

    def late_answer(self):
        """Who is unknown is told after 3 s, and 1.5 s are allowed."""
        scanner = self.lab.uinput()
        service = self.lab.serve(self.lab.config("\n[pass]\nwait_ms = 1500\n", port=self.endpoint("--slow", "3")))
        listener = self.lab.listener(service)
        connected(listener, "5ca1")
        till = Till(self.lab)
        late = self.code("SLOW00001")
        scanner.type(late)
        waiting = listener.wait(scan_of(late))
        self.check(waiting and not waiting["passed"] and waiting.get("reason") == "waiting", "what is to be looked up waits for its answer", waiting)
        texts, took = [self.code(product(f"4006381{n:05d}")) for n in range(10)], []
        for n, text in enumerate(texts):
            pressed = scanner.type(text)
            till.wait_for(n + 1)
            took.append((till.codes[n][1] - pressed) / 1e6 if len(till.codes) > n else float("nan"))
        event = listener.wait(lambda line: line["type"] == "pass")
        at = next((at for at, _ in listener.of("pass")), 0)
        self.check(event and event["scan"] == waiting["scan"] and not event["passed"] and event.get("reason") == "late",
                   "an answer that has not come in time is told as late", event)
        self.check(at and till.codes[0][1] < at, "a product scanned meanwhile is at the till before that")
        self.note(f"products while a code waits: from Enter's press to the last event median {median(took):.2f} ms, at most {max(took):.2f} ms")
        member = listener.wait(lambda line: line["type"] == "member" and line["scan"] == waiting["scan"])
        self.check(member and member["status"] == "not_found", "premise: the answer came in the end, and would have had it passed", member)
        last = self.code(product("400638133312"))
        scanner.type(last)
        seen = till.wait_for(11)
        self.check(seen == [typed(text) for text in [*texts, last]], "the products are at the till in their order, and the late code is not",
                   f"{len(seen)} codes")
        self.check(len(listener.of("pass")) == 1, "and one pass event is all there is", listener.of("pass"))
        soon = self.code("unknown-1")
        scanner.type(soon)
        event = listener.wait(lambda line: line["type"] == "pass" and line["scan"] != waiting["scan"])
        self.check(event and event["passed"] and till.wait_for(12)[11:] == [typed(soon)], "premise: an answer in time has it passed", event)
