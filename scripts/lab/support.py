"""What the hardware tests stand on: results, waiting, the service and listeners as processes, plain readers of a node."""
import errno
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = ["/usr/bin/python3", "-S", "-E"]
TOKEN = "7|LabTokenLabTokenLabToken+LabTokenLabTokenLabToken"
ACCOUNT = "labshop"
EVIOCGRAB, EVIOCSMASK = 0x40044590, 0x40104593
EVENT = struct.Struct("llHHi")
SYN_DROPPED = 3
# The lab's emulation is 10 to 30 times slower than the machine: waits are long, and end as soon as what is awaited is there.
PATIENCE = 30
# Longer than the service's default, since a slow guest pauses within a code.
GAP_MS = 2000
# No code is typed on to the till, which needs no /dev/uinput.
NEVER = '\n[[route]]\nname = "all"\npass = "never"\n'
# The uinput scanners, which only the configuration knows, and the USB ones, which the udev rules know too.
SCANNERS = (("1209", "5ca1"), ("1209", "5ca2"), ("0c2e", "0204"), ("05e0", "1200"))


def until(condition, timeout=PATIENCE, pause=0.01):
    """Waits for a condition; returns its first true value, or its last value at the time-out."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(pause)


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else float("nan")


class Results:
    """Counts and prints checks, in the form of the Test Anything Protocol."""

    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, held, text, detail=""):
        if held:
            self.passed += 1
        else:
            self.failed += 1
        print(f"{'ok' if held else 'not ok'} - {text}", flush=True)
        if not held and detail != "":
            for line in str(detail).splitlines()[:12]:
                print(f"#   {line[:400]}", flush=True)
        return held

    def note(self, text):
        print(f"# {text}", flush=True)


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


def status_kb(pid, key):
    with open(f"/proc/{pid}/status") as file:
        return next((int(line.split()[1]) for line in file if line.startswith(key + ":")), 0)


def hello(path):
    """The service's first line, or None if nobody answers on the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        try:
            connection.connect(path)
            line = connection.makefile("rb").readline()
        except OSError:
            return None
    return json.loads(line) if line.endswith(b"\n") else None


class Listener:
    """A listener process and what it has received: `lines` of (time in ns, object)."""

    def __init__(self, lab, socket_path, output, since=None, instance=None):
        self.output, self.lines, self.offset, self.closed = output, [], 0, False
        command = PYTHON + [HERE + "/listener.py", "--socket", socket_path, "--output", output]
        if since is not None:
            command += ["--since", str(since), "--instance", instance]
        open(output, "w").close()
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


def request(path, method, **params):
    """Sends one request to the service, returns the answer's object; None if there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        try:
            connection.connect(path)
            connection.sendall(json.dumps({"id": 1, "method": method, "params": params}).encode() + b"\n")
            for line in connection.makefile("rb"):
                answer = json.loads(line)
                if answer.get("id") == 1:
                    return answer
        except OSError:
            pass
    return None


def scanner_state(state, vendor=None, product=None, serial=None, reason=None):
    """Matches a `scanner` event."""
    wanted = {"vendor": vendor, "product": product, "serial": serial}
    return lambda line: (line.get("type") == "scanner" and line.get("state") == state
                         and (reason is None or line.get("reason") == reason)
                         and all(value is None or line["scanner"].get(key) == value for key, value in wanted.items()))


def connected(listener, product=None, serial=None):
    """Waits until a scanner is there, be it in the snapshot or by an event of its own; scanners are known by one of the two."""
    wanted = repr(product or serial)
    if not listener.wait(lambda line: line.get("type") in ("snapshot", "scanner") and line.get("state") != "blocked"
                         and wanted in repr(line)):
        raise RuntimeError(f"the scanner {wanted} was not connected: {listener.poll()}")


def check_digit(digits):
    """GS1's check digit for the digits in front of it."""
    return str(-sum(int(digit) * (1 if n % 2 else 3) for n, digit in enumerate(reversed(digits))) % 10)


def product(digits):
    """A product's code: the digits, and their check digit."""
    return digits + check_digit(digits)


def is_product(code):
    """Whether a code of 13 digits is a product's to the service: with its check digit, and of no number that shops give out themselves."""
    return code == product(code[:-1]) and not code.startswith(("2", "02", "04")) and code.strip("0") != ""


def card(prefix, number=0):
    """A card's number of 13 digits that is no product's: its last digit is not the check digit."""
    digits = prefix + str(number).zfill(12 - len(prefix)) if len(prefix) < 12 else prefix
    return digits + str((int(check_digit(digits)) + 5) % 10)


def scan_of(code):
    return lambda line: line.get("type") == "scan" and line.get("code") == code


