"""systemctl reload, with a good configuration and a broken one, and a start with a broken one."""
from areas import Area
from package.machine import CONFIG, SERVICE, SOCKET_UNIT, journal, main_pid, run, show
from support import scan_of, until

ROUTE = '\n[[route]]\nname = "lab route"\nlookup = false\npass = "never"\n'


class Reload(Area):
    name = "reload"
    title = "systemctl reload, good and broken; a start with a broken configuration"

    def run(self):
        lab = self.lab
        self.listener = lab.ready()
        self.check(self.route() is None, "premise: a card is no route's")
        pid = main_pid()
        lab.write_config(ROUTE)
        result = run("systemctl", "reload", SERVICE)
        self.check(result.returncode == 0, "systemctl reload takes a changed configuration", result.stdout)
        self.check(until(lambda: self.route() == "lab route"), "it is in effect", lab.state())
        since = journal("-n", "1")[0]["__REALTIME_TIMESTAMP"]
        lab.write_config(ROUTE + "pass_on = 1\n")
        with open(CONFIG) as file:
            line = next(n for n, text in enumerate(file, 1) if "pass_on" in text)
        run("systemctl", "reload", SERVICE)

        def told():
            return [entry["MESSAGE"] for entry in journal("-u", SERVICE, "--since", f"@{int(since) / 1e6:.6f}") if "pass_on" in str(entry.get("MESSAGE"))]

        self.check(until(told), "of a broken one the journal has the key", lab.state())
        self.check(any(f"config.toml:{line}" in message for message in told()), "with file and line", told())
        self.check(self.route() == "lab route", "and the running one stays", lab.state())
        self.check(main_pid() == pid and not self.listener.closed, "all that time it is the same process, with the same listeners", lab.state())
        text = show("StatusText")
        self.check("1 scanner" in text, "systemctl status still says what it does", text)
        self.note(f"STATUS after a broken reload: {text}")
        # Put right and loaded, so that what comes after stands on firm ground.
        lab.write_config()
        run("systemctl", "reload", SERVICE)
        self.check(until(lambda: self.route() is None), "mended and loaded, it is in effect", lab.state())
        self.broken_at_start()

    def broken_at_start(self):
        lab = self.lab
        # Who listens would have it started again and again.
        lab.close_all()
        lab.write_config("pass_on = 1\n")
        run("systemctl", "restart", SERVICE)
        self.check(until(lambda: show("ActiveState") == "failed") and show("ExecMainStatus") == "78",
                   "with a configuration that cannot be used it stops, with status 78", lab.state())
        self.listener = lab.listen(served=False)
        self.check(until(lambda: self.listener.find(lambda line: line.get("code") == "not_started")), "who listens is told so",
                   self.listener.lines[-3:])
        self.check(show("ActiveState", SOCKET_UNIT) == "active", "the socket goes on, however often somebody asks", lab.state())
        lab.scan("40063")
        typed = lab.terminal.text(6, timeout=10)
        self.check(typed == "40063\r", "meanwhile the scanner types into the console", repr(typed))
        lab.write_config()
        self.check(until(lambda: show("ActiveState") == "active"), "saved in order, it starts by itself", lab.state())
        self.check(until(lambda: self.route() is None), "and scans", lab.state())

    def route(self):
        mark = self.listener.mark()
        code = self.lab.next_card()
        self.lab.scan(code)
        return (self.listener.wait(scan_of(code), mark) or {"route": "no scan"})["route"]
