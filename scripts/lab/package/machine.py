"""A till on which the package is installed: its files, units, users and scanners."""
import json
import os
import subprocess

import usbscanner
from areas import Lab
from checks.console import Terminal
from codes import card
from processes import Listener, as_user
from support import ACCOUNT, GAP_MS, TOKEN, connected, until

PROGRAM = "/usr/bin/scanbridge"
SERVICE, SOCKET_UNIT, TOKEN_UNIT = "scanbridge.service", "scanbridge.socket", "scanbridge-token.path"
# Changes to the unit, in /run: gone with the next boot, whatever happens here.
DROP_IN = f"/run/systemd/system/{SERVICE}.d/lab.conf"
SOCKET = "/run/scanbridge/scanbridge.sock"
CONFIG, TOKEN_FILE = "/etc/scanbridge/config.toml", "/etc/scanbridge/token"
CREDENTIAL = "/etc/credstore.encrypted/scanbridge.token"
NEXT_TOKEN = "8|NextTokenNextTokenNextToken+NextTokenNextTokenNextToken"
PORT = 18787
# An ordinary user of the group, and one who is not in it.
CLERK, GUEST = "clerk", "guest"
SCANNER = {"vendor": "0c2e", "product": "0204", "serial": "TILL1"}
KEYBOARD = {"vendor": "046d", "product": "c31c", "maker": "Logitech", "title": "USB Keyboard"}


def run(*command, user=None, text=None, timeout=120):
    """Runs a command to its end; its status and its output, both streams in one."""
    return subprocess.run(as_user(user, command) if user else command, input=text, stdin=None if text is not None else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout,
                          env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0"})


def show(property, unit=SERVICE):
    return run("systemctl", "show", "--property", property, "--value", unit).stdout.strip()


def main_pid():
    return int(show("MainPID"))


def journal(*options):
    """The journal's entries as objects."""
    return [json.loads(line) for line in run("journalctl", "--no-pager", "--all", "-o", "json", *options).stdout.splitlines() if line.startswith("{")]


def apt(*arguments):
    return run("apt-get", "-y", "-q", "-o", "Dpkg::Use-Pty=0", *arguments, timeout=300)


class Machine(Lab):
    def __init__(self, results, packages):
        """`packages` is the directory with scanbridge.deb and newer.deb, the same with a higher version."""
        super().__init__(PROGRAM, "", results, tokens=(TOKEN, NEXT_TOKEN), port=PORT)
        self.package, self.newer = packages + "/scanbridge.deb", packages + "/newer.deb"
        self.cards = 0
        usbscanner.load(4)
        self.terminal = Terminal()
        self.terminal.settle()

    def install(self, package, *options):
        return apt("install", *options, package)

    def installed(self):
        """The version that is installed, or nothing."""
        found = run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "scanbridge").stdout.split()
        return found[1] if found and found[0] == "installed" else None

    def add_users(self):
        for name, groups in ((CLERK, ["-G", "scanbridge"]), (GUEST, [])):
            if run("id", name).returncode != 0:
                run("useradd", *groups, name).check_returncode()

    def write_config(self, extra="", account=True, endpoint=""):
        """The till's account, as an installer writes it: in a new file, which takes the old one's place. `endpoint` is put into [endpoint]."""
        line = f'account = "{ACCOUNT}"' if account else ""
        with open(CONFIG + ".new", "w") as file:
            file.write(f"""[endpoint]
{line}
member_url = "http://127.0.0.1:{PORT}/agora/member/{{member_id}}?_token={{token}}&ow_account={{account}}"
locale     = "es"
{endpoint}
[[scanner]]
vendor  = "{SCANNER['vendor']}"
product = "{SCANNER['product']}"
gap_ms  = {GAP_MS}
{extra}""")
        os.chmod(CONFIG + ".new", 0o644)
        os.rename(CONFIG + ".new", CONFIG)

    def write_token(self, token=TOKEN, mode=0o600):
        with open(os.open(TOKEN_FILE + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            os.fchmod(file.fileno(), mode)
            file.write(token + "\n")
        os.rename(TOKEN_FILE + ".new", TOKEN_FILE)

    @staticmethod
    def udev(node, key):
        """What udev has found out about a node, or nothing."""
        lines = run("udevadm", "info", "--query=property", f"--name={node}").stdout.splitlines()
        return next((line.partition("=")[2] for line in lines if line.startswith(key + "=")), None)

    def plug(self, name="counter", **ids):
        """Plugs the till's scanner, or another device; its node."""
        if os.path.isdir(f"{usbscanner.ROOT}/{name}") and (node := usbscanner.event_node(name)):
            return node
        return usbscanner.plug(name, **(ids or SCANNER))

    def ready(self):
        """Whatever came before: the package, an account, a token, the scanner, and the service, which holds it. A listener that follows."""
        if not self.installed():
            self.install(self.package).check_returncode()
        self.add_users()
        self.write_config()
        if os.path.exists(CREDENTIAL):
            os.remove(CREDENTIAL)
        self.write_token()
        self.plug()
        run("systemctl", "start", SOCKET_UNIT, TOKEN_UNIT)
        # The unit that hands a new token over is asked for by the file's change; here it must not come in the middle of something.
        run("systemctl", "start", TOKEN_UNIT.replace(".path", ".service"))
        run("systemctl", "restart", SERVICE).check_returncode()
        listener = self.listen()
        connected(listener, serial=SCANNER["serial"])
        self.terminal.settle()
        return listener

    def listen(self, user=CLERK, follow=True, served=True):
        """A listener of an ordinary user's, which follows over restarts."""
        listener = Listener(SOCKET, self.next("listener"), user=user, follow=follow)
        self.open.append(listener.close)
        if served and not listener.ready():
            raise RuntimeError(f"the listener got no snapshot: {listener.lines}, {listener.refused}\n{self.state()}")
        return listener

    def client(self, *arguments, user=CLERK, timeout=120):
        """The program itself, run by a user."""
        return run(PROGRAM, *arguments, user=user, timeout=timeout)

    def next_card(self):
        """A member's card that was not used yet; the journal must not hold it."""
        self.cards += 1
        code = card(f"84{os.getpid() % 10000:04d}", self.cards)
        self.typed.add(code)
        return code

    def scan(self, code, name="counter", **options):
        usbscanner.type_text(name, code, **options)

    def requests(self):
        """The endpoint's requests: which token each came with."""
        with open(self.endpoint_log) as file:
            return [json.loads(line)["token"] for line in file]

    def restarted(self, old_pid, timeout=60):
        """Waits until the service is up with another process; its id, or None."""
        return until(lambda: (pid := main_pid()) not in (0, old_pid) and show("ActiveState") == "active" and pid, timeout, pause=0.1) or None

    def state(self):
        """What systemd and the journal say, for a check that failed."""
        return (run("systemctl", "status", "--no-pager", "--lines", "0", SERVICE).stdout
                + run("journalctl", "--no-pager", "-b", "-u", SERVICE, "-n", "6", "-o", "cat").stdout)
