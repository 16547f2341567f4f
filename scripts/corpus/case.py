"""A case of the corpus: a device, what it types, its configuration, and what must come of it."""

import json

from .scanner import Scanner

CASES: list["Case"] = []

# Vendor and product ids as systemd's hwdb and the vendors' manuals have them; serial numbers are made up.
HONEYWELL = ("0c2e", "0204", "Metrologic Metrologic Scanner", "12019B0C1F")
ZEBRA = ("05e0", "1200", "Symbol Technologies, Inc, 2008 Symbol Bar Code Scanner", "S/N:0A1B2C3D")
DATALOGIC = ("05f9", "2601", "Datalogic Magellan 1000i", "")
TERA = ("0581", "020c", "Tera 2D Barcode Scanner", "")


class Case:
    def __init__(self, name, scanner, shows, source, device, config, kernel):
        self.name = name
        self.scanner = scanner
        self.shows = shows
        self.source = source
        self.device = device
        self.config = config
        self.kernel = kernel
        self.expected: list[dict] = []

    def scan(self, code, symbology=None, guessed=False, aim=None):
        self.expected.append({
            "type": "scan", "code": code, "symbology": symbology, "symbology_guessed": guessed, "aim": aim,
        })

    def damaged(self, reason):
        self.expected.append({"type": "scan_damaged", "reason": reason})

    def files(self) -> dict[str, str]:
        files = {
            "device": self._device(),
            "events": "".join(
                f"E: {time // 1_000_000}.{time % 1_000_000:06} {type:04x} {code:04x} {value}\n"
                for time, type, code, value in self.scanner.events),
            "expected.ndjson": "".join(
                json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in self.expected),
            "facts.md": f"{self.shows}\nFacts: {self.source}.\nKernel: "
                        + (f"no ({self.kernel})" if self.kernel else "yes") + "\n",
        }
        if self.config:
            vendor, product = self.device[:2]
            settings = {"vendor": vendor, "product": product, **self.config}
            files["config.toml"] = "[[scanner]]\n" + "".join(
                f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items())
        return files

    def _device(self) -> str:
        vendor, product, name, serial = self.device
        path = f"/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0003:{vendor.upper()}:{product.upper()}.0001/input/input20"
        serial_line = f"E: ID_SERIAL_SHORT={serial}\n" if serial else ""
        return (
            f"P: {path}/event20\nN: input/event20\nE: DEVNAME=/dev/input/event20\nE: MAJOR=13\nE: MINOR=84\n"
            f"E: SUBSYSTEM=input\nE: ID_BUS=usb\nE: ID_INPUT=1\nE: ID_INPUT_KEY=1\nE: ID_INPUT_KEYBOARD=1\n"
            f"E: ID_VENDOR_ID={vendor}\nE: ID_MODEL_ID={product}\n{serial_line}"
            f"E: ID_PATH=pci-0000:00:14.0-usb-0:2:1.0\nA: dev=13:84\nL: device=../../input20\n\n"
            f"P: {path}\nE: EV=120013\nE: ID_BUS=usb\nE: ID_INPUT=1\nE: NAME=\"{name}\"\n"
            f"E: PRODUCT=3/{vendor.lstrip('0')}/{product.lstrip('0')}/110\nE: SUBSYSTEM=input\n"
            f"A: name={name}\nA: phys=usb-0000:00:14.0-2/input0\nA: properties=0\n"
            f"A: id/bustype=0003\nA: id/vendor={vendor}\nA: id/product={product}\nA: id/version=0110\n")


def case(name, shows, source, *, device=HONEYWELL, config=None, layout=None, types=None, kernel=None, **scanner):
    """Declares a case; the function types and says what must come of it.

    `layout` is the configured one and the one that is typed, unless `types` names another for the latter. `kernel` says why the
    events cannot be typed through /dev/uinput.
    """
    assert all(known.name != name for known in CASES), name
    settings = ({"layout": layout} if layout else {}) | (config or {})

    def declare(function):
        new = Case(name, Scanner(layout=types or layout or "us", **scanner), shows, source, device, settings, kernel)
        function(new, new.scanner)
        CASES.append(new)
        return function

    return declare


def check_digit(digits: str) -> str:
    """The GS1 check digit (General Specifications, 7.9) behind a number's digits."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)
