"""What must hold of the sales that tills have posted and of what the provider has counted. Pure: it is given both and does no I/O."""
from bisect import bisect
from collections import Counter, defaultdict

# An answer is read by the service within this time, and what is under way then arrives.
READING_SECONDS = 0.5
ROUNDING_SECONDS = 0.02


class Verdict:
    """`sales` are the tills', `ledger` is the provider's, `kills` are times. `figures` are (name, number); `violations` says in words what
    does not hold."""

    def __init__(self, sales, ledger, kills):
        self.sales, self.ledger, self.kills = sales, ledger, kills
        self.by_digest = {sale.digest: sale for sale in sales}
        self.arrivals = defaultdict(list)  # by the sale's digest
        self.commit = {}  # by the sale's digest: its place among all that was counted
        self.figures, self.violations = [], []
        for arrival in ledger["arrivals"]:
            self.arrivals[arrival["body"]].append(arrival)
            if arrival["outcome"] == "counted":
                self.commit[arrival["body"]] = arrival["commit"]
        self.show_arrivals()
        self.check_sales()
        self.check_requests()
        self.check_counts()
        self.check_points()
        self.check_refunds()
        self.check_order()
        self.check_silences()

    def must_be_none(self, name, found):
        """`found` are names of what must not be."""
        self.figures.append((name, len(found)))
        if found:
            self.violations.append(f"{name}: {len(found)} ({', '.join(map(str, found[:5]))}{', …' if len(found) > 5 else ''})")

    def show_arrivals(self):
        outcomes = Counter(arrival["outcome"] for arrival in self.ledger["arrivals"])
        answers = Counter(sale.status for sale in self.sales)
        self.figures += [
            ("sales and refunds posted", len(self.sales)), ("of them refunds", sum(sale.is_refund for sale in self.sales)),
            ("answered accepted", answers["accepted"]), ("answered rejected", answers["rejected"]),
            ("arrivals at the provider", len(self.ledger["arrivals"])), ("counted", outcomes["counted"]),
            ("duplicates that it knew", outcomes["duplicate"]), ("duplicates that it had forgotten", outcomes["forgotten"]),
            ("refused by the provider", outcomes["refused"]), ("met by a fault, not counted", outcomes["none"])]

    def check_sales(self):
        counted = {digest for digest, arrivals in self.arrivals.items() if any(a["outcome"] == "counted" for a in arrivals)}
        refused = {digest for digest, arrivals in self.arrivals.items() if any(a["outcome"] == "refused" for a in arrivals)}
        self.must_be_none("without an answer", [sale.name for sale in self.sales if sale.status is None])
        self.must_be_none("lost", [sale.name for sale in self.sales if sale.status and sale.digest not in (refused if sale.is_refused else counted)])
        self.must_be_none("told to be rejected, and not so", [
            sale.name for sale in self.sales if sale.status == "rejected" and (sale.digest in counted or sale.digest not in refused)])
        self.must_be_none("accepted, and rejected when sent again", [
            sale.name for sale in self.sales if not sale.is_refused and {"accepted", "rejected"} <= sale.told])

    def check_requests(self):
        every = self.ledger["arrivals"]
        self.must_be_none("bodies changed", [a["body"][:12] for a in every if a["body"] not in self.by_digest])
        self.must_be_none("without a proper key", [a["key"] for a in every if not is_key(a["key"])])
        self.must_be_none("not application/json", [a["type"] for a in every if (a["type"] or "").split(";")[0] != "application/json"])
        keys, digests = defaultdict(set), defaultdict(set)
        for arrival in every:
            keys[arrival["body"]].add(arrival["key"])
            digests[arrival["key"]].add(arrival["body"])
        self.must_be_none("sales with two keys", [self.name(digest) for digest, some in keys.items() if len(some) > 1])
        self.must_be_none("keys of two sales", [str(key)[:12] for key, some in digests.items() if len(some) > 1])
        self.must_be_none("requests without the token", ["…"] * self.ledger["unauthorized"])
        self.must_be_none("redirects followed", ["…"] * self.ledger["elsewhere"])
        self.must_be_none("other requests", ["…"] * self.ledger["bad_requests"])

    def check_counts(self):
        """Each sale is counted once, and once more for each time that the provider has forgotten it."""
        wrong = []
        for digest, arrivals in self.arrivals.items():
            outcomes = Counter(arrival["outcome"] for arrival in arrivals)
            if outcomes["counted"] > 1 or outcomes["forgotten"] and not outcomes["counted"]:
                wrong.append(self.name(digest))
        self.must_be_none("counted twice", wrong)

    def check_points(self):
        expected, forgotten = Counter(), Counter()
        for sale in self.sales:
            if sale.status == "accepted" and not sale.is_refused:
                expected.update(sale.points)
        for arrival in self.ledger["arrivals"]:
            if arrival["outcome"] == "forgotten":
                forgotten.update(self.by_digest[arrival["body"]].points if arrival["body"] in self.by_digest else {})
        counted = self.ledger["points"]
        self.figures += [("members", len(expected)), ("points expected", sum(expected.values())),
                         ("points that the provider has forgotten to have given", sum(forgotten.values())),
                         ("points counted", sum(counted.values()))]
        self.must_be_none("members with wrong points", [
            member for member in expected.keys() | counted.keys() if expected[member] + forgotten[member] != counted.get(member, 0)])

    def check_refunds(self):
        self.must_be_none("refunds before their sale", [
            sale.name for sale in self.sales if sale.is_refund and sale.digest in self.commit
            and self.commit[sale.digest] < self.commit.get(sale.origin.digest, float("inf"))])

    def check_order(self):
        """A member's sale that was posted after another one was answered is counted after it."""
        by_member = defaultdict(list)
        for sale in self.sales:
            if sale.digest in self.commit and sale.answered is not None:
                for member in sale.cents:
                    by_member[member].append(sale)
        wrong = set()
        for sales in by_member.values():
            latest_post = float("-inf")
            for sale in sorted(sales, key=lambda sale: self.commit[sale.digest]):
                if sale.answered < latest_post:
                    wrong.add(sale.name)
                latest_post = max(latest_post, sale.posted)
        self.must_be_none("out of their member's order", sorted(wrong))

    def check_silences(self):
        """Nothing arrives before the time that was asked for with an answer, whatever was killed and started since, unless the kill came so soon
        that the service need not have read that answer."""
        times = sorted(arrival["at"] for arrival in self.ledger["arrivals"])
        asked = [arrival for arrival in self.ledger["arrivals"] if arrival["retry_after"]]
        known = [arrival["at"] for arrival in asked if not any(abs(kill - arrival["at"]) < READING_SECONDS for kill in self.kills)]
        until = {arrival["at"]: arrival["at"] + arrival["retry_after"] for arrival in asked}
        early = [f"{end - time:.2f} s" for begin in known for end in [until[begin] - ROUNDING_SECONDS]
                 for time in times[bisect(times, begin + READING_SECONDS):bisect(times, end)]]
        over_kills = sum(any(begin < kill < until[begin] for kill in self.kills) for begin in known)
        self.figures += [("answers that asked for silence", len(asked)), ("of them looked at over a kill", over_kills)]
        self.must_be_none("arrivals before the time that was asked for", early)

    def name(self, digest):
        return self.by_digest[digest].name if digest in self.by_digest else digest


def is_key(key):
    return key is not None and len(key) == 64 and all(character in "0123456789abcdef" for character in key)
