"""What the journal holds of the service, and what it does not."""
import random
import re
import time

import usbscanner
from areas import Area
from endpoint import NAMES
from package.machine import NEXT_TOKEN, SERVICE, journal, run
from support import TOKEN

# A scanner that is broken types so many lines of nonsense; the journal may get so many entries of it.
NONSENSE, ENTRIES = 300, 60


def lines_with(words, text):
    """The first line that holds each of the words, of those that are there."""
    return [re.search(rf"^.*{re.escape(word)}.*$", text, re.M)[0] for word in words if word in text]


class Journal(Area):
    name = "journal"
    title = "fields, no secrets, and no flood"

    def run(self):
        self.listener = self.lab.ready()
        code = self.lab.next_card()
        self.lab.scan(code)
        self.listener.wait(lambda line: line.get("type") == "member" and line["code"] == code)
        self.fields()
        self.flood()
        self.secrets()

    def fields(self):
        entries = journal("-u", SERVICE, "-b", "_SYSTEMD_UNIT=" + SERVICE)
        connected = [entry for entry in entries if "scanner connected" in str(entry.get("MESSAGE"))]
        self.check(connected, "the journal tells of a scanner that is connected", [entry.get("MESSAGE") for entry in entries[-5:]])
        own = {key for entry in connected for key in entry if key.startswith("SCANBRIDGE_")}
        self.check(own, "with fields of its own", sorted(connected[-1]) if connected else "")
        self.note("fields: " + ", ".join(sorted({key for entry in entries for key in entry if key.startswith("SCANBRIDGE_")})))
        self.check(all(entry.get("SYSLOG_IDENTIFIER") == "scanbridge" and entry.get("PRIORITY", "").isdigit() for entry in connected),
                   "under the program's name, with a level", connected[-1:])
        if own:
            key = sorted(own)[0]
            value = next(entry[key] for entry in connected if key in entry)
            self.check(journal("-b", f"{key}={value}"), f"journalctl {key}=… finds them")

    def flood(self):
        """Keys that are no text, at the scanner's full speed: each line of them is a damaged scan."""
        lab, mark = self.lab, self.listener.mark()
        since = time.time()
        reports, random_keys = [], random.Random(5)
        for _ in range(NONSENSE):
            # F1 to F12, and the like.
            for usage in random_keys.sample(range(0x3A, 0x46), 3):
                reports += [bytes([0, 0, usage, 0, 0, 0, 0, 0]), bytes(8)]
            reports += [bytes([0, 0, 0x28, 0, 0, 0, 0, 0]), bytes(8)]

        usbscanner.send("counter", reports)
        last = lab.next_card()
        lab.scan(last)
        self.check(self.listener.wait(lambda line: line.get("type") == "member" and line["code"] == last, mark), "it scans after that", lab.state())
        damaged = self.listener.of("scan_damaged", since=mark)
        self.check(len(damaged) > NONSENSE // 2, "premise: a broken scanner's lines are told as damaged", len(damaged))
        entries = journal("-u", SERVICE, "--since", f"@{since:.6f}")
        self.check(len(entries) <= ENTRIES, f"{len(damaged)} damaged scans make {ENTRIES} entries in the journal at most", len(entries))
        self.note(f"{len(damaged)} damaged scans, {len(entries)} entries in the journal")
        lab.terminal.settle()

    def secrets(self):
        """Everything that any unit has logged since the till was set up."""
        run("journalctl", "--sync")
        text = run("journalctl", "--no-pager", "--all", "-o", "export").stdout
        self.check(text.count("_SYSTEMD_UNIT=" + SERVICE) > 20, "premise: the journal has the service's entries")
        for what, words in (("a token", [TOKEN, NEXT_TOKEN, TOKEN.split("|")[1].split("+")[0], NEXT_TOKEN.split("|")[1].split("+")[0]]),
                            ("a member's name", NAMES), ("a balance", ["puntos acumulados"]), ("a URL", ["/agora/member/", "/agora/invoices", "_token="]),
                            ("a card's code, or a sale's name, member or amount, or the till's token", self.lab.typed)):
            found = lines_with(words, text)
            self.check(not found, f"the journal of the whole test does not hold {what}", found[:3])
