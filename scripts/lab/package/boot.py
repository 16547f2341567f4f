"""After a reboot, and when a scanner comes."""
import os

import usbscanner
from areas import Area
from package.machine import CLERK, DROP_IN, SCANNER, SERVICE, SOCKET, SOCKET_UNIT, TOKEN_UNIT, main_pid, run, show
from package.sales import Sale, Till, arrivals, configure, is_queued, status, stored
from support import connected, until

# The sale that waits for the provider when the till is switched off.
LAST_SALE = Sale(999, "8400000000417")
# A till's scanner is there when the till is switched on. The lab's has to be made: before the service is started.
UNIT = "/etc/systemd/system/lab-scanner.service"
PLUGGED = f"""[Unit]
Description=A scanner that is plugged in when the machine is switched on
DefaultDependencies=no
After=systemd-udevd.service local-fs.target
Before=scanbridge.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/lab/lab/usbscanner.py load
ExecStart=/lab/lab/usbscanner.py plug counter --serial {SCANNER['serial']}
[Install]
WantedBy=multi-user.target
"""


def prepare(lab):
    """Leaves a till as an installer does, to be switched off."""
    lab.ready()
    lab.close_all()
    with open(UNIT, "w") as file:
        file.write(PLUGGED)
    run("systemctl", "enable", "lab-scanner.service").check_returncode()
    till = Till(lab)
    configure(lab)
    run("systemctl", "reload", SERVICE).check_returncode()
    till.listens()
    lab.stop_endpoint()
    answer = till.post(till.remember(LAST_SALE))
    if not is_queued(answer):
        lab.results.check(False, "premise: a sale waits for the provider when the till is switched off", f"{answer}\n{lab.state()}")


class Reboot(Area):
    name = "reboot"
    title = "switched off and on again"

    def run(self):
        lab = self.lab
        self.check(os.path.exists(UNIT) and lab.installed(), "premise: this is the second boot, of the disk that the package was installed on")
        listener = lab.listen()
        connected(listener, serial=SCANNER["serial"])
        snapshot = next(line for _, line in listener.poll() if line["type"] == "snapshot")
        self.check(SCANNER["serial"] in str(snapshot), "the service is up, and has the scanner, when the till has booted", snapshot)
        code = lab.next_card()
        lab.scan(code)
        event = listener.wait(lambda line: line.get("type") == "member" and line["code"] == code)
        self.check(event and event["status"] == "found", "a scan leads to a member", event or lab.state())
        typed = lab.terminal.text()
        self.check(typed == "", "and nothing of it reaches the console", repr(typed))
        self.last_sale()
        failed = run("systemctl", "--failed", "--plain", "--no-legend").stdout
        self.check(failed.strip() == "", "no unit has failed", failed)
        self.check(int(show("NRestarts")) == 0, "the service was started once", show("NRestarts"))
        times = {name: int(show(name)) / 1e6 for name in ("InactiveExitTimestampMonotonic", "ActiveEnterTimestampMonotonic")}
        self.note("from the kernel's start: {:.2f} s to the service's start, {:.2f} s to its readiness".format(*times.values()))


    def last_sale(self):
        """The provider was down when the till was switched off, and it answers now."""
        lab = self.lab
        accepted = until(lambda: (stored(lab, LAST_SALE) or {}).get("state") == "accepted", timeout=90, pause=0.5)
        self.check(accepted, "a sale that waited for the provider when the till was switched off has been taken by it",
                   f"{status(lab)}\n{lab.state()}")
        keys = arrivals(lab, LAST_SALE)
        self.check(len(keys) == 1 and keys[0], "it was sent once", keys)
        now = status(lab)
        self.check((now["outbox"], now["queued"], now["failed"]) == ("ok", 0, 0), "and nothing waits any more", now)
        self.check(Till(lab).listens(), "the till's endpoint listens after the boot", now)


class Start(Area):
    name = "start"
    title = "what starts the service"

    def run(self):
        lab = self.lab
        lab.ready()
        lab.close_all()
        self.by_scanner("the service stopped", SERVICE)
        self.by_scanner("service and socket stopped", SERVICE, SOCKET_UNIT, TOKEN_UNIT)
        run("systemctl", "stop", SERVICE)
        self.check(show("ActiveState") == "inactive", "premise: the service is stopped, its socket is not", lab.state())
        listener = lab.listen(CLERK)
        self.check(main_pid() and show("ActiveState") == "active", "a listener that connects starts it", lab.state())
        connected(listener, serial=SCANNER["serial"])

        self.mistaken_unit()

    def mistaken_unit(self):
        """An option that does not exist, and a listener that waits: nothing in the service can slow that down."""
        lab = self.lab
        lab.close_all()
        os.makedirs(os.path.dirname(DROP_IN), exist_ok=True)
        with open(DROP_IN, "w") as file:
            # Emulated, it is not started as often in a minute as the unit allows.
            file.write("[Unit]\nStartLimitBurst=10\n[Service]\nExecStart=\nExecStart=/usr/bin/scanbridge serve --no-such-option\n")
        run("systemctl", "daemon-reload")
        run("systemctl", "restart", SERVICE)
        self.check(until(lambda: show("ActiveState") == "failed") and show("ExecMainStatus") == "64", "a unit with a mistake ends with status 64", lab.state())
        lab.listen(served=False)
        self.check(until(lambda: show("ActiveState", SOCKET_UNIT) == "failed", timeout=120), "with a listener that waits it is given up for a while",
                   lab.state())
        os.remove(DROP_IN)
        os.rmdir(os.path.dirname(DROP_IN))
        run("systemctl", "daemon-reload")
        self.check(until(lambda: show("ActiveState") == "active" and show("ActiveState", SOCKET_UNIT) == "active", timeout=60),
                   "mended, it starts by itself, with its socket", lab.state())
        failed = run("systemctl", "--failed", "--plain", "--no-legend").stdout
        self.check(not failed.strip(), "and no unit is left that has failed", failed)
        lab.close_all()
        connected(lab.listen(), serial=SCANNER["serial"])

    def by_scanner(self, what, *units):
        lab = self.lab
        usbscanner.unplug("counter")
        run("systemctl", "stop", *units)
        self.check(show("ActiveState") == "inactive" and not main_pid(), f"{what}: premise: nothing runs", lab.state())
        lab.plug()
        self.check(until(lambda: show("ActiveState") == "active"), f"{what}: a scanner that appears starts it, by the udev rule", lab.state())
        self.check(until(lambda: os.path.exists(SOCKET)), f"{what}: with its socket", lab.state())
        connected(lab.listen(), serial=SCANNER["serial"])
        lab.close_all()
