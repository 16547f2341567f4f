import Glibc
import ListenerSocket
import TextChecks

extension SocketSettings {
    enum Key: String, CaseIterable {
        case path, group, mode
    }

    init(from table: TableReader<Key>) throws(ConfigurationError) {
        self.init()
        if let text = try table.text(.path, atMost: 4095) {
            // unix(7): 108 bytes with the NUL.
            guard text.isAbsolutePath(atMost: 107) else {
                throw table.badValue(.path, "must be a path from / on, of at most 107 bytes")
            }
            path = text
        }
        if let text = try table.text(.group, atMost: 64) {
            guard text.utf8.allSatisfy({ $0.isAlphanumeric(or: "._-@$") }), !text.hasPrefix("-") else {
                throw table.badValue(
                    .group, "must be the name of a group, or \"\" to leave the socket's group as it is")
            }
            group = text
        }
        if let text = try table.text(.mode, atMost: 64) {
            guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIDigit),
                let bits = mode_t(text, radix: 8), bits <= 0o777
            else {
                throw table.badValue(
                    .mode, "must be a string of octal digits from \"0000\" to \"0777\", such as \"0660\"")
            }
            mode = bits
        }
    }
}
