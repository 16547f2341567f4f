"""Where a code ends: end keys, control characters, pauses, and what stands in front."""

from .case import DATALOGIC, TERA, ZEBRA, case
from .keyboard import KEYPAD_ENTER

MANUAL = "scanners' manuals: terminators CR, LF, Tab, ETX, none"
CONTROLS = "ASCII (ECMA-6): STX 02, ETX 03, LF 0A, CR 0D"


@case("end-keypad-enter", "The keypad's Enter ends a code.", "HID Usage Tables, keyboard page: 58 Keypad ENTER")
def _(c, s):
    for code in ["0041", "0042"]:
        s.type(code)
        s.tap(KEYPAD_ENTER)
        c.scan(code)


@case("end-tab", "Tab ends a code without any configuration.", MANUAL, device=DATALOGIC)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type(code + "\t")
        c.scan(code)


@case("end-ctrl-m", "Ctrl+M is CR and ends a code.", CONTROLS)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type(code + "\r")
        c.scan(code)


@case("end-ctrl-j", "Ctrl+J is LF and ends a code.", CONTROLS)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type(code)
        s.tap(0x0D, 0xE0)
        c.scan(code)


@case("end-cr-lf", "CR LF, as Enter and Ctrl+J, is one end: two codes, no more.", MANUAL, interval=1)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type(code + "\n")
        s.tap(0x0D, 0xE0)
        c.scan(code)


@case("end-enter-twice", "A scanner set up with CR CR: the second is no empty scan.", MANUAL, interval=1)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type(code + "\n\n")
        c.scan(code)


@case("enter-alone", "Enter alone is no scan.", "field report: an Enter key pressed on a scanner's own keypad")
def _(c, s):
    s.type("\n")
    s.pause(700)
    s.type("\n\n")
    s.pause(700)
    s.type("0041\n")
    c.scan("0041")


@case("stx-etx", "STX in front and ETX behind come off; a code in them ends with its ETX, however close the next one is.",
      f"{CONTROLS}; {MANUAL}", device=DATALOGIC, interval=3)
def _(c, s):
    for code in ["0041", "0042", "0043"]:
        s.type("\x02" + code + "\x03")
        c.scan(code)


@case("stx-etx-enter", "STX, code, ETX, Enter: one code, and no empty one.", f"{CONTROLS}; {MANUAL}", device=DATALOGIC)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type("\x02" + code + "\x03\n")
        c.scan(code)


@case("stx-prefix", "STX in front of codes that end with Enter comes off.", f"{CONTROLS}; {MANUAL}")
def _(c, s):
    for code in ["0041", "4006381333931"]:
        s.type("\x02" + code + "\n")
    c.scan("0041")
    c.scan("4006381333931", "EAN-13", guessed=True)


@case("etx-alone",
      "ETX alone behind codes, without configuration: the first ends with a pause and its ETX comes off; from then on ETX ends "
      "codes at once, so the third and fourth, 50 ms apart, are two.", f"{CONTROLS}; {MANUAL}", device=DATALOGIC)
def _(c, s):
    s.type("0041\x03")
    s.pause(900)
    s.type("0042\x03")
    s.pause(900)
    s.type("0043\x03")
    s.pause(50)
    s.type("0044\x03")
    for code in ["0041", "0042", "0043", "0044"]:
        c.scan(code)


@case("etx-configured", "With end = [\"etx\"] ETX ends codes from the first on, and Enter is text.", f"{CONTROLS}; {MANUAL}",
      config={"end": ["etx"]})
def _(c, s):
    s.type("0041\x030042\nA\x03")
    c.scan("0041")
    c.scan("0042\nA")


@case("etx-in-text", "ETX inside a code that Enter ends, or right before it, is part of the text.", CONTROLS)
def _(c, s):
    s.type("00\x0341\n")
    s.type("0042\x03\n")
    c.scan("00\x0341")
    c.scan("0042\x03")


@case("enter-in-front", "A scanner that sends Enter only in front of its codes: pauses end them.",
      "field report: CR set up as a prefix")
def _(c, s):
    for code in ["0041", "0042", "0043"]:
        s.type("\n" + code)
        s.pause(900)
        c.scan(code)


@case("enter-in-front-quick", "Enter only in front, and codes 200 ms apart: each Enter ends the code before it, a pause the last.",
      "field report: CR set up as a prefix")
def _(c, s):
    for code in ["0041", "0042", "0043"]:
        s.type("\n" + code)
        s.pause(200)
        c.scan(code)


@case("tab-in-front", "Tab in front, to move to the next field, and Enter behind.", MANUAL)
def _(c, s):
    for code in ["0041", "0042"]:
        s.type("\t" + code + "\n")
        s.pause(500)
        c.scan(code)


@case("no-terminator", "A scanner without terminator: pauses of more than gap_ms end its codes, shorter ones do not.", MANUAL,
      device=ZEBRA)
