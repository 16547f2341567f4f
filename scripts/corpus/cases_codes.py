"""What is on cards and goods: symbologies with and without an AIM identifier, and what a till's scanner meets besides."""

from .case import DATALOGIC, TERA, ZEBRA, case, check_digit
from .keyboard import CONTROL

GS1 = "GS1 General Specifications"
AIM = "ISO/IEC 15424, annex F (symbology identifiers)"


@case("ean13", "An EAN-13 without identifier: length and check digit tell its symbology.", f"{GS1}, 7.9 (check digit)")
def _(c, s):
    s.type("4006381333931\n")
    c.scan("4006381333931", "EAN-13", guessed=True)


@case("ean8", "An EAN-8 without identifier.", f"{GS1}, 7.9 (check digit)", interval=3)
def _(c, s):
    s.type("96385074\n")
    c.scan("96385074", "EAN-8", guessed=True)


@case("upc-a", "A UPC-A of 12 digits keeps its leading zero.", f"{GS1}, 7.9 (check digit)", device=ZEBRA, interval=8)
def _(c, s):
    s.type("036000291452\n")
    c.scan("036000291452", "UPC-A", guessed=True)


@case("upc-a-as-ean13", "A scanner that sends UPC-A as EAN-13, with a zero in front: 13 digits.",
      f"{GS1}, 5.2 (EAN/UPC); scanners' manuals, \"UPC-A expand\"", device=ZEBRA)
def _(c, s):
    s.type("0036000291452\n")
    c.scan("0036000291452", "EAN-13", guessed=True)


@case("gtin14", "A GTIN of 14 digits from a case's label.", f"{GS1}, 3.3 (GTIN) and 7.9", interval=6)
def _(c, s):
    s.type(check_digit("1001234567890") + "\n")
    c.scan("10012345678902", "GTIN-14", guessed=True)


@case("upc-e-or-ean8",
      "01234565 is right as an EAN-8 and as a UPC-E (012345000065 when expanded): no symbology is guessed.",
      f"{GS1}, 5.2 (UPC-E zero suppression) and 7.9")
def _(c, s):
    s.type("01234565\n")
    c.scan("01234565")


@case("ean8-leading-zero",
      "Eight digits with a leading zero that are right as an EAN-8 and wrong as a UPC-E are an EAN-8 (GS1-8 prefixes 000-099 "
      "are for use inside a company).", f"{GS1}, 1.4 (GS1-8 prefixes) and 7.9")
def _(c, s):
    s.type(check_digit("0216544") + "\n")
    c.scan("02165448", "EAN-8", guessed=True)


@case("upc-e-only", "Eight digits that are right as a UPC-E only: a code without a guess.",
      f"{GS1}, 5.2 (UPC-E zero suppression) and 7.9", device=DATALOGIC)
def _(c, s):
    s.type("04252614\n")
    c.scan("04252614")


@case("zeros", "Thirteen zeros have a right check digit and are no number that anybody was given.", f"{GS1}, 7.9")
def _(c, s):
    s.type("0000000000000\n")
    c.scan("0000000000000")


@case("wrong-check-digit", "Thirteen digits with another check digit are a code, and no EAN-13: members' ids look like it.",
      f"{GS1}, 7.9")
def _(c, s):
    s.type("4006381333932\n")
    c.scan("4006381333932")


@case("leading-zeros", "A member's id of ten digits keeps its leading zeros.", "field report: ids read as numbers lose zeros",
      interval=1)
def _(c, s):
    s.type("0012345678\n")
    c.scan("0012345678")


@case("mixed-case-id", "An id of letters in both cases and digits comes through as it is.",
      "HID Usage Tables, keyboard page: Shift is a bit of the report of its key", interval=3)
def _(c, s):
    s.type("3hRXhZ01Kictq\n")
    c.scan("3hRXhZ01Kictq")


@case("code39-id", "A Code 39 of capitals, digits and a hyphen, as loyalty cards have it, without identifier: nothing is guessed.",
      "ISO/IEC 16388 (Code 39's characters)", device=DATALOGIC, interval=10)
