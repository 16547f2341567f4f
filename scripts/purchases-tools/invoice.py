"""What the provider reads out of an invoice: members, whether it is a refund, and the points that it is worth."""
import decimal
import json

REFUNDS = ("BasicRefund", "StandardRefund")
EXACT = decimal.Context(prec=400)


def read(body):
    """The invoice with the names of its fields in lower case and without what is null; None if it is no JSON object."""
    def fields(pairs):
        return {name.lower().removesuffix(":"): value for name, value in pairs if value is not None}
    try:
        invoice = json.loads(body.decode("utf-8-sig"), object_pairs_hook=fields, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
    except ValueError:
        return None
    return invoice if isinstance(invoice, dict) else None


def is_refund(invoice):
    return invoice.get("documenttype") in REFUNDS


def points(invoice):
    """By member: one point for each whole euro paid, minus one for each given back. An item without payments of its own is paid by the
    invoice's, if it is the only one."""
    items, paid = invoice.get("invoiceitems", []), {}
    for item in items:
        member = item.get("loyaltyprogram", {}).get("memberid")
        if member is None:
            continue
        payments = item.get("payments") or (invoice.get("payments", []) if len(items) == 1 else [])
        for payment in payments:
            paid[str(member)] = EXACT.add(paid.get(str(member), decimal.Decimal(0)), payment.get("amount", decimal.Decimal(0)))
        paid.setdefault(str(member), decimal.Decimal(0))
    if is_refund(invoice):
        return {member: -int(abs(amount)) for member, amount in paid.items()}
    return {member: int(amount) for member, amount in paid.items()}
