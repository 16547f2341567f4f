"""The service's end in the middle of a scan, and in the middle of typing: no key stays down, and the scanner types into the console."""
import signal

import keys
from checks.console import Terminal
from support import connected, scan_of, until
from till import Till, keys_down, virtual_keyboards
from uinput_scanner import report, text_reports

NEXT = "next-4006381333931"
# Longer than an identifier, so that it is passed without a question, and paced for half a second. The first character needs no Shift:
# so each burst of 56 events ends with Shift and a letter down.
LONG = "x" + "ABCDEFGHIJ" * 40
SIGNALS = ((signal.SIGKILL, "kill -9"), (signal.SIGTERM, "SIGTERM"))


class Ends:
    def console(self):
        terminal = Terminal("/dev/tty1")
        self.lab.open.append(terminal.close)
        return terminal

    def end(self, service, number):
        """Ends the service; returns whether it ended as it should, with its keyboard gone."""
        service.signal(number)
        status = service.process.wait(30)
        return status == (0 if number == signal.SIGTERM else -number) and until(lambda: not virtual_keyboards())

    def types_on(self, scanner, terminal, what):
        """The next scan comes to the console as it is: a Shift that was stuck would show in its letters."""
        scanner.type(NEXT)
        text = terminal.text(len(NEXT) + 1, timeout=10)
        self.check(text == NEXT + "\r", f"{what}: no key is stuck, the next scan types into the console", repr(text))

    def killed_in_mid_scan(self):
        for number, name in SIGNALS:
            terminal, scanner = self.console(), self.lab.uinput()
            service = self.lab.serve()
            connected(self.lab.listener(service), "5ca1")
            # Shift is down when the service ends. A letter would repeat: the kernel repeats what is held.
            scanner.send(text_reports("40Z0", end="none") + [report((keys.LEFT_SHIFT, 1))])
            self.check(self.end(service, number), f"{name} in mid-scan: the service and its keyboard are gone", service.tail())
            text = terminal.text(timeout=0.5)
            self.check(text == "", f"{name} in mid-scan: nothing of its beginning comes to the console", repr(text))
            scanner.send([report((keys.LEFT_SHIFT, 0))] + text_reports(""))
            terminal.text(timeout=10)
            self.types_on(scanner, terminal, f"{name} in mid-scan")
            self.lab.close_all()

    def killed_in_mid_pass(self):
        for number, name in SIGNALS:
            terminal, scanner = self.console(), self.lab.uinput()
            service = self.lab.serve()
            listener = self.lab.listener(service)
            connected(listener, "5ca1")
            till = Till(self.lab)
            scanner.type(LONG)
            self.check(listener.wait(scan_of(LONG)), f"{name} in mid-pass: premise: the listener has the scan", service.tail())

            def stopped_with_keys_down():
                service.signal(signal.SIGSTOP)
                down = keys_down(till.node)
                if not down:
                    service.signal(signal.SIGCONT)
                return down

            down = until(stopped_with_keys_down, timeout=5, pause=0.002)
            self.check(len(down) == 2 and not till.poll(), f"{name} in mid-pass: premise: Shift and a letter are down, and the code is not through",
                       f"{down}, {len(till.events)} events")
            if number == signal.SIGTERM:
                service.signal(signal.SIGCONT)
            self.check(self.end(service, number), f"{name} in mid-pass: the service and its keyboard are gone", service.tail())
            text = ""
            while more := terminal.text(timeout=0.5):
                text += more
            whole = text.removesuffix("\r")
            self.check(whole and LONG.startswith(whole) and (number == signal.SIGTERM or len(whole) < len(LONG)),
                       f"{name} in mid-pass: the console has the code's beginning", f"{len(text)} characters, {text[-20:]!r}")
            self.note(f"{name} in mid-pass: {len(whole)} of {len(LONG)} characters were typed")
            self.types_on(scanner, terminal, f"{name} in mid-pass")
            self.lab.close_all()
