"""Many codes from two scanners, and a listener that has stopped reading."""
import signal
import time
from collections import Counter

from areas import Area
from codes import card
from support import connected, median, scan_of, until
from uinput_scanner import text_reports

COUNT = 500
BACKLOG = 1000
MEMORY_KB = 8 * 1024
# How many events the service holds for resuming.
HELD = 4096
EVENTS = ("scan", "scan_damaged", "member", "scanner")


def latencies(listener, typed, since):
    """Milliseconds from the terminator's press to the scan at a listener, by code."""
    return [(at - typed[line["code"]]) / 1e6 for at, line in listener.of("scan", since=since) if line["code"] in typed]


class Stream(Area):
    name = "stream"
    title = f"{COUNT} codes of 13 digits at 1 ms a report, from two scanners in turn"

    def run(self):
        scanners = [self.lab.uinput("5ca1"), self.lab.uinput("5ca2")]
        service = self.lab.serve()
        listener = self.lab.listener(service)
        connected(listener, "5ca1")
        connected(listener, "5ca2")
        codes = [self.code(card("84", n * 7919 % 10000000000)) for n in range(1, COUNT + 1)]
        mark = listener.mark()
        spans = []
        for n, code in enumerate(codes):
            times = scanners[n % 2].send(text_reports(code))
            spans.append((times[-1] - times[0]) / (len(times) - 1) / 1e6)
        self.note(f"typed at {median(spans):.2f} ms a report (median)")
        listener.wait_for(COUNT, "scan", mark)
        scans = [line for _, line in listener.of("scan", since=mark)]
        got = [scan["code"] for scan in scans]
        counts = Counter(got)
        self.check(not set(codes) - set(got), f"none of {COUNT} lost", f"{len(set(codes) - set(got))} lost")
        self.check(not set(got) - set(codes), "none wrong", sorted(set(got) - set(codes))[:5])
        self.check(not [code for code, count in counts.items() if count > 1], "none double")
        self.check(got == codes, "all in the order typed")
        self.check(not listener.of("scan_damaged", since=mark), "none damaged", listener.of("scan_damaged", since=mark)[:3])
        self.check(len({scan["scanner"] for scan in scans[0::2]}) == 1 and len({scan["scanner"] for scan in scans[1::2]}) == 1
                   and scans[0]["scanner"] != scans[1]["scanner"], "each from the scanner that typed it")
        members = listener.wait_for(COUNT, "member", mark)
        of_scan = Counter(event["scan"] for event in members)
        self.check(of_scan == Counter(scan["scan"] for scan in scans), "each scan has exactly one member event",
                   f"{len(members)} member events for {len(scans)} scans")
        states = Counter(event["status"] for event in members)
        self.check(states == Counter(found=COUNT), "each member is found", dict(states))
        sequence = [line["seq"] for _, line in listener.of("scan", "member", "scan_damaged", "scanner", since=mark)]
        self.check(all(a < b for a, b in zip(sequence, sequence[1:])), "seq rises with every event")


