"""Sales and refunds as a shop makes them, from a seed, each as the bytes that a till posts."""
import hashlib
import json
import random
import re
import threading
import uuid

import ledger

# Members' ids are opaque: leading zeros, case and whatever else a card may hold count.
MEMBERS = ([f"OW-{number:08}" for number in range(1, 21)] + [f"{number:06}" for number in range(120, 130)]
           + ["3hRXhZ01Kictq", "3hrxhz01kictq", "AB 12/34", "ab 12/34", "CLL/2024/0007", "?a=1&b=%2F#+|", "café-01", "نور-7", "😀-1", "ñ"])
REFUND_SHARE, SEVERAL_SHARE, UNKNOWN_SHARE, BARRED_SHARE = 0.08, 0.12, 0.01, 0.01
GOODS = [("Café con leche", 160), ("Menú del día", 1450), ("Vino de la casa", 350), ("Garbanzos 500 g", 135), ("Colonia 100 ml", 2490),
         ("Té «Earl Grey» 🍵", 525), ("Pan de molde", 210), ("Taladro percutor", 7994), ("Sello", 1)]
NUMBER = re.compile('"@(.*?)@"')


class Sale:
    """One invoice, and what has become of it at the till."""

    def __init__(self, name, cents, origin, body):
        self.name, self.cents, self.origin, self.body = name, cents, origin, body
        self.digest = hashlib.sha256(body).hexdigest()
        self.is_refund = origin is not None
        self.posted = self.answered = self.status = None
        self.told, self.attempts = set(), 0  # None stands for a re-send without an answer

    @property
    def points(self):
        return {member: -(cents // 100) if self.is_refund else cents // 100 for member, cents in self.cents.items()}

    @property
    def is_refused(self):
        """Whether the provider takes it from nobody."""
        return any(member.startswith((ledger.UNKNOWN, ledger.BARRED)) for member in self.cents)


class Shop:
    """What the tills share: which sales may be given back. Each of them once, and only what the till has seen accepted."""

    def __init__(self):
        self.lock, self.returnable = threading.Lock(), []

    def sold(self, sale):
        if not sale.is_refund and not sale.is_refused and sale.status == "accepted":
            with self.lock:
                self.returnable.append(sale)

    def take_back(self, choice):
        with self.lock:
            return self.returnable.pop(choice.randrange(len(self.returnable))) if self.returnable else None


class SaleMaker:
    """The sales of one till."""

    def __init__(self, seed, till, shop):
        self.random, self.till, self.shop, self.number = random.Random(f"sales {seed} {till}"), till, shop, 0

    def make(self):
        self.number += 1
        origin = self.shop.take_back(self.random) if self.random.random() < REFUND_SHARE else None
        cents = origin.cents if origin else self.baskets()
        name = f"T{self.till}-{self.number}"
        return Sale(name, cents, origin, self.encode(self.invoice(cents, origin)))

    def baskets(self):
        """What each of the sale's members pays."""
        chance = self.random.random()
        if chance < UNKNOWN_SHARE:
            members = [f"{ledger.UNKNOWN}{self.random.randrange(5)}"]
        elif chance < UNKNOWN_SHARE + BARRED_SHARE:
            members = [f"{ledger.BARRED}{self.random.randrange(5)}"]
        else:
            count = self.random.choice((2, 2, 3)) if self.random.random() < SEVERAL_SHARE else 1
            members = self.random.sample(MEMBERS, count)
        return {member: sum(self.random.choice(GOODS)[1] for _ in range(self.random.randint(1, 4))) for member in members}

    def invoice(self, cents, origin):
        sign = self.random.choice((1, -1)) if origin else 1
        kind = self.random.choice(("BasicRefund", "StandardRefund") if origin else ("BasicInvoice", "StandardInvoice"))
        items = [self.item(member, sign, amount) for member, amount in cents.items()]
        head = {"Serie": f"T{self.till}", "Number": self.number, "BusinessDay": "2025-03-14", "VatIncluded": True,
                "Date": f"2025-03-14T{self.number // 60 % 24:02}:{self.number % 60:02}:00", "DocumentType": kind,
                "Pos": {"Id": self.till, "Name": f"Caja {self.till}"}, "Workplace": {"Id": 7, "Name": "Ultramarinos Peña"},
                "User": {"Id": 2, "Name": "Begoña"}, "Customer": None, "TicketBai": {"Chain": [[self.random.getrandbits(64)], {"é": "\x7f😀"}]}}
        total = sign * sum(cents.values())
        tail = {"InvoiceItems": items, "Payments": self.payments(total), "Totals": self.totals(total)}
        fields = list((head | tail).items())
        if self.random.random() < 0.2:
            self.random.shuffle(fields)
        return dict(fields)

    def item(self, member, sign, cents):
        goods = self.random.choice(GOODS)[0]
        line = {"ProductId": self.random.randrange(1000), "ProductName": goods, "MainBarcode": "8410000000017", "Quantity": sign,
                "UnitPrice": self.decimal(cents), "TotalAmount": self.decimal(sign * cents)}
        return {"GlobalId": str(uuid.UUID(int=self.random.getrandbits(128), version=4)), "Lines": [line],
                "Payments": self.payments(sign * cents), "Totals": self.totals(sign * cents),
                "LoyaltyProgram": {"MemberId": member, "Rewards": []}}

    def payments(self, cents):
        first = self.random.randint(0, abs(cents)) * (1 if cents >= 0 else -1) if self.random.random() < 0.2 else cents
        parts = [("Tarjeta", first)] + ([("Efectivo", cents - first)] if cents != first else [])
        return [{"MethodName": name, "Amount": self.decimal(part), "PaidAmount": self.decimal(part), "ChangeAmount": 0} for name, part in parts]

    def totals(self, cents):
        net = round(cents / 1.21)
        return {"GrossAmount": self.decimal(cents), "NetAmount": self.decimal(net), "VatAmount": self.decimal(cents - net)}

    def decimal(self, cents):
        """One of the ways to write a number of euros, marked so that it stands in the text as it is."""
        sign, euros, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
        return "@" + self.random.choice((f"{sign}{euros}.{rest:02}",) * 8 + (f"{cents}e-2", f"{sign}{euros}.{rest:02}00", f"{cents}E-02")) + "@"

    def encode(self, invoice):
        line_end = self.random.choice(("\n", "\n", "\r\n"))
        indent = self.random.choice((None, None, 2, "\t"))
        text = json.dumps(invoice, ensure_ascii=self.random.random() < 0.3, indent=indent,
                          separators=self.random.choice(((",", ":"), (", ", ": "), (" ,", " : "))))
        text = NUMBER.sub(r"\1", text).replace("\n", line_end) + self.random.choice(("", "", line_end))
        return (b"\xef\xbb\xbf" if self.random.random() < 0.1 else b"") + text.encode()