def _(c, s):
    s.type("0041")
    s.pause(800)
    s.type("00")
    s.pause(250)
    s.type("42")
    s.pause(400)
    s.type("4006381333931")
    c.scan("0041")
    c.scan("0042")
    c.scan("4006381333931", "EAN-13", guessed=True)


@case("slow-990ms", "Some scanners are set up to pause 990 ms between characters: gap_ms = 1200 holds their codes together.",
      "scanners' manuals: inter-character delay 0 to 990 ms", device=ZEBRA, config={"gap_ms": 1200}, interval=10)
def _(c, s):
    for index, character in enumerate("0041\n0042\n"):
        if index:
            s.pause(980)
        s.type(character)
    c.scan("0041")
    c.scan("0042")


@case("bluetooth-100ms", "Bluetooth scanners pause 100 ms inside a code when the radio is busy.",
      "field report: keystrokes queue in the scanner, 100 ms and more", device=TERA, interval=6)
def _(c, s):
    for code in ["400638133", "3931\n", "00123", "456", "78\n"]:
        s.type(code)
        s.pause(100)
    c.scan("4006381333931", "EAN-13", guessed=True)
    c.scan("0012345678")


@case("slow-19ms", "19 ms from report to report, as full-speed scanners with a delay type.", "measured with scanners: 1 to 19 ms",
      interval=19)
def _(c, s):
    s.type("4006381333931\n")
    c.scan("4006381333931", "EAN-13", guessed=True)


@case("cut-off", "A scanner that is known to end codes with Enter pauses 500 ms in the middle of one: both parts are damaged.",
      "field report: a part of an id is another member's id")
def _(c, s):
    s.type("0041\n")
    s.pause(1500)
    s.type("1234")
    s.pause(500)
    s.type("5678\n")
    s.pause(2000)
    s.type("0042\n")
    c.scan("0041")
    c.damaged("timeout")
    c.damaged("timeout")
    c.scan("0042")


@case("lost-end-key", "The end key of a code never comes: the code is damaged, and the next one, two seconds later, is whole.",
      "field report: radio scanner out of range")
def _(c, s):
    s.type("0041\n")
    s.pause(1000)
    s.type("0042")
    s.pause(2000)
    s.type("0043\n")
    c.scan("0041")
    c.damaged("timeout")
    c.scan("0043")


@case("ends-in-mid-code", "The stream ends in the middle of a code of a scanner that ends codes with Enter.",
      "field report: unplugged while typing; the end of a recording is a long pause", interval=6)
def _(c, s):
    s.type("0012345678\n")
    s.pause(500)
    s.type("00876")
    c.scan("0012345678")
    c.damaged("timeout")


@case("ends-with-key-down", "The stream ends with a key down: what was typed is not whole, even without a known end key.",
      "evdev: the release of a key comes with the next report", kernel="a key stays down until the device is gone")
def _(c, s):
    s.type("0041")
    s.report([], [0x1E])
    c.damaged("timeout")


QR_LINES = "Article 0041: 12.50 EUR\nArticle 0042: 7.00 EUR\nTotal: 19.50 EUR"


@case("lines-end-tab", "With end = [\"tab\"] Enter is a line break of the text and Tab ends it.",
      "ISO/IEC 18004 (QR Code): byte mode holds line breaks", config={"end": ["tab"]}, interval=1)
def _(c, s):
    s.type(QR_LINES + "\t")
    s.type("0041\t")
    c.scan(QR_LINES)
    c.scan("0041")


@case("lines-no-end", "With end = [] nothing but a pause ends a text; Enter is LF in it, Tab a tab, CR LF one LF.",
      "ISO/IEC 18004 (QR Code): byte mode holds line breaks", config={"end": []}, interval=1)
def _(c, s):
    s.type("id\tname")
    s.type("\n")
    s.tap(0x0D, 0xE0)
    s.type("0041\tAna")
    s.pause(800)
    s.type("0042")
    c.scan("id\tname\n0041\tAna")
    c.scan("0042")


@case("qr-4k", "A QR code of 4,096 bytes in lines is whole (the limit).",
      "ISO/IEC 18004 (QR Code): up to 4,296 alphanumeric characters",
      config={"end": ["tab"]}, interval=1, style="rollover", has_scan_codes=False)
def _(c, s):
    line = "0123456789 abcdefghijklmnopqrstuvwxyz ABCD-EFGH; 4006381333931\n"
    text = (line * 70)[:4095] + "."
    s.type(text + "\t")
    s.type("0041\t")
    c.scan(text)
    c.scan("0041")


@case("too-long", "A text of more than 4,096 bytes of UTF-8 is damaged; one of exactly 4,096 bytes is whole.",
      "a letter of two bytes shows that bytes count, not characters; RFC 3629 (UTF-8)",
      layout="es", interval=1, has_scan_codes=False)
def _(c, s):
    s.type("ñ" * 2048 + "\n")
    s.type("ñ" * 2047 + "123\n")
    s.type("0041\n")
    c.scan("ñ" * 2048)
    c.damaged("too_long")
    c.scan("0041")
