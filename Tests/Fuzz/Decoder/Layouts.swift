import FuzzSupport
import Keystrokes

/// Layouts that differ in what makes decoding hard: levels, dead keys, other scripts. Made once; each takes milliseconds.
enum Layouts {
    static let all = ["us", "de", "fr", "es", "ch(fr)", "us(intl)", "gr", "jp"].map(named)

    private static func named(_ name: String) -> Layout {
        do {
            return try Layout(named: name)
        } catch {
            finding("xkb's data lacks \(name), so nothing can be tested: \(error)")
        }
    }
}