def _(c, s):
    s.type("OW-00412277\n")
    c.scan("OW-00412277")


@case("in-store-card", "An EAN-13 of prefix 20-29 is in-store use; here a loyalty card. It is an EAN-13 like any other.",
      f"{GS1}, 1.4 (GS1 prefixes 02, 04, 20-29)")
def _(c, s):
    s.type(check_digit("260000412277") + "\n")
    c.scan("2600004122777", "EAN-13", guessed=True)


@case("price-label", "A weighed product's label, prefix 02 with the price inside: the digits as they are.",
      f"{GS1}, 2.1.12 (variable measure)")
def _(c, s):
    s.type(check_digit("021234501299") + "\n")
    c.scan("0212345012994", "EAN-13", guessed=True)


@case("same-product-twice", "The same product twice within a second is two items.", "a till's receipt counts pieces")
def _(c, s):
    for _ in range(2):
        s.type("4006381333931\n")
        s.pause(600)
        c.scan("4006381333931", "EAN-13", guessed=True)


@case("two-members", "Two members' cards, each shown twice, within a second: four codes in order.",
      "field report: customers hold the card until it beeps twice", interval=1)
def _(c, s):
    for code in ["0012345678", "0087654321"] * 2:
        s.type(code + "\n")
        s.pause(150)
        c.scan(code)


@case("poster-url", "The poster in the shop is a QR code too: a URL in place of an id comes through whole.",
      "field report; RFC 3986 (the characters of a URL)", interval=1)
def _(c, s):
    s.type("https://www.example.com/join?shop=41&src=poster_A3#top\n")
    c.scan("https://www.example.com/join?shop=41&src=poster_A3#top")


@case("wifi-qr", "A Wi-Fi QR code with its colons, semicolons, quotes and backslashes.", "ZXing's wiki, barcode contents, Wi-Fi")
def _(c, s):
    s.type("WIFI:T:WPA;S:Cafe\\;Bar;P:\"pa$$w%rd!\";;\n")
    c.scan("WIFI:T:WPA;S:Cafe\\;Bar;P:\"pa$$w%rd!\";;")


@case("json-qr", "A QR code with JSON: braces, brackets, quotes.", "RFC 8259", interval=1)
def _(c, s):
    s.type("{\"id\":\"0041\",\"tags\":[1,2.5e-3,null]}\n")
    c.scan("{\"id\":\"0041\",\"tags\":[1,2.5e-3,null]}")


@case("vcard-qr", "A visiting card is several lines; with Tab as the end its line breaks, sent as CR LF, are LF in the code.",
      "RFC 2426 (vCard 3.0); scanners send CR as Enter and LF as Ctrl+J", config={"end": ["tab"]}, interval=1)
def _(c, s):
    lines = ["BEGIN:VCARD", "VERSION:3.0", "N:Gomez;Ana", "TEL:+34 600 000 000", "END:VCARD"]
    for index, line in enumerate(lines):
        if index:
            s.type("\n")
            s.tap(0x0D, CONTROL)
        s.type(line)
    s.type("\t")
    c.scan("\n".join(lines))


AIM_CODES = [
    ("e0", "]E0", "4006381333931", "EAN-13", "EAN-13"),
    ("e0-upc-a", "]E0", "0036000291452", "EAN-13", "a UPC-A, which the standard has sent as 13 digits"),
    ("e4", "]E4", "96385074", "EAN-8", "EAN-8"),
    ("c0", "]C0", "MEMBER-0041", "Code 128", "Code 128"),
    ("q1", "]Q1", "https://example.com/m/0041", "QR Code", "QR Code"),
    ("l0", "]L0", "OW0041/2277", "PDF417", "PDF417"),
    ("z0", "]z0", "3hRXhZ01Kictq", "Aztec", "Aztec Code"),
    ("a0", "]A0", "OW-0041", "Code 39", "Code 39"),
    ("i0", "]I0", "00123456789012", "ITF", "ITF; 14 digits with identifier are no guess"),
    ("f0", "]F0", "A0041B", "Codabar", "Codabar, as libraries and old cards use it"),
    ("d1", "]d1", "OW0041", "Data Matrix", "Data Matrix ECC 200"),
]
for name, aim, text, symbology, what in AIM_CODES:
    @case(f"aim-{name}", f"AIM identifier {aim} in front: {what}. It is taken off and names the symbology.", AIM,
          device=ZEBRA, interval=3)
    def _(c, s, aim=aim, text=text, symbology=symbology):
        s.type(aim + text + "\n")
        c.scan(text, symbology, aim=aim)


