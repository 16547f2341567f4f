"""How keys lie in reports and packets: rollover, several keys at once, Shift's timing, locks, autorepeat."""

from .case import DATALOGIC, TERA, ZEBRA, case
from .keyboard import CAPS_LOCK, ENTER, EV_LED, EV_SYN, KEYPAD_ENTER, LED_CAPSL, LED_NUML, NUM_LOCK, SHIFT, SYN_REPORT, keypad

HID = "Device Class Definition for HID 1.11, boot keyboard report: a byte of modifiers, six keys"
CORE = "drivers/input/input.c and evdev.c; measured on Linux 6.1"


def usages(digits: str) -> list[int]:
    return [0x27 if digit == "0" else 0x1D + int(digit) for digit in digits]


@case("rollover", "One key goes up in the packet in which the next goes down; only a doubled key goes up alone.", HID,
      style="rollover", interval=3)
def _(c, s):
    s.type("4006381333931\n")
    s.type("aAbB-0011\n")
    c.scan("4006381333931", "EAN-13", guessed=True)
    c.scan("aAbB-0011")


@case("overlapping-keys", "The next key goes down before the last one is up, in reports of their own.", HID, interval=1)
def _(c, s):
    keys = [*usages("0123456789"), ENTER]
    for index, usage in enumerate(keys):
        s.report([], keys[max(0, index - 1):index + 1])
        s.report([], [usage])
    s.report()
    c.scan("0123456789")


@case("three-keys-a-report", "Three keys go down in one report, in order.", HID, interval=1)
def _(c, s):
    for keys in [usages("041"), usages("276"), [*usages("98"), ENTER]]:
        s.report([], keys)
        s.report()
    c.scan("04127698")


@case("four-keys-a-report",
      "Four keys in one report are eight values: the input core flushes them with a SYN_REPORT of value 1, and the SYN_REPORT of "
      "value 0 behind them, alone in its packet, is passed to nobody.", CORE, interval=1)
def _(c, s):
    for keys in [usages("0412"), usages("7698"), usages("135"), [ENTER]]:
        s.report([], keys)
        s.report()
    c.scan("04127698135")


@case("four-keys-with-end",
      "The end key is the fourth key of a report: no SYN_REPORT of value 0 ends its packet, the next event of another time does. "
      "The second code begins with Shift, which is none of the first one's.", CORE)
def _(c, s):
    for keys in [usages("0412"), [*usages("135"), ENTER]]:
        s.report([], keys)
        s.report()
    s.pause(2000)
    s.type("Ow\n")
    c.scan("0412135")
    c.scan("Ow")


@case("four-keys-then-shift", "Shift changes in the report behind one of four keys, whose packet ended with SYN_REPORT of value 1.",
      CORE)
def _(c, s):
    s.report([], usages("0412"))
    s.report([SHIFT], usages("0412"))
    s.report([SHIFT], [0x04])
    s.report()
    s.type("\n")
    c.scan("0412A")


@case("six-keys-a-report",
      "Six keys in one report: a SYN_REPORT of value 1 in the middle does not end the packet.", f"{HID}; {CORE}", interval=1)
def _(c, s):
    s.report([], usages("041276"))
    s.report()
    s.report([], [*usages("98135"), ENTER])
    s.report()
    c.scan("04127698135")


@case("doubled-digit-in-report",
      "1 2 1 in one report reach evdev as 1 2 with nothing to show it: such scanners send a doubled key in a report of its own, "
      "as here.", f"{HID}; drivers/hid/hid-input.c; measured on Linux 6.1", interval=1)
def _(c, s):
    for keys in [usages("12"), usages("1"), usages("13"), usages("3"), [ENTER]]:
        s.report([], keys)
        s.report()
    c.scan("121133")


@case("two-codes-in-a-packet", "Two codes, the end of one and the start of the next in one packet: nothing is dropped.", HID,
      interval=1)
def _(c, s):
    s.type("004")
    s.report([], [0x1E, ENTER, 0x1F])
    s.report()
    s.report([], [*usages("3"), KEYPAD_ENTER])
    s.report()
    c.scan("0041")
    c.scan("23")


@case("two-ends-in-a-packet", "Two whole codes in one packet are two codes.", HID, interval=1)
def _(c, s):
    s.report([], [0x1E, ENTER, 0x1F, KEYPAD_ENTER, 0x20])
    s.report()
    s.type("4\n")
    c.scan("1")
    c.scan("2")
    c.scan("34")


@case("two-codes-at-once", "Two codes without any time between them lie in one read.", "evdev: a read returns what is queued",
      interval=0)
def _(c, s):
    s.type("0041\n0042\n")
    c.scan("0041")
    c.scan("0042")


@case("fast-1ms", "A report each millisecond, the fastest that USB full speed allows.", "USB 2.0, interrupt endpoints: bInterval 1",
      interval=1)
def _(c, s):
    for _ in range(3):
        s.type("4006381333931\n")
        c.scan("4006381333931", "EAN-13", guessed=True)


@case("shift-early-1ms", "Shift changes 1 ms before and after its key.", "field report: reports of their own for modifiers",
      style="early", lead=1)
