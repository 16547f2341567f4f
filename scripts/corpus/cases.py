"""All cases; importing a module declares its own."""

from . import cases_codes, cases_control, cases_doubt, cases_ends, cases_keypad, cases_layouts, cases_packets  # noqa: F401
