#!/usr/bin/env python3
"""Recomputes what is expected of each invoice in this directory, with Python's json and decimal, and compares it.

    check.py

`NN-name.expected.json` says of `NN-name.json`:

    sale         Serie, a hyphen, Number
    refund       whether DocumentType is BasicRefund or StandardRefund
    members      InvoiceItems[].LoyaltyProgram.MemberId as text, in order, each once
    global_ids   InvoiceItems[].GlobalId, in order, each once
    workplace    Workplace.Id as its JSON text (a string with its quotes); empty if there is none
    amount       the sum of Payments[].Amount; without such payments of InvoiceItems[].Payments[].Amount; without these
                 Totals.GrossAmount; else null. Decimal text, exact, without zeros at its end

Names of fields count without case and without a colon at their end; of two fields with one name the last one counts; null is as no
field. Prints each difference; exit status 1 if there is one.
"""
import decimal
import json
import sys
from pathlib import Path

REFUNDS = ("BasicRefund", "StandardRefund")
EXACT = decimal.Context(prec=400)


class Number(str):
    """A number as it stands in the text."""


def fields(pairs):
    return {name.lower().removesuffix(":"): value for name, value in pairs if value is not None}


def read(path):
    text = path.read_bytes().decode("utf-8-sig")
    return json.loads(text, object_pairs_hook=fields, parse_int=Number, parse_float=Number)


def once(values):
    return list(dict.fromkeys(str(value) for value in values if value))


def amounts(payments):
    return [payment["amount"] for payment in payments if "amount" in payment]


def total(numbers):
    """The exact sum as text."""
    result = decimal.Decimal(0)
    for number in numbers:
        result = EXACT.add(result, EXACT.create_decimal(number))
    return format(EXACT.normalize(result), "f") if result else "0"


def amount(invoice, items):
    paid = invoice.get("payments") or [payment for item in items for payment in item.get("payments", [])]
    if paid:
        return total(amounts(paid))
    gross = invoice.get("totals", {}).get("grossamount")
    return None if gross is None else total([gross])


def json_text(value):
    return "" if value is None else str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def expected(invoice):
    items = invoice.get("invoiceitems", [])
    return {
        "sale": f"{invoice['serie']}-{invoice['number']}",
        "refund": invoice["documenttype"] in REFUNDS,
        "members": once(item.get("loyaltyprogram", {}).get("memberid") for item in items),
        "global_ids": once(item.get("globalid") for item in items),
        "workplace": json_text(invoice.get("workplace", {}).get("id")),
        "amount": amount(invoice, items),
    }


def main():
    invoices = sorted(path for path in Path(__file__).parent.glob("*.json") if not path.name.endswith(".expected.json"))
    wrong = 0
    for path in invoices:
        stated = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
        computed = expected(read(path))
        for name in sorted(stated.keys() | computed.keys()):
            if stated.get(name, "nothing") != computed.get(name, "nothing"):
                wrong += 1
                print(f"{path.name}: {name} is stated as {stated.get(name)!r} and computed as {computed.get(name)!r}")
    print(f"{len(invoices)} invoices, {wrong} differences")
    return 1 if wrong or not invoices else 0


if __name__ == "__main__":
    sys.exit(main())
