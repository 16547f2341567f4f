"""An account, a token, a scanner: it works."""
import errno
import grp
import os
import select
import stat
import subprocess

import usbscanner
from areas import Area
from codes import product
from endpoint import member
from package.machine import CLERK, GUEST, PROGRAM, SCANNER, SERVICE, SOCKET, TOKEN_FILE, run, show
from processes import as_user
from support import NodeReader, scan_of, until


class WithAccount(Area):
    name = "account"
    title = "account and token written, scanner plugged: an ordinary user of the group hears of scans, another is refused"

    def run(self):
        lab = self.lab
        lab.ready()
        lab.close_all()
        self.socket()
        self.waits_for_both("token, then account", lab.write_token, lab.write_config)
        self.waits_for_both("account, then token", lab.write_config, lab.write_token)
        self.scans()
        self.refused()

    def socket(self):
        info, directory = os.stat(SOCKET), os.stat(os.path.dirname(SOCKET))
        self.check(stat.S_IMODE(info.st_mode) == 0o660 and info.st_uid == 0 and grp.getgrgid(info.st_gid).gr_name == "scanbridge",
                   "the socket is root's, group scanbridge, mode 0660", f"{info.st_mode:o} {info.st_uid} {info.st_gid}")
        self.check(stat.S_IMODE(directory.st_mode) == 0o755, "in a directory of mode 0755", f"{directory.st_mode:o}")

    def waits_for_both(self, order, first, second):
        """From a till with neither account nor token to one that scans, without a command."""
        lab = self.lab
        run("systemctl", "stop", SERVICE)
        if os.path.exists(TOKEN_FILE):
            os.remove(TOKEN_FILE)
        lab.write_config(account=False)
        run("systemctl", "start", SERVICE)
        self.check(until(lambda: "account" in show("StatusText")), f"{order}: it waits for an account", lab.state())
        listener = lab.listen()
        first()
        second()
        node = lab.plug()
        self.check(listener.wait(lambda line: line.get("type") in ("scanner", "snapshot") and SCANNER["serial"] in str(line)
                                 and '"blocked"' not in str(line)), f"{order}: the scanner is connected, without a command", lab.state())
        self.check(self.held(node), f"{order}: and grabbed", lab.state())

        def found():
            mark = listener.mark()
            code = lab.next_card()
            lab.scan(code)
            event = listener.wait(lambda line: line.get("type") == "member" and line["code"] == code, mark)
            return event and event["status"] == "found" and event

        self.check(until(found, timeout=60), f"{order}: and soon members are found", listener.of("member")[-1:])
        lab.close_all()

    def held(self, node):
        def busy():
            try:
                NodeReader(node, grab=True).close()
            except OSError as error:
                return error.errno == errno.EBUSY
            return False
        return until(busy)

    def scans(self):
        lab = self.lab
        listener = lab.ready()
        usbscanner.remove("counter")
        node = lab.plug()
        self.check(until(lambda: lab.udev(node, "LIBINPUT_IGNORE_DEVICE") == "1"), "with an account, desktops leave a scanner alone that is plugged in")
        self.check(listener.wait(lambda line: line.get("type") == "scanner" and line["state"] == "connected"), "and the service takes it", lab.state())
        program = subprocess.Popen(as_user(CLERK, [PROGRAM, "listen", "--json"]), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        lab.open.append(program.kill)
        greeting = program.stdout.readline()
        self.check(b"snapshot" in greeting or b"hello" in greeting, "`scanbridge listen`, run by a user of the group, is served", greeting)
        code = lab.next_card()
        name, balance = member(code)
        lab.scan(code)
        scan = listener.wait(scan_of(code))
        event = listener.wait(lambda line: line.get("type") == "member" and line["code"] == code)
        found = (event or {}).get("member") or {}
        self.check(scan and scan["lookup"] and not scan["passed"], "a listener of the group's gets the scan", scan or lab.state())
        self.check(event and event["status"] == "found" and (found.get("name"), found.get("balance")) == (name, balance),
                   "and the member's name and balance", event)
        text = b""
        while code.encode() not in text and select.select([program.stdout], [], [], 30)[0]:
            text += os.read(program.stdout.fileno(), 65536)
        self.check(code.encode() in text, "and so does `scanbridge listen`", text[-300:])
        typed = lab.terminal.text()
        self.check(typed == "", "nothing of the card reaches the console", repr(typed))
        code = product("400638133393")
        lab.scan(code)
        self.check((scan := listener.wait(scan_of(code))) and scan["passed"], "a product is passed", scan)
        typed = lab.terminal.text(len(code) + 1, timeout=10)
        self.check(typed == code + "\r", "and typed on to the console by the virtual keyboard", repr(typed))
        text = show("StatusText")
        self.check("1 scanner" in text, "systemctl status says that it has one scanner", text)
        self.note(f"STATUS: {text}")
        status = lab.client("status", "--json").stdout
        self.check(SCANNER["serial"] in status, "`scanbridge status` shows the scanner to a user of the group", status)

    def refused(self):
        for command in ("listen", "status"):
            result = self.lab.client(command, user=GUEST)
            self.check(result.returncode == 77, f"`scanbridge {command}` of a user who is not in the group is refused with 77",
                       f"exit {result.returncode}: {result.stdout}")
            self.check("group" in result.stdout, "and says what to do about it", result.stdout)
