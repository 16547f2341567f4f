"""What kinds of devices there are: equal scanners, those in a wrong mode, composite ones, and the project's own keyboard."""
import subprocess
import time

import usbscanner
from support import scan_of, scanner_state, until
from uinput_scanner import UinputScanner, text_reports


class Kinds:
    def plug(self, name, **options):
        """Plugs a USB scanner and waits for its event; returns the event's scanner, or None."""
        mark = self.listener.mark()
        usbscanner.plug(name, **options)
        if name not in self.plugged:
            self.plugged.add(name)
            self.lab.open.append(lambda: usbscanner.remove(name))
        event = self.listener.wait(scanner_state("connected"), mark)
        return event["scanner"] if event else {"id": None}

    def serve_kinds(self, config=None):
        self.plugged = set()
        self.service = self.lab.serve(config)
        self.listener = self.lab.listener(self.service)

    def same_serial(self):
        """Some makers give all of a model one serial number."""
        self.serve_kinds()
        ids = {}
        for port, name in enumerate(("left", "right")):
            ids[name] = self.plug(name, port=port, serial="0000000001")["id"]
        self.check(len(set(ids.values())) == 2 and None not in ids.values(), "two scanners with the same serial number are two", ids)
        for order in (("left", "right"), ("right", "left"), ("left", "right")):
            for name in order:
                mark = self.listener.mark()
                usbscanner.unplug(name)
                self.listener.wait(scanner_state("disconnected"), mark)
            now = {name: self.plug(name, port=("left", "right").index(name))["id"] for name in order}
            self.check(now == ids, f"plugged again, {order[0]} first, each keeps its id", f"{ids} {now}")
        for name in ids:
            mark, code = self.listener.mark(), self.next_code()
            usbscanner.type_text(name, code)
            scan = self.listener.wait(scan_of(code), mark)
            self.check(scan and scan["scanner"] == ids[name], f"a scan of {name} has its id", scan)

    def wrong_mode(self):
        """Scanners that are set up as something else than a keyboard."""
        config = self.lab.config()
        self.serve_kinds(config)
        for vendor, product, descriptor in (("0c2e", "0700", usbscanner.POINT_OF_SALE), ("05e0", "1300", usbscanner.POINT_OF_SALE)):
            mark, name = self.listener.mark(), f"mode{product}"
            usbscanner.plug(name, vendor=vendor, product=product, title="Scanner", descriptors=(descriptor,), boot=False, wait=False)
            self.lab.open.append(lambda name=name: usbscanner.remove(name))
            event = self.listener.wait(scanner_state("blocked", vendor, product), mark, timeout=10)
            self.check(event and event["reason"] == "wrong_mode" and event.get("message"),
                       f"a scanner in a wrong mode, {vendor}:{product}, is blocked, reason wrong_mode", event)
            if event:
                self.note(f"{vendor}:{product}: {event.get('message')}")
            result = subprocess.run([self.lab.program, "devices", "--config", config], capture_output=True, text=True, timeout=60)
            lines = [line for line in result.stdout.splitlines() if product in line and vendor in line]
            self.check(result.returncode == 0 and lines, "and `devices` names it", f"exit {result.returncode}: {result.stdout} {result.stderr}")
            mark = self.listener.mark()
            usbscanner.unplug(name)
            self.check(self.listener.wait(scanner_state("disconnected", vendor, product), mark, timeout=10), "and unplugged, it is gone")

    def composite(self):
        """One device with two keyboards and a third node with keys that never come."""
        self.serve_kinds()
        descriptors = (usbscanner.DESCRIPTOR, usbscanner.CONSUMER, usbscanner.DESCRIPTOR)
        scanner = self.plug("composite", serial="C1", title="Composite Scanner", descriptors=descriptors)
        until(lambda: len(self.nodes("Composite")) >= 2)
        subprocess.run(["udevadm", "settle"], check=True)
        self.check(len(self.nodes("Composite")) >= 2, "premise: a composite scanner has more nodes than one", self.nodes("Composite"))
        mark, codes = self.listener.mark(), []
        for _ in range(3):
            codes.append(self.next_code())
            usbscanner.type_text("composite", codes[-1])
            self.listener.wait(scan_of(codes[-1]), mark)
        scans = [line for _, line in self.listener.of("scan", since=mark)]
        self.check([scan["code"] for scan in scans] == codes and {scan["scanner"] for scan in scans} == {scanner["id"]},
                   "a composite scanner's codes come once, all from one scanner", scans)
        told = [(line["state"], line["scanner"]["id"]) for _, line in self.listener.of("scanner")]
        self.check(told == [("connected", scanner["id"])], "and it is announced once", told)
        usbscanner.unplug("composite")
        self.listener.wait(scanner_state("disconnected"), mark)
        time.sleep(0.5)
        told = [line["state"] for _, line in self.listener.of("scanner", since=mark)]
        self.check(told == ["disconnected"], "and unplugged once", told)

    @staticmethod
    def nodes(word):
        with open("/proc/bus/input/devices") as file:
            return [line for line in file.read().split("\n\n") if word in line and "event" in line]

    def virtual_keyboard(self):
        """The keyboard that the project types on to the till, with a configuration that takes everything."""
        self.serve_kinds(self.lab.config('\n[[scanner]]\nname = "*"\n', scanners=()))
        keyboard = UinputScanner("scanbridge virtual keyboard", "1209", "5cab")
        self.lab.open.append(keyboard.destroy)
        other = self.lab.reader(keyboard.node)
        scanner = self.lab.uinput("5ca2")
        self.listener.wait(scanner_state("connected", product="5ca2"))
        # Few enough that the buffer of a reader that gets no turn meanwhile holds them all: 30 events of 64.
        mark, reports = self.listener.mark(), text_reports("8477")
        keyboard.send(reports)
        keys = []
        while more := other.events(2.0):
            keys += [event for event in more if event[0] == 1]
        self.check(len(keys) == len(reports), "the project's own virtual keyboard is not grabbed, even with name = \"*\"", len(keys))
        self.scans(self.listener, scanner, "and its keys are no scan")
        told = self.listener.find(lambda line: line["type"] == "scanner" and line["scanner"]["product"] == "5cab")
        self.check(not told, "and it is not announced", told)
