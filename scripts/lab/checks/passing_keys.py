"""What must not be typed at a till, and what is typed before a code is complete."""
from codes import card, product
from support import connected, median, scan_of, scanner_state, until
from till import Till, keys_of, typed
from uinput_scanner import report, text_reports

CTRL, ALT, WIN, SHIFT = 29, 56, 125, 42
# name, the keys that are pressed one after the other and held
COMMANDS = [("Ctrl+Alt+F2", (CTRL, ALT, 60)), ("Alt+F4", (ALT, 62)), ("Win+R", (WIN, 19)), ("Win", (WIN,)), ("Ctrl+C", (CTRL, 46)),
            ("Ctrl+D", (CTRL, 32)), ("Ctrl+Shift+T", (CTRL, SHIFT, 20)), ("F5", (63,)), ("F8", (66,)), ("Escape", (1,)), ("Backspace", (14,)),
            ("Insert", (110,)), ("NumLock", (69,)), ("ScrollLock", (70,)), ("Alt+SysRq+H", (ALT, 99, 35)), ("Ctrl+Alt+Del", (CTRL, ALT, 111))]
F8, GS = (66,), (CTRL, 27)
ALLOWING = f"""
[[scanner]]
vendor = "1209"
product = "5ca1"
gap_ms = 2000
pass_keys = ["f8", "ctrl+rightbrace"]
"""
# Cards wait for their answer, everything else flows as soon as it can be no card.
EARLY = """
[[route]]
name    = "card"
pattern = "^OW-(?<id>[0-9]{8})$"
pass    = "never"

[[route]]
name   = "rest"
lookup = false
pass   = "always"
"""


def chord(keys):
    """The reports of keys that go down one after the other and up in reverse."""
    return [report((key, 1)) for key in keys] + [report((key, 0)) for key in reversed(keys)]


