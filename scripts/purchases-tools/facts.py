"""Posts each invoice of Tests/Invoices, and one of nearly 1 MiB: it reaches the provider byte for byte, and listeners are told its facts."""
import decimal
import hashlib
import http.client
import json
import urllib.parse
from pathlib import Path

from service import TILL_TOKEN
from till import TillConnection

NEARLY_A_MEBIBYTE = (1 << 20) - 1024


def invoices(directory):
    """Name, bytes and expected facts of each."""
    for path in sorted(Path(directory).glob("*.json")):
        if not path.name.endswith(".expected.json"):
            yield path.name, path.read_bytes(), json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    yield "nearly 1 MiB", large_invoice(), {"sale": "GRANDE-1", "refund": False, "members": ["ME-100"], "amount": "1048.576"}


def large_invoice():
    line = '{"ProductId":1,"ProductName":"Garbanzos de Fuentesaúco","MainBarcode":"8410000000017","Quantity":1,"UnitPrice":1.35,"TotalAmount":1.35}'
    head = ('{"Serie":"GRANDE","Number":1,"DocumentType":"BasicInvoice","Workplace":{"Id":80},"Payments":[{"MethodName":"Vale","Amount":1048.576}],'
            '"InvoiceItems":[{"GlobalId":"31313131-aaaa-4bbb-8ccc-dddddddd0001","LoyaltyProgram":{"MemberId":"ME-100","Rewards":[]},"Lines":[')
    tail = ']}]}'
    count = (NEARLY_A_MEBIBYTE - len(head) - len(tail)) // (len(line.encode()) + 1)
    return (head + ",".join([line] * count) + tail).encode()


def differences(service, provider, directory):
    """Yields what is not as it must be, in words; last of all the number of invoices, as an int."""
    lines = service.listener()
    lines.write('{"id":1,"method":"subscribe","params":{"types":["purchase"]}}\n')
    lines.flush()
    till = TillConnection(service.port, TILL_TOKEN)
    posted = list(invoices(directory))
    for name, body, expected in posted:
        answer = till.post(body)
        if answer is None or answer[0] != 200 or json.loads(answer[1]).get("Status") != "accepted":
            yield f"{name}: the till got {answer}"
            continue
        yield from event_differences(name, lines, expected, json.loads(answer[1]).get("PrinterText"))
    arrived = provider.ledger()["arrivals"]
    for name, body, expected in posted:
        digest = hashlib.sha256(body).hexdigest()
        mine = [arrival for arrival in arrived if arrival["body"] == digest]
        if len(mine) != 1:
            yield f"{name}: reached the provider as it is {len(mine)} times"
        elif mine[0]["refund"] != expected["refund"]:
            yield f"{name}: the provider takes it for a refund or not"
    if len(arrived) != len(posted):
        yield f"{len(posted)} invoices came to the provider as {len(arrived)}"
    yield from doors(service, provider)
    yield len(posted)


def event_differences(name, lines, expected, printer_text):
    """The invoice's `accepted` event, with the facts that were read out of it."""
    try:
        for line in lines:
            event = json.loads(line, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
            if event.get("type") == "purchase" and event["status"] != "queued":
                break
        else:
            yield f"{name}: the service closed the connection"
            return
    except OSError:
        yield f"{name}: no event came"
        return
    amount = None if event["amount"] is None else decimal.Decimal(event["amount"])
    wanted = None if expected["amount"] is None else decimal.Decimal(expected["amount"])
    told = {"status": event["status"], "sale": event["sale"], "members": event["members"], "amount": amount, "printer_text": event["printer_text"]}
    due = {"status": "accepted", "sale": expected["sale"], "members": expected["members"], "amount": wanted, "printer_text": printer_text}
    for field, value in told.items():
        if value != due[field]:
            yield f"{name}: the event's {field} is {value!r}, not {due[field]!r}"


def doors(service, provider):
    """Members are asked for through the same endpoint, and nothing passes without the till's token."""
    before = len(provider.ledger()["arrivals"])
    for member, status in (("AB 12/34", 200), ("NADIE-1", 404)):
        answer = request(service, "GET", f"/agora/member/{urllib.parse.quote(member, safe='')}?_token={TILL_TOKEN}")
        if answer[0] != status or status == 200 and (json.loads(answer[1]).get("MemberId") != member or "DisplayText" not in json.loads(answer[1])):
            yield f"asked for {member} the service answers {answer}"
    for query in ("", "?_token=", "?_token=wrong", f"?_token={TILL_TOKEN}x"):
        for method, path in (("POST", "/agora/invoices"), ("GET", "/agora/member/123")):
            status, _ = request(service, method, path + query, large_invoice()[:2000] if method == "POST" else None)
            if status not in (401, 403):
                yield f"{method} with {query or 'no token'} is answered {status}"
    if len(provider.ledger()["arrivals"]) != before:
        yield "something without the token went to the provider"


def request(service, method, target, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    try:
        connection.request(method, target, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
