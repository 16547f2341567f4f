/// What a configuration may give as a pattern.
extension Pattern {
    /// The longest pattern, in bytes.
    public static let maxBytes = 1024

    /// A pattern that cannot be used.
    public struct Refusal: Error, Equatable, Sendable {
        /// Goes on from the setting's name: "must be …".
        public let reason: String
    }

    /// Compiles a configured pattern; nil for an empty one, which asks for none.
    ///
    /// - Parameter group: The group that it must name, if any.
    public static func configured(_ text: String, group: String? = nil) throws(Refusal) -> Pattern? {
        guard !text.isEmpty else { return nil }
        guard text.utf8.count <= maxBytes else { throw Refusal(reason: "must be at most \(maxBytes) bytes long") }
        let pattern: Pattern
        do {
            pattern = try Pattern(text)
        } catch {
            throw Refusal(reason: "must be a regular expression; at byte \(error.offset): \(error.message)")
        }
        if let group, !pattern.hasGroup(group) {
            throw Refusal(reason: "must have a group (?<\(group)>…) around what is wanted")
        }
        return pattern
    }

    /// Why a configuration cannot have this pattern, going on from the setting's name; nil if it can.
    public static func reason(against text: String, group: String? = nil) -> String? {
        do {
            _ = try configured(text, group: group)
            return nil
        } catch {
            return error.reason
        }
    }
}
