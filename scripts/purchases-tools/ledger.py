"""What the provider has received and counted. Every arrival is kept, in order, so that a test can look at all of it afterwards."""
import hashlib
import random
import threading
import time

import invoice

# What members' ids begin with that are no members, and those to whom the provider gives no points.
UNKNOWN, BARRED = "NADIE-", "BAJA-"


class Ledger:
    """Counts each key once. With `forget` it forgets a key with that probability when it comes again, counts it again, and remembers that."""

    def __init__(self, forget=0.0, seed=0):
        self.lock, self.random, self.forget = threading.Lock(), random.Random(f"forget {seed}"), forget
        self.arrivals, self.points, self.counted, self.commits = [], {}, {}, 0
        self.others = {"unauthorized": 0, "elsewhere": 0, "lookups": 0, "bad_requests": 0}

    def note(self, what):
        with self.lock:
            self.others[what] += 1

    def arrived(self, key, content_type, body):
        """A new arrival, of which nothing is counted yet."""
        content = invoice.read(body) or {}
        arrival = {"key": key, "type": content_type, "body": hashlib.sha256(body).hexdigest(), "refund": invoice.is_refund(content),
                   "points": invoice.points(content), "fault": "ok", "outcome": "none", "commit": None,
                   "at": time.monotonic(), "retry_after": None}
        with self.lock:
            self.arrivals.append(arrival)
        return arrival

    def commit(self, arrival):
        """Counts the arrival if it is to be counted. Returns the status and the answer's content."""
        members = list(arrival["points"])
        with self.lock:
            if not members or any(member.startswith(UNKNOWN) for member in members):
                arrival["outcome"] = "refused"
                return 404, {"error": "no such member"}
            if any(member.startswith(BARRED) for member in members):
                arrival["outcome"] = "refused"
                return 200, {"Status": "rejected", "RejectReason": "El cliente está de baja."}
            self.count(arrival)
            balance = self.points.get(members[0], 0)
        return 200, {"Status": "accepted", "PrinterText": f"Tiene {balance} puntos. ¡Gracias!"}

    def count(self, arrival):
        key = arrival["key"]
        if key in self.counted and self.random.random() >= self.forget:
            arrival["outcome"] = "duplicate"
            return
        arrival["outcome"] = "forgotten" if key in self.counted else "counted"
        arrival["commit"] = self.commits
        self.commits += 1
        self.counted[key] = self.counted.get(key, 0) + 1
        for member, points in arrival["points"].items():
            self.points[member] = self.points.get(member, 0) + points

    def balance(self, member):
        with self.lock:
            return self.points.get(member, 0)

    def export(self):
        with self.lock:
            return {"arrivals": [dict(arrival) for arrival in self.arrivals], "points": dict(self.points), **self.others}
