"""The corpus of Tests/Corpus through the kernel: each case's events are typed on a uinput scanner, and what comes is compared."""
import json
import os
import re
import select
import subprocess
import time
import tomllib

from areas import Area
from support import HERE, until

FOLDER = os.path.join(HERE, "..", "..", "Tests", "Corpus")
FIELDS = ("type", "code", "symbology", "symbology_guessed", "aim", "reason")
MATCHING = ("vendor", "product", "serial", "name", "port", "use")
# A configuration may name 64 scanners; this many type at once.
A_SERVICE, AT_ONCE = 60, 12
# A pause that the machine has made longer than this may have changed the case: it is typed again, alone.
LATE_NS = 15_000_000
# Nothing more may come once the longest pause of a code, and this, have gone by.
SILENCE = 0.6


class Case:
    """A folder of the corpus."""

    def __init__(self, folder, number):
        self.name, self.folder = os.path.basename(folder), folder
        self.product = f"{0x1000 + number:04x}"
        with open(folder + "/facts.md") as file:
            last = file.read().strip().splitlines()[-1]
        self.kernel = last == "Kernel: yes"
        self.reason = last.removeprefix("Kernel: ")
        with open(folder + "/expected.ndjson") as file:
            self.expected = [json.loads(line) for line in file if line.strip()]
        with open(folder + "/events") as file:
            times = re.findall(r"^E: (\d+\.\d+) ", file.read(), re.M)
        self.seconds = float(times[-1]) - float(times[0]) if times else 0
        self.got, self.late, self.tries, self.gap = [], 0, 0, 0.3

    def settings(self):
        """The [[scanner]] of its configuration that applies to its device, for the uinput device."""
        lines = ["[[scanner]]", 'vendor = "1209"', f'product = "{self.product}"']
        path = self.folder + "/config.toml"
        if os.path.exists(path):
            with open(self.folder + "/device") as file:
                device = file.read()
            ids = {key: re.search(rf"^E: {name}=(.*)$", device, re.M) for key, name in
                   (("vendor", "ID_VENDOR_ID"), ("product", "ID_MODEL_ID"), ("serial", "ID_SERIAL_SHORT"))}
            with open(path, "rb") as file:
                rules = tomllib.load(file)["scanner"]
            for rule in rules:
                if all(ids[key] and ids[key][1] == rule[key] for key in ids if key in rule):
                    self.gap = rule.get("gap_ms", 300) / 1000
                    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rule.items() if key not in MATCHING]
                    break
        return "\n" + "\n".join(lines) + "\n"

    def seen(self):
        """What came, as `expected.ndjson` has it: what became of a scan at the till is no part of it."""
        return [{key: line[key] for key in FIELDS if key in line and (key != "reason" or line["type"] == "scan_damaged")} for line in self.got]

    def right(self):
        return self.seen() == self.expected

    def disturbed(self):
        """Whether the machine was too slow for the case, so that it proves nothing."""
        wanted = sum(line.get("reason") == "overflow" for line in self.expected)
        return self.late > LATE_NS or sum(line.get("reason") == "overflow" for line in self.got) > wanted


class Corpus(Area):
    name = "corpus"
    title = "each case of Tests/Corpus that a kernel can have, typed through /dev/uinput with its own times"

    def run(self):
        folders = sorted(entry.path for entry in os.scandir(FOLDER) if entry.is_dir()) if os.path.isdir(FOLDER) else []
        cases = [Case(folder, number) for number, folder in enumerate(folders)]
        able = sorted((case for case in cases if case.kernel), key=lambda case: case.seconds)
        for case in cases:
            if not case.kernel:
                self.note(f"{case.name}: {case.reason}")
        self.check(len(able) >= 1, "there are cases", FOLDER)
        for first in range(0, len(able), A_SERVICE):
            self.serve(able[first:first + A_SERVICE])
        unjudged = [case for case in able if not case.right() and case.disturbed()]
        wrong = [case for case in able if not case.right() and case not in unjudged]
        again = [case for case in able if case.tries > 1]
        self.note(f"{len(cases)} cases, {len(able)} typed, {len(cases) - len(able)} not, {len(again)} more than once since the machine was late"
                  + (": " + " ".join(case.name for case in again) if again else ""))
        for case in wrong:
            self.check(False, f"{case.name}: as expected", "\n".join(["expected " + json.dumps(case.expected)[:380], "got " + json.dumps(case.seen())[:390]]))
        for case in unjudged:
            self.note(f"NOT JUDGED: {case.name}, typed {case.tries} times, each time the machine was too slow for it (by {case.late / 1e6:.0f} ms)")
        self.check(len(unjudged) * 20 <= len(able), "premise: the machine is quick enough for 19 cases of 20", len(unjudged))
        self.check(not wrong, f"what {len(able) - len(unjudged)} cases give on the kernel is what is expected", f"{len(wrong)} do not")

    def serve(self, cases):
        """Types cases with one service."""
        service = self.lab.serve(self.lab.config("".join(case.settings() for case in cases), scanners=()))
        self.listener = self.lab.listener(service)
        for first in range(0, len(cases), AT_ONCE):
            batch = cases[first:first + AT_ONCE]
            self.type(batch)
            for case in batch:
                while not case.right() and case.disturbed() and case.tries < 4:
                    self.type([case])
        self.lab.close_all()

    def type(self, cases):
        """Plugs a scanner for each case, plays them all and sorts what comes."""
        mark = self.listener.mark()
        player = subprocess.Popen([self.lab.tool("player")] + [f"1209:{case.product}:{case.folder}/events" for case in cases],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        products, ids = {case.product: case for case in cases}, {}

        def all_connected():
            for _, line in self.listener.of("scanner", since=mark):
                if line["state"] == "connected" and line["scanner"]["product"] in products:
                    ids[line["scanner"]["id"]] = products[line["scanner"]["product"]]
            return len(ids) == len(cases)

        try:
            if not until(all_connected, 60):
                raise RuntimeError(f"of {[case.name for case in cases]} only {[case.name for case in ids.values()]} are connected")
            mark = self.listener.mark()
            player.stdin.write(b"go\n")
            player.stdin.flush()
            self.played(player, cases)

            def sort():
                for case in cases:
                    case.got = []
                for _, line in self.listener.of("scan", "scan_damaged", since=mark):
                    ids[line["scanner"]].got.append(line)
                return all(len(case.got) >= len(case.expected) for case in cases)

            until(sort, 10)
            # Nothing more may come.
            time.sleep(max(case.gap for case in cases) + SILENCE)
            sort()
        finally:
            player.stdin.close()
            player.wait()
        gone = len(cases)
        until(lambda: sum(line["state"] == "disconnected" for _, line in self.listener.of("scanner", since=mark)) >= gone)
        for case in cases:
            case.tries += 1

    def played(self, player, cases):
        """Waits until all is typed; notes how late it was."""
        left, text = len(cases), ""
        while left:
            if not select.select([player.stdout], [], [], 120)[0] or not (data := os.read(player.stdout.fileno(), 4096)):
                raise RuntimeError("the player does not play")
            text += data.decode()
            *lines, text = text.split("\n")
            for line in lines:
                word, *rest = line.split()
                if word == "played":
                    cases[int(rest[0])].late = int(rest[1])
                    left -= 1
