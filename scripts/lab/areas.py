"""What a test in the lab is made of: results, areas of checks, and what the areas share."""
import os
import shutil
import subprocess
import sys
import time
import traceback

from processes import Listener, Service
from support import ACCOUNT, GAP_MS, HERE, PYTHON, SCANNERS, TOKEN, NodeReader


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


class Lab:
    """What the areas share: paths, the endpoint, devices, and the processes to be ended."""

    def __init__(self, program, rules, results, tools="", soak_codes=0, pass_codes=0, tokens=(TOKEN,), port=0):
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
        self.endpoint_command = PYTHON + [HERE + "/endpoint.py", *(word for token in tokens for word in ("--token", token)), "--account", ACCOUNT,
                                          "--log", self.endpoint_log]
        self.endpoint, self.port = None, port
        self.start_endpoint()

    def start_endpoint(self):
        """Starts the member endpoint, after a stop at the same port; nothing is done if it runs."""
        if self.endpoint is None or self.endpoint.poll() is not None:
            self.endpoint = subprocess.Popen(self.endpoint_command + ["--port", str(self.port)], stdout=subprocess.PIPE)
            self.port = int(self.endpoint.stdout.readline())

    def stop_endpoint(self):
        """Kills it: connections to it are refused."""
        self.endpoint.kill()
        self.endpoint.wait()

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
        listener = Listener(service.socket_path, self.next("listener"), since, instance)
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

    def run_parts(self, *parts):
        """Runs methods one after another, each with nothing left of the one before; an exception in one is one failed check."""
        for part in parts:
            try:
                part()
            except Exception as error:  # the other parts still have something to say
                self.check(False, f"{part.__name__}: ran to its end", f"{error}\n" + "\n".join(traceback.format_exc().splitlines()[-6:]))
            finally:
                self.lab.close_all()

    def code(self, text):
        """Remembers a code that is typed, so that the last area can look for it in the logs."""
        self.lab.typed.add(text)
        return text
