"""The service and listeners as processes, and what a listener has got."""
import json
import os
import signal
import subprocess
from collections import Counter

from support import HERE, PATIENCE, PYTHON, hello, status_kb, until


def as_user(user, command):
    """A command, run as a user with its own groups."""
    return ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--", *command]


class Service:
    """`scanbridge serve` as a process."""

    def __init__(self, lab, config, socket_path, log, user=None):
        self.socket_path, self.log = socket_path, log
        command = [lab.program, "serve", "--config", config, "--socket", socket_path]
        if user:
            command = ["setpriv", "--reuid", user, "--regid", "nogroup", "--clear-groups", "--"] + command
        self.lab = lab
        with open(log, "ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    @property
    def pid(self):
        return self.process.pid

    def ready(self):
        """Waits for the service's hello; False if it ended or did not speak."""
        return bool(until(lambda: self.process.poll() is not None or hello(self.socket_path))) and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """SIGTERM; returns the exit status, or None if it had to be killed."""
        if self.process.poll() is not None:
            return self.process.returncode
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def memory_kb(self):
        return status_kb(self.pid, "VmRSS")

    def tail(self, count=8):
        if not os.path.isfile(self.log):
            return "(no log)"
        with open(self.log, errors="replace") as file:
            return "".join(file.readlines()[-count:])


class Listener:
    """A listener process and what it has received: `lines` of (time in ns, object), whether the service has `closed` it, and which
    connections were `refused` where it follows."""

    def __init__(self, socket_path, output, since=None, instance=None, user=None, follow=False):
        self.output, self.lines, self.offset, self.closed, self.refused = output, [], 0, False, []
        command = PYTHON + [HERE + "/listener.py", "--socket", socket_path, "--output", output]
        if since is not None:
            command += ["--since", str(since), "--instance", instance]
        if follow:
            command.append("--follow")
        open(output, "w").close()
        if user:
            os.chmod(output, 0o666)
            command = as_user(user, command)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def poll(self):
        with open(self.output, "rb") as file:
            file.seek(self.offset)
            data = file.read()
        data = data[:data.rfind(b"\n") + 1]
        self.offset += len(data)
        for line in data.splitlines():
            entry = json.loads(line)
            if entry.get("closed"):
                self.closed = True
            elif "refused" in entry:
                self.refused.append(entry["refused"])
            else:
                self.lines.append((entry["at"], entry["line"]))
        return self.lines

    def mark(self):
        """A position: what is received from now on lies behind it."""
        return len(self.poll())

    def find(self, match, since=0):
        return next(((at, line) for at, line in self.poll()[since:] if match(line)), None)

    def wait(self, match, since=0, timeout=PATIENCE):
        """The first line behind the mark that matches, as an object; None at the time-out."""
        found = self._wait(match, 1, since, timeout)
        return found[0] if found else None

    def wait_for(self, count, kind, since=0, timeout=PATIENCE):
        """Waits until `count` events of a type are behind the mark; returns those that are."""
        return self._wait(lambda line: line.get("type") == kind, count, since, timeout)

    def _wait(self, match, count, since, timeout):
        """The lines that match, once there are enough of them. Looks at each line once: the guest is slow."""
        found, position = [], since

        def enough():
            nonlocal position
            lines = self.poll()
            found.extend(line for _, line in lines[position:] if match(line))
            position = len(lines)
            return len(found) >= count

        until(enough, timeout)
        return found

    def of(self, *kinds, since=0):
        return [(at, line) for at, line in self.poll()[since:] if line.get("type") in kinds]

    def codes(self, since=0):
        return [line["code"] for _, line in self.of("scan", since=since)]

    def ready(self):
        return self.wait(lambda line: line["type"] == "snapshot") is not None

    @property
    def instance(self):
        return self.poll()[0][1]["instance"]

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()


class ByScanner:
    """Sorts what a listener gets by scanner: a scanner's number is the place of its product's id in `products`."""

    def __init__(self, listener, products):
        self.listener, self.products = listener, products
        self.numbers, self.looked_at, self.connections = {}, 0, Counter()

    def new(self):
        """What has come since the last call, but for scanners' own events: (the scanner's number or None, event)."""
        lines, found = self.listener.poll(), []
        for _, line in lines[self.looked_at:]:
            if line.get("type") != "scanner":
                found.append((self.numbers.get(line.get("scanner")), line))
            elif line["scanner"]["product"] in self.products:
                number = self.products.index(line["scanner"]["product"])
                self.numbers[line["scanner"]["id"]] = number
                self.connections[number] += line["state"] == "connected"
        self.looked_at = len(lines)
        return found
