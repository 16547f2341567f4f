"""National keyboards: what each of them types, dead keys, and a scanner of one country read as one of another."""

from .case import DATALOGIC, TERA, case
from .keyboard import ALTGR

KEYBOARDS = "the country's published keyboard (ISO/IEC 9995 positions)"
DEAD = f"{KEYBOARDS}; X.Org's compose table of en_US.UTF-8"

TEXTS = [
    ("es", "marcos.gomez@example.es", "@ is AltGr+2"),
    ("es", "https://example.es/u?id=0041&n=1#a_b-c", "a URL's marks"),
    ("es", "¿Año nuevo? ¡Sí! El camión, pingüino: Ñ", "ñ and ¿ have keys, í and ü are made with dead keys"),
    ("es", "[{a|b}]€\\", "brackets and braces by AltGr"),
    ("latam", "ana_perez@example.mx", "@ is AltGr+Q"),
    ("latam", "¿Año? {0041} [é]", "braces and brackets have keys"),
    ("de", "XYZ-xyz_0041/7?a=ß&b=Ü", "Z and Y change places; ß, /, ?, = and & on keys of their own"),
    ("de", "max@example.de {[€]}|~\\", "@ is AltGr+Q, brackets by AltGr"),
    ("fr", "4006381333931", "digits need Shift on AZERTY"),
    ("fr", "https://example.fr/?m=OW-0041_a&x=1", "marks of a URL on AZERTY"),
    ("fr", "Aqwzm@example.fr[é]", "A Q W Z M change places, @ [ ] by AltGr, é has a key"),
    ("be", "ana@example.be/OW-0041=1_2", "@ is AltGr+2, hyphen and underscore where France has )"),
    ("it", "è@à.it/OW-0041_x?y=ù", "@ is AltGr+ò"),
    ("pt", "ana@example.pt/OW-0041_x?y=ç", "@ is AltGr+2"),
    ("pt", "Não são maçãs", "the til is a dead key"),
    ("br", "ana@example.br/OW-0041?x=[ç];é", "/ and ? on the key of ABNT2 (International1), acute is a dead key"),
    ("gb", "£5 @home #41 \"a\\b\" ~|€", "\" and @ change places, # and \\ have keys"),
    ("ch", "yz@example.ch/OW-0041?x=äöüèéà", "the French letters are Shift with the German ones"),
    ("ch(fr)", "zy@example.ch/OW-0041?x=èéàäöü", "the German letters are Shift with the French ones"),
    ("dk", "blå.ø@example.dk/æ?OW-0041_x", "æ and ø have keys, @ is AltGr+2"),
    ("no", "blå.æ@example.no/ø?OW-0041\\x", "ø and æ the other way round than in Denmark"),
    ("se", "blå@example.se/ö?Ä=OW-0041_{x}", "@ is AltGr+2, braces by AltGr"),
    ("nl", "ana@example.nl/OW-0041?x=1&y=2", "@ where others have the grave accent, / on the key right of 0"),
    ("pl", "zażółć gęślą jaźń OW-0041 ŁŻ", "Polish letters by AltGr on the US keyboard"),
    ("cz", "0041/2277-Žižkov", "digits need Shift; Z and Y change places"),
    ("hu", "OW-0041/0yz_űő@a", "0 is left of 1; Z and Y change places"),
    ("tr", "Kırmızı İLAÇ iyi OW-0041/7_x", "dotless ı on the key of i, i right of it; I and İ are two letters"),
    ("ru", "Молоко №41, 2.50/л", "letters of another script"),
    ("gr", "Γάλα 1,5€ Ελιές/4", "Greek with the tonos as a dead key, € is AltGr+ε"),
    ("us(intl)", "L'été \"à\" São ~ ^ 41", "quotes and accents are dead keys; with a space they are themselves"),
]
counts: dict[str, int] = {}
for name, text, what in TEXTS:
    counts[name] = counts.get(name, 0) + 1

    @case(f"layout-{name.replace('(', '-').replace(')', '')}-{counts[name]}", f"A scanner set to {name}: {what}.",
          DEAD if "dead" in what else KEYBOARDS, layout=name, device=DATALOGIC, interval=3)
    def _(c, s, text=text):
        s.type(text + "\n")
        c.scan(text, "EAN-13" if text.isdigit() else None, guessed=text.isdigit())