class Stopped(Area):
    name = "stopped"
    title = f"a stopped listener with {BACKLOG} scans queued behind it"

    def run(self):
        self.scanner = self.lab.uinput()
        # No lookup for these codes, so that only the path of a key is measured.
        route = '\n[[route]]\nname = "plain"\npattern = "^7[0-9]*$"\nlookup = false\n'
        self.service = self.lab.serve(self.lab.config(route))
        self.reader, self.sleeper = self.lab.listener(self.service), self.lab.listener(self.service)
        connected(self.reader, "5ca1")
        last = self.backlog()
        self.resumed(last)
        self.gap(last)

    def backlog(self):
        """Stops one of two listeners and has scans queued behind it; returns the last seq it had before."""
        before = self.stream("70", 100)
        self.sleeper.process.send_signal(signal.SIGSTOP)
        memory = self.service.memory_kb()
        during = self.stream("71", BACKLOG)
        growth = self.service.memory_kb() - memory
        self.note(f"VmRSS of the service {memory} kB, growth {growth} kB")
        self.check(len(during) == BACKLOG, f"the other listener gets all {BACKLOG}", len(during))
        first, second = median(before), median(during)
        self.note(f"median latency of the other listener {first:.2f} ms before, {second:.2f} ms meanwhile: ratio {second / first:.2f}")
        self.check(second < 2 * first, "the other listener's latency stays what it was (within 2, in emulation)")
        self.check(growth < MEMORY_KB, f"the service's memory grows by less than {MEMORY_KB} kB", growth)
        return self.sleeper.poll()[-1][1]["seq"]

    def resumed(self, last):
        """Woken, the listener is either still served, or was cut off and comes again with `since`."""
        sleeper = self.sleeper
        sleeper.process.send_signal(signal.SIGCONT)
        expected = self.expected(last)
        until(lambda: sleeper.mark() and (sleeper.closed or sleeper.lines[-1][1].get("seq") == expected[-1]))
        got = [line for _, line in sleeper.of(*EVENTS) if line["seq"] > last]
        self.note(f"after SIGCONT it got {len(got)} of {len(expected)} events and was {'closed' if sleeper.closed else 'kept'}")
        if sleeper.closed:
            got += self.resume(got[-1]["seq"] if got else last, expected)
        self.account("the stopped listener", expected, got)

    def gap(self, last):
        """A listener that stays away for longer than the service remembers."""
        for batch in range(HELD // 100 + 2):
            mark = self.reader.mark()
            self.scanner.send(text_reports("7\n" * 99 + f"72{batch:03d}"))
            arrived = self.reader.wait(scan_of(f"72{batch:03d}"), mark, timeout=10)
            expected = self.expected(last)
            if not arrived or len(expected) > HELD + 100:
                break
        got = self.resume(last, expected)
        self.check(any(line["type"] == "gap" for line in got), f"who resumes behind {len(expected)} events is told of a gap",
                   [line["type"] for line in got[:3]])
        self.account("who comes late", expected, got)

    def expected(self, last):
        """The events behind a seq, as the listener that always reads has them."""
        return [line["seq"] for _, line in self.reader.of(*EVENTS) if line["seq"] > last]

    def resume(self, since, expected):
        """What a new listener gets that resumes, and resumes again if it was too slow for what comes at once."""
        got = []
        while since < expected[-1]:
            again = self.lab.listener(self.service, since=since, instance=self.sleeper.instance)
            until(lambda: again.mark() and (again.closed or again.lines[-1][1].get("seq") == expected[-1]))
            new = [line for _, line in again.of(*EVENTS, "gap")]
            if not new or "seq" not in new[-1]:
                break
            got += new
            since = new[-1]["seq"]
            again.close()
        return got

    def account(self, who, expected, got):
        """Each expected event was got once, or lies in a gap."""
        gaps = [(line["from"], line["to"]) for line in got if line["type"] == "gap"]
        named = {seq for seq in expected if any(first <= seq <= last for first, last in gaps)}
        counts = Counter(line["seq"] for line in got if line["type"] in EVENTS)
        self.note(f"{who}: {len(counts)} events, {len(named)} in gaps {gaps}")
        self.check(not set(expected) - set(counts) - named, f"{who}: what is missing lies in a gap",
                   sorted(set(expected) - set(counts) - named)[:10])
        self.check(max(counts.values(), default=1) == 1 and not set(counts) & named,
                   f"{who}: nothing comes twice, and a gap names nothing that was delivered", sorted(set(counts) & named)[:10])

    def stream(self, prefix, count):
        """Types short codes at 1 ms a report; returns the other listener's latencies in ms."""
        typed, mark = {}, self.reader.mark()
        for n in range(count):
            code = f"{prefix}{n:03d}"
            typed[code] = self.scanner.type(code)
        self.reader.wait_for(count, "scan", mark)
        return latencies(self.reader, typed, mark)


class SlowEndpoint(Area):
    name = "slow"
    title = "the member endpoint hangs"
    rounds = 30
    deadline_ms = 4000
    # The emulated machine may come late to its timers.
    margin_ms = 2000

    def run(self):
        scanner = self.lab.uinput()
        service = self.lab.serve()
        listener = self.lab.listener(service)
        connected(listener, "5ca1")
        quick = self.stream(scanner, listener, lambda n: card("84888888", n), "member")
        mark = listener.mark()
        slow = self.stream(scanner, listener, lambda n: f"SLOW888888{n:03d}", "scan")
        first, second = median(quick), median(slow)
        self.note(f"median from terminator to scan: {first:.2f} ms with an endpoint that answers, {second:.2f} ms while it hangs:"
                  f" ratio {second / first:.2f}")
        self.check(len(slow) == self.rounds and second < 2 * first, "scan events are as fast while the endpoint hangs (within 2)",
                   f"{len(slow)} scans")
        scans = {line["scan"]: at for at, line in listener.of("scan", since=mark)}
        listener.wait_for(self.rounds, "member", mark)
        # A second member event for a scan would come with the endpoint's late answer.
        code = self.code(card("84888888", 9999))
        until(lambda: quiet(listener, mark, 3000), timeout=10)
        members = listener.of("member", since=mark)
        counts = Counter(line["scan"] for _, line in members)
        self.check(counts == Counter(list(scans)), "each lookup ends in exactly one member event", dict(counts))
        self.check({line["status"] for _, line in members} == {"unavailable"}, "its status is unavailable",
                   Counter(line["status"] for _, line in members))
        took = [(at - scans[line["scan"]]) / 1e6 for at, line in members if line["scan"] in scans]
        self.note(f"from scan to outcome: {min(took):.0f} to {max(took):.0f} ms, deadline {self.deadline_ms} ms")
        self.check(max(took) <= self.deadline_ms + self.margin_ms, "by its deadline", f"{max(took):.0f} ms")
        scanner.type(code)
        event = listener.wait(lambda line: line["type"] == "member" and line["code"] == code, mark)
        self.check(event and event["status"] == "found", "once the endpoint answers again, members are found", event)

    def stream(self, scanner, listener, code_of, until_kind):
        """Types codes, each when the one before has led to an event; returns the latencies of the scans in ms."""
        typed, mark = {}, listener.mark()
        for n in range(self.rounds):
            code = self.code(code_of(n))
            typed[code] = scanner.type(code)
            listener.wait_for(n + 1, until_kind, mark)
        return latencies(listener, typed, mark)


def quiet(listener, mark, milliseconds):
    """Whether a time has gone by since the last member event."""
    last = max((at for at, _ in listener.of("member", since=mark)), default=0)
    return (time.monotonic_ns() - last) / 1e6 > milliseconds
