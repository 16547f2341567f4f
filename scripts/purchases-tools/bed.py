"""A place in which `scanbridge serve` finds a udev at work, on a machine with or without one.

Where there is none it is shown one: in a mount namespace of its own, which costs its calls nothing; where that may not be had, by umockdev's
library, which takes some microseconds of each. The latter lasts until `close`, and ends by itself when the process that made it dies.
"""
import os
import subprocess

CONTROL = "/run/udev/control"
OWN_RUN = f'mount -t tmpfs tmpfs /run && mkdir /run/udev && : >{CONTROL} && exec "$@"'
NAMESPACE = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c", OWN_RUN, "sh"]
KEYBOARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keyboard.umockdev")
TELL = 'printf "%s\\n" "$UMOCKDEV_DIR" "$LD_PRELOAD"; exec cat'


class Bed:
    """`prefix` goes before a command that is to see the udev, and `environment` with it."""

    def __init__(self):
        self.prefix, self.environment, self.process = [], dict(os.environ), None
        if os.path.exists(CONTROL):
            return
        if subprocess.run([*NAMESPACE, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            self.prefix = NAMESPACE
        else:
            self.make_mock()

    def make_mock(self):
        """In it is one keyboard, which the service leaves alone."""
        self.process = subprocess.Popen(["umockdev-run", "--device", KEYBOARD, "--", "sh", "-c", TELL], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        directory, preload = (self.process.stdout.readline().strip() for _ in range(2))
        if not directory:
            raise SystemExit("umockdev-run has made no bed")
        self.environment.update(UMOCKDEV_DIR=directory, LD_PRELOAD=preload)

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
