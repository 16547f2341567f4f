import Patterns
import Routing
import TextChecks

extension Route {
    enum Key: String, CaseIterable {
        case name, pattern, lookup, pass
    }

    init(from table: TableReader<Key>, defaultName: String) throws(ConfigurationError) {
        self.init(name: defaultName)
        if let text = try table.text(.name, atMost: 64) {
            guard !text.isEmpty, !text.hasControlCharacter else {
                throw table.badValue(.name, "must not be empty nor hold control characters")
            }
            name = text
        }
        pattern = try table.text(.pattern) { Pattern.reason(against: $0) } ?? pattern
        lookup = try table.flag(.lookup) ?? lookup
        guard let text = try table.text(.pass, atMost: 64) else { return }
        switch Pass(rawValue: text) {
        case .never: pass = .never
        case .always, .notFound:
            throw table.badValue(
                .pass, "must be \"never\": typing codes on to the till is not part of this version", code: .unsupported)
        case nil:
            throw table.badValue(.pass, "must be \"never\", the only value that this version allows")
        }
    }
}
