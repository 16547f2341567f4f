import Configuration
import EventLoop
import Keyboard
import Logging
import Routing
import Scanners
import SystemCalls

/// The keyboard at the till: made at the start, and again while a scanner waits for it.
extension Bridge {
    /// A keyboard that cannot be made is tried again so often.
    private static let keyboardRetryMilliseconds = 3000

    /// Why a scanner is not to be read: what it reads could not reach the till.
    func obstacle(_ scanner: String) -> Blockage? {
        guard configuration.isComplete else { return .noAccount }
        guard let parts, parts.desk.typist == nil else { return nil }
        return parts.router.needsKeyboard(scanner: scanner) ? .noVirtualKeyboard : nil
    }

    func makeKeyboard() {
        guard let parts else { return }
        do throws(SystemError) {
            parts.desk.typist = try makeTypist(loop) { [weak self] error in
                self?.assumeIsolated { $0.keyboardFailed(error) }
            }
            lastKeyboardError = nil
        } catch {
            keyboardIsMissing(error)
        }
    }

    /// The keyboard takes nothing any more. Scanners that need it are let go, and type into the till themselves.
    private func keyboardFailed(_ error: SystemError) {
        guard let parts else { return }
        parts.desk.typist = nil
        keyboardIsMissing(error)
        // Not from within the call that has typed: it may be that of a scanner that is let go.
        loop.schedule(at: .now()) { self.selectScanners() }
    }

    private func keyboardIsMissing(_ error: SystemError) {
        guard error != lastKeyboardError else { return }
        lastKeyboardError = error
        let isNeeded = configuration.routes.isEmpty || configuration.routes.contains { $0.pass != .never }
        logger.log(level: isNeeded ? .warning : .info, "no keyboard to type on to the till: \(error)")
    }

    /// A scanner waits for the keyboard. Nothing wakes up for one that nobody waits for.
    func retryKeyboardSoon() {
        guard keyboardTimer == nil else { return }
        keyboardTimer = loop.schedule(at: .now().adding(milliseconds: Self.keyboardRetryMilliseconds)) { [weak self] in
            self?.assumeIsolated { $0.retryKeyboard() }
        }
    }

    private func retryKeyboard() {
        keyboardTimer = nil
        guard let parts, parts.scanners.present.contains(where: { $0.1 == .blocked(.noVirtualKeyboard) }) else {
            return
        }
        if parts.desk.typist == nil { makeKeyboard() }
        if parts.desk.typist == nil { retryKeyboardSoon() } else { selectScanners() }
    }

    func selectScanners() {
        parts?.scanners.select(ScannerSelection(rules: configuration.scanners), layouts: layouts)
    }
}
