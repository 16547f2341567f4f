"""Streams that show that something is missing: lost events, impossible sequences, keys that are down where none should be."""

from .case import ZEBRA, case
from .keyboard import (
    CAPS_LOCK, ENTER, EV_KEY, EV_MSC, EV_SYN, KEY_OF_USAGE, MSC_SCAN, SHIFT, SYN_DROPPED, SYN_REPORT, behind_buffer,
)

EVDEV = "drivers/input/evdev.c: a keyboard's reader has 64 events; measured on Linux 6.1"
KERNEL = "SYN_DROPPED is the kernel's own"
STATE = "drivers/input/input.c: a key's events alternate between press and release"


def stall(s, start: int, stop: int):
    """The reader does not read while the events from `start` to `stop` come."""
    s.events = behind_buffer(s.events, range(start, stop))


@case("drop-first", "SYN_DROPPED right before a code: what was lost may have been its front.", EVDEV, kernel=KERNEL)
def _(c, s):
    s.drop()
    s.type("0041\n")
    s.type("0042\n")
    c.damaged("overflow")
    c.scan("0042")


@case("drop-middle", "A stall while an EAN-13 comes: the buffer is full at the eleventh character, all of it is lost.", EVDEV,
      interval=1, kernel=KERNEL)
def _(c, s):
    s.type("4006381333931\n")
    stall(s, 0, 84)
    s.type("0042\n")
    c.damaged("overflow")
    c.scan("0042")


@case("drop-masked", "With scan codes masked the buffer is full at the sixteenth character.", EVDEV, interval=1,
      has_scan_codes=False, kernel=KERNEL)
def _(c, s):
    s.type("00412277004122770041\n")
    stall(s, 0, 80)
    s.type("0042\n")
    c.damaged("overflow")
    c.scan("0042")


@case("drop-between-characters", "Characters, SYN_DROPPED, characters: not a code of what is left.", EVDEV, kernel=KERNEL)
def _(c, s):
    s.type("00")
    s.drop()
    s.type("41\n")
    s.pause(500)
    s.type("0042\n")
    c.damaged("overflow")
    c.scan("0042")


@case("drop-end-key", "SYN_DROPPED swallows the press of the end key; its release tells where the damage ends.", EVDEV, kernel=KERNEL)
def _(c, s):
    s.type("0041")
    s.report([], [ENTER])
    del s.events[-3:]
    s.event(EV_SYN, SYN_DROPPED, 0)
    s.report()
    s.type("0042\n")
    c.damaged("overflow")
    c.scan("0042")


@case("drop-whole-end", "SYN_DROPPED swallows the end key: the pause ends the damage, the next code is whole.", EVDEV,
      kernel=KERNEL)
def _(c, s):
    s.type("0041\n")
    s.pause(500)
    s.type("0041")
    s.drop()
    s.pause(2000)
    s.type("0042\n")
    c.scan("0041")
    c.damaged("overflow")
    c.scan("0042")


@case("drop-several", "Several SYN_DROPPED in one code are one damaged scan.", EVDEV, kernel=KERNEL)
def _(c, s):
    s.type("0")
    s.drop()
    s.type("04")
    s.drop()
    s.drop()
    s.type("1\n")
    s.type("0042\n")
    c.damaged("overflow")
    c.scan("0042")


@case("drop-over-end", "A stall swallows the end of one code and the start of the next: one damaged scan, and no code glued of two.",
      EVDEV, interval=1, kernel=KERNEL)
def _(c, s):
    s.type("00412277\n00427722\n")
    stall(s, 24, 96)
    s.type("0043\n")
    c.damaged("overflow")
    c.scan("0043")


@case("drop-shift", "SYN_DROPPED swallows the release of Shift: the state of all keys is unknown.", EVDEV, kernel=KERNEL)
def _(c, s):
    s.type("ow")
    s.report([SHIFT], [0x04])
    s.report()
    del s.events[-5:]
    s.event(EV_SYN, SYN_DROPPED, 0)
    s.event(EV_SYN, SYN_REPORT, 0)
    s.type("b\n")
    s.type("ow\n")
    c.damaged("overflow")
    c.scan("ow")


