"""Control characters and key combinations, also those that codes hold on purpose."""

from .case import TERA, ZEBRA, case
from .keyboard import ALT, BACKSPACE, CONTROL, DELETE, ENTER, ESCAPE, LOGO, TAB

GS1 = "GS1 General Specifications, 7.8 (FNC1 as GS)"
TERMINALS = "ECMA-48; terminals make control characters of Ctrl and a key"
ATTACK = "field report: key combinations in Code 128, \"BadBarcode\""

for name in ["es", "de", "fr", "it", "gb", "ru"]:
    @case(f"gs-{name}", f"Ctrl with the key that has ] on the US keyboard is GS on the {name} keyboard too.",
          f"{GS1}; scanners' manuals: Ctrl+X function characters", layout=name, device=ZEBRA)
    def _(c, s):
        s.type("010950600013435210\x1d2141\n")
        c.scan("010950600013435210\x1d2141")


@case("iso15434", "An ISO/IEC 15434 message: RS as Ctrl+6, GS as Ctrl+], EOT as Ctrl+D.", f"ISO/IEC 15434; {TERMINALS}", device=TERA)
def _(c, s):
    s.type("]d1[)>\x1e06\x1d1P0041\x1dS77\x1e\x04\n")
    c.scan("[)>\x1e06\x1d1P0041\x1dS77\x1e\x04", "Data Matrix", aim="]d1")


@case("control-marks", "Ctrl+[ ESC, Ctrl+\\ FS, Ctrl+minus US, Ctrl+A SOH, Ctrl+Z SUB.", TERMINALS)
def _(c, s):
    s.type("a\x1bb\x1cc\x1fd\x01e\x1af\n")
    c.scan("a\x1bb\x1cc\x1fd\x01e\x1af")


@case("control-letters-fr", "Ctrl+letter goes by the country's letter: Ctrl with the key left of Z's is Ctrl+A on AZERTY.",
      TERMINALS, layout="fr")
def _(c, s):
    s.type("1\x012\x1a3\n")
    c.scan("1\x012\x1a3")


@case("terminal-attack", "A code that holds a terminal's escape sequence is a code; who shows it must escape it.",
      f"{ATTACK}; {TERMINALS}")
def _(c, s):
    s.type("\x1b]0;owned\x07\x1b[2J0041\x08\n")
    c.scan("\x1b]0;owned\x07\x1b[2J0041\x08")


@case("control-nul", "Ctrl+2, NUL on some terminals, damages the code.", TERMINALS)
def _(c, s):
    s.type("00")
    s.tap(0x1F, CONTROL)
    s.type("41\n0042\n")
    c.damaged("undecodable")
    c.scan("0042")


BAD = [
    ("ctrl-alt-delete", "Ctrl+Alt+Delete", (CONTROL, ALT), DELETE),
    ("alt-f4", "Alt+F4", (ALT,), 0x3D),
    ("win-r", "Win+R", (LOGO,), 0x15),
    ("alt-tab", "Alt+Tab", (ALT,), TAB),
    ("win-tab", "Win+Tab", (LOGO,), TAB),
    ("win-enter", "Win+Enter", (LOGO,), ENTER),
    ("alt-enter", "Alt+Enter", (ALT,), ENTER),
    ("ctrl-alt-enter", "Ctrl+Alt+Enter", (CONTROL, ALT), ENTER),
    ("f1", "F1", (), 0x3A),
    ("f8", "F8, which some scanners send for FNC1,", (), 0x41),
    ("escape", "the Escape key", (), ESCAPE),
    ("backspace", "the Backspace key", (), BACKSPACE),
    ("alt-letter", "Alt with a letter", (ALT,), 0x04),
]
for name, what, modifiers, usage in BAD:
    @case(f"bad-{name}", f"A code with {what} in it is damaged as a whole; neither its front nor its rest is a code.", ATTACK)
    def _(c, s, modifiers=modifiers, usage=usage):
        s.type("00")
        s.tap(usage, *modifiers)
        s.type("41\n")
        s.type("0042\n")
        c.damaged("undecodable")
        c.scan("0042")


@case("bad-combination-alone", "A key combination as a code of its own, Win+R and a command: damaged.", ATTACK)
def _(c, s):
    s.tap(0x15, LOGO)
    s.type("cmd\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")
