"""How the provider misbehaves: the modes that are set at its control port, and what each of them does to one request.

    {"mode": "ok"}
    {"mode": "refuse"}                                    nothing listens
    {"mode": "hang"}                                      no answer, nothing counted
    {"mode": "hang_after_commit"}                         no answer, though it is counted
    {"mode": "slow", "ms": 200}                           the answer comes late
    {"mode": "status", "status": 503, "retry_after": 1}   this status; a 5xx may have been counted before
    {"mode": "garbage", "kind": "html"}                   html, truncated, empty, wrong_length, cut, other; any without `kind`; may have been counted
    {"mode": "mix"}                                       any of these but `refuse` for each request, half of them `ok`
"""
import json
import random
import threading

MODES = ("ok", "refuse", "hang", "hang_after_commit", "slow", "status", "garbage", "mix")
GARBAGE = ("html", "truncated", "empty", "wrong_length", "cut", "other")
STATUSES = ({"status": 500}, {"status": 502}, {"status": 401}, {"status": 403}, {"status": 302}, {"status": 408}, {"status": 409},
            {"status": 425}) + 3 * ({"status": 503, "retry_after": 1}, {"status": 429, "retry_after": 2})
MAY_HAVE_COUNTED = 0.4
HTML = "<!DOCTYPE html><title>Iniciar sesión</title><p>Introduzca su contraseña."


class Faults:
    def __init__(self, seed):
        self.lock, self.random, self.mode = threading.Lock(), random.Random(f"faults {seed}"), {"mode": "ok"}

    def set(self, mode):
        if mode.get("mode") not in MODES:
            raise ValueError("no such mode")
        with self.lock:
            self.mode = mode

    def pick(self):
        """What happens to one request: a mode with all its values, and whether it is counted before it goes wrong."""
        with self.lock:
            fault = dict(self.mode)
            if fault["mode"] == "mix":
                name = self.random.choice(("ok",) * 5 + ("hang", "hang_after_commit", "slow", "status", "garbage"))
                fault = {"mode": name, "ms": self.random.randrange(20, 400)}
                if name == "status":
                    fault.update(self.random.choice(STATUSES))
            if fault["mode"] == "garbage":
                fault.setdefault("kind", self.random.choice(GARBAGE))
            can_have_counted = fault["mode"] == "garbage" or fault["mode"] == "status" and fault["status"] >= 500
            fault["counts"] = fault["mode"] == "hang_after_commit" or can_have_counted and self.random.random() < MAY_HAVE_COUNTED
            return fault


def garbage(kind):
    """The bytes of an answer that is none, and whether the connection may go on."""
    whole = json.dumps({"Status": "accepted", "PrinterText": "Gracias"}).encode()
    if kind == "html":
        return response(200, HTML.encode(), content_type="text/html; charset=utf-8"), True
    if kind == "truncated":
        return response(200, whole[:-12]), True
    if kind == "empty":
        return response(200, b""), True
    if kind == "wrong_length":
        return response(200, whole, length=len(whole) - 5), False
    if kind == "cut":
        return response(200, whole, length=len(whole) + 100), False
    return response(200, b'{"ok":true}'), True


def response(status, body, content_type="application/json; charset=utf-8", length=None, headers=()):
    lines = [f"HTTP/1.1 {status} Provider", f"Content-Type: {content_type}", f"Content-Length: {len(body) if length is None else length}",
             *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
