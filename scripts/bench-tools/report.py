"""Runs the harness and prints what it has measured as a table; shared by the bench on this machine and the one in the lab."""
import subprocess
import sys
from collections import defaultdict

NAMES = (("scanbridge", "scan", "scanbridge"), ("floor", "scan", "floor (C, read and write only)"),
         ("scanbridge", "member", "scanbridge, to the member event"))


def percentile(ordered, share):
    """The smallest value that at least this share of the values does not exceed."""
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def figures(values):
    ordered = sorted(values)
    return [percentile(ordered, share) / 1000 for share in (50, 90, 99)] + [ordered[-1] / 1000]


def row(name, cells, count="", lost=""):
    print(f"{name:<34}" + "".join(f"{cell:>10}" for cell in cells) + f"{count:>8}{lost:>6}", flush=True)


def run_harness(harness, rounds, codes, listeners, prefix, member, targets):
    """Returns the times in ns by (target, kind, round). `targets` are (name, descriptor, socket)."""
    command = [harness, str(rounds), str(codes), str(listeners), prefix, str(int(member))]
    command += [f"{name}:{descriptor}:{socket}" for name, descriptor, socket in targets]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, pass_fds=[descriptor for _, descriptor, _ in targets])
    if result.returncode:
        sys.exit("the harness failed")
    times = defaultdict(list)
    for line in result.stdout.splitlines():
        target, kind, turn, value = line.split()
        times[target, kind, int(turn)].append(int(value))
    return times


def table(title, times, rounds):
    print(f"\n{title}\n", flush=True)
    row("microseconds", ("p50", "p90", "p99", "max"), "codes", "lost")
    shown = {}
    for target, kind, name in NAMES:
        values = [value for (t, k, _), some in times.items() if (t, k) == (target, kind) for value in some]
        lost = sum(len(some) for (t, k, _), some in times.items() if (t, k) == (target, "lost"))
        if not values:
            continue
        shown[target, kind] = figures(values)
        row(name, [f"{value:.0f}" for value in shown[target, kind]], len(values), lost if kind == "scan" else "")
    if ("scanbridge", "scan") not in shown or ("floor", "scan") not in shown:
        return
    row("ratio, scanbridge to floor", [f"{a / b:.2f}" for a, b in zip(shown["scanbridge", "scan"], shown["floor", "scan"])])
    for place, name in ((0, "p50"), (2, "p99")):
        pairs = [(times["scanbridge", "scan", turn], times["floor", "scan", turn]) for turn in range(rounds)]
        ratios = [figures(a)[place] / figures(b)[place] for a, b in pairs if a and b]
        print(f"ratio of {name} by round: " + " ".join(f"{ratio:.2f}" for ratio in ratios), flush=True)


PASSING = (("scanbridge", "pass", "scanbridge"), ("reemit", "pass", "reemit (C, grab, keep, re-emit)"),
           ("early", "pass", "scanbridge, early decision"), ("scanbridge", "first", "first key, scanbridge"),
           ("reemit", "first", "first key, reemit"), ("early", "first", "first key, early decision"))


def passing_table(title, times, rounds):
    """The same for what is typed on: from the terminator's event to the last event at a reader of the virtual keyboard, and to the first."""
    print(f"\n{title}\n", flush=True)
    row("microseconds", ("p50", "p90", "p99", "max"), "codes", "lost")
    shown = {}
    for target, kind, name in PASSING:
        values = [value for (t, k, _), some in times.items() if (t, k) == (target, kind) for value in some]
        lost = sum(len(some) for (t, k, _), some in times.items() if (t, k) == (target, "lost"))
        if not values:
            continue
        shown[target, kind] = figures(values)
        row(name, [f"{value:.0f}" for value in shown[target, kind]], len(values), lost if kind == "pass" else "")
    for target, name in (("scanbridge", "scanbridge"), ("early", "early decision")):
        if not {(target, "pass"), ("reemit", "pass")} <= set(shown):
            continue
        row(f"ratio, {name} to reemit", [f"{a / b:.2f}" for a, b in zip(shown[target, "pass"], shown["reemit", "pass"])])
        for place, share in ((0, "p50"), (2, "p99")):
            pairs = [(times[target, "pass", turn], times["reemit", "pass", turn]) for turn in range(rounds)]
            print(f"ratio of {share} by round: " + " ".join(f"{figures(a)[place] / figures(b)[place]:.2f}" for a, b in pairs if a and b), flush=True)
    if {("scanbridge", "pass"), ("early", "pass")} <= set(shown):
        first, last = ((shown["scanbridge", kind][0] - shown["early", kind][0]) / 1000 for kind in ("first", "pass"))
        print(f"a product gains by an early decision (p50): its first key {first:.1f} ms, its last event {last:.2f} ms", flush=True)
