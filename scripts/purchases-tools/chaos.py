"""Changes how the provider behaves every moment, and kills the service again and again."""
import random
import threading
import time
from collections import Counter

from faults import STATUSES

# Name, how often, and how long at most, in seconds. The provider is well for about half of the time, so that the outbox goes down too.
MODES = (("ok", 9, 1.0), ("mix", 3, 1.0), ("slow", 2, 0.7), ("status", 3, 0.7), ("garbage", 2, 0.7), ("hang", 1, 0.5),
         ("hang_after_commit", 2, 0.5), ("refuse", 2, 0.5))
SHORTEST_MODE = 0.1
KILL_EVERY = (0.3, 1.5)
DOWN_SECONDS = (0.0, 0.3)
# How many of the kills are followed by one while the service starts.
KILLED_STARTING_SHARE, STARTING_SECONDS = 0.3, (0.0, 0.2)


class Chaos(threading.Thread):
    """Runs from `start` until `end`, which puts everything right."""

    def __init__(self, provider, service, seed):
        super().__init__(daemon=True)
        self.provider, self.service, self.random, self.stop = provider, service, random.Random(f"chaos {seed}"), threading.Event()
        self.modes, self.kills, self.starts, self.error = Counter(), [], 0, None

    def run(self):
        try:
            next_mode, next_kill = 0.0, time.monotonic() + self.random.uniform(*KILL_EVERY)
            while not self.stop.wait(0.02):
                if time.monotonic() >= next_mode:
                    next_mode = time.monotonic() + self.change_mode()
                if time.monotonic() >= next_kill:
                    self.kill_and_start()
                    next_kill = time.monotonic() + self.random.uniform(*KILL_EVERY)
        except (Exception, SystemExit) as error:  # told by the one who waits for the end
            self.error = error

    def change_mode(self):
        """Returns how long the new mode lasts."""
        name, _, longest = self.random.choices(MODES, [weight for _, weight, _ in MODES])[0]
        mode = {"mode": name}
        if name == "slow":
            mode["ms"] = self.random.randrange(30, 500)
        elif name == "status":
            mode.update(self.random.choice(STATUSES))
        self.provider.set_mode(**mode)
        self.modes[f"{name} {mode['status']}" if name == "status" else name] += 1
        return self.random.uniform(SHORTEST_MODE, longest)

    def kill_and_start(self):
        self.kill()
        if self.random.random() < KILLED_STARTING_SHARE:
            self.service.spawn()
            self.starts += 1
            time.sleep(self.random.uniform(*STARTING_SECONDS))
            self.kill()
        self.service.start()
        self.starts += 1

    def kill(self):
        self.kills.append(time.monotonic())
        self.service.kill()
        time.sleep(self.random.uniform(*DOWN_SECONDS))

    def halt(self):
        self.stop.set()
        if self.is_alive():
            self.join()

    def end(self):
        self.halt()
        self.provider.set_mode(mode="ok")
        if self.error is not None:
            raise SystemExit(f"chaos could not go on: {self.error}")
