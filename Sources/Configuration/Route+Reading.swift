import Patterns
import Routing
import TextChecks

extension Route {
    enum Key: String, CaseIterable {
        case name, pattern, symbology, scanner, id, lookup, pass
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
        symbologies = try Self.symbologies(from: table)
        if let text = try table.text(.scanner, atMost: 256) {
            guard !text.hasControlCharacter else {
                throw table.badValue(.scanner, "must be a glob on a scanner's id without control characters")
            }
            scanner = text
        }
        id = try Self.steps(from: table)
        lookup = try table.flag(.lookup) ?? lookup
        pass = try table.choice(.pass, of: Pass.self) ?? pass
        if pass == .notFound, !lookup {
            throw table.badValue(
                .pass, "must not be \"not_found\" with lookup = false: without a lookup nothing is ever not found")
        }
    }

    private static func symbologies(from table: TableReader<Key>) throws(ConfigurationError) -> [String] {
        guard let names = try table.textOrTexts(.symbology, atMost: 32) else { return [] }
        for (index, name) in names.values.enumerated() {
            guard (1...64).contains(name.utf8.count), !name.hasControlCharacter else {
                throw table.badValue(
                    .symbology, "must be a name as events have it, such as \"QR Code\", or a list of such names",
                    element: names.isArray ? index : nil)
            }
        }
        return names.values
    }

    private static func steps(from table: TableReader<Key>) throws(ConfigurationError) -> [IDStep] {
        var steps: [IDStep] = []
        for (index, text) in (try table.texts(.id, atMost: IDStep.maxCount) ?? []).enumerated() {
            guard let step = IDStep(text) else {
                throw table.badValue(.id, "must hold only \(IDStep.allowed)", element: index)
            }
            steps.append(step)
        }
        return steps
    }
}
