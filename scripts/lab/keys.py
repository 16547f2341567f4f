"""Which keys a US keyboard presses for a text: evdev key codes and USB usages."""

LEFT_SHIFT, TAB, ENTER, KEYPAD_ENTER = 42, 15, 28, 96
END = {"enter": ENTER, "tab": TAB, "kp": KEYPAD_ENTER, "none": None}

# (first evdev code, the characters of consecutive codes, the same with Shift)
_ROWS = [
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", ""),
]

# Usage page 7 of the USB HID usage tables, in the order of the usages from 0x04.
_USAGES = "abcdefghijklmnopqrstuvwxyz1234567890\n\x1b\b\t -=[]\\#;'`,./"

# character -> (evdev code, with Shift)
EVDEV = {}
for _first, _plain, _shifted in _ROWS:
    EVDEV.update({c: (_first + i, False) for i, c in enumerate(_plain)})
    EVDEV.update({c: (_first + i, True) for i, c in enumerate(_shifted)})
EVDEV["\t"] = (TAB, False)
EVDEV["\n"] = (ENTER, False)

_PLAIN = {code: c for c, (code, shift) in EVDEV.items() if not shift}
_USAGE_OF = {c: 4 + i for i, c in enumerate(_USAGES)}


def usage(code):
    """The USB usage of an evdev key code."""
    if code == KEYPAD_ENTER:
        return 0x58
    return _USAGE_OF[_PLAIN[code]]
