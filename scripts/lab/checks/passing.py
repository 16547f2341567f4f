"""One scanner for cards and products: what the till sees of thousands of codes, and that it sees no card."""
import random
import signal
import socket
import subprocess
from collections import Counter, defaultdict

from areas import Area
from checks.console import Terminal
from checks.passing_answers import Answers
from checks.passing_ends import Ends
from checks.passing_keys import Keys
from checks.soak import LETTERS, PRODUCTS, HangingEndpoint, Typist
from codes import card, is_product, product
from processes import ByScanner
from support import ACCOUNT, HERE, PYTHON, TOKEN, until
from till import Till, typed

TERMINAL = "/dev/tty1"
# Of 20 codes, so many are cards and unknown to the endpoint; the others are products.
CARDS, UNKNOWN = 5, 2
# How many codes are typed where the endpoint or a listener fails.
SHORT = 200


def product_codes():
    """Products' codes for ever: EAN-13, EAN-8 and UPC-A, none in-store."""
    while True:
        length = random.choice((13, 13, 8, 12))
        first = random.choice({13: "13456789", 8: "3456789", 12: "016789"}[length])
        yield product(first + "".join(random.choices("0123456789", k=length - 2)))


class Passing(Area, Ends, Keys, Answers):
    name = "passing"
    title = "products reach the till, cards do not, whatever happens to the endpoint, the listeners and the service"

    def run(self):
        self.settle_console()
        self.run_parts(self.mixed, self.hanging, self.refusing, self.failing, self.stopped_listener, self.killed_in_mid_scan, self.killed_in_mid_pass,
                       self.command_keys, self.allowed_keys, self.no_uinput, self.forbidden_uinput, self.never_passing, self.late_answer,
                       self.all_else_broken, self.early, self.early_order, self.early_unplug)

    def settle_console(self):
        """What earlier areas have typed is thrown away."""
        terminal, scanner = Terminal(TERMINAL), self.lab.uinput()
        scanner.type("0", end="none")
        terminal.settle()
        self.lab.close_all()

    # Streams

    def mixed(self):
        self.stream("mixed codes", self.lab.pass_codes, self.lab.port, "\n[pass]\nwait_ms = 10000\n", {"member"}, answers=True)

    def hanging(self):
        endpoint = HangingEndpoint()
        self.lab.open.append(endpoint.close)
        self.stream("an endpoint that hangs", SHORT, endpoint.port)

    def refusing(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.stream("an endpoint that refuses", SHORT, port)

    def failing(self):
        self.stream("an endpoint that answers 500", SHORT, self.endpoint("--status", "500"))

    def stopped_listener(self):
        self.stream("a stopped listener", SHORT, self.lab.port, "\n[pass]\nwait_ms = 10000\n", {"member"}, answers=True, sleeper=True)

    def endpoint(self, *options):
        """Another endpoint's port."""
        process = subprocess.Popen(PYTHON + [HERE + "/endpoint.py", "--token", TOKEN, "--account", ACCOUNT, *options], stdout=subprocess.PIPE)
        self.lab.open.append(lambda: (process.kill(), process.wait()))
        return int(process.stdout.readline())

    def stream(self, what, count, port, extra="", refusals=frozenset(("late", "unanswered")), answers=False, sleeper=False):
        """Types mixed codes on two scanners at once and judges what the till, its console and a listener have seen.

        `refusals` are the reasons for which codes that waited were not passed, `answers` whether the endpoint tells who is unknown."""
        self.what, self.refusals, self.answers = what, refusals, answers
        terminal = Terminal(TERMINAL)
        self.lab.open.append(terminal.close)
        service = self.lab.serve(self.lab.config(extra, port=port))
        self.listener = self.lab.listener(service)
        if sleeper:
            self.lab.listener(service).process.send_signal(signal.SIGSTOP)
        self.till = Till(self.lab, TERMINAL)
        self.plan(count)
        self.events = ByScanner(self.listener, PRODUCTS)
        self.scans, self.passes = [], {}
        typist = Typist(self.lab.tool("typist"), self.lab.path("plan"), self.lab.path("typed"), service.pid, 0, 1)
        self.lab.open.append(typist.close)
        while typist.take_lines(0.1):
            self.look()
            typist.connected(self.events.connections)
        until(self.all_told, pause=0.1)
        passed = self.passed()
        self.till.wait_for(len(passed))
        until(lambda: self.till.text().count("\r") >= len(passed))
        self.note(f"{what}: {count} codes at a real median of {typist.median_ns / 1e6:.2f} ms a report")
        self.check(not self.listener.closed and service.process.poll() is None, f"{what}: the service and its listener live", service.tail())
        self.judge_till(passed)
        self.judge_events()

    def plan(self, count):
        """Products, cards and codes that the endpoint does not know, in random order; each code once in all."""
        products, self.kinds = product_codes(), {}
        for n in range(count):
            kind = "card" if n % 20 < CARDS else "unknown" if n % 20 < CARDS + UNKNOWN else "product"
            text = card("84", n) if kind == "card" else "U" + "".join(random.choices(LETTERS, k=random.randrange(7, 16)))
            while kind == "product" and (text := next(products)) in self.kinds:
                pass
            self.kinds[self.code(text)] = kind
        self.check(not any(is_product(text) for text, kind in self.kinds.items() if kind == "card" and len(text) == 13),
                   f"{self.what}: premise: no card is a product by chance")
        texts = list(self.kinds)
        random.shuffle(texts)
        self.codes = [(n % 2, text) for n, text in enumerate(texts)]
        self.texts = {typed(text): text for text in texts}
        with open(self.lab.path("plan"), "w") as file:
            file.write("".join(f"{device} {text} -1\n" for device, text in self.codes))

    def look(self):
        """Sorts what has come."""
        for number, line in self.events.new():
            if line["type"] in ("scan", "scan_damaged"):
                self.scans.append((number, line))
            elif line["type"] == "pass":
                self.passes.setdefault(line["scan"], []).append(line)

    def all_told(self):
        """Whether both scanners' last codes are told, and what became of each that waited."""
        self.look()
        lasts = {[text for device, text in self.codes if device == number][-1] for number in range(len(PRODUCTS))}
        told = {line.get("code") for _, line in self.scans}
        return lasts <= told and all(line["scan"] in self.passes for _, line in self.scans if line.get("reason") == "waiting")

    def passed(self):
        """What the events say was passed: at once, in order, and then after an answer."""
        waited = {scan for scan, events in self.passes.items() if events[0]["passed"]}
        return ([line["code"] for _, line in self.scans if line.get("passed")]
                + [line["code"] for _, line in self.scans if line["scan"] in waited])

    def judge_till(self, passed):
        seen = [self.texts.get(events) for _, _, events in self.till.poll()]
        wrong = [self.till.codes[n][2] for n, text in enumerate(seen) if text is None]
        kinds = Counter(self.kinds.get(text) for text in seen)
        self.note(f"{self.what}: the till saw {len(seen)} codes, {dict(kinds)}, in {len(self.till.events)} events; {self.till.dropped()} overflows")
        self.check(not wrong, f"{self.what}: the till sees nothing but codes as they were typed, key by key and packet by packet", wrong[:2])
        self.check(kinds["card"] == 0, f"{self.what}: no card", [text for text in seen if self.kinds.get(text) == "card"][:5])
        self.check(sorted(filter(None, seen)) == sorted(passed), f"{self.what}: what is told as passed comes exactly once, and nothing else",
                   f"told {len(passed)}, seen {len(seen)}, {list((Counter(passed) - Counter(seen)).items())[:4]}, "
                   f"{list((Counter(seen) - Counter(passed)).items())[:4]}")
        at_once = [line["code"] for _, line in self.scans if line.get("passed")]
        in_order = [text for text in seen if self.kinds.get(text) == "product"]
        self.check(in_order == at_once, f"{self.what}: products in the order of their scans",
                   next((pair for pair in zip(in_order, at_once) if pair[0] != pair[1]), f"{len(in_order)} of {len(at_once)}"))
        self.check(self.till.dropped() == 0, f"{self.what}: the till's buffer never overflows", self.till.dropped())
        self.check(self.till.begun == len(self.till.events), f"{self.what}: and no key is left over", self.till.events[self.till.begun:][:4])
        text, console = "".join(f"{text}\r" for text in seen), self.till.text()
        place = next((n for n, pair in enumerate(zip(text, console)) if pair[0] != pair[1]), min(len(text), len(console)))
        self.check(text == console, f"{self.what}: the console sees the same",
                   f"{len(console)} of {len(text)} characters; from {place}: {console[place:place + 40]!r}, not {text[place:place + 40]!r}")

    def judge_events(self):
        reasons, silent, swapped, damaged = Counter(), [], [], Counter()
        for number in range(len(PRODUCTS)):
            own = [text for device, text in self.codes if device == number]
            place, expected, damages = {text: n for n, text in enumerate(own)}, 0, 0
            for scanner, line in self.scans:
                if scanner != number:
                    continue
                if line["type"] == "scan_damaged":
                    damages += 1
                    damaged[line["reason"]] += 1
                elif (at := place.get(line["code"])) is None or at < expected:
                    swapped.append(line["code"])
                else:
                    silent += own[expected:at] if not damages else []
                    expected, damages = at + 1, 0
        self.note(f"{self.what}: damaged {dict(damaged)}")
        self.check(not swapped, f"{self.what}: each scanner's codes are told once, in its order", swapped[:4])
        self.check(not silent, f"{self.what}: each code that is missing is told as damaged", silent[:4])
        self.check(sum(damaged.values()) * 20 <= len(self.codes), f"{self.what}: premise: few are damaged", dict(damaged))
        by_kind = defaultdict(Counter)
        for _, line in self.scans:
            if line["type"] == "scan":
                by_kind[self.kinds.get(line["code"])][line["passed"], line["lookup"], line.get("reason")] += 1
        self.check(set(by_kind["product"]) == {(True, False, None)}, f"{self.what}: products are passed and not looked up", by_kind["product"])
        for kind in ("card", "unknown"):
            self.check(set(by_kind[kind]) == {(False, True, "waiting")}, f"{self.what}: {kind} codes wait for an answer", by_kind[kind])
        kind_of = {line["scan"]: self.kinds.get(line["code"]) for _, line in self.scans if line.get("reason") == "waiting"}
        self.check({scan: len(events) for scan, events in self.passes.items()} == dict.fromkeys(kind_of, 1),
                   f"{self.what}: each of them has exactly one pass event", f"{len(kind_of)} waited, {len(self.passes)} told")
        for scan, events in self.passes.items():
            reasons[kind_of.get(scan), events[0]["passed"], events[0].get("reason")] += 1
        self.note(f"{self.what}: {', '.join(f'{kind} {reason or passed} {count}' for (kind, passed, reason), count in reasons.items())}")
        refused = {reason for kind, passed, reason in reasons if not passed}
        self.check(refused and refused <= self.refusals, f"{self.what}: refused only for {', '.join(sorted(self.refusals))}", dict(reasons))
        unknown = {passed for kind, passed, _ in reasons if kind == "unknown"}
        self.check(unknown == {self.answers}, f"{self.what}: who is unknown is {'passed' if self.answers else 'not passed without an answer'}",
                   dict(reasons))