def _(c, s):
    s.type("aBc_D?\n")
    c.scan("aBc_D?")


@case("shift-early-0ms", "Shift changes in a packet of its own with the same time as its key's.", "measured on Linux 6.1",
      style="early", lead=0)
def _(c, s):
    s.type("aBc_D?\n")
    c.scan("aBc_D?")


@case("shift-held", "Shift is held over many characters.", "field report: capitals are typed with one Shift", style="held",
      interval=3)
def _(c, s):
    s.type("OW_ABCDEFG-0041Xyz\n")
    c.scan("OW_ABCDEFG-0041Xyz")


@case("shift-right", "Right Shift is a Shift.", "HID Usage Tables, keyboard page: E5 Keyboard RightShift", device=DATALOGIC)
def _(c, s):
    s.tap(0x04, 0xE5)
    s.type("b\n")
    c.scan("Ab")


@case("caps-lock-burst", "Caps Lock is tapped inside a code: letters turn their case, digits and marks do not.",
      "scanners' manuals: Caps Lock emulation", device=ZEBRA)
def _(c, s):
    s.type("ab1-")
    s.tap(CAPS_LOCK)
    s.type("ab1-")
    s.tap(CAPS_LOCK)
    s.type("ab1-\n")
    c.scan("ab1-AB1-ab1-")


@case("caps-lock-led",
      "The scanner taps Caps Lock, the host sets the light (EV_LED in the stream), and the scanner, which watches the light, "
      "types with Shift inverted: the text is right.", "input-event-codes.h, LED_CAPSL; scanners' manuals: Caps Lock override",
      device=ZEBRA)
def _(c, s):
    def light(value):
        s.advance()
        s.event(EV_LED, LED_CAPSL, value)
        s.event(EV_SYN, SYN_REPORT, 0)
    s.type("ow-")
    s.tap(CAPS_LOCK)
    light(1)
    s.stroke(0x04)
    s.stroke(0x05, SHIFT)
    s.type("1")
    s.tap(CAPS_LOCK)
    light(0)
    s.type("aB\n")
    c.scan("ow-Ab1aB")


@case("caps-lock-led-on",
      "The host's Caps Lock light goes on before the scan, and the scanner, which watches it, inverts its letters: the text is right. "
      "When it goes out, the scanner types plainly.", "input-event-codes.h, LED_CAPSL; field report: case inverted while the light is on",
      device=ZEBRA)
def _(c, s):
    for value, case_of in ((1, str.swapcase), (0, str)):
        s.advance()
        s.event(EV_LED, LED_CAPSL, value)
        s.event(EV_SYN, SYN_REPORT, 0)
        s.type(case_of("3hRX_0041") + "\n")
        s.pause(500)
        c.scan("3hRX_0041")


@case("num-lock-led", "The host turns NumLock's light on and off in the middle of a code of keypad digits: they are digits.",
      "input-event-codes.h, LED_NUML", device=TERA)
def _(c, s):
    for index, digit in enumerate("0041"):
        s.tap(keypad(digit))
        s.event(EV_LED, LED_NUML, 1 - index % 2)
        s.event(EV_SYN, SYN_REPORT, 0)
    s.type("\n")
    c.scan("0041")


@case("keypad-digits", "Digits typed on the keypad are digits in whatever state NumLock is.",
      "HID Usage Tables, keyboard page: 59 to 62; field report: scanners set up for keypad digits")
def _(c, s):
    for digit in "4006381333931":
        s.tap(keypad(digit))
    s.tap(KEYPAD_ENTER)
    c.scan("4006381333931", "EAN-13", guessed=True)


@case("num-lock-taps", "NumLock is tapped in front of and behind a code on the keypad.", "scanners' manuals: keypad emulation")
def _(c, s):
    for code in ["0041", "0042"]:
        s.tap(NUM_LOCK)
        for digit in code:
            s.tap(keypad(digit))
        s.tap(NUM_LOCK)
        s.type("\n")
        c.scan(code)


@case("autorepeat", "A key held 280 ms repeats once after 250 ms (value 2, SYN_REPORT of value 1): the kernel's own doing.",
      "input_repeat_key in drivers/input/input.c; REP_DELAY 250 ms, REP_PERIOD 33 ms")
def _(c, s):
    s.type("00")
    s.report([], [0x21])
    s.repeat(0x21)
    s.report([], [], after=30)
    s.type("1\n")
    c.scan("0041")


@case("autorepeat-end-key", "Enter held for half a second repeats: one code, no empty ones, and the next is whole.",
      "input_repeat_key in drivers/input/input.c; REP_DELAY 250 ms, REP_PERIOD 33 ms")
def _(c, s):
    s.type("0041")
    s.report([], [ENTER])
    s.repeat(ENTER, times=8)
    s.report()
    s.pause(500)
    s.type("0042\n")
    c.scan("0041")
    c.scan("0042")


@case("masked-scan-codes", "A reader that masks EV_MSC gets keys alone.", "EVIOCSMASK in linux/input.h", has_scan_codes=False)
def _(c, s):
    s.type("OW-0041\n")
    c.scan("OW-0041")
