"""`scanbridge serve` with a till's endpoint: its configuration, its start and end, and what it says of itself on its socket."""
import json
import os
import socket
import subprocess
import time

CONFIG = """
[endpoint]
account = "{account}"
token_file = "{directory}/token"
member_url = "http://127.0.0.1:{provider}/agora/member/{{member_id}}?_token={{token}}&ow_account={{account}}"
purchase_url = "http://127.0.0.1:{provider}/agora/invoices?_token={{token}}&ow_account={{account}}"

[till]
listen = "127.0.0.1:{port}"
token_file = "{directory}/till-token"
answer_ms = {answer_ms}
queued_text = "{queued_text}"

[outbox]
path = "{directory}/outbox.db"
max_age_days = 30
max_count = 50000
max_mb = 256

[socket]
path = "{directory}/service.sock"
group = ""
"""
ACCOUNT = "tiendademo"
TOKEN = "1234|" + "aB3dE6gH" * 6
TILL_TOKEN = "till-" + "0123456789abcdef" * 2
QUEUED_TEXT = "Sus puntos se anotarán en breve."
START_SECONDS = 15


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def write_secret(path, text):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


class Service:
    """The service in a directory of its own, where its configuration, tokens, outbox, socket and log lie."""

    def __init__(self, program, directory, bed, provider, answer_ms=3000, more=""):
        self.directory, self.environment, self.port, self.process = directory, bed.environment, free_port(), None
        self.socket = directory + "/service.sock"
        self.command = [*bed.prefix, program, "serve", "--config", directory + "/config.toml", "--socket", self.socket]
        write_secret(directory + "/token", TOKEN)
        write_secret(directory + "/till-token", TILL_TOKEN)
        with open(directory + "/config.toml", "w", encoding="utf-8") as file:
            file.write(CONFIG.format(account=ACCOUNT, directory=directory, provider=provider, port=self.port, answer_ms=answer_ms,
                                     queued_text=QUEUED_TEXT) + more)

    def spawn(self):
        with open(self.directory + "/log", "a") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)

    def start(self):
        """Returns once the till's endpoint takes connections, and the socket is there."""
        self.spawn()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"the service ended with {self.process.returncode}:\n{self.log_end()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                if os.path.exists(self.socket):
                    return
            except OSError:
                pass
            time.sleep(0.01)
        raise SystemExit(f"the service does not listen on its port and its socket:\n{self.log_end()}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def log_end(self):
        with open(self.directory + "/log", errors="replace") as log:
            return "".join(log.readlines()[-15:])

    def listener(self):
        """A connection to the socket, as a file of lines; None while there is no service."""
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(10)
            try:
                one.connect(self.socket)
            except OSError:
                return None
            return one.makefile("rw", encoding="utf-8", newline="\n")

    def purchases(self):
        """What `status` says of purchases; None if there is no answer."""
        lines = self.listener()
        if lines is None:
            return None
        try:
            with lines:
                lines.write('{"id":1,"method":"status"}\n')
                lines.flush()
                for line in lines:
                    answer = json.loads(line)
                    if answer.get("type") == "reply":
                        return answer["status"]["purchases"]
        except (OSError, ValueError):
            pass
        return None
