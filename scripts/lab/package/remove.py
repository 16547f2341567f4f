"""Removed, and purged."""
import grp
import os

from areas import Area
from package.machine import CONFIG, CREDENTIAL, SERVICE, SOCKET, SOCKET_UNIT, TOKEN_FILE, TOKEN_UNIT, apt, run
from package.sales import STATE, TILL_TOKEN_FILE, Till, configure, is_providers, stored
from support import NodeReader, until

# Where the lab's own files are, or files of the kernel's.
NOT_THE_DISK = ("/proc", "/sys", "/lab", "/out", "/run/scanbridge-test", "/dev")


class Remove(Area):
    name = "remove"
    title = "removed, and purged"

    def run(self):
        lab = self.lab
        lab.ready()
        lab.close_all()
        # An outbox with a purchase in it.
        till = Till(lab)
        configure(lab)
        run("systemctl", "reload", SERVICE).check_returncode()
        sale = till.sale()
        self.check(till.listens() and is_providers(till.post(sale)) and stored(lab, sale), "premise: the outbox holds a purchase", lab.state())
        os.makedirs(os.path.dirname(CREDENTIAL), mode=0o700, exist_ok=True)
        with open(CREDENTIAL, "w") as file:
            file.write("an encrypted token\n")
        node = lab.plug()
        result = apt("remove", "scanbridge")
        self.check(result.returncode == 0, "apt-get remove", result.stdout[-1500:])
        lab.scan("84123456")
        typed = lab.terminal.text(9, timeout=10)
        self.check(typed == "84123456\r", "scanners type again at once", repr(typed))
        try:
            NodeReader(node, grab=True).close()
            free = True
        except OSError:
            free = False
        self.check(free, "and belong to whoever wants them")
        self.check(until(lambda: grp.getgrgid(os.stat(node).st_gid).gr_name == "input"), "their nodes are group input's again", os.stat(node))
        self.check(not os.stat("/dev/uinput").st_uid, "/dev/uinput is root's")
        units = run("systemctl", "list-unit-files", "--no-legend", "--plain", "scanbridge*").stdout
        loaded = run("systemctl", "list-units", "--all", "--no-legend", "--plain", "scanbridge*").stdout
        states = [run("systemctl", "is-active", unit).stdout.strip() for unit in (SERVICE, SOCKET_UNIT, TOKEN_UNIT)]
        self.check(not units.strip() and set(states) == {"inactive"}, "the units are gone", f"{units}{loaded}{states}")
        self.check(not os.path.exists("/usr/bin/scanbridge") and not os.path.exists(SOCKET), "with the program and the socket")
        self.check(os.path.exists(CONFIG) and os.path.exists(TOKEN_FILE), "configuration and token stay, for another day")
        left = os.listdir(STATE) if os.path.isdir(STATE) else []
        self.check("outbox.db" in left and os.path.exists(TILL_TOKEN_FILE), "and so do the outbox and the till's token", left)
        result = apt("purge", "scanbridge")
        self.check(result.returncode == 0, "apt-get purge", result.stdout[-1500:])
        left = [what for what in (CONFIG, TOKEN_FILE, TILL_TOKEN_FILE, os.path.dirname(CONFIG), CREDENTIAL, STATE) if os.path.exists(what)]
        self.check(not left, "configuration, tokens and outbox are gone", left)
        known = [database for database in ("passwd", "group") if run("getent", database, "scanbridge").returncode == 0]
        self.check(not known, "user and group are gone", known)
        found = run("find", "/", *(word for path in NOT_THE_DISK for word in ("-path", path, "-prune", "-o")), "-name", "*scanbridge*", "-print").stdout
        self.check(not found.strip(), "no file with its name is left", found)
        orphans = run("find", "/", *(word for path in NOT_THE_DISK for word in ("-path", path, "-prune", "-o")), "(", "-nouser", "-o", "-nogroup", ")",
                      "-print").stdout
        self.check(not orphans.strip(), "no file belongs to nobody", orphans)
        failed = run("systemctl", "--failed", "--plain", "--no-legend").stdout
        self.check(not failed.strip(), "no unit has failed", failed)
