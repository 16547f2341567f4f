import CEvdev
import Keystrokes

/// Keys by their names, such as `f8` or `ctrl+rightbrace`: the kernel's (`linux/input-event-codes.h`) without `KEY_`, in any case, behind
/// `ctrl+`, `alt+` and `logo+`.
public enum KeyName {
    /// A name's key and modifiers; nil if there is no such key.
    public static func parse(_ name: String) -> (key: UInt16, modifiers: NamedKeys.Modifiers)? {
        var modifiers = NamedKeys.Modifiers()
        let parts = name.lowercased().split(separator: "+", omittingEmptySubsequences: false)
        for part in parts.dropLast() {
            switch part {
            case "ctrl": modifiers.insert(.control)
            case "alt": modifiers.insert(.alt)
            case "logo": modifiers.insert(.logo)
            default: return nil
            }
        }
        guard let last = parts.last, !last.isEmpty else { return nil }
        let code = libevdev_event_code_from_code_name("KEY_" + last.uppercased())
        guard let key = UInt16(exactly: code), VirtualKeyboard.keys.contains(key) else { return nil }
        return (key, modifiers)
    }
}