class NodeReader:
    """Another program that reads an input device's node."""

    def __init__(self, node, grab=False, nonblocking=True):
        self.file = os.open(node, os.O_RDONLY | os.O_CLOEXEC | (os.O_NONBLOCK if nonblocking else 0))
        if grab:
            fcntl.ioctl(self.file, EVIOCGRAB, 1)

    def mask_scancodes(self):
        """Has the kernel leave out EV_MSC, as the service does. The mask's size must be a multiple of 8 bytes."""
        codes = bytearray(8)
        import ctypes
        buffer = (ctypes.c_char * len(codes)).from_buffer(codes)
        fcntl.ioctl(self.file, EVIOCSMASK, struct.pack("IIQ", 4, len(codes), ctypes.addressof(buffer)))

    def events(self, timeout=0.0):
        """All events that can be read, after waiting for the first: (type, code, value)."""
        found = []
        while select.select([self.file], [], [], timeout)[0]:
            try:
                data = os.read(self.file, EVENT.size * 256)
            except OSError as error:
                if error.errno in (errno.ENODEV, errno.EAGAIN):
                    break
                raise
            found += [EVENT.unpack_from(data, at)[2:] for at in range(0, len(data), EVENT.size)]
            timeout = 0
        return found

    def close(self):
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


class Lab:
    """What the areas share: paths, the endpoint, devices, and the processes to be ended."""

    def __init__(self, program, rules, results, tools="", soak_codes=0, pass_codes=0):
        self.program, self.rules, self.results = program, rules, results
        self.tools, self.soak_codes, self.pass_codes = tools, soak_codes, pass_codes
        self.directory = "/run/scanbridge-test"
        self.serial = 0
        self.open = []
        self.typed = set()
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(self.directory)
        os.chmod(self.directory, 0o755)
        self.token_file = self.path("token")
        with open(self.token_file, "w") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(TOKEN + "\n")
        self.endpoint_log = self.path("endpoint.log")
        self.endpoint = subprocess.Popen(
            PYTHON + [HERE + "/endpoint.py", "--token", TOKEN, "--account", ACCOUNT, "--log", self.endpoint_log],
            stdout=subprocess.PIPE)
        self.port = int(self.endpoint.stdout.readline())

    def path(self, name):
        return f"{self.directory}/{name}"

    def next(self, stem):
        self.serial += 1
        return self.path(f"{stem}-{self.serial}")

    def tool(self, name):
        """A program of bench-tools, compiled outside."""
        return os.path.join(self.tools, name)

    def config(self, extra="", group="scanbridge", socket_path=None, scanners=SCANNERS, port=None):
        """Writes a configuration; returns its path."""
        path = self.next("config") + ".toml"
        text = f"""[endpoint]
account    = "{ACCOUNT}"
token_file = "{self.token_file}"
member_url = "http://127.0.0.1:{port or self.port}/agora/member/{{member_id}}?_token={{token}}&ow_account={{account}}"
timeout_ms = 4000
locale     = "es"

[socket]
path  = "{socket_path or self.path('scanbridge.sock')}"
group = "{group}"
mode  = "0660"
"""
        for vendor, product in scanners:
            text += f'\n[[scanner]]\nvendor  = "{vendor}"\nproduct = "{product}"\ngap_ms  = {GAP_MS}\n'
        text += extra
        with open(path, "w") as file:
            file.write(text)
        return path

    def serve(self, config=None, user=None, socket_path=None, wait=True, log=None):
        """Starts the service and waits until it speaks."""
        socket_path = socket_path or self.path("scanbridge.sock")
        config = config or self.config()
        service = Service(self, config, socket_path, log or self.next("serve") + ".log", user)
        self.open.append(service.stop)
        if wait and not service.ready():
            raise RuntimeError("the service did not start:\n" + service.tail())
        return service

    def listener(self, service, since=None, instance=None):
        listener = Listener(self, service.socket_path, self.next("listener"), since, instance)
        self.open.append(listener.close)
        if not listener.ready():
            raise RuntimeError("the listener got no snapshot:\n" + service.tail())
        return listener

    def uinput(self, product="5ca1", vendor="1209", name="Lab Scanner", settle=True):
        from uinput_scanner import UinputScanner
        scanner = UinputScanner(f"{name} {product}", vendor, product, settle)
        self.open.append(scanner.destroy)
        return scanner

    def reader(self, node, grab=False):
        reader = NodeReader(node, grab)
        self.open.append(reader.close)
        return reader

    def close_all(self):
        """Ends what an area has left open, newest first."""
        while self.open:
            try:
                self.open.pop()()
            except OSError:
                pass

    def run(self, area):
        """Runs an area; an exception in it is one failed check."""
        started = time.monotonic()
        self.results.note(f"{area.name}: {area.title}")
        try:
            area(self).run()
        except Exception as error:  # the other areas still have something to say
            lines = traceback.format_exc().splitlines()
            self.results.check(False, f"{area.name}: ran to its end", f"{error}\n" + "\n".join(lines[-8:]))
        finally:
            self.close_all()
            self.results.note(f"{area.name}: {time.monotonic() - started:.0f} s")
            sys.stdout.flush()


class Area:
    """One area of checks. Subclasses have `name`, `title` and `run`."""

    def __init__(self, lab):
        self.lab = lab
        self.check = lab.results.check
        self.note = lab.results.note

    def code(self, text):
        """Remembers a code that is typed, so that the last area can look for it in the logs."""
        self.lab.typed.add(text)
        return text