class Keys:
    def serve_keys(self, *config, **options):
        self.scanner, self.products = self.lab.uinput(), 0
        self.service = self.lab.serve(self.lab.config(*config, **options))
        self.listener = self.lab.listener(self.service)
        connected(self.listener, "5ca1")
        self.till = Till(self.lab)

    def next_product(self):
        self.products += 1
        return self.code(product(f"40063{self.products:07d}"))

    def sheets(self, keys):
        """Codes with a command in front, in the middle and at their end: what a sheet of paper can hold."""
        text = self.next_product()
        return {"in front": chord(keys) + text_reports(text), "inside": text_reports(text[:7], end="none") + chord(keys) + text_reports(text[7:]),
                "at the end": text_reports(text, end="none") + chord(keys) + text_reports("")}

    def outcome(self, reports):
        """Types reports and a product behind them; returns what was told before that, and all that the till saw."""
        mark, seen, last = self.listener.mark(), self.till.mark(), self.next_product()
        self.scanner.send(reports)
        self.listener.wait(lambda line: line["type"] in ("scan", "scan_damaged"), mark, timeout=10)
        self.scanner.type(last)
        self.listener.wait(scan_of(last), mark)
        until(lambda: self.till.since(seen)[-len(typed(last)):] == typed(last), timeout=10)
        told = [line for _, line in self.listener.of("scan", "scan_damaged", since=mark)]
        return told[:-1] if told and told[-1].get("code") == last and told[-1]["passed"] else ["the product behind it is not passed", *told], \
            self.till.since(seen), typed(last)

    def blocked_sheets(self, commands):
        """Each sheet is told and not passed; nothing of it is seen."""
        for name, keys in commands:
            leaks, told = [], []
            for place, reports in self.sheets(keys).items():
                lines, seen, last = self.outcome(reports)
                leaks += [] if seen == last else [(place, seen[:8])]
                fine = lines and all(line["type"] == "scan_damaged" or not line["passed"] and line["reason"] == "command_keys" for line in lines
                                     if isinstance(line, dict)) and all(isinstance(line, dict) for line in lines)
                told += [] if fine else [(place, lines)]
            self.check(not leaks, f"{name} in front of a product's code, inside and at its end: nothing reaches the till", leaks)
            self.check(not told, f"{name}: and each is told, not as passed", told)

    def command_keys(self):
        self.serve_keys()
        self.blocked_sheets(COMMANDS)

    def allowed_keys(self):
        self.serve_keys(ALLOWING, scanners=())
        for name, keys in (("F8", F8), ("Ctrl+]", GS)):
            text = self.next_product()
            reports = text_reports(text[:7], end="none") + chord(keys) + text_reports(text[7:])
            lines, seen, last = self.outcome(reports)
            self.check(seen == keys_of(reports) + last, f"{name}, allowed by pass_keys, reaches the till where it was typed", f"{lines} {seen[:40]}")
        self.blocked_sheets([("F5 where F8 is allowed", (63,)), ("Ctrl+F8", (CTRL, 66)), ("Ctrl+Alt+]", (CTRL, ALT, 27))])

    # Early decision

    def early(self):
        """How much sooner a product is at the till, and that no card shows a key."""
        after = {}
        for name, config in (("at the end", ""), ("early", EARLY)):
            self.serve_keys(config)
            leads, ends = [], []
            for _ in range(20):
                text, mark = self.next_product(), self.till.mark()
                times = self.scanner.send(text_reports(text))
                self.till.wait_for(1, mark)
                first, last, events = self.till.codes[mark[0]]
                leads.append((times[-2] - first) / 1e6)
                ends.append((last - times[-2]) / 1e6)
                if events != typed(text):
                    self.check(False, f"decided {name}: a product's keys are as they were typed", events)
            after[name] = median(leads), median(ends)
            if name != "early":
                self.lab.close_all()
        (lead, end), (early_lead, early_end) = after["at the end"], after["early"]
        self.note(f"13 digits at 1 ms a report: first key {-lead:.2f} ms after Enter's press when decided at the end, {early_lead:.2f} ms before it "
                  f"when decided early; last event {end:.2f} and {early_end:.2f} ms after it (medians of 20)")
        text, mark = self.next_product(), self.till.mark()
        times = self.scanner.send(text_reports(text), pace_ms=20)
        seen = self.till.wait_for(1, mark)
        self.check(seen == [typed(text)], "decided early: a product is whole at the till", seen)
        self.check(self.till.codes[mark[0]][0] < times[-2], "decided early: its first key is there before its Enter is typed",
                   f"{(self.till.codes[mark[0]][0] - times[-2]) / 1e6:.1f} ms after")
        shown = []
        for n in range(5):
            card_code, last, mark, end = self.code(f"OW-1234567{n}"), self.next_product(), self.till.mark(), self.listener.mark()
            self.scanner.send(text_reports(card_code) + text_reports(last), pace_ms=2)
            scan, seen = self.listener.wait(scan_of(card_code), end), self.till.wait_for(1, mark)
            shown += [] if scan and not scan["passed"] and seen == [typed(last)] else [(scan, seen)]
        self.check(not shown, "decided early: of five cards no key is shown, and the products behind them are whole", shown[:1])
        # Codes that begin as a card, and the place at which they are none.
        for code, place in (("OW-1234567", 10), ("OW-1234567X", 10), ("OW-123456789", 11), ("OX-12345678", 1)):
            mark, end = self.till.mark(), self.listener.mark()
            times = self.scanner.send(text_reports(self.code(code)), pace_ms=5)
            scan, seen = self.listener.wait(scan_of(code), end), self.till.wait_for(1, mark)
            self.check(seen == [typed(code)] and scan and scan["passed"], f"decided early: {code}, nearly a card, is passed whole", f"{scan} {seen}")
            early = (times[2 * place] - self.till.codes[mark[0]][0]) / 1e6 if len(self.till.codes) > mark[0] else float("inf")
            self.check(early <= 0, f"decided early: {code} shows no key while it may be a card", f"{early:.1f} ms too early")

    def early_order(self):
        """While one scanner's code flows, another's waits."""
        self.serve_keys(EARLY)
        other = self.lab.uinput("5ca2")
        connected(self.listener, "5ca2")
        first, second, mark = self.next_product(), self.next_product(), self.till.mark()
        reports = text_reports(first)
        self.scanner.send(reports[:10])
        began = until(lambda: len(self.till.since(mark)) == 20)
        self.check(began, "decided early: half of a product's code is at the till", self.till.since(mark))
        other.type(second)
        self.listener.wait(scan_of(second))
        self.check(self.till.since(mark) == keys_of(reports[:10]), "decided early: meanwhile nothing of another scanner's code",
                   self.till.since(mark))
        self.scanner.send(reports[10:])
        seen = self.till.wait_for(2, mark)
        self.check(seen == [typed(first), typed(second)], "decided early: then the first code's rest, and the second code", seen)
        for text in (card("84", 7), self.next_product()):
            other.type(text)
        self.check(self.till.wait_for(4, mark)[2:] == [typed(card("84", 7)), typed(text)], "decided early: what no route holds back is passed",
                   self.till.codes[-2:])

    def early_unplug(self):
        """A scanner is pulled out while its code flows, with a key down."""
        self.serve_keys(EARLY)
        other = self.lab.uinput("5ca2")
        connected(self.listener, "5ca2")
        mark, told = self.till.mark(), self.listener.mark()
        reports = text_reports("4006X")
        cut = len(text_reports("4006X", end="none")) - 1
        self.scanner.send(reports[:cut])
        until(lambda: len(self.till.since(mark)) == len(keys_of(reports[:cut])))
        self.check(self.till.since(mark) == keys_of(reports[:cut]), "decided early: premise: Shift and X are down at the till", self.till.since(mark))
        self.scanner.destroy()
        damaged = self.listener.wait(lambda line: line["type"] == "scan_damaged", told)
        self.check(damaged and damaged["reason"] == "unplugged", "decided early: unplugged in mid-code, it is damaged", damaged)
        self.listener.wait(scanner_state("disconnected", product="5ca1"), told)
        until(lambda: len(self.till.since(mark)) > len(keys_of(reports[:cut])), timeout=5)
        down, rest = set(), self.till.since(mark)
        for kind, key, value in rest:
            if kind == 1:
                (down.add if value else down.discard)(key)
        self.check(not down and rest[-1] == (0, 0, 0), "decided early: and its keys go up at the till", rest[-6:])
        text, behind = self.next_product(), self.till.mark()
        other.type(text)
        until(lambda: len(self.till.since(behind)) >= len(typed(text)))
        self.check(self.till.since(behind) == typed(text), "decided early: the other scanner's next code is whole", self.till.since(behind))
