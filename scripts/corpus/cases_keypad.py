"""ALT+keypad: characters by number."""

from .case import TERA, ZEBRA, case
from .keyboard import ALT, ALTGR, ENTER, NUM_LOCK, keypad

WINDOWS = "Microsoft's documentation of Alt codes: three digits by the OEM code page (437), a zero in front by Windows-1252"
MANUAL = "scanners' manuals: ALT mode, universal keyboard"
ONCE = f"{MANUAL}; drivers/hid/hid-core.c (one report, several keys)"


@case("alt-ean13", "A scanner in ALT mode types each digit by its number with a zero in front (052 is 4).", MANUAL, interval=1)
def _(c, s):
    for character in "4006381333931":
        s.alt(f"{ord(character):03}")
    s.type("\n")
    c.scan("4006381333931", "EAN-13", guessed=True)


@case("alt-cp437", "Three digits are code page 437: 165 is Ñ, 164 ñ, 130 é, 168 ¿.", WINDOWS)
def _(c, s):
    s.type("A")
    for number in ["165", "164", "130", "168"]:
        s.alt(number)
    s.type("\n")
    c.scan("AÑñé¿")


@case("alt-ascii", "Three digits from 100 to 126 are ASCII.", WINDOWS)
def _(c, s):
    for character in "dxyz~":
        s.alt(str(ord(character)))
    s.type("\n")
    c.scan("dxyz~")


@case("alt-windows-1252", "Four digits with a zero in front are Windows-1252: 0241 is ñ, 0128 €, 0065 A.", WINDOWS)
def _(c, s):
    for number in ["0241", "0128", "0065"]:
        s.alt(number)
    s.type("\n")
    c.scan("ñ€A")


@case("alt-whole-text", "A mixed id with every character as Alt+0nnn, 8 ms a report.", MANUAL, interval=8, device=ZEBRA)
def _(c, s):
    for character in "3hRX_0041":
        s.alt(f"0{ord(character):03}")
    s.type("\n")
    c.scan("3hRX_0041")


@case("alt-right", "The right Alt key does as well where it is no AltGr.",
      "HID Usage Tables, keyboard page: E6 Keyboard RightAlt")
def _(c, s):
    s.alt("0241", alt=ALTGR)
    s.type("41\n")
    c.scan("ñ41")


@case("alt-right-es", "On the keypad the right Alt key is an Alt also where it is AltGr.",
      "HID Usage Tables, keyboard page: E6 Keyboard RightAlt; scanners' manuals: ALT mode", layout="es")
def _(c, s):
    s.alt("0241", alt=ALTGR)
    s.type("41@\n")
    c.scan("ñ41@")


@case("alt-cr-in-front", "CR as Alt+013 alone or in front of a code is no scan.", WINDOWS)
def _(c, s):
    s.alt("013")
    s.pause(900)
    s.alt("013")
    s.type("0041\n")
    c.scan("0041")


@case("alt-num-lock-around", "NumLock taps around the digits, and inside, mean nothing.", MANUAL)
def _(c, s):
    s.tap(NUM_LOCK)
    s.alt("0241")
    s.tap(NUM_LOCK)
    s.alt("164", between=NUM_LOCK)
    s.report([ALT])
    s.report([ALT], [NUM_LOCK])
    s.report([ALT])
    for digit in "065":
        s.report([ALT], [keypad(digit)])
        s.report([ALT])
    s.report([ALT], [NUM_LOCK])
    s.report([ALT])
    s.report()
    s.type("\n")
    c.scan("ññA")


@case("alt-three-at-once",
      "Alt and three different digits in one report, four values of two: the packet ends with a SYN_REPORT of value 1. 052 is 4, "
      "065 is A, 164 ñ.", f"{ONCE}; measured on Linux 6.1", device=TERA)
def _(c, s):
    for number in ["052", "065", "164"]:
        s.alt(number, at_once=True)
    s.type("\n")
    c.scan("4Añ")


