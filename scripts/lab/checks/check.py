"""`scanbridge check` with real faults: each is made, found, and mended by the command that the answer names."""
import email.utils
import json
import os
import shutil
import socketserver
import subprocess
import threading
import time

import usbscanner
from areas import Area
from support import NEVER, TOKEN, connected

MEND_RULES = "udevadm control --reload && sudo udevadm trigger --subsystem-match=input --action=change"


class Answer:
    """What a check has said: exit status, and (subject, level, message) in order."""

    def __init__(self, result):
        self.status, self.text = result.returncode, result.stdout + result.stderr
        self.lines = [(line["check"], line["level"], line["message"]) for line in map(json.loads, result.stdout.splitlines())]

    def has(self, subject, level, *words):
        return any(line[0] == subject and line[1] == level and all(word in line[2] for word in words) for line in self.lines)

    def levels(self, subject):
        return [line[1] for line in self.lines if line[0] == subject]


class FixedAnswer(socketserver.StreamRequestHandler):
    """Answers every request alike, as something that is no member endpoint does."""

    def handle(self):
        while self.rfile.readline(8192) not in (b"\r\n", b"\n", b""):
            pass
        head, body = self.server.answer()
        self.wfile.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())


class Check(Area):
    name = "check"
    title = "`scanbridge check` finds faults and names the command that mends them"

    def run(self):
        self.node = usbscanner.plug("checked", serial="CHECK1")
        self.config = self.lab.config(NEVER, scanners=())
        try:
            for part in (self.well, self.service, self.permissions, self.rules, self.grab, self.token, self.endpoint, self.clock,
                         self.groups, self.package_user, self.kinds, self.layouts):
                part()
                self.lab.close_all()
        finally:
            usbscanner.remove("checked")

    def ask(self, *options, config=None, user=None, groups=None, environment=None):
        command = [self.lab.program, "check", "--json", "--config", config or self.config, *options]
        if user:
            grouping = ["--groups", groups] if groups else ["--clear-groups"]
            command = ["setpriv", "--reuid", user, "--regid", "nogroup", *grouping, "--", *command]
        return Answer(subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **(environment or {})}))

    def expect(self, answer, subject, level, *words, what):
        self.check(answer.has(subject, level, *words), what, answer.text)

    @staticmethod
    def mend_rules():
        """What the answers name."""
        subprocess.run(MEND_RULES.replace("sudo ", ""), shell=True, check=True)
        subprocess.run(["udevadm", "settle"], check=True)

    def well(self):
        service = self.lab.serve(self.config)
        connected(self.lab.listener(service), serial="CHECK1")
        answer = self.ask()
        self.check(answer.status == 0 and "fault" not in [line[1] for line in answer.lines], "beside a service in order: 0, and no fault",
                   answer.text)
        self.expect(answer, "scanner", "ok", "the running service holds it", what="the service's own grab is no fault")
        self.expect(answer, "endpoint", "ok", what="the endpoint answers")

    def service(self):
        answer = self.ask("--offline")
        self.expect(answer, "service", "warning", "sudo scanbridge serve", what="a service that does not run, and has no unit, is told")
        self.expect(answer, "scanner", "ok", "nobody holds it", what="and the scanner is free")
        # One that was started before the configuration named the scanner.
        scanner = self.lab.uinput()
        self.lab.serve(self.config)
        named = self.lab.config(NEVER, scanners=(("1209", "5ca1"),))
        self.expect(self.ask("--offline", config=named), "scanner", "fault", scanner.node, "systemctl reload scanbridge",
                    what="a scanner that the running service has not taken")

    def permissions(self):
        for mode, gid in ((0o600, None), (0o660, 0)):
            os.chmod(self.node, mode)
            if gid is not None:
                os.chown(self.node, 0, gid)
            answer = self.ask("--offline")
            self.expect(answer, "rule", "fault", f"0{mode:o} root:", MEND_RULES, what=f"a node of mode {mode:o} that the rule did not give")
            self.mend_rules()
            self.check(not self.ask("--offline").levels("rule"), "and the command mends it")

    def rules(self):
        kept = self.lab.path("rules.kept")
        shutil.copytree("/etc/udev/rules.d", kept, dirs_exist_ok=True)
        for name in os.listdir("/etc/udev/rules.d"):
            os.unlink("/etc/udev/rules.d/" + name)
        try:
            self.mend_rules()
            answer = self.ask("--offline")
            self.expect(answer, "rules", "fault", "70-scanbridge.rules", what="no udev rules")
            self.expect(answer, "devices", "fault", "no scanner among them", what="and so no scanner")
        finally:
            shutil.copytree(kept, "/etc/udev/rules.d", dirs_exist_ok=True)
        answer = self.ask("--offline")
        self.expect(answer, "rule", "fault", "name it and are not applied", MEND_RULES, what="rules that came after the scanner")
        self.mend_rules()
        answer = self.ask("--offline")
        self.check(not answer.levels("rule") and answer.levels("scanner") == ["ok"], "and the command mends it", answer.text)
        shutil.move("/etc/udev/rules.d/70-scanbridge.rules", kept + ".rules")
        shutil.copy(kept + ".rules", "/usr/lib/udev/rules.d/70-scanbridge.rules")
        os.symlink("/dev/null", "/etc/udev/rules.d/70-scanbridge.rules")
        self.expect(self.ask("--offline"), "rules", "fault", "sudo rm /etc/udev/rules.d/70-scanbridge.rules", what="rules that are masked")
        os.unlink("/etc/udev/rules.d/70-scanbridge.rules")
        self.expect(self.ask("--offline"), "rules", "ok", "/usr/lib/udev/rules.d", what="and the command mends it")
        os.unlink("/usr/lib/udev/rules.d/70-scanbridge.rules")
        shutil.move(kept + ".rules", "/etc/udev/rules.d/70-scanbridge.rules")
        self.mend_rules()

    def held(self, program, grab=True):
        """Another program, with that name, that has the node open."""
        path = self.lab.path(program)
        shutil.copy(shutil.which("sleep"), path)
        reader = self.lab.reader(self.node, grab=grab)
        process = subprocess.Popen([path, "600"], pass_fds=(reader.file,))
        reader.close()
        self.lab.open.append(lambda: (process.kill(), process.wait()))
        return process

    def grab(self):
        other = self.held("evtest")
        words = (f"evtest (process {other.pid})", f"sudo kill {other.pid}")
        self.expect(self.ask("--offline"), "scanner", "fault", *words, what="a grab of another program, named, without a service")
        user = self.ask("--offline", user="nobody", groups="scanbridge")
        self.expect(user, "scanner", "skipped", "sudo scanbridge check", what="and a user who cannot see it is told so")
        service = self.lab.serve(self.config)
        self.expect(self.ask("--offline"), "scanner", "fault", *words, what="and beside a service")
        other.kill()
        other.wait()
        connected(self.lab.listener(service), serial="CHECK1")
        self.check(self.ask("--offline").levels("scanner") == ["ok"], "and the command mends it")
        self.lab.close_all()
        desktop = self.held("Xorg", grab=False)
        answer = self.ask("--offline")
        self.expect(answer, "desktop", "warning", f"Xorg (process {desktop.pid})", "plug the scanner in again", what="a desktop that reads it")
        self.check(answer.levels("scanner") == ["ok"], "which is no grab", answer.text)

    def token(self):
        path = self.lab.path("other-token")
        with open(self.config) as file:
            text = file.read().replace(self.lab.token_file, path)
        config = self.lab.path("other-token.toml")
        with open(config, "w") as file:
            file.write(text)
        self.expect(self.ask(config=config), "token", "fault", "no such file", f"sudo install -m 600 /dev/stdin {path}", what="no token")
        with open(path, "w"):
            os.chmod(path, 0o600)
        self.expect(self.ask(config=config), "token", "fault", "is empty", what="an empty token")
        with open(path, "w") as file:
            file.write(TOKEN)
        os.chmod(path, 0o644)
        answer = self.ask(config=config)
        self.expect(answer, "token", "fault", "mode 0644", f"sudo chmod 600 {path}", what="a token that others can read")
        self.check(answer.status == 78 and not answer.levels("endpoint"), "status 78, and the endpoint is not asked", answer.text)
        os.chmod(path, 0o600)
        shutil.chown(path, "nobody")
        self.expect(self.ask(config=config), "token", "fault", f"sudo chown root: {path}", what="a stranger's token")
        shutil.chown(path, "root")
        self.check(self.ask(config=config).levels("token") == ["ok"], "and the command mends it")

    def endpoint(self):
        free = self.lab.config(NEVER, scanners=(), port=1)
        self.expect(self.ask(config=free), "endpoint", "fault", "(refused)", "nobody listens", what="an endpoint that is not there")
        day = 86400
        faults = [("401 No", "{}", "(http_401)", "refuses the token"), ("200 OK", "<!DOCTYPE html>", "(not_json)", "see member_url"),
                  ("302 Found\r\nLocation: http://127.0.0.1/", "", "(redirect)", "token or account"),
                  ("429 No", "{}", "(http_429)", "too often"), ("503 No", "{}", "(http_503)", "out of order"),
                  ("200 OK", "{}", "(no_member_id)", "see member_url")]
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), FixedAnswer) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            config = self.lab.config(NEVER, scanners=(), port=server.server_address[1])
            for head, body, *words in faults:
                server.answer = lambda head=head, body=body: (head, body)
                self.expect(self.ask(config=config), "endpoint", "fault", *words, what=f"an endpoint that answers {head.split()[0]} {body}")
            for ahead, word in ((day, "behind"), (-day, "ahead of")):
                server.answer = lambda ahead=ahead: (f"404 No\r\nDate: {email.utils.formatdate(time.time() + ahead, usegmt=True)}", "{}")
                self.expect(self.ask(config=config), "clock", "fault", word, "timedatectl set-ntp true", what=f"a clock {word} the endpoint's")
            server.shutdown()

    def clock(self):
        now = time.time()
        subprocess.run(["date", "-s", "2020-02-03 04:05:06"], check=True, stdout=subprocess.DEVNULL)
        try:
            answer = self.ask()
        finally:
            subprocess.run(["date", "-s", f"@{now + 1:.0f}"], check=True, stdout=subprocess.DEVNULL)
        self.expect(answer, "clock", "fault", "before this program was made", "timedatectl", what="a clock in the year 2020")
        self.check(answer.status == 69, "status 69", answer.text)

    def groups(self):
        service = self.lab.serve(self.config)
        connected(self.lab.listener(service), serial="CHECK1")
        answer = self.ask("--offline", user="nobody")
        self.expect(answer, "group", "fault", "sudo usermod -aG scanbridge nobody", what="a user who is not in the group")
        self.check(answer.status == 77, "status 77", answer.text)
        with open("/etc/group") as file:
            text = file.read()
        try:
            with open("/etc/group", "w") as file:
                file.write(text.replace("scanbridge:x:64321:", "scanbridge:x:64321:nobody"))
            answer = self.ask("--offline", user="nobody")
            self.expect(answer, "group", "fault", "this session is older", what="one who is, but not in this session")
        finally:
            with open("/etc/group", "w") as file:
                file.write(text)
        answer = self.ask("--offline", user="nobody", groups="scanbridge")
        self.expect(answer, "group", "ok", what="one who is")
        self.expect(answer, "scanner", "ok", "the running service holds it", what="and is told by the service that it holds the scanner")

    def package_user(self):
        """The service's own user is there, as after an installation; who checks is root, or somebody of the group."""
        with open("/etc/passwd") as file:
            text = file.read()
        uinput = os.stat("/dev/uinput")
        with open("/etc/passwd", "a") as file:
            file.write("scanbridge:x:64321:64321::/nonexistent:/usr/sbin/nologin\n")
        try:
            service = self.lab.serve(self.config)
            connected(self.lab.listener(service), serial="CHECK1")
            answer = self.ask(user="nobody", groups="scanbridge")
            self.expect(answer, "token", "skipped", "sudo scanbridge check", what="the token is not for a listener's eyes")
            self.expect(answer, "endpoint", "ok", what="so the service is told to ask the endpoint")
            self.check(answer.status == 0, "status 0", answer.text)
            typing = self.lab.config(scanners=())
            self.expect(self.ask("--offline", config=typing), "keyboard", "fault", "user scanbridge",
                        what="/dev/uinput that the service's user may not write, seen by root")
            os.chown("/dev/uinput", 64321, -1)
            os.chmod("/dev/uinput", 0o600)
            for user in (None, "nobody"):
                self.check(self.ask("--offline", config=typing, user=user).levels("keyboard") == ["ok"], f"and once it may, by {user or 'root'}")
        finally:
            with open("/etc/passwd", "w") as file:
                file.write(text)
            os.chown("/dev/uinput", uinput.st_uid, uinput.st_gid)
            os.chmod("/dev/uinput", uinput.st_mode & 0o777)

    def kinds(self):
        """A scanner that is a serial port, with ModemManager and without, and a person's keyboard."""
        self.lab.open.append(lambda: usbscanner.remove("serial"))
        usbscanner.plug("serial", vendor="0c2e", product="0700", title="Scanner", descriptors=(usbscanner.POINT_OF_SALE,), boot=False,
                        wait=False)
        subprocess.run(["udevadm", "settle"], check=True)
        answer = self.ask("--offline")
        self.expect(answer, "scanner", "fault", "set up as a serial port", "scan the barcode", what="a scanner in the wrong mode")
        self.check(not answer.levels("modemmanager"), "without ModemManager nothing is said of it", answer.text)
        self.held("ModemManager", grab=False)
        self.expect(self.ask("--offline"), "modemmanager", "warning", 'ATTRS{idProduct}=="0700", ENV{ID_MM_DEVICE_IGNORE}="1"',
                    what="ModemManager beside a scanner that is a serial port")
        usbscanner.unplug("checked")
        usbscanner.unplug("serial")
        usbscanner.plug("keyboard", vendor="046d", product="c31c", maker="Logitech", title="USB Keyboard")
        self.lab.open.append(lambda: usbscanner.remove("keyboard"))
        answer = self.ask("--offline")
        self.check("046d:c31c" not in answer.text and answer.has("devices", "fault", "[[scanner]]"),
                   "a person's keyboard is left alone, and that there is no scanner is told", answer.text)
        self.node = usbscanner.plug("checked")

    def layouts(self):
        answer = self.ask("--offline", environment={"XKB_CONFIG_ROOT": "/nonexistent"})
        self.expect(answer, "layout", "fault", "sudo apt install xkb-data", what="no keyboard layouts")