@case("aim-c1-gs1-128", "GS1-128 with ]C1 and GS (Ctrl+]) behind the fields of variable length.",
      f"{GS1}, 7.8 (element strings, FNC1 as GS); {AIM}", device=ZEBRA)
def _(c, s):
    s.type("]C1010950600013435210ABC123\x1d21XYZ\n")
    c.scan("010950600013435210ABC123\x1d21XYZ", "GS1-128", aim="]C1")


@case("aim-d2-gs1-datamatrix", "GS1 DataMatrix with ]d2, two GS.", f"{GS1}, 7.8; {AIM}", device=TERA, interval=1)
def _(c, s):
    s.type("]d201095060001343521725122510ABC\x1d21\x1d\n")
    c.scan("01095060001343521725122510ABC\x1d21\x1d", "GS1 Data Matrix", aim="]d2")


@case("aim-q3-gs1-qr", "GS1 QR Code with ]Q3.", f"{GS1}, 5.8; {AIM}", device=TERA)
def _(c, s):
    s.type("]Q3010950600013435221A7\n")
    c.scan("010950600013435221A7", "GS1 QR Code", aim="]Q3")


@case("aim-never", "With aim = \"never\" what looks like an identifier is part of the code.", AIM, config={"aim": "never"})
def _(c, s):
    s.type("]E04006381333931\n")
    c.scan("]E04006381333931")


@case("aim-always", "With aim = \"always\" a code without identifier has lost its front; one with it is whole.", AIM,
      config={"aim": "always"})
def _(c, s):
    s.type("]C00041\n")
    s.type("4006381333931\n")
    c.scan("0041", "Code 128", aim="]C0")
    c.damaged("undecodable")


@case("aim-x0", "]X0 stands for what a maker defines; it comes off like the others.", AIM)
def _(c, s):
    s.type("]X00041\n")
    c.scan("0041", "other", aim="]X0")


@case("aim-always-unknown", "With aim = \"always\" whatever has an identifier's form comes off; it names no symbology.", AIM,
      config={"aim": "always"})
def _(c, s):
    s.type("]Y70041\n")
    c.scan("0041", aim="]Y7")


@case("aim-e0-digit-lost",
      "1 3 3 in one report arrive as 1 3: the identifier says that the last digit is a check digit, and for what is left it is wrong.", f"{AIM}; GS1 General Specifications, 7.9; measured on Linux 6.1", device=TERA, interval=1)
def _(c, s):
    s.type("]E0400638")
    s.report([], [0x1E, 0x20, 0x20])
    s.report()
    s.type("3931\n")
    s.type("]E04006381333931\n")
    c.damaged("undecodable")
    c.scan("4006381333931", "EAN-13", aim="]E0")


@case("aim-look-alike", "A bracket in front that no identifier of the standard follows is part of the code.", AIM)
def _(c, s):
    for code in ["]E9123456", "]C", "]", "]--0041", "[E0041"]:
        s.type(code + "\n")
        s.pause(400)
        c.scan(code)


@case("prefix-and-suffix", "A prefix and a suffix set up in the scanner come off, also around an identifier, and only where they are.",
      "scanners' manuals: prefix and suffix", config={"prefix": "<", "suffix": "%"})
def _(c, s):
    s.type("<0041%\n")
    s.type("0042\n")
    s.type("<]C00043%\n")
    s.type("]C0<0044%\n")
    c.scan("0041")
    c.scan("0042")
    c.scan("0043", "Code 128", aim="]C0")
    c.scan("0044", "Code 128", aim="]C0")
