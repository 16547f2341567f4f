"""A till: posts each of its sales until it gets an answer, over a connection that it keeps."""
import http.client
import json
import random
import threading
import time

from service import QUEUED_TEXT

# Comparable tills give up after this time.
PATIENCE_SECONDS = 5
PAUSE_SECONDS = 0.1
RESENT_SHARE = 0.04
GIVE_UP_SECONDS = 120


class TillConnection:
    def __init__(self, port, token):
        self.port, self.path, self.http = port, f"/agora/invoices?_token={token}", None

    def post(self, body):
        """The status and the body of the answer; None if there is none."""
        try:
            if self.http is None:
                self.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
            self.http.request("POST", self.path, body, {"Content-Type": "application/json"})
            answer = self.http.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self):
        if self.http is not None:
            self.http.close()
        self.http = None


class Till(threading.Thread):
    """Posts `count` sales one after the other. Its figures are to be read when it has ended."""

    def __init__(self, number, count, maker, shop, port, token, seed):
        super().__init__(daemon=True)
        self.count, self.maker, self.shop, self.connection = count, maker, shop, TillConnection(port, token)
        self.random = random.Random(f"till {seed} {number}")
        self.sales, self.times = [], []
        self.figures = {"answered before the provider": 0, "no answer": 0, "answered with a fault": 0, "sent again though answered": 0}
        self.error = None

    def run(self):
        try:
            for _ in range(self.count):
                self.sell(self.maker.make())
        except Exception as error:  # told by the one who waits for the till
            self.error = error
        self.connection.close()

    def sell(self, sale):
        self.sales.append(sale)
        sale.posted = time.monotonic()
        while (answer := self.attempt(sale)) is None:
            if time.monotonic() - sale.posted > GIVE_UP_SECONDS:
                raise TimeoutError(f"{sale.name} has got no answer for {GIVE_UP_SECONDS} s")
            time.sleep(PAUSE_SECONDS * self.random.uniform(0.5, 1.5))
        sale.answered, sale.status = time.monotonic(), answer
        sale.told.add(answer)
        self.shop.sold(sale)
        if self.random.random() < RESENT_SHARE:
            self.resend(self.random.choice(self.sales[-5:]))

    def resend(self, sale):
        """As a till does that has not seen the answer."""
        self.figures["sent again though answered"] += 1
        sale.told.add(self.attempt(sale))

    def attempt(self, sale):
        """Posts once. The answer's `Status`; None if that must be done again."""
        sale.attempts += 1
        began = time.monotonic()
        answer = self.connection.post(sale.body)
        took = time.monotonic() - began
        if answer is None or answer[0] != 200:
            self.figures["no answer" if answer is None else "answered with a fault"] += 1
            return None
        content = json.loads(answer[1])
        if content["Status"] not in ("accepted", "rejected"):
            raise ValueError(f"the till cannot read this answer: {content}")
        self.times.append(took)
        self.figures["answered before the provider"] += content.get("PrinterText") == QUEUED_TEXT
        return content["Status"]
