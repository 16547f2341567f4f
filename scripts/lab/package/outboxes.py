"""Disks that fail under the outbox: full, read-only, damaged. What was acknowledged arrives, and what cannot be stored is not acknowledged."""
import glob
import os
import pwd
import time

from package.machine import SERVICE, journal, run, show
from package.sales import OUTBOX, STATE, arrivals, configure, findings, is_providers, is_queued, purchase_of, status, stored
from support import until

# A file system of its own for the outbox, in the directory that the unit gives the service.
SMALL = STATE + "/small"
INVOICE = 200_000
PAGE = 4096


class OutboxPart:
    """A part of the area: `area` has the lab, the till and the checks."""

    def __init__(self, area):
        self.area, self.lab, self.till, self.check, self.note = area, area.lab, area.till, area.check, area.note

    def restart(self):
        run("systemctl", "restart", SERVICE).check_returncode()
        self.listener = self.lab.listen()
        if not self.till.listens():
            raise RuntimeError(f"the till's endpoint does not listen: {self.lab.state()}")

    def stored_again(self, what):
        """Posts new sales until one is in the outbox: the second at the latest, since the disk is tried again after a second."""
        posted = []

        def one():
            posted.append(self.till.sale())
            self.till.post(posted[-1])
            return stored(self.lab, posted[-1])

        found = until(one, pause=1)
        self.check(found and len(posted) <= 2, f"{what}, sales are stored again, without a command",
                   f"{len(posted)}: {status(self.lab)}\n{self.lab.state()}")
        self.note(f"{what}: the first sale that was stored was number {len(posted)}")

    def tell(self, what, code):
        """The state says why it does not store, and the check finds a fault."""
        now = until(lambda: (now := status(self.lab))["outbox"] == code and now) or status(self.lab)
        self.check(now["outbox"] == code and SMALL in str(now["advice"]), f"{what}: `scanbridge status` says why", now)
        found = self.findings()
        self.check(any(level == "fault" and code in message for level, message in found), f"{what}: `scanbridge check` calls it a fault", found)

    def findings(self):
        return findings(self.lab)["purchases"]

    def refuses(self, what):
        """What can neither be stored nor sent is not acknowledged."""
        answer = self.till.post(self.till.sale())
        self.check(answer["status"] == 503, f"{what}: with the provider down as well the till is told 503", answer)

    def passes_on(self, what):
        """What cannot be stored is handed on, and the till told what the provider says."""
        sale = self.till.sale()
        answer = self.till.post(sale)
        self.check(is_providers(answer), f"{what}: with the provider up the till gets its answer all the same", f"{answer}\n{status(self.lab)}")
        event = self.listener.wait(purchase_of(sale, "accepted"))
        self.check(event and event["purchase"] is None, f"{what}: a listener is told of that sale, which is not in the outbox", event)
        self.check(len(arrivals(self.lab, sale)) == 1, f"{what}: it was sent once", arrivals(self.lab, sale))


class SmallDisk(OutboxPart):
    """An outbox on a file system of its own, which is gone afterwards."""

    def run(self):
        user = pwd.getpwnam("scanbridge")
        run("systemctl", "stop", SERVICE)
        os.mkdir(SMALL, mode=0o700)
        try:
            run("mount", "-t", "tmpfs", "-o", f"size=1m,mode=0700,uid={user.pw_uid},gid={user.pw_gid}", "lab", SMALL).check_returncode()
            configure(self.lab, f'\n[outbox]\npath = "{SMALL}/outbox.db"\n')
            self.mounted()
        finally:
            self.lab.start_endpoint()
            self.lab.close_all()
            run("systemctl", "stop", SERVICE)
            run("umount", SMALL)
            os.rmdir(SMALL)
            configure(self.lab)
            run("systemctl", "start", SERVICE)


