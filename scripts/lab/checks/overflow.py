"""Codes typed while the service is stopped: whole, or reported as damaged, never another code."""
import signal
import time

from areas import Area
from codes import card
from support import SYN_DROPPED, connected, scan_of
from uinput_scanner import text_reports

STALL = 0.1


class Overflow(Area):
    name = "overflow"
    title = "codes at 1 ms a report while the service is stopped for 100 ms"

    def run(self):
        self.scanner = self.lab.uinput()
        self.premise()
        self.service = self.lab.serve()
        self.listener = self.lab.listener(self.service)
        connected(self.listener, "5ca1")
        self.whole_or_damaged("10 digits", self.code("8412345670"))
        self.whole_or_damaged("13 digits", self.code(card("841234567890")), must_be_whole=True)
        self.whole_or_damaged("30 characters", self.code("841234567890123456789012345678"))
        self.whole_or_damaged("30 characters with Shift", self.code("AbCdEfGhIjKlMnOpQrStUvWxYz0123"))
        for position in (2, 9, 16, 31, 44):
            self.whole_or_damaged(f"30 characters, stopped from report {position}", self.code(f"84{position:02d}567890123456789012345678"),
                                  before=position)
        self.three_in_a_stall()
        self.rollover()

    def premise(self):
        """The kernel's buffer is what the tests take it for; else they prove nothing."""
        reports = text_reports(card("841234567890"))
        plain, masked = self.lab.reader(self.scanner.node), self.lab.reader(self.scanner.node)
        masked.mask_scancodes()
        self.scanner.send(reports)
        dropped = [(0, SYN_DROPPED, 0) in reader.events(1.0) for reader in (plain, masked)]
        self.check(dropped == [True, False], "premise: 13 digits and Enter overflow a reader's buffer, but not with EV_MSC masked",
                   dropped)
        plain.close()
        masked.close()

    def stall(self, reports, before=0):
        """Types reports, with the service stopped from report `before` on."""
        self.scanner.send(reports[:before])
        self.service.signal(signal.SIGSTOP)
        began = time.monotonic()
        self.scanner.send(reports[before:])
        time.sleep(max(0.0, STALL - (time.monotonic() - began)))
        self.service.signal(signal.SIGCONT)

    def outcome(self, mark):
        """Types a plain code as an end mark; returns what came in front of it."""
        last = self.code(card("84", 2))
        self.listener.wait(lambda line: line["type"] in ("scan", "scan_damaged"), mark, timeout=5)
        time.sleep(0.2)
        self.scanner.type(last)
        self.listener.wait(scan_of(last), mark, timeout=10)
        lines = [line for _, line in self.listener.of("scan", "scan_damaged", since=mark)]
        seen = [line.get("code", line.get("reason")) for line in lines]
        return seen[:-1] if seen and seen[-1] == last else seen + ["the code behind it is missing"]

    def whole_or_damaged(self, what, code, before=0, must_be_whole=False):
        mark = self.listener.mark()
        self.stall(text_reports(code), before)
        seen = self.outcome(mark)
        allowed = ([code],) if must_be_whole else ([code], ["overflow"])
        word = "whole" if must_be_whole else "whole or damaged"
        was = {(code,): " (whole)", ("overflow",): " (damaged)"}.get(tuple(seen), "")
        self.check(seen in allowed, f"{what}: {word}{was}, and the next scan is right", seen)

    def three_in_a_stall(self):
        codes = [self.code(card("844444", n)) for n in range(3)]
        mark = self.listener.mark()
        self.stall(sum((text_reports(code) for code in codes), []))
        seen = self.outcome(mark)
        whole = [code for code in seen if code in codes]
        others = [word for word in seen if word not in codes]
        self.check(whole == [code for code in codes if code in whole] and set(others) <= {"overflow"}
                   and (len(whole) == 3 or others), "three codes within one stall: what is missing is reported, none is wrong", seen)

    def rollover(self):
        codes = [self.code(code) for code in (card("841234567890"), card("841122334455"), "AbcDE-f/12.3")]
        mark = self.listener.mark()
        for code in codes:
            self.scanner.type(code, rollover=True)
        self.listener.wait_for(len(codes), "scan", mark)
        self.check(self.listener.codes(mark) == codes, "codes with rolled-over keys are whole", self.listener.codes(mark))
