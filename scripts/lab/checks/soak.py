"""Thousands of codes from two scanners at once, with everything in the way: nothing wrong, nothing twice, nothing lost in silence."""
import bisect
import os
import random
import select
import socket
import subprocess
import threading
from collections import Counter, defaultdict

from areas import Area
from codes import is_product
from processes import ByScanner
from support import until

PRODUCTS = ("5ca1", "5ca2")
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"
# How many codes there are to one stop of the service, and to one unplug in mid-code.
CODES_PER_STOP, CODES_PER_UNPLUG = 80, 400
# A stop is felt for as long as the service needs to catch up.
FELT_NS = 300_000_000


class HangingEndpoint:
    """Accepts every connection and never answers."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.server.getsockname()[1]
        self.held = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.held = self.held[-512:] + [connection]

    def close(self):
        self.server.close()
        for connection in self.held:
            connection.close()


class Typist:
    """bench-tools/typist.c as a process, which types as soon as the scanner that it has plugged is connected."""

    def __init__(self, program, plan, log, pid, stops, seed):
        self.log = log
        self.process = subprocess.Popen([program, plan, log, str(pid), str(stops), str(seed)] + ["1209:" + product for product in PRODUCTS],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.plugged, self.told, self.median_ns = Counter(), Counter(), None

    def take_lines(self, timeout):
        """Reads what it says; False once it is done."""
        if select.select([self.process.stdout], [], [], timeout)[0]:
            for line in os.read(self.process.stdout.fileno(), 4096).decode().splitlines():
                what, number = line.split()
                if what == "plugged":
                    self.plugged[int(number)] += 1
                elif what == "done":
                    self.median_ns = int(number)
            if self.process.poll() is not None:
                raise RuntimeError(f"the typist ended with {self.process.returncode}")
        return self.median_ns is None

    def connected(self, counts):
        """Lets those scanners type that are connected as often as they were plugged."""
        for number, times in self.plugged.items():
            if self.told[number] < times <= counts[number]:
                self.told[number] = times
                self.process.stdin.write(f"go {number}\n".encode())
                self.process.stdin.flush()

    def close(self):
        self.process.kill()
        self.process.wait()


class Soak(Area):
    name = "soak"
    title = "codes at 1 ms a report from two scanners at once, stops of 5 to 200 ms, unplugs in mid-code, an endpoint that hangs"

    def run(self):
        count = self.lab.soak_codes
        random.seed(seed := int(os.environ.get("SCANBRIDGE_SOAK_SEED", 0)) or random.randrange(1, 1 << 31))
        stops, unplugs = max(1, count // CODES_PER_STOP), max(2, count // CODES_PER_UNPLUG)
        self.note(f"{count} codes, {stops} stops, {unplugs} unplugs, seed {seed}")
        self.plan(count, unplugs)
        endpoint = HangingEndpoint()
        self.lab.open.append(endpoint.close)
        self.service = self.lab.serve(self.lab.config(port=endpoint.port))
        self.listener = self.lab.listener(self.service)
        self.by_scanner, self.events = ByScanner(self.listener, PRODUCTS), defaultdict(list)
        typist = Typist(self.lab.tool("typist"), self.lab.path("plan"), self.lab.path("typed"), self.service.pid, stops, seed)
        self.lab.open.append(typist.close)
        while typist.take_lines(0.1):
            self.look()
            typist.connected(self.by_scanner.connections)
        lasts = {[text for device, text, _ in self.codes if device == number][-1] for number in range(len(PRODUCTS))}
        until(lambda: self.look() or lasts <= {line.get("code") for events in self.events.values() for line in events[-3:]}, pause=0.1)
        self.read_log(typist.log)
        self.note(f"real median from one report to the next {typist.median_ns / 1e6:.2f} ms, {len(self.stops)} stops of "
                  f"{min(b - a for a, b in self.stops) / 1e6:.0f} to {max(b - a for a, b in self.stops) / 1e6:.0f} ms")
        self.check(not self.listener.closed and self.service.process.poll() is None, "the service and its listener live", self.service.tail())
        self.judge(unplugs)
        self.members()

    def plan(self, count, unplugs):
        """Half EAN-13, half ids, in random order; each code once in all."""
        texts = set()
        while len(texts) < count:
            if len(texts) % 2:
                digits = [random.randrange(10) for _ in range(12)]
                texts.add("".join(map(str, digits)) + str(-sum(d * (3 if n % 2 else 1) for n, d in enumerate(digits)) % 10))
            else:
                texts.add("".join(random.choices(LETTERS, k=random.randrange(8, 21))))
        texts = list(texts)
        random.shuffle(texts)
        pulled = set(random.sample(range(10, count - 20), unplugs))
        # Even, and not the last report: the last key is up when the scanner is pulled out.
        self.codes = [(n % 2, text, 2 * random.randrange(1, len(text)) if n in pulled else -1) for n, text in enumerate(texts)]
        with open(self.lab.path("plan"), "w") as file:
            file.write("".join(f"{device} {text} {unplug}\n" for device, text, unplug in self.codes))

    def look(self):
        """Sorts what has come by scanner."""
        for number, line in self.by_scanner.new():
            if line["type"] in ("scan", "scan_damaged"):
                self.events[number].append(line)

    def read_log(self, path):
        """When each code was typed, by text, and when the service was stopped."""
        self.typed, self.stops = {}, []
        with open(path) as file:
            for line in file:
                word, *rest = line.split()
                if word == "code":
                    self.typed[rest[1]] = (int(rest[2]), int(rest[3]))
                else:
                    self.stops.append((int(rest[0]), int(rest[1])))

    def judge(self, unplugs):
        """For each scanner, what is missing between two codes that came, and how often damage was reported there."""
        wrong = [line["code"] for number, lines in self.events.items() for line in lines
                 if line["type"] == "scan" and (line["code"] not in self.typed or number is None)]
        every = Counter(line["code"] for lines in self.events.values() for line in lines if line["type"] == "scan")
        doubled = [code for code, times in every.items() if times > 1]
        missing = [text for _, text, _ in self.codes if text not in every]
        reasons, runs, swapped = Counter(), [], []
        for number in range(len(PRODUCTS)):
            own = [text for device, text, _ in self.codes if device == number]
            place = {text: n for n, text in enumerate(own)}
            expected, damages = 0, []
            for line in self.events[number]:
                if line["type"] == "scan_damaged":
                    damages.append(line["reason"])
                    reasons[line["reason"]] += 1
                elif (at := place.get(line["code"])) is None or at < expected:
                    swapped.append(line["code"])
                else:
                    runs.append((own[expected:at], damages))
                    expected, damages = at + 1, []
            runs.append((own[expected:], damages))
        damaged = sum(reasons.values())
        silent = [run for run in runs if run[0] and not run[1]]
        # A buffer that overflows is emptied by the kernel, however many codes it held: one overflow may stand for several.
        short = [run for run in runs if len(run[0]) > len(run[1]) and "overflow" not in run[1]]
        idle = sum(max(0, len(damages) - len(lost)) for lost, damages in runs)
        afar = [text for lost, damages in runs for text in lost if "overflow" in damages and not self.felt(*self.typed[text])]
        deepest = max((len(lost) for lost, damages in runs if "overflow" in damages), default=0)
        self.note(f"typed {len(self.codes)}, delivered {sum(every.values())}, lost {len(missing)}, wrong {len(wrong)}, damaged {damaged}, "
                  f"doubled {len(doubled)}, lost in silence {sum(len(lost) for lost, _ in silent)}")
        self.note(f"damaged: {dict(reasons)}; runs of lost codes with as many reports as codes: "
                  f"{sum(1 for lost, damages in runs if lost and len(lost) <= len(damages))}, where one overflow stands for several: "
                  f"{sum(1 for lost, damages in runs if len(lost) > len(damages))} (at most {deepest} codes); reports without a lost code {idle}; "
                  f"lost codes of an overflow that no stop explains {len(afar)}")
        self.check(not wrong, "none wrong", wrong[:5])
        self.check(not doubled, "none doubled", doubled[:5])
        self.check(not swapped, "each scanner's codes in its order", swapped[:5])
        self.check(not silent, "wherever codes are missing, damage is reported in their place", silent[:5])
        self.check(not short, "without an overflow, each missing code has a report of its own", short[:5])
        pulled = {text for _, text, unplug in self.codes if unplug >= 0}
        # Where the buffer had overflowed before in the same code, that is the reason.
        told = sum(len(pulled & set(lost)) for lost, damages in runs if {"unplugged", "overflow"} & set(damages))
        self.check(told == unplugs, f"each of {unplugs} unplugs in mid-code is reported", f"{told}, {reasons}")
        self.check(damaged <= len(missing), "no more are reported than missing", f"{len(missing)} missing, {damaged} reports")

    def felt(self, began, ended):
        """Whether the service was stopped while a code was typed, or shortly before."""
        at = bisect.bisect_right(self.stops, (ended, ended)) - 1
        return at >= 0 and self.stops[at][1] + FELT_NS > began

    def members(self):
        """The endpoint hangs: products are passed all the same, and each other scan still ends in one member event."""
        scans = [line for _, line in self.listener.of("scan")]
        products = [line for line in scans if line["code"].isdigit() and len(line["code"]) == 13 and is_product(line["code"])]
        self.check(len(products) > len(scans) // 4, "premise: products are among the codes", f"{len(products)} of {len(scans)}")
        unpassed = [line for line in products if line["lookup"] or not line["passed"]]
        self.check(not unpassed, "each product is passed and not looked up", unpassed[:3])
        looked_up = Counter(line["scan"] for line in scans) - Counter(line["scan"] for line in products)
        until(lambda: len(self.listener.of("member")) >= len(looked_up), pause=0.5)
        members = Counter(line["scan"] for _, line in self.listener.of("member"))
        self.check(looked_up == members, "each other scan has exactly one member event",
                   f"{len(looked_up)} scans, {sum(members.values())} member events")
        states = Counter(line["status"] for _, line in self.listener.of("member"))
        self.check(set(states) == {"unavailable"}, "and its status is unavailable", states)