@case("drop-then-undecodable", "An overflow wins over what comes later in the same code.", EVDEV, kernel=KERNEL)
def _(c, s):
    s.type("00")
    s.drop()
    s.tap(0x3A)
    s.type("41\n")
    s.type("0042\n")
    c.damaged("overflow")
    c.scan("0042")


@case("undecodable-then-drop", "An overflow behind another damage: the first reason stays, and it is one damaged scan.", EVDEV, kernel=KERNEL)
def _(c, s):
    s.type("00")
    s.tap(0x3A)
    s.drop()
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("release-without-press", "A key goes up that was not down: its press is lost.", STATE,
      kernel="the kernel drops a release of a key that is up")
def _(c, s):
    s.type("00")
    s.raw(0x21, 0)
    s.type("1\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("press-twice", "A key goes down that is down: its release is lost, and maybe more.", STATE,
      kernel="the kernel drops a press of a key that is down")
def _(c, s):
    s.type("0")
    s.raw(0x21, 1)
    s.raw(0x21, 1)
    s.raw(0x21, 0)
    s.type("1\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("repeat-without-press", "A key repeats that is not down: its press is lost.", STATE)
def _(c, s):
    s.type("00")
    s.repeat(0x21, first=4)
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("shift-down-at-end", "Shift is down at the end key: its release is lost, and the case of the letters is in doubt.", STATE)
def _(c, s):
    s.report([SHIFT])
    s.report([SHIFT], [0x12])
    s.report([SHIFT])
    s.report([SHIFT], [ENTER])
    s.report([SHIFT])
    s.report()
    s.pause(500)
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("key-down-at-start", "A key that was down when reading began goes up: no code of its own, and nothing that follows is lost.",
      "EVIOCGRAB: the release of a key that is down still arrives; measured on Linux 6.1",
      kernel="the kernel drops a release of a key that is up")
def _(c, s):
    s.raw(ENTER, 0)
    s.pause(500)
    s.type("0041\n")
    c.scan("0041")


@case("character-down-at-start", "The release of a character comes first: a code is under way whose front is lost.",
      "EVIOCGRAB: the release of a key that is down still arrives; measured on Linux 6.1",
      kernel="the kernel drops a release of a key that is up")
def _(c, s):
    s.raw(0x27, 0)
    s.type("041\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("unnamed-key", "A key that no layout names (F24) damages the code.", "input-event-codes.h: KEY_F24 194")
def _(c, s):
    s.type("00")
    for value in (1, 0):
        s.advance()
        s.event(EV_MSC, MSC_SCAN, 0x70073)
        s.event(EV_KEY, 194, value)
        s.event(EV_SYN, SYN_REPORT, 0)
    s.type("41\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")


@case("damaged-then-whole", "One event for a damaged scan with many faults, then whole codes.", STATE, device=ZEBRA)
def _(c, s):
    for usage in [0x3A, 0x3B, 0x29, 0x2A]:
        s.tap(usage)
        s.type("0")
    s.type("\n")
    for code in ["0041", "0042"]:
        s.type(code + "\n")
    c.damaged("undecodable")
    c.scan("0041")
    c.scan("0042")


@case("drop-caps-lock", "SYN_DROPPED swallows the second tap of a pair of Caps Lock: the next code has its own case.",
      f"{EVDEV}; scanners' manuals: Caps Lock emulation", kernel=KERNEL)
def _(c, s):
    s.type("ow")
    s.tap(CAPS_LOCK)
    s.type("ow")
    s.drop()
    s.type("41\n")
    s.pause(500)
    s.type("ow42\n")
    c.damaged("overflow")
    c.scan("ow42")


@case("shift-behind-key", "Shift goes down behind its key in the same packet, as from a report that has its keys in front of its "
      "modifiers: whether it was meant for the key is in doubt.",
      "Device Class Definition for HID 1.11: the descriptor decides the order of a report's fields")
def _(c, s):
    s.type("0")
    for order, value in (((0x04, SHIFT), 1), ((0x04, SHIFT), 0)):
        s.advance()
        for usage in order:
            s.event(EV_MSC, MSC_SCAN, 0x70000 | usage)
            s.event(EV_KEY, KEY_OF_USAGE[usage], value)
        s.event(EV_SYN, SYN_REPORT, 0)
    s.type("1\n")
    s.type("0042\n")
    c.damaged("undecodable")
    c.scan("0042")
