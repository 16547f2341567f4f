"""Purchases: from a till to the provider, over the provider's outages, kill -9, and disks that fail."""
import os
import pwd
import signal
import stat
import time

from areas import Area
from endpoint import member
from package.journals import lines_with
from package.machine import CLERK, GUEST, SERVICE, main_pid, run, show
from package.outboxes import DamagedOutbox, FullOutbox, ReadOnlyOutbox
from package.sales import (ANSWER_MS, NOBODY, OUTBOX, STATE, TILL_TOKEN_FILE, Till, arrivals, configure, findings, is_providers, is_queued,
                           purchase_of, status, stored)
from support import until

MEBIBYTE = 1 << 20


class Purchases(Area):
    name = "purchases"
    title = "a till posts its sales: with the provider up and down, killed, refused, and on disks that are full, read-only and damaged"

    def run(self):
        lab = self.lab
        lab.ready()
        self.since = time.time()
        self.switched_on()
        lab.close_all()
        try:
            self.run_parts(self.online, self.strangers, self.killed, self.refused, self.full, self.read_only, self.damaged, self.silent)
        finally:
            lab.start_endpoint()
            lab.write_config()
            run("systemctl", "restart", SERVICE)

    def switched_on(self):
        """The endpoint, and the files that it brings along."""
        lab, scanbridge = self.lab, pwd.getpwnam("scanbridge").pw_uid
        info = os.stat(TILL_TOKEN_FILE)
        self.check((stat.S_IMODE(info.st_mode), info.st_uid) == (0o600, scanbridge) and info.st_size >= 32,
                   "the till's token is there since the installation, the service's alone (0600)", f"{info}")
        self.till = Till(lab)
        pid = main_pid()
        configure(lab)
        result = run("systemctl", "reload", SERVICE)
        self.check(result.returncode == 0 and self.till.listens(), "[till] in the configuration and systemctl reload: the till's endpoint listens",
                   f"{status(lab)}\n{lab.state()}")
        self.check(main_pid() == pid, "in the same process", lab.state())
        until(lambda: status(lab)["outbox"] == "ok")
        modes = {path: (f"{stat.S_IMODE(info.st_mode):o}", info.st_uid) for path in (STATE, OUTBOX) for info in (os.stat(path),)}
        self.check(modes == {STATE: ("700", scanbridge), OUTBOX: ("600", scanbridge)}, "the outbox is the service's alone (0600, in a directory of 0700)",
                   modes)
        readers = [(user, path) for user in (GUEST, CLERK) for path in (TILL_TOKEN_FILE, OUTBOX) if run("cat", path, user=user).returncode == 0]
        self.check(not readers, "no other user can read them, in the group or not", readers)
        found = findings(lab)
        self.check(found["till"] and {level for level, _ in found["till"] + found["purchases"]} == {"ok"} and found["purchases"],
                   "`scanbridge check` says ok of the till and of purchases", found)

    # MARK: the provider answers

    def online(self):
        lab, till, listener = self.lab, self.till, self.lab.listen()
        sale = till.sale()
        name, before = member(sale.member)
        answer = till.ask(sale.member)
        self.check(answer["status"] == 200 and answer["content"].get("DisplayText") == f"Hola {name}, tienes {before} puntos acumulados.",
                   "a till that asks for a member gets the provider's answer", answer)
        answer, after = till.post(sale), before + sale.euros
        self.check(is_providers(answer) and f" {after} " in answer["content"]["PrinterText"],
                   "a till that posts an invoice gets the provider's answer", answer)
        event = listener.wait(purchase_of(sale, "accepted"))
        self.check(event and event["members"] == [sale.member] and event["amount"] == float(sale.amount),
                   "a listener of the group's is told of the purchase", event or lab.state())
        event = listener.wait(lambda line: line.get("type") == "balance" and line["sale"] == sale.name)
        self.check(event and (event["member"], event["old"], event["new"]) == (sale.member, before, after), "and of the member's new balance", event)
        answer = till.ask(sale.member)
        self.check(f" {after} " in answer["content"].get("DisplayText", ""), "and so is the till, when it asks again", answer)
        keys = arrivals(lab, sale)
        self.check(len(keys) == 1 and keys[0], "the invoice was sent once, with an idempotency key", keys)

    def strangers(self):
        lab, till = self.lab, self.till
        sale = till.sale()
        path = "/agora/invoices"
        for what, options, wanted in (("without the token", {"token": ""}, 401), ("with another token", {"token": "0" * 48}, 401),
                                      ("under another host's name", {"host": "provider.example"}, 403)):
            answer = till.request("POST", path, body=sale.body, **options)
            self.check(answer["status"] == wanted, f"an invoice {what} is refused with {wanted}", answer)
        answer = till.request("GET", "/agora/member/" + sale.member, token="")
        self.check(answer["status"] == 401, "a member's name is not told either without the token", answer)
        answer = till.request("POST", path, body=sale.body + " " * MEBIBYTE)
        self.check(answer["status"] == 413, "an invoice of more than 1 MiB is refused with 413", answer)
        self.check(not arrivals(lab, sale) and stored(lab, sale) is None, "nothing of all these was stored or sent", stored(lab, sale))

    # MARK: the provider does not answer

    def killed(self):
        lab, till, listener = self.lab, self.till, self.lab.listen()
        sale = till.sale()
        lab.stop_endpoint()
        answer = till.post(sale)
        self.check(is_queued(answer) and answer["seconds"] < ANSWER_MS / 2000,
                   "with the provider down a sale is accepted at once, with the text that is configured", answer)
        self.note(f"answered after {answer['seconds']:.2f} s, with answer_ms at {ANSWER_MS}")
        self.check(listener.wait(purchase_of(sale, "queued")), "a listener is told that it waits", lab.state())
        pid = main_pid()
        os.kill(pid, signal.SIGKILL)
        meanwhile = till.sale()
        self.check(is_queued(answer := till.post(meanwhile)), "a sale that is posted right after kill -9 is accepted too", answer)
        self.check(lab.restarted(pid) and till.listens(), "after kill -9 the service and its endpoint for the till come back", lab.state())
        lab.start_endpoint()
        event = listener.wait(purchase_of(sale, "accepted"), timeout=90)
        keys = arrivals(lab, sale)
        self.check(event and len(keys) == 1 and keys[0], "once the provider answers it has the sale, once, under one key", f"{keys}\n{lab.state()}")
        other = listener.wait(purchase_of(meanwhile, "accepted"), timeout=90)
        self.check(other and len(arrivals(lab, meanwhile)) == 1, "and the other one, once", arrivals(lab, meanwhile))
        again = till.post(sale)
        self.check(is_providers(again), "the same sale posted again is accepted again", again)
        self.check(arrivals(lab, sale) == keys, "and is not sent again", arrivals(lab, sale))
        answer = till.ask(sale.member)
        self.check(f" {member(sale.member)[1] + sale.euros} " in answer["content"].get("DisplayText", ""), "nor counted", answer)

    def refused(self):
        """A sale that the provider does not want, of which it says so when the till has gone on."""
        lab, till, listener = self.lab, self.till, self.lab.listen()
        sale = till.sale(member=NOBODY)
        lab.stop_endpoint()
        self.check(is_queued(till.post(sale)), "with the provider down a sale of an unknown member is taken too", status(lab))
        lab.start_endpoint()
        self.check(listener.wait(purchase_of(sale, "failed"), timeout=90), "refused by the provider then, it has failed", lab.state())
        entry = stored(lab, sale) or {}
        self.check(entry.get("state") == "failed" and entry.get("detail") == "http_404", "a user of the group sees it with `scanbridge purchases`", entry)
        self.check(lab.client("purchases", user=GUEST).returncode == 77, "one who is not in it does not (77)")
        found = findings(lab)["purchases"]
        self.check(any(level == "warning" and "failed" in message for level, message in found), "`scanbridge check` warns of it", found)
        number = str(entry.get("purchase"))
        for action in ("resend", "discard"):
            result = lab.client("purchases", action, number)
            self.check(result.returncode != 0 and "root" in result.stdout, f"{action} is refused to a user of the group", result.stdout)
        self.check(len(arrivals(lab, sale)) == 1 and stored(lab, sale).get("state") == "failed", "and nothing has become of it", stored(lab, sale))
        mark = listener.mark()
        result = lab.client("purchases", "resend", number, user="root")
        self.check(result.returncode == 0 and listener.wait(purchase_of(sale, "failed"), mark), "root can send it again, and it is refused again",
                   f"{result.stdout}\n{lab.state()}")
        keys = arrivals(lab, sale)
        self.check(len(keys) == 2 and len(set(keys)) == 1, "it was sent twice, under one key", keys)
        result = lab.client("purchases", "discard", number, user="root")
        gone = until(lambda: (stored(lab, sale) or {}).get("state") == "discarded")
        self.check(result.returncode == 0 and gone, "and give it up", f"{result.stdout}{stored(lab, sale)}")
        found = findings(lab)["purchases"]
        self.check(found and {level for level, _ in found} == {"ok"}, "after which `scanbridge check` has nothing to say", found)

    # MARK: the disk

    def full(self):
        FullOutbox(self).run()

    def read_only(self):
        ReadOnlyOutbox(self).run()

    def damaged(self):
        DamagedOutbox(self).run()

    # MARK: the journal

    def silent(self):
        """Nothing of all this is in the journal; what was worth a line is."""
        text = run("journalctl", "--no-pager", "--all", "-o", "export", "--since", f"@{self.since:.6f}").stdout
        self.check("purchases cannot be stored" in text, "premise: the journal has what purchases had to say")
        found = lines_with(self.lab.typed, text)
        self.check(not found, "the journal holds no sale's name, member or amount, and no token of the till's", found[:3])
        self.check(show("NRestarts") == "0", "the service has not ended by itself since it was started last", show("NRestarts"))