@case("alt-three-in-a-report", "Alt goes down in a report of its own, then three different digits in one.", ONCE, device=TERA)
def _(c, s):
    for number in ["052", "065", "164"]:
        s.report([ALT])
        s.report([ALT], [keypad(digit) for digit in number])
        s.report([ALT])
        s.report()
    s.type("\n")
    c.scan("4Añ")


@case("alt-duplicate-of-four-in-a-report",
      "0 2 2 6 (â) in a report behind Alt's own arrive as 0 2 6, each with its scan code, and would be SUB.",
      f"{ONCE}; measured on Linux 6.1: the doubled key leaves no scan code either", device=TERA)
def _(c, s):
    s.type("00")
    s.report([ALT])
    s.report([ALT], [keypad(digit) for digit in "0226"])
    s.report([ALT])
    s.report()
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("alt-duplicate-digit",
      "0 8 0 in one report (62 60 62): evdev delivers the doubled key once, two digits are left, and the code is damaged.",
      f"{ONCE}; measured on Linux 6.1", device=TERA)
def _(c, s):
    s.type("00")
    s.alt("080", at_once=True)
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("alt-duplicate-of-four",
      "0 2 2 6 (â) in one report arrive as 0 2 6, which would be SUB: three digits in one packet that give a control character are "
      "in doubt.", f"{ONCE}; measured on Linux 6.1", device=TERA)
def _(c, s):
    s.type("00")
    s.alt("0226", at_once=True)
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("alt-gs", "GS as Alt+029, Alt+0029, a digit a report.", f"{WINDOWS}; GS1 General Specifications, 7.8", device=ZEBRA)
def _(c, s):
    s.type("10AB")
    s.alt("029")
    s.type("21C")
    s.alt("0029")
    s.type("37\n")
    c.scan("10AB\x1d21C\x1d37")


@case("alt-cr", "CR as Alt+013 and Alt+0013, LF as Alt+010, Tab as Alt+009 end codes like the keys.", WINDOWS)
def _(c, s):
    for code, number in [("0041", "013"), ("0042", "0013"), ("0043", "010"), ("0044", "009")]:
        s.type(code)
        s.alt(number)
        c.scan(code)


@case("alt-cr-lf", "CR LF as Alt+013 Alt+010 is one end.", WINDOWS)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type(code)
        s.alt("013")
        s.alt("010")
        c.scan(code)


BAD = [
    ("one-digit", "7", "one digit"),
    ("two-digits", "65", "two digits"),
    ("five-digits", "00241", "five digits"),
    ("beyond-255", "300", "more than 255"),
    ("four-without-zero", "1234", "four digits without a zero in front"),
    ("undefined", "0129", "a number that Windows-1252 leaves undefined"),
    ("delete", "127", "127, which is no character"),
    ("nothing", "", "no digit at all"),
]
for name, number, what in BAD:
    @case(f"alt-bad-{name}", f"ALT+keypad with {what} damages the code; a digit may be missing.", WINDOWS)
    def _(c, s, number=number):
        s.type("00")
        s.alt(number)
        s.type("41\n")
        s.type("0042\n")
        c.damaged("undecodable")
        c.scan("0042")


@case("alt-top-row", "Alt with digits of the top row is no ALT+keypad.", WINDOWS)
def _(c, s):
    s.type("00")
    for usage in [0x27, 0x23, 0x22]:
        s.tap(usage, ALT)
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("alt-enter", "Alt is still down at the end key: its release is lost, and the code's last character with it.", WINDOWS)
def _(c, s):
    s.type("0041")
    s.report([ALT])
    for digit in "052":
        s.report([ALT], [keypad(digit)])
        s.report([ALT])
    s.report([ALT], [ENTER])
    s.report([ALT])
    s.report()
    s.pause(1500)
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("alt-german", "ALT+keypad does not depend on the layout: the same numbers under de.", WINDOWS, layout="de")
def _(c, s):
    for character in "Zy-_/":
        s.alt(f"{ord(character):04}")
    s.type("\n")
    c.scan("Zy-_/")
