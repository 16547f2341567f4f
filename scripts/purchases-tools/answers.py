#!/usr/bin/env python3
"""The part of `scripts/purchases-bench` that measures answers to the till beside bare inserts.

    answers.py PROGRAM TOOLS COUNT DIRECTORY

TOOLS holds the compiled programs `post` and `inserts`. The outbox and the inserts' database lie in DIRECTORY, on one file system.
"""
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, closing

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "bench-tools"))

from bed import Bed
from report import figures, row
from service import TILL_TOKEN, Service

ROUNDS = 10
WARM_UP = 5
MOST_RATIO = 2
SLOW_NS = 50_000_000


def times_of(*command, **environment):
    """The times that a program prints, one a line."""
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    if result.returncode:
        sys.exit(f"{os.path.basename(command[0])} failed")
    return [int(line) for line in result.stdout.split()]


class Bench:
    def __init__(self, service, tools, directory, count):
        self.service, self.tools, self.database, self.count = service, tools, directory + "/inserts.db", count
        self.posted, self.rounds, self.times = 0, [], {"post": [], "inserts": []}

    def round(self, number, count):
        """Both once, the one that starts changing from round to round."""
        first, turns = number * (self.count + WARM_UP), [self.post, self.inserts]
        results = {work.__name__: work(first, count) for work in (turns if number % 2 else reversed(turns))}
        for name, times in results.items():
            self.times[name] += times
        self.rounds.append(results)

    def post(self, first, count):
        self.posted += count + WARM_UP
        return times_of(self.tools + "/post", str(self.service.port), str(first), str(count), TILL_TOKEN=TILL_TOKEN)

    def inserts(self, first, count):
        return times_of(self.tools + "/inserts", self.database, str(first), str(count))

    def report(self):
        """Prints the table; the ratio of the medians."""
        row("microseconds", ("p50", "p90", "p99", "max"), "count")
        shown = {}
        for name, title in (("post", "answer to the till (libcurl)"), ("inserts", "bare SQLite insert (C)")):
            shown[name] = figures(self.times[name])
            row(title, [f"{value:.0f}" for value in shown[name]], len(self.times[name]))
        ratios = [post / insert for post, insert in zip(shown["post"], shown["inserts"])]
        row("ratio, answer to insert", [f"{ratio:.2f}" for ratio in ratios])
        by_round = [figures(one["post"])[0] / figures(one["inserts"])[0] for one in self.rounds]
        print("ratio of p50 by round: " + " ".join(f"{ratio:.2f}" for ratio in by_round))
        for name, title in (("post", "answers"), ("inserts", "inserts")):
            print(f"{title} that took 50 ms or more: {sum(took >= SLOW_NS for took in self.times[name])} of {len(self.times[name])}")
        return ratios[0]


def main():
    program, tools, count, directory = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    with ExitStack() as stack:
        # A port that is taken and at which nobody listens: connections to it are refused.
        nobody = stack.enter_context(socket.socket())
        nobody.bind(("127.0.0.1", 0))
        bed = stack.enter_context(closing(Bed()))
        service = stack.enter_context(closing(Service(program, directory, bed, nobody.getsockname()[1])))
        service.start()
        bench = Bench(service, tools, directory, count)
        for number in range(ROUNDS):
            share = count // ROUNDS + (number < count % ROUNDS)
            if share:
                bench.round(number, share)
        state = service.purchases()
    print(f"{count} invoices, one after the other in {ROUNDS} rounds, with a provider that refuses connections\n")
    ratio = bench.report()
    if state is None or state["queued"] != bench.posted:
        sys.exit(f"{bench.posted} were accepted, and the outbox holds {state['queued'] if state else '?'}")
    if ratio > MOST_RATIO:
        sys.exit(f"an answer takes {ratio:.2f} times as long as a bare insert (p50), and may take {MOST_RATIO} times")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main()
