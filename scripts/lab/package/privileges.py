"""What the service's user may do, and what it may not."""
import grp
import re

from areas import Area
from package.machine import CLERK, KEYBOARD, SERVICE, main_pid, run

# Exit status 0: opened; 13: EACCES.
OPEN = "import os,sys\ntry: os.close(os.open(sys.argv[1], getattr(os, sys.argv[2]) | os.O_NONBLOCK))\nexcept OSError as error: sys.exit(error.errno)"
# What systemd 252 may find at most.
EXPOSURE = 1.5


class Privileges(Area):
    name = "privileges"
    title = "the service's user can read scanners, and no person's keyboard"

    def opens(self, user, node, mode):
        return run("/usr/bin/python3", "-c", OPEN, node, mode, user=user).returncode

    def run(self):
        lab = self.lab
        lab.ready()
        scanner, keyboard = lab.plug(), lab.plug("keyboard", **KEYBOARD)
        for user in ("scanbridge", CLERK):
            self.check(self.opens(user, keyboard, "O_RDONLY") == 13, f"{user} cannot open a person's keyboard (EACCES)")
        self.check(self.opens("scanbridge", scanner, "O_RDONLY") == 0, "scanbridge can open the scanner")
        self.check(self.opens("scanbridge", scanner, "O_RDWR") == 13, "for reading only")
        self.check(self.opens("scanbridge", "/dev/uinput", "O_WRONLY") == 0, "scanbridge can write /dev/uinput")
        self.check(self.opens(CLERK, "/dev/uinput", "O_WRONLY") == 13, "a user of the listeners' group cannot (EACCES)")
        self.process()
        self.in_its_own_world(scanner, keyboard)
        exposure = run("systemd-analyze", "security", "--no-pager", SERVICE).stdout
        level = re.search(r"exposure level for \S+: ([0-9.]+)", exposure)
        self.check(level and float(level[1]) <= EXPOSURE, f"systemd-analyze security says {EXPOSURE} at most", exposure[-400:])
        if level:
            self.note(f"systemd-analyze security: {level[1]}")

    def process(self):
        with open(f"/proc/{main_pid()}/status") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        groups = {grp.getgrgid(int(gid)).gr_name for gid in status["Groups"].split() + status["Gid"].split()}
        user = run("id", "-nu", status["Uid"].split()[0]).stdout.strip()
        self.check(user == "scanbridge" and groups == {"scanbridge"}, "the process is scanbridge's, and in that group alone", f"{user}, {groups}")
        self.check("input" not in run("id", "-nG", "scanbridge").stdout.split(), "the user is not in group input")
        self.check(int(status["CapEff"], 16) == 0 and int(status["CapBnd"], 16) == 0, "it has no capability and can get none", status["CapBnd"])
        self.check(status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", "no new privileges, and a filter of system calls",
                   f"{status['NoNewPrivs']}, {status['Seccomp']}")

    def in_its_own_world(self, scanner, keyboard):
        """A program of the same user with the same restrictions, as if the service had been taken over: in its cgroup, with its devices, and in
        its view of the files."""
        pid = main_pid()
        with open(f"/proc/{pid}/cgroup") as file:
            group = "/sys/fs/cgroup" + file.read().strip().split("::", 1)[1]
        # Joins the service's cgroup, whose devices are filtered, and its mounts.
        shell = f'echo $$ >{group}/cgroup.procs && exec nsenter --target {pid} --mount --ipc -- setpriv --reuid scanbridge --regid scanbridge ' \
                '--init-groups --bounding-set=-all --no-new-privs -- /usr/bin/python3 -c "$1" "$2" "$3"'
        seen = {what: run("bash", "-c", shell, "-", OPEN, path, mode).returncode
                for what, path, mode in (("scanner", scanner, "O_RDONLY"), ("keyboard", keyboard, "O_RDONLY"), ("uinput", "/dev/uinput", "O_WRONLY"),
                                         ("disk", "/dev/vda", "O_RDONLY"), ("token", "/etc/scanbridge/token", "O_RDONLY"),
                                         ("configuration", "/etc/scanbridge/config.toml", "O_WRONLY"))}
        self.check(seen["scanner"] == 0 and seen["uinput"] == 0, "premise: in the service's place a program opens scanner and virtual keyboard", seen)
        self.check(all(seen[what] in (1, 2, 13, 30) for what in ("keyboard", "disk", "token", "configuration")),
                   "and neither keyboard nor disk, and can neither read the token's file nor write the configuration", seen)
