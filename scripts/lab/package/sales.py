"""A till that posts its sales over HTTP, and what can be seen of them."""
import json

from package.machine import GUEST, PORT, run
from support import ACCOUNT, HERE, PYTHON, until

TILL_PORT, TILL_TOKEN_FILE = 8787, "/etc/scanbridge/till-token"
STATE = "/var/lib/scanbridge"
OUTBOX = STATE + "/outbox.db"
# How long the provider's answer is waited for: far more than it takes in the lab, so that what is answered sooner was not waited for.
ANSWER_MS = 20000
QUEUED_TEXT = "Sus puntos llegarán mañana."
PURCHASE_URL = f'purchase_url = "http://127.0.0.1:{PORT}/agora/invoices?_token={{token}}&ow_account={{account}}"\n'
TILL = f'\n[till]\nanswer_ms = {ANSWER_MS}\nqueued_text = "{QUEUED_TEXT}"\n'
# Members that the provider does not know.
NOBODY = "9999000000"


class Sale:
    """One invoice, about so many bytes long. Its amount is one that nothing else is likely to write into a log."""

    def __init__(self, number, member, size=0):
        self.name, self.member, self.euros = f"TPVLAB-{number}", member, 7000 + number
        self.amount = f"{self.euros}.83"
        self.size, self.number = size, number

    @property
    def words(self):
        """What no log may hold of it."""
        return [self.name, self.member, self.amount]

    @property
    def body(self):
        payments = [{"MethodName": "Tarjeta", "Amount": float(self.amount)}]
        line = {"ProductId": 1, "ProductName": "Garbanzos 500 g", "Quantity": 1, "UnitPrice": 1.35, "TotalAmount": 1.35}
        item = {"GlobalId": f"31313131-aaaa-4bbb-8ccc-{self.number:012}", "LoyaltyProgram": {"MemberId": self.member, "Rewards": []},
                "Payments": payments, "Lines": [line] * max(1, self.size // len(json.dumps(line)))}
        series, number = self.name.split("-")
        return json.dumps({"Serie": series, "Number": int(number), "DocumentType": "BasicInvoice", "Workplace": {"Id": 7},
                           "InvoiceItems": [item], "Payments": payments})


class Till:
    """The till's program, an ordinary user's that is in no group but was given the token."""

    def __init__(self, lab):
        self.lab, self.number = lab, 100
        with open(TILL_TOKEN_FILE) as file:
            self.token = file.read().strip()
        lab.typed.add(self.token)

    def sale(self, member=None, size=0):
        """A new sale; the member is a new one unless it is given."""
        self.number += 1
        return self.remember(Sale(self.number, member or self.lab.next_card(), size))

    def remember(self, sale):
        self.lab.typed.update(sale.words)
        return sale

    def request(self, method, path, token=None, body=None, host=None):
        """The answer: `status`, `text`, `seconds`, and what is in a JSON text as `content`."""
        token = self.token if token is None else token
        asked = {"port": TILL_PORT, "method": method, "target": path + (f"?_token={token}&ow_account={ACCOUNT}" if token else ""), "body": body,
                 "headers": ({"Host": host} if host else {}) | ({"Content-Type": "application/json"} if body else {})}
        answer = json.loads(run(*PYTHON, HERE + "/asker.py", user=GUEST, text=json.dumps(asked)).stdout)
        try:
            answer["content"] = json.loads(answer["text"])
        except ValueError:
            answer["content"] = {}
        return answer

    def post(self, sale):
        return self.request("POST", "/agora/invoices", body=sale.body)

    def ask(self, member):
        return self.request("GET", "/agora/member/" + member)

    def listens(self):
        return until(lambda: status(self.lab).get("till", {}).get("listening") == f"127.0.0.1:{TILL_PORT}", timeout=60, pause=0.2)


def configure(lab, extra=""):
    """The configuration with a provider that takes purchases, and with the till's endpoint."""
    lab.write_config(TILL + extra, endpoint=PURCHASE_URL)


def is_accepted(answer):
    return answer["status"] == 200 and answer["content"].get("Status") == "accepted"


def is_queued(answer):
    """Taken, to be sent later."""
    return is_accepted(answer) and answer["content"].get("PrinterText") == QUEUED_TEXT


def is_providers(answer):
    """Taken, with the provider's own answer."""
    return is_accepted(answer) and "puntos acumulados" in answer["content"].get("PrinterText", "")


def arrivals(lab, sale):
    """The keys under which the provider has got a sale, once for each time."""
    with open(lab.endpoint_log) as file:
        return [entry.get("key") for entry in map(json.loads, file) if entry.get("sale") == sale.name]


def purchase_of(sale, status):
    """Matches a `purchase` event."""
    return lambda line: line.get("type") == "purchase" and line["sale"] == sale.name and line["status"] == status


def stored(lab, sale):
    """The sale as `scanbridge purchases` shows it; None if it is not in the outbox."""
    states = [word for state in ("queued", "accepted", "rejected", "failed", "discarded") for word in ("--state", state)]
    lines = lab.client("purchases", "list", "--sale", sale.name, *states).stdout.splitlines()
    return next((json.loads(line) for line in lines if line.startswith("{")), None)


def status(lab):
    """What `scanbridge status` says of purchases."""
    text = lab.client("status").stdout
    return json.loads(text)["purchases"] if text.startswith("{") else {"outbox": text}


def findings(lab):
    """What `scanbridge check`, run by root, says of the till and of purchases: (level, message) of each line, by what it is about."""
    found = {"till": [], "purchases": []}
    for line in lab.client("check", "--json", user="root").stdout.splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        found.setdefault(entry.get("check"), []).append((entry.get("level"), entry.get("message")))
    return found
