"""The token: replaced, readable by others, encrypted."""
import os
import signal
import time

from areas import Area
from package.machine import CREDENTIAL, NEXT_TOKEN, SOCKET_UNIT, TOKEN_FILE, journal, main_pid, run, show
from support import TOKEN, until

# How long a new token may take to be used.
SOON = 30


class Token(Area):
    name = "token"
    title = "the token, replaced while the service runs, as a credential, and readable by others"

    def run(self):
        self.listener = self.lab.ready()
        self.lookup()
        self.check(self.lab.requests()[-1] == 0, "premise: the endpoint sees the first token", self.lab.requests()[-3:])
        self.replaced("a new file in its place", lambda: self.lab.write_token(NEXT_TOKEN), 1)
        self.replaced("the file written anew", lambda: self.rewrite(TOKEN), 0)
        self.readable_by_others()
        self.encrypted()
        self.undecipherable()

    def rewrite(self, token):
        with open(TOKEN_FILE, "w") as file:
            file.write(token + "\n")

    def lookup(self):
        """Scans a card; its member event."""
        mark = self.listener.mark()
        code = self.lab.next_card()
        self.lab.scan(code)
        return self.listener.wait(lambda line: line.get("type") == "member" and line["code"] == code, mark) or {"none": self.listener.lines[mark:]}

    def replaced(self, what, write, number):
        """Writes a token and scans until a lookup has used it; each lookup on the way finds the member."""
        lab = self.lab
        write()
        started, old, failed = time.monotonic(), 0, []
        while time.monotonic() < started + SOON:
            event = self.lookup()
            if event.get("status") != "found":
                failed.append(event)
            if lab.requests()[-1:] == [number]:
                break
            old += 1
        else:
            number = None
        self.check(number is not None, f"{what}: it is used by itself", f"{lab.requests()[-3:]}\n{lab.state()}")
        self.note(f"{what}: used {time.monotonic() - started:.1f} s later, after {old} lookups with the one before")
        self.check(not failed, f"{what}: every lookup meanwhile finds its member", failed)
        self.check(not self.listener.refused and not self.listener.of("gap"), f"{what}: no listener is turned away, and none misses anything",
                   f"{self.listener.refused} {self.listener.of('gap')}")

    def readable_by_others(self):
        lab = self.lab
        lab.write_token(TOKEN, mode=0o644)
        event = until(lambda: (event := self.lookup()).get("status") == "misconfigured" and event, timeout=SOON)
        self.check(event, "a token that others can read is refused", self.listener.of("member")[-1:])
        before = len(lab.requests())
        self.lookup()
        self.check(len(lab.requests()) == before, "the endpoint is not asked with it")
        result = lab.client("check", user="root")
        self.check(result.returncode != 0 and TOKEN_FILE in result.stdout and "chmod 600" in result.stdout.replace("0600", "600"),
                   "`scanbridge check` names the file, and the command that mends it", f"exit {result.returncode}: {result.stdout}")
        self.check(TOKEN not in result.stdout, "but not the token")
        os.chmod(TOKEN_FILE, 0o600)
        self.check(until(lambda: self.lookup().get("status") == "found", timeout=SOON), "once it is mended members are found, without a command",
                   lab.state())

    def encrypted(self):
        lab = self.lab
        os.remove(TOKEN_FILE)
        os.makedirs(os.path.dirname(CREDENTIAL), mode=0o700, exist_ok=True)
        result = run("systemd-creds", "encrypt", "--with-key=host", "--name=scanbridge.token", "-", CREDENTIAL, text=NEXT_TOKEN)
        self.check(result.returncode == 0, "premise: systemd-creds encrypts a token with this machine's key", result.stdout)
        with open(CREDENTIAL) as file:
            self.check(NEXT_TOKEN not in file.read(), "premise: the file does not show it")
        found = until(lambda: self.lookup().get("status") == "found" and lab.requests()[-1] == 1, timeout=SOON)
        self.check(found, "an encrypted token is used, without a file, and without a command", f"{lab.requests()[-3:]}\n{lab.state()}")
        result = lab.client("check", user="root")
        self.check("token" in result.stdout and NEXT_TOKEN not in result.stdout, "`scanbridge check` speaks of it, and does not show it", result.stdout)
        os.remove(CREDENTIAL)
        self.lab.write_token()
        self.check(until(lambda: self.lookup().get("status") == "found" and lab.requests()[-1] == 0, timeout=SOON), "and after it a file's again",
                   lab.state())

    def undecipherable(self):
        """With such a token systemd cannot start the service, which then cannot let its grabs go."""
        lab = self.lab
        pid = main_pid()
        with open(CREDENTIAL, "w") as file:
            file.write("bm90IGVuY3J5cHRlZA==\n")
        said = until(lambda: any("cannot be decrypted" in str(entry.get("MESSAGE")) for entry in journal("-u", "scanbridge-token.service")))
        self.check(said, "of a credential that cannot be decrypted the journal has a line")
        self.check(main_pid() == pid and self.lookup().get("status") == "found", "and the service goes on with the token before", lab.state())
        lab.close_all()
        os.kill(pid, signal.SIGKILL)
        started = time.monotonic()
        failed = until(lambda: show("ActiveState") == "failed", timeout=120)
        self.check(failed, "after kill -9 it cannot start, and systemd gives up for a while", lab.state())
        self.note(f"{time.monotonic() - started:.0f} s, ExecMainStatus {show('ExecMainStatus')}, NRestarts {show('NRestarts')}")
        lab.terminal.text(timeout=1)
        lab.scan("40063")
        typed = lab.terminal.text(6, timeout=10)
        self.check(typed == "40063\r", "meanwhile the scanner types into the console", repr(typed))
        os.remove(CREDENTIAL)
        self.check(until(lambda: show("ActiveState") == "active", timeout=60), "without it, the service starts by itself", lab.state())
        self.check(show("ActiveState", SOCKET_UNIT) == "active", "and its socket", lab.state())
        self.listener = lab.listen()
        self.check(until(lambda: self.lookup().get("status") == "found", timeout=SOON), "and scans", lab.state())