class FullOutbox(SmallDisk):
    def mounted(self):
        lab, till, what = self.lab, self.till, "disk full"
        self.restart()
        self.check(until(lambda: status(lab)["outbox"] == "ok") and os.path.exists(SMALL + "/outbox.db"),
                   f"{what}: premise: the outbox is on a file system of 1 MiB", status(lab))
        lab.stop_endpoint()
        sales, member = [], lab.next_card()
        while is_queued(answer := till.post(sale := till.sale(member, INVOICE))):
            sales.append(sale)
        self.check(sales, f"{what}: premise: some sales have found room", answer)
        self.check(answer["status"] == 503 and answer["content"].get("code") == "not_stored",
                   f"{what}: what finds no room is not acknowledged: 503 not_stored", answer)
        self.note(f"{len(sales)} invoices of {INVOICE // 1000} kB were stored")
        self.refuses(what)
        self.tell(what, "disk_full")
        lab.start_endpoint()
        self.passes_on(what)
        run("mount", "-o", "remount,size=16m", SMALL).check_returncode()
        self.stored_again(f"{what}: once there is room")
        arrived = until(lambda: all(arrivals(lab, one) for one in sales), timeout=90)
        self.check(arrived, f"{what}: all that was acknowledged arrives", [one.number for one in sales if not arrivals(lab, one)])
        keys = [arrivals(lab, one) for one in sales]
        self.check(all(len(set(one)) == 1 for one in keys) and len({key for one in keys for key in one}) == len(sales),
                   f"{what}: each under one key of its own", keys)
        missing = [one.number for one in sales if not self.listener.wait(purchase_of(one, "accepted"))]
        self.check(not missing, f"{what}: and is told as accepted", missing)
        self.check(until(lambda: status(lab)["outbox"] == "ok" and status(lab)["queued"] == 0), f"{what}: nothing waits any more", status(lab))
        found = self.findings()
        self.check(found and {level for level, _ in found} == {"ok"}, f"{what}: `scanbridge check` says ok again", found)


class ReadOnlyOutbox(SmallDisk):
    def mounted(self):
        lab, what = self.lab, "read-only disk"
        # The file system, not the place where it is mounted: of that the service has a copy of its own. The kernel refuses it while the service
        # has its files open, so this is what a start finds.
        run("mount", "-o", "remount,ro", SMALL).check_returncode()
        run("mount", "-o", "remount,bind,rw", SMALL).check_returncode()
        self.restart()
        self.check(show("ActiveState") == "active", f"{what}: the service starts, and the till's endpoint listens", lab.state())
        lab.stop_endpoint()
        self.refuses(what)
        self.tell(what, "read_only")
        lab.start_endpoint()
        self.passes_on(what)
        run("mount", "-o", "remount,rw", SMALL).check_returncode()
        self.stored_again(f"{what}: writable again")
        self.check(status(lab)["outbox"] == "ok", f"{what}: and `scanbridge status` says so", status(lab))


class DamagedOutbox(OutboxPart):
    def run(self):
        self.damaged("a page of the outbox overwritten", lambda size: size // PAGE // 2 * PAGE)
        self.damaged("the outbox's header destroyed", lambda size: 0)

    def damaged(self, what, place):
        lab, till = self.lab, self.till
        known = set(glob.glob(OUTBOX + ".corrupt-*"))
        run("systemctl", "stop", SERVICE)
        size = os.path.getsize(OUTBOX)
        with open(OUTBOX, "r+b") as file:
            file.seek(place(size))
            file.write(b"\xa5" * PAGE)
        with open(OUTBOX, "rb") as file:
            damaged = file.read()
        since = time.time()
        self.restart()
        self.check(until(lambda: status(lab)["outbox"] == "ok") and show("ActiveState") == "active", f"{what}: the service runs", lab.state())
        aside = sorted(path for path in set(glob.glob(OUTBOX + ".corrupt-*")) - known if not path.endswith(("-wal", "-shm", "-journal")))
        self.check(len(aside) == 1 and self.content(aside[0]) == damaged, f"{what}: the file is set aside, as it is", aside)
        errors = [entry for entry in journal("-u", SERVICE, "-p", "err", "--since", f"@{since:.6f}") if entry.get("_SYSTEMD_UNIT") == SERVICE]
        self.check(len(errors) == 1 and "damaged" in errors[0]["MESSAGE"] and aside[0] in str(errors[0]), f"{what}: the journal says so in one error",
                   [entry.get("MESSAGE") for entry in errors])
        sale = till.sale()
        answer = till.post(sale)
        event = self.listener.wait(purchase_of(sale, "accepted"))
        self.check(is_providers(answer) and event and event["purchase"] is not None and stored(lab, sale), f"{what}: new sales are stored and sent",
                   f"{answer} {event}")

    @staticmethod
    def content(path):
        with open(path, "rb") as file:
            return file.read()
