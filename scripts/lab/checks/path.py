"""The path of a scan: plug, scan, unplug, replug, two at once."""
import threading

import usbscanner
from areas import Area
from codes import card
from endpoint import member
from support import scan_of, scanner_state, until

HONEYWELL = {"vendor": "0c2e", "product": "0204"}
SYMBOL = {"vendor": "05e0", "product": "1200"}


class Path(Area):
    name = "path"
    title = "from the plug to the member at two listeners"

    def run(self):
        self.service = self.lab.serve()
        self.first = self.lab.listener(self.service)
        self.second = self.lab.listener(self.service)
        self.plug_and_scan()
        self.unplug_in_mid_code()
        self.two_at_once()
        self.identical_scanners()

    def plug(self, name, serial="", **ids):
        """Plugs a scanner and waits for its event; returns the event's scanner, or None."""
        mark = self.first.mark()
        usbscanner.plug(name, serial=serial, **ids)
        self.lab.open.append(lambda: usbscanner.remove(name))
        event = self.first.wait(scanner_state("connected", ids["vendor"], ids["product"]), mark)
        return event["scanner"] if event else None

    def plug_and_scan(self):
        scanner = self.plug("honeywell", serial="SN1", **HONEYWELL)
        self.check(scanner is not None and scanner["serial"] == "SN1" and "Voyager" in scanner["name"],
                   "a plugged USB scanner is announced as connected, with name and serial number", scanner)
        self.lab.results.check(self.second.wait(scanner_state("connected", **HONEYWELL)), "the second listener is told too")
        code = self.code(card("841234567825"))
        usbscanner.type_text("honeywell", code)
        name, balance = member(code)
        for which, listener in (("first", self.first), ("second", self.second)):
            scan = listener.wait(scan_of(code))
            self.check(scan and scanner and scan["scanner"] == scanner["id"] and scan["lookup"] is True,
                       f"the {which} listener gets the scan", scan or self.service.tail())
            event = listener.wait(lambda line: line["type"] == "member" and line["code"] == code)
            found = (event or {}).get("member") or {}
            self.check(event and scan and event["status"] == "found" and event["scan"] == scan["scan"]
                       and found.get("name") == name and found.get("balance") == balance and found.get("id") == code,
                       f"the {which} listener gets the member's name and balance", event)
        code = self.code(card("001234567890"))
        usbscanner.type_text("honeywell", code)
        event = self.first.wait(lambda line: line["type"] == "member" and line["code"] == code)
        self.check(event and event["status"] == "not_found", "leading zeros survive, and who is no member is not found", event)

    def unplug_in_mid_code(self):
        mark = self.first.mark()
        # Pulled out with keys typed that the host has already taken.
        usbscanner.type_text("honeywell", "841234", end="none")
        usbscanner.unplug("honeywell")
        damaged = self.first.wait(lambda line: line["type"] == "scan_damaged", mark)
        self.check(damaged and damaged["reason"] == "unplugged" and "841234" not in str(damaged),
                   "an unplug in mid-code is a damaged scan, reason unplugged, without the characters", damaged)
        self.check(self.first.wait(scanner_state("disconnected", **HONEYWELL), mark), "the unplugged scanner is announced")
        usbscanner.plug("honeywell")
        self.check(self.first.wait(scanner_state("connected", **HONEYWELL), mark), "the scanner plugged again is announced")
        code = self.code(card("84", 1))
        usbscanner.type_text("honeywell", code)
        self.first.wait(scan_of(code), mark)
        self.check(self.first.codes(mark) == [code], "it scans again, and nothing of the half code is in front",
                   self.first.codes(mark))

    def two_at_once(self):
        other = self.plug("symbol", maker="Symbol", title="Bar Code Scanner", **SYMBOL)
        self.check(other is not None, "a second make of scanner is connected")
        mark = self.first.mark()
        typed = {"honeywell": [self.code(card("841111", n)) for n in range(5)],
                 "symbol": [self.code(card("842222", n)) for n in range(5)]}
        ready = threading.Barrier(2)

        def work(name):
            ready.wait()
            for code in typed[name]:
                usbscanner.type_text(name, code)

        threads = [threading.Thread(target=work, args=(name,)) for name in typed]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.first.wait_for(10, "scan", mark)
        scans = [line for _, line in self.first.of("scan", since=mark)]
        for name in typed:
            own = [scan["code"] for scan in scans if (scan["scanner"] == (other or {}).get("id")) == (name == "symbol")]
            self.check(own == typed[name], f"two scanners typing at once: the codes of {name} are whole and in order", own)
        damaged = self.first.of("scan_damaged", since=mark)
        self.check(not damaged, "two scanners typing at once: nothing is damaged", damaged)

    def identical_scanners(self):
        ids = set()
        twins = [f"twin{n}" for n in (1, 2)]
        for name in twins:
            scanner = self.plug(name, maker="Symbol", title="Twin", **SYMBOL)
            ids.add(scanner["id"] if scanner else None)
        self.check(len(ids) == 2 and None not in ids, "identical scanners without a serial number have different ids", ids)
        mark = self.first.mark()
        for n, name in enumerate(twins):
            code = self.code(card("843333", n))
            usbscanner.type_text(name, code)
            self.first.wait(scan_of(code), mark)
        scans = [line for _, line in self.first.of("scan", since=mark)]
        self.check(len(scans) == 2 and {scan["scanner"] for scan in scans} == ids, "each twin's scan carries its own id", scans)
        until(lambda: len(self.first.of("member", since=mark)) == 2)
