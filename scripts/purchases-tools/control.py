"""The provider as a process of its own, and its control port."""
import http.client
import json
import os
import subprocess
import sys

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "provider.py")


class ProviderProcess:
    def __init__(self, account, token_file, seed, forget=0.0):
        command = [sys.executable, "-B", PROGRAM, "--account", account, "--token-file", token_file, "--seed", str(seed), "--forget", str(forget)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port, self.control = map(int, self.process.stdout.readline().split())

    def ask(self, method, path, content=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.control, timeout=60)
        try:
            connection.request(method, path, None if content is None else json.dumps(content))
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise SystemExit(f"the provider's control port answers {answer.status}")
        return json.loads(body)

    def set_mode(self, **mode):
        self.ask("POST", "/mode", mode)

    def ledger(self):
        return self.ask("GET", "/ledger")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