DEAD_KEYS = [
    ("es", "María", "dead acute and a"),
    ("es", "x^2", "dead circumflex and a space"),
    ("es", "´`", "dead acute twice is the acute, dead grave and a space the grave accent"),
    ("fr", "Forêt Noël", "dead circumflex and e, dead diaeresis (Shift) and e"),
    ("de", "Café à ê", "dead acute and e, dead grave (Shift) and a"),
    ("pt", "à â ã é", "four dead keys"),
    ("br", "ü ã ê à é", "five dead keys"),
    ("cz", "ď ó", "dead caron and d, dead acute and o"),
]
for index, (name, text, what) in enumerate(DEAD_KEYS):
    @case(f"dead-{name}-{index + 1}", f"Dead keys on {name}: {what}.", DEAD, layout=name, interval=6)
    def _(c, s, text=text):
        s.type(text + "\n")
        c.scan(text)


@case("dead-wrong-letter", "A dead key and a character that it does not go with: damaged, never the character alone.", DEAD,
      layout="es")
def _(c, s):
    s.type("00")
    s.tap(0x34)  # dead acute
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("dead-at-end", "A dead key right before the end key: what it was to accent is lost.", DEAD, layout="es")
def _(c, s):
    s.type("0041")
    s.tap(0x34)  # dead acute
    s.type("\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("dead-shift-letter", "Shift for a capital goes down between the dead key and its letter.", DEAD, layout="es", style="early")
def _(c, s):
    s.type("Éxito Ávila\n")
    c.scan("Éxito Ávila")


@case("altgr-without-character", "AltGr with a key that has no third character damages the code; never the base character.",
      KEYBOARDS, layout="gr")
def _(c, s):
    s.type("00")
    s.tap(0x04, ALTGR)  # α
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("altgr-early", "AltGr goes down 1 ms before its key and up 1 ms after it.", KEYBOARDS, layout="es", style="early")
def _(c, s):
    s.type("a@b#c\n")
    c.scan("a@b#c")


@case("wrong-country-es-at", "A Spanish scanner read as US: @ is AltGr+2, and must not become 2.", KEYBOARDS, layout="us",
      types="es")
def _(c, s):
    s.type("ana@example.es\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("wrong-country-de-at", "A German scanner read as US: @ is AltGr+Q, and must not become q.", KEYBOARDS, layout="us",
      types="de")
def _(c, s):
    s.type("ana@example.de\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("wrong-country-es-digits", "A Spanish scanner read as US: digits are where they are, the hyphen is a slash. Nothing in the "
      "stream shows it.", KEYBOARDS, layout="us", types="es")
def _(c, s):
    s.type("4006381333931\n")
    s.type("OW-0041\n")
    c.scan("4006381333931", "EAN-13", guessed=True)
    c.scan("OW/0041")


@case("wrong-country-de-yz", "A German scanner read as US: Y and Z change places. Nothing in the stream shows it.", KEYBOARDS,
      layout="us", types="de")
def _(c, s):
    s.type("XYZ0041\n")
    c.scan("XZY0041")


@case("wrong-country-fr", "A French scanner read as US: each digit is the mark above it, so no id of digits comes of it.", KEYBOARDS,
      layout="us", types="fr")
def _(c, s):
    s.type("0041\n")
    c.scan("))$!")


@case("wrong-country-us-fr", "A US scanner read as French: digits are é and other letters, no number comes of it.", KEYBOARDS,
      layout="fr", types="us")
def _(c, s):
    s.type("0041\n")
    c.scan("àà'&")


@case("wrong-country-dead", "A US scanner read as Spanish: [ is a dead key there, and the code is damaged.", DEAD, layout="es",
      types="us")
def _(c, s):
    s.type("[0041\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("utf8-es", "A Spanish text in a QR code: the code is UTF-8.", "RFC 3629 (UTF-8)", layout="es", device=TERA, interval=1)
def _(c, s):
    s.type("Peña Ñoño: 1 año\n")
    c.scan("Peña Ñoño: 1 año")
