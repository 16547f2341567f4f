"""A scanner: a keyboard that types texts."""

from .keyboard import (
    ALT, BACKSLASH, CONTROL, ENTER, EV_KEY, EV_MSC, EV_SYN, KEY_OF_USAGE, LEFT_BRACKET, MINUS, MSC_SCAN, RIGHT_BRACKET, SIX,
    SYN_DROPPED, SYN_REPORT, TAB, Keyboard, keypad,
)
from .layouts import LAYOUTS

# Control characters that are no Ctrl+letter: the positions of [ \ ] 6 - on the US keyboard.
CONTROL_USAGES = {"\x1b": LEFT_BRACKET, "\x1c": BACKSLASH, "\x1d": RIGHT_BRACKET, "\x1e": SIX, "\x1f": MINUS}


class Scanner(Keyboard):
    """Types with a country's strokes. Styles:

    - plain: a report with key and modifiers, then an empty one
    - rollover: a key goes up in the report in which the next one goes down
    - early: the modifiers go down `lead` milliseconds before their key and up as long after it
    - held: the modifiers stay down over all characters that need them
    """

    def __init__(self, layout: str = "us", style: str = "plain", lead: float = 1, **keywords):
        super().__init__(**keywords)
        self.layout = layout
        self.style = style
        self.lead = lead

    def strokes(self, character: str):
        """What types a character; LF stands for Enter."""
        if character == "\n":
            return [((), ENTER)]
        if character == "\t":
            return [((), TAB)]
        if character < " ":
            usage = CONTROL_USAGES.get(character)
            return [((CONTROL,), usage or LAYOUTS[self.layout][chr(ord(character) + 0x60)][0][1])]
        return LAYOUTS[self.layout][character]

    def type(self, text: str):
        for character in text:
            for modifiers, usage in self.strokes(character):
                self.stroke(usage, *modifiers)
        if self.style != "plain" and (self.slots or self.modifiers):
            self.report()

    def stroke(self, usage: int, *modifiers: int):
        """Presses and releases a key in the scanner's style."""
        needed = frozenset(modifiers)
        match self.style:
            case "rollover":
                if usage in self.slots:
                    self.report()
                self.report(modifiers, [usage])
            case "early" if needed:
                self.report(modifiers)
                self.report(modifiers, [usage], after=self.lead)
                self.report(modifiers)
                self.report(after=self.lead)
            case "held":
                if needed != self.modifiers:
                    self.report(modifiers)
                self.report(modifiers, [usage])
                self.report(modifiers)
            case _:
                self.report(modifiers, [usage])
                self.report()

    def tap(self, usage: int, *modifiers: int):
        self.report(modifiers, [usage])
        self.report()

    def alt(self, digits: str, at_once: bool = False, alt: int = ALT, between=None):
        """A character by its number on the keypad while Alt is down, a report for each digit or one for all."""
        if at_once:
            self.report([alt], [keypad(digit) for digit in digits])
        else:
            self.report([alt])
            for index, digit in enumerate(digits):
                if between is not None and index == 1:
                    self.report([alt], [between])
                    self.report([alt])
                self.report([alt], [keypad(digit)])
                self.report([alt])
        self.report()

    def repeat(self, usage: int, times: int = 1, first: float = 250):
        """Autorepeat by the input core: value 2 and a SYN_REPORT of value 1, after 250 ms and then each 33 ms."""
        for index in range(times):
            self.advance(first if index == 0 else 33)
            self.event(EV_KEY, KEY_OF_USAGE[usage], 2)
            self.event(EV_SYN, SYN_REPORT, 1)

    def drop(self):
        """SYN_DROPPED as a reader sees it, with nothing behind it."""
        self.advance()
        self.event(EV_SYN, SYN_DROPPED, 0)
        self.event(EV_SYN, SYN_REPORT, 0)

    def raw(self, usage: int, value: int):
        """A key event that no report can make, in a packet of its own."""
        self.advance()
        self.event(EV_MSC, MSC_SCAN, 0x70000 | usage)
        self.event(EV_KEY, KEY_OF_USAGE[usage], value)
        self.event(EV_SYN, SYN_REPORT, 0)
