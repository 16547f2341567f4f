"""A bed of umockdev's in which `scanbridge serve` finds a udev at work, on a machine with or without one.

In it is one keyboard, which the service leaves alone. Only the programs that are started with `environment` see the bed; it lasts until
`close`, and ends by itself when the process that made it dies.
"""
import os
import subprocess

KEYBOARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keyboard.umockdev")
TELL = 'printf "%s\\n" "$UMOCKDEV_DIR" "$LD_PRELOAD"; exec cat'


class Bed:
    def __init__(self):
        self.process = subprocess.Popen(["umockdev-run", "--device", KEYBOARD, "--", "sh", "-c", TELL], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        directory, preload = (self.process.stdout.readline().strip() for _ in range(2))
        if not directory:
            raise SystemExit("umockdev-run has made no bed")
        self.environment = {**os.environ, "UMOCKDEV_DIR": directory, "LD_PRELOAD": preload}

    def close(self):
        self.process.stdin.close()
        self.process.wait()
