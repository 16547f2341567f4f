#!/usr/bin/env python3
"""The part of `scripts/purchases-test` that does the work.

    storm.py PROGRAM SALES INVOICES [--seed N] [--forget] [--tills N] [--keep DIRECTORY]
"""
import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing

import facts
from bed import Bed
from chaos import Chaos
from control import ProviderProcess
from sales import SaleMaker, Shop
from service import ACCOUNT, TILL_TOKEN, TOKEN, Service, write_secret
from till import Till
from verdict import Verdict

# The service waits this long for the provider before it answers the till; short, so that ten thousand sales take minutes.
ANSWER_MS = 300
DRAIN_SECONDS = 300
PROGRESS_SECONDS = 5
FORGET = 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("sales", type=int)
    parser.add_argument("invoices")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--forget", action="store_true")
    parser.add_argument("--tills", type=int, default=12)
    parser.add_argument("--keep", help="where the service's directory stays to be looked at")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(1 << 31) if given.seed is None else given.seed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        bed = stack.enter_context(closing(Bed()))
        wrong = invoices_part(given, bed) + storm_part(given, bed, seed)
    for one in wrong:
        print(f"VIOLATION: {one}", flush=True)
    print("failed" if wrong else "passed", f"(--seed {seed})")
    return 1 if wrong else 0


def both(stack, given, bed, seed, forget, **more):
    """A provider and a service beside it, each started."""
    directory = given.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="purchases-test-"))
    write_secret(directory + "/provider-token", TOKEN)
    provider = stack.enter_context(closing(ProviderProcess(ACCOUNT, directory + "/provider-token", seed, forget)))
    service = stack.enter_context(closing(Service(given.program, directory, bed, provider.port, **more)))
    service.start()
    return provider, service


def invoices_part(given, bed):
    with ExitStack() as stack:
        provider, service = both(stack, argparse.Namespace(program=given.program, keep=None), bed, 0, 0)
        *wrong, count = facts.differences(service, provider, given.invoices)
    print(f"{count} invoices: byte for byte at the provider, and their facts at a listener; {len(wrong)} differences\n", flush=True)
    return wrong


def storm_part(given, bed, seed):
    with ExitStack() as stack:
        provider, service = both(stack, given, bed, seed, FORGET if given.forget else 0, answer_ms=ANSWER_MS)
        shop = Shop()
        shares = [given.sales // given.tills + (number < given.sales % given.tills) for number in range(given.tills)]
        tills = [Till(number, share, SaleMaker(seed, number, shop), shop, service.port, TILL_TOKEN, seed) for number, share in enumerate(shares)]
        chaos = Chaos(provider, service, seed)
        stack.callback(chaos.halt)
        print(f"{given.sales} sales by {given.tills} tills, seed {seed}" + (", the provider forgets" if given.forget else ""), flush=True)
        began = time.monotonic()
        for thread in (chaos, *tills):
            thread.start()
        wait_for(tills, chaos, service, began)
        chaos.end()
        posted = time.monotonic()
        left, drained = drain(service, began), time.monotonic()
        ledger = provider.ledger()
        log_end = service.log_end()
    sales = [sale for till in tills for sale in till.sales]
    verdict = Verdict(sales, ledger, chaos.kills)
    report(verdict, tills, chaos, left, posted - began, drained - posted)
    wrong = verdict.violations + [str(till.error) for till in tills if till.error] + unfinished(left, verdict)
    if wrong:
        print(f"\nThe service's last lines:\n{log_end}")
    return wrong


def wait_for(tills, chaos, service, began):
    due = time.monotonic() + PROGRESS_SECONDS
    while any(till.is_alive() for till in tills) and chaos.error is None:
        time.sleep(0.1)
        if time.monotonic() >= due:
            due += PROGRESS_SECONDS
            answered = sum(sale.status is not None for till in tills for sale in till.sales)
            state = service.purchases() or {}
            print(f"  {time.monotonic() - began:4.0f} s: {answered} answered, {state.get('queued', '?')} queued, {len(chaos.kills)} kills", flush=True)


def drain(service, began):
    """Waits until nothing is queued. What `status` said last of purchases; None if it said nothing."""
    deadline, due, state = time.monotonic() + DRAIN_SECONDS, time.monotonic(), None
    while time.monotonic() < deadline:
        state = service.purchases()
        if state is not None and state["outbox"] == "ok" and state["queued"] == 0:
            break
        if time.monotonic() >= due:
            due += PROGRESS_SECONDS
            print(f"  {time.monotonic() - began:4.0f} s: the provider is well again, {state['queued'] if state else '?'} queued", flush=True)
        time.sleep(0.2)
    return state


def unfinished(state, verdict):
    """What the outbox still holds must be only what the provider has refused when no till waited for it; a till that has sent such a sale
    again may know of it."""
    if state is None:
        return ["the service does not say what it holds"]
    wrong = [f"{state['queued']} are still queued after {DRAIN_SECONDS} s"] if state["queued"] else []
    refused = sum(sale.is_refused for sale in verdict.sales)
    never_told = sum(sale.is_refused and sale.told == {"accepted"} for sale in verdict.sales)
    if not never_told <= state["failed"] <= refused:
        wrong.append(f"{state['failed']} are kept as failed, and {never_told} to {refused} must be")
    return wrong


def report(verdict, tills, chaos, left, posting, draining):
    figures, times = Counter(), sorted(took for till in tills for took in till.times)
    for till in tills:
        figures.update(till.figures)
    rows = [*verdict.figures, ("kept as failed", (left or {}).get("failed", "?")), *figures.items(), ("kills", len(chaos.kills)),
            ("starts", chaos.starts), ("changes of the provider's mode", chaos.modes.total())]
    print()
    for name, value in rows:
        print(f"{name:<56}{value:>10}")
    print("modes: " + ", ".join(f"{name} {count}" for name, count in sorted(chaos.modes.items())))
    if times:
        median, p99 = (times[max(0, -(-len(times) * share // 100) - 1)] * 1000 for share in (50, 99))
        print(f"answers to the till while the service was up: median {median:.1f} ms, p99 {p99:.0f} ms, max {times[-1] * 1000:.0f} ms "
              f"(it waits at most {ANSWER_MS} ms for the provider)")
    print(f"posting took {posting:.0f} s, then the outbox {draining:.1f} s\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
