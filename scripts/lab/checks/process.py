"""The service as a process: configuration errors, its socket, its end, what the rules set, and its logs."""
import glob
import grp
import os
import re
import stat
import subprocess

import usbscanner
from areas import Area
from codes import card
from endpoint import NAMES
from support import TOKEN, connected, hello, request, scan_of, until

# What is wrong, the line that is added, and a word that the message must hold beside file and line.
BAD_LINES = [
    ("an unknown key", 'tiemout = 3', "tiemout"),
    ("a wrong type", 'gap_ms = "long"', "gap_ms"),
    ("an unusable value", 'aim = "perhaps"', "aim"),
    ("an unknown pass", '\n[[route]]\nname = "x"\npass = "perhaps"', "pass"),
    ("broken syntax", 'layout = "us', ""),
]


class Process(Area):
    name = "process"
    title = "configuration, socket, signals, udev rules, hardware database, secrets"

    def run(self):
        self.configuration()
        self.socket_and_signals()
        self.udev_rules()
        self.hardware_database()
        self.secrets()

    def serve_once(self, config):
        return subprocess.run([self.lab.program, "serve", "--config", config, "--socket", self.lab.path("once.sock")],
                              capture_output=True, text=True, timeout=60)

    def configuration(self):
        for what, line, word in BAD_LINES:
            config = self.lab.config("\n[[scanner]]\nname = \"nothing\"\n" + line + "\n")
            with open(config) as file:
                number = max(n for n, text in enumerate(file, 1) if text.strip() == line.splitlines()[-1].strip())
            result = self.serve_once(config)
            # TOML's own syntax errors may be found at the end of the line, which is the next one's start.
            numbers = (number, number + 1) if not word else (number,)
            named = any(re.search(re.escape(config) + rf":{n}\b", result.stderr) for n in numbers)
            self.check(result.returncode == 78 and named and word in result.stderr,
                       f"{what} in the configuration: exit status 78, with file and line",
                       f"exit {result.returncode}, line {number}: {result.stderr}")
        result = self.serve_once(self.lab.path("absent.toml"))
        self.check(result.returncode == 78 and "absent.toml" in result.stderr, "no configuration: exit status 78, with the file",
                   f"exit {result.returncode}: {result.stderr}")

    def socket_and_signals(self):
        config = self.lab.config()
        service = self.lab.serve(config)
        path = service.socket_path
        info = os.stat(path)
        self.check(stat.S_IMODE(info.st_mode) == 0o660 and grp.getgrgid(info.st_gid).gr_name == "scanbridge",
                   "the socket has the configured mode and group", f"{info.st_mode:o} {info.st_gid}")
        second = self.lab.serve(config, wait=False)
        until(lambda: second.process.poll() is not None)
        self.check(second.process.poll() not in (None, 0), "a second service on the same socket refuses",
                   f"exit {second.process.poll()}: {second.tail()}")
        answer = request(path, "ping")
        self.check(answer and answer["type"] == "reply", "and the first one still answers", answer)
        service.kill()
        self.check(os.path.exists(path) and not hello(path), "premise: kill -9 leaves the socket's file behind")
        service = self.lab.serve(config, wait=False)
        self.check(service.ready(), "a stale socket file is replaced", service.tail())
        listener = self.lab.listener(service)
        self.check(service.stop() == 0, "SIGTERM ends the service with 0", service.tail())
        self.check(not os.path.exists(path), "and its socket's file is gone")
        self.check(until(lambda: listener.poll() is not None and listener.closed), "and its listeners are closed")

    def udev_rules(self):
        node = usbscanner.plug("ruled", vendor="05e0", product="1200", maker="Symbol", title="Bar Code Scanner")
        self.lab.open.append(lambda: usbscanner.remove("ruled"))
        info = os.stat(node)
        self.check(stat.S_IMODE(info.st_mode) == 0o640 and grp.getgrgid(info.st_gid).gr_name == "scanbridge",
                   "the udev rules give a known scanner's node mode 0640 and group scanbridge", f"{info.st_mode:o} {info.st_gid}")
        output = subprocess.run(["udevadm", "info", "--query=property", node], capture_output=True, text=True, check=True).stdout
        self.check("LIBINPUT_IGNORE_DEVICE=1" in output, "and LIBINPUT_IGNORE_DEVICE", output)
        # What other devices' events do to the node: nothing.
        subprocess.run(["udevadm", "trigger", "--action=change", node], check=True)
        subprocess.run(["udevadm", "settle"], check=True)
        self.check(stat.S_IMODE(os.stat(node).st_mode) == 0o640, "and a later change event leaves them")
        service = self.lab.serve(self.lab.config(scanners=()))
        listener = self.lab.listener(service)
        connected(listener, product="1200")
        mark = listener.mark()
        subprocess.run(["udevadm", "trigger", "--action=change", node], check=True)
        subprocess.run(["udevadm", "settle"], check=True)
        code = self.code(card("8499999", 1))
        usbscanner.type_text("ruled", code)
        listener.wait(scan_of(code))
        self.check(listener.codes(mark) == [code], "a scanner that only the udev rules name scans", listener.codes(mark))
        self.check(not listener.of("scanner", since=mark), "a change event of a known scanner is no news",
                   listener.of("scanner", since=mark))

    def hardware_database(self):
        """Its entries are asked before the rules' own table, and an installer's come last and win."""
        def plugged(name, vendor, product):
            node = usbscanner.plug(name, vendor=vendor, product=product)
            self.lab.open.append(lambda: usbscanner.remove(name))
            output = subprocess.run(["udevadm", "info", "--query=property", node], capture_output=True, text=True, check=True).stdout
            return grp.getgrgid(os.stat(node).st_gid).gr_name, output

        self.lab.close_all()
        group, output = plugged("further", "03f0", "0139")
        self.check(group == "scanbridge", "a scanner that only the hardware database names is the group's", group)
        self.check("SYSTEMD_WANTS=scanbridge.service" in output and ":systemd:" in output, "and it starts the service", output)
        own = "/etc/udev/hwdb.d/71-lab.hwdb"
        with open(own, "w") as file:
            file.write("scanbridge:v03f0p*\n SCANBRIDGE_SCANNER=0\n\nscanbridge:v05e0p1200\n SCANBRIDGE_SCANNER=0\n\n"
                       "scanbridge:v1234p5678\n SCANBRIDGE_SCANNER=1\n")

        def put():
            subprocess.run(["systemd-hwdb", "update"], check=True)
            subprocess.run(["udevadm", "control", "--reload"], check=True)

        def take_back():
            os.unlink(own)
            put()

        self.lab.open.append(take_back)
        put()
        node = usbscanner.event_node("further")
        # As the package does it when it is removed: Debian's rules give a node its group when it is added.
        subprocess.run(["udevadm", "trigger", "--action=add", "--subsystem-match=input", "--property-match=SCANBRIDGE_SCANNER=1"], check=True)
        subprocess.run(["udevadm", "settle"], check=True)
        info = os.stat(node)
        self.check(grp.getgrgid(info.st_gid).gr_name == "input" and stat.S_IMODE(info.st_mode) == 0o660,
                   "an installer's entry takes one out again, and it is as without this project", f"{info.st_mode:o} {info.st_gid}")
        group, _ = plugged("spared", "05e0", "1200")
        self.check(group == "input", "it comes before the rules' own table", group)
        group, _ = plugged("own", "1234", "5678")
        self.check(group == "scanbridge", "and adds a product that nobody knows", group)

    def secrets(self):
        """What the services of all areas have written."""
        self.lab.close_all()
        secret = {"the token": [TOKEN, TOKEN.split("|")[1].split("+")[0]], "a member's name": NAMES,
                  "a code": [code for code in self.lab.typed if len(code) >= 10]}
        logs = glob.glob(self.lab.path("serve-*.log"))
        text = ""
        for path in logs:
            with open(path, errors="replace") as file:
                text += file.read()
        for what, words in secret.items():
            self.check(not any(word in text for word in words), f"no log of {len(logs)} services holds {what}",
                       [word for word in words if word in text][:3])
