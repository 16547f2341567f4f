"""Many codes from two scanners, and a listener that has stopped reading."""
import signal
import time
from collections import Counter

from support import Area, connected, median, until
from uinput_scanner import text_reports

COUNT = 500
BACKLOG = 1000
MEMORY_KB = 8 * 1024


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
        codes = [self.code(f"84{n * 7919 % 100000000000:011d}") for n in range(1, COUNT + 1)]
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
        scanner = self.lab.uinput()
        # No lookup for these codes, so that only the path of a key is measured.
        route = '\n[[route]]\nname = "plain"\npattern = "^7[0-9]+$"\nlookup = false\n'
        service = self.lab.serve(self.lab.config(route))
        reader, sleeper = self.lab.listener(service), self.lab.listener(service)
        connected(reader, "5ca1")
        before = self.stream(scanner, reader, "70", 100)
        sleeper.process.send_signal(signal.SIGSTOP)
        memory = service.memory_kb()
        mark = reader.mark()
        during = self.stream(scanner, reader, "71", BACKLOG)
        growth = service.memory_kb() - memory
        last_before = sleeper.poll()[-1][1]["seq"]
        self.note(f"VmRSS of the service {memory} kB, growth {growth} kB")
        self.check(len(during) == BACKLOG, f"the other listener gets all {BACKLOG}", len(during))
        first, second = median(before), median(during)
        self.note(f"median latency of the other listener {first:.2f} ms before, {second:.2f} ms meanwhile: ratio {second / first:.2f}")
        self.check(second < 2 * first, "the other listener's latency stays what it was (within 2, in emulation)")
        self.check(growth < MEMORY_KB, f"the service's memory grows by less than {MEMORY_KB} kB", growth)

        sleeper.process.send_signal(signal.SIGCONT)
        events = ("scan", "scan_damaged", "member", "scanner", "lagged", "gap")
        expected = [line["seq"] for _, line in reader.of("scan", "scan_damaged", "member", "scanner", since=mark)
                    if line["seq"] > last_before]
        # Either it was kept and gets the rest now, or it was cut off and comes again with `since`.
        until(lambda: sleeper.poll() is not None and (sleeper.closed or sleeper.lines[-1][1].get("seq") == expected[-1]))
        got = [line for _, line in sleeper.of(*events) if line["type"] in ("gap", "lagged") or line["seq"] > last_before]
        self.note(f"after SIGCONT it got {len(got)} of {len(expected)} events and was {'closed' if sleeper.closed else 'kept'}")
        if sleeper.closed:
            last = max(line["seq"] for _, line in sleeper.lines if line["type"] in ("scan", "member", "scanner", "snapshot"))
            got = [line for line in got if line["type"] not in ("lagged", "gap")]
            again = self.lab.listener(service, since=last, instance=sleeper.instance)
            until(lambda: again.of("scan") and again.lines[-1][1].get("seq") == expected[-1])
            got += [line for _, line in again.of(*events)]
        missing = Counter(expected)
        missing.subtract(line["seq"] for line in got if line["type"] in ("scan", "scan_damaged", "member", "scanner"))
        gaps = [(line["from"], line["to"]) for line in got if line["type"] == "gap"]
        self.note(f"missing after that: {sum(missing.values())}, gaps {gaps}")
        self.check(all(count == 0 or (count == 1 and any(a <= seq <= b for a, b in gaps)) for seq, count in missing.items()),
                   "it gets all after that, none twice, or a gap that names what is missing",
                   [seq for seq, count in missing.items() if count][:10])
        self.check(all(missing[seq] == 1 for seq in expected if any(a <= seq <= b for a, b in gaps)),
                   "a gap names nothing that was delivered")

    def stream(self, scanner, listener, prefix, count):
        """Types short codes at 1 ms a report; returns the listener's latencies in ms."""
        typed, mark = {}, listener.mark()
        for n in range(count):
            code = f"{prefix}{n:03d}"
            typed[code] = scanner.type(code)
        listener.wait_for(count, "scan", mark)
        return latencies(listener, typed, mark)


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
        quick = self.stream(scanner, listener, "8488888888", "member")
        mark = listener.mark()
        slow = self.stream(scanner, listener, "SLOW888888", "scan")
        first, second = median(quick), median(slow)
        self.note(f"median from terminator to scan: {first:.2f} ms with an endpoint that answers, {second:.2f} ms while it hangs:"
                  f" ratio {second / first:.2f}")
        self.check(len(slow) == self.rounds and second < 2 * first, "scan events are as fast while the endpoint hangs (within 2)",
                   f"{len(slow)} scans")
        scans = {line["scan"]: at for at, line in listener.of("scan", since=mark)}
        listener.wait_for(self.rounds, "member", mark)
        # A second member event for a scan would come with the endpoint's late answer.
        code = self.code("8488888899999")
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

    def stream(self, scanner, listener, prefix, until_kind):
        """Types codes, each when the one before has led to an event; returns the latencies of the scans in ms."""
        typed, mark = {}, listener.mark()
        for n in range(self.rounds):
            code = self.code(f"{prefix}{n:03d}")
            typed[code] = scanner.type(code)
            listener.wait_for(n + 1, until_kind, mark)
        return latencies(listener, typed, mark)


def quiet(listener, mark, milliseconds):
    """Whether a time has gone by since the last member event."""
    last = max((at for at, _ in listener.of("member", since=mark)), default=0)
    return (time.monotonic_ns() - last) / 1e6 > milliseconds
