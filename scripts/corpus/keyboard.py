"""A USB keyboard's reports as the events that Linux makes of them.

Usages are those of the keyboard page (0x07) of the HID Usage Tables; key codes those of input-event-codes.h, by the map of
the kernel's hid-input.c.
"""

EV_SYN, EV_KEY, EV_MSC, EV_LED = 0x00, 0x01, 0x04, 0x11
SYN_REPORT, SYN_DROPPED, MSC_SCAN, LED_NUML, LED_CAPSL = 0, 3, 4, 0, 1

ENTER, ESCAPE, BACKSPACE, TAB, SPACE, CAPS_LOCK = 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x39
LEFT_BRACKET, RIGHT_BRACKET, BACKSLASH, MINUS, SIX = 0x2F, 0x30, 0x31, 0x2D, 0x23
DELETE, NUM_LOCK, KEYPAD_ENTER = 0x4C, 0x53, 0x58
CONTROL, SHIFT, ALT, LOGO = 0xE0, 0xE1, 0xE2, 0xE3
RIGHT_CONTROL, RIGHT_SHIFT, ALTGR = 0xE4, 0xE5, 0xE6

KEY_OF_USAGE = {
    **dict(zip(range(0x04, 0x1E), [30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47,
                                   17, 45, 21, 44])),  # a to z
    **dict(zip(range(0x1E, 0x28), range(2, 12))),  # 1 to 9 and 0
    ENTER: 28, ESCAPE: 1, BACKSPACE: 14, TAB: 15, SPACE: 57, MINUS: 12, 0x2E: 13, LEFT_BRACKET: 26, RIGHT_BRACKET: 27,
    BACKSLASH: 43, 0x32: 43, 0x33: 39, 0x34: 40, 0x35: 41, 0x36: 51, 0x37: 52, 0x38: 53, CAPS_LOCK: 58,
    **dict(zip(range(0x3A, 0x44), range(59, 69))), 0x44: 87, 0x45: 88,  # F1 to F12
    DELETE: 111, NUM_LOCK: 69, 0x54: 98, 0x55: 55, 0x56: 74, 0x57: 78, KEYPAD_ENTER: 96,
    **dict(zip(range(0x59, 0x62), [79, 80, 81, 75, 76, 77, 71, 72, 73])), 0x62: 82, 0x63: 83,  # the keypad's 1 to 9, 0, dot
    0x64: 86, 0x87: 89,
    **dict(zip(range(0xE0, 0xE8), [29, 42, 56, 125, 97, 54, 100, 126])),
}


def keypad(digit: str) -> int:
    """The usage of a digit on the keypad."""
    return 0x62 if digit == "0" else 0x58 + int(digit)


class Keyboard:
    """Takes reports and keeps the events that a reader of the evdev node gets."""

    def __init__(self, interval: float = 4, has_scan_codes: bool = True):
        self.events: list[tuple[int, int, int, int]] = []
        self.time = 500_000
        self.interval = interval  # milliseconds from report to report
        self.has_scan_codes = has_scan_codes
        self.modifiers: frozenset[int] = frozenset()
        self.slots: list[int] = []
        self.down: set[int] = set()
        self._pending = 0
        self._delay: float | None = 0

    def report(self, modifiers=(), slots=(), after: float | None = None):
        """A report: the modifiers' bits, then up to six usages. `after` is the time since the last one in milliseconds.

        Order of events: the modifiers' bits come first; then, slot by slot, what the old report had and the new one has not
        goes up and what the new one has and the old one had not goes down (hid_input_array_field in hid-core.c).
        """
        modifiers, slots = frozenset(modifiers), list(slots)
        assert len(slots) <= 6
        self.advance(after)
        for usage in range(0xE0, 0xE8):
            if (usage in modifiers) != (usage in self.modifiers):
                self._key(usage, usage in modifiers)
        for index in range(6):
            if index < len(self.slots) and self.slots[index] not in slots:
                self._key(self.slots[index], False)
            if index < len(slots) and slots[index] not in self.slots:
                self._key(slots[index], True)
        self.modifiers, self.slots = modifiers, slots
        self._synchronize()

    def pause(self, milliseconds: float):
        """The next report comes so much later than it would."""
        self._delay = (self._delay or 0) + milliseconds

    def advance(self, after: float | None = None):
        step = self.interval if after is None else after
        # The first report comes at the start.
        step = step if self.events else 0
        self.time += round((step + (self._delay or 0)) * 1000)
        self._delay = None

    def event(self, type: int, code: int, value: int):
        """An event as it is, at the time of the last one: what no report makes."""
        self.events.append((self.time, type, code, value))

    def _key(self, usage: int, is_down: bool):
        key = KEY_OF_USAGE[usage]
        # The input layer passes on only what changes a key's state, and hid-input names its usage only then: a second slot
        # with the same usage leaves no trace.
        if is_down == (key in self.down):
            return
        (self.down.add if is_down else self.down.remove)(key)
        if self.has_scan_codes:
            self._value(EV_MSC, MSC_SCAN, 0x70000 | usage)
        self._value(EV_KEY, key, int(is_down))

    def _value(self, type: int, code: int, value: int):
        self.event(type, code, value)
        self._pending += 1
        # The input core holds 8 values of a keyboard; then it passes them on with a SYN_REPORT of value 1.
        if self._pending == 8:
            self.event(EV_SYN, SYN_REPORT, 1)
            self._pending = 0

    def _synchronize(self):
        # An empty packet is passed to nobody, so the one whose last value was the eighth has no SYN_REPORT of value 0.
        if self._pending:
            self.event(EV_SYN, SYN_REPORT, 0)
        self._pending = 0


def behind_buffer(events, stalled: range, size: int = 64):
    """What a reader gets that did not read while the events of `stalled` came: evdev.c's buffer of `size` events.

    When it is full, all that is unread gives way to a SYN_DROPPED and the newest event.
    """
    unread = []
    for event in events[stalled.start:stalled.stop]:
        unread.append(event)
        if len(unread) == size:
            unread = [(event[0], EV_SYN, SYN_DROPPED, 0), event]
    return list(events[:stalled.start]) + unread + list(events[stalled.stop:])
