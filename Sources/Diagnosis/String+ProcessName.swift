import TextChecks

extension String {
    /// A process's name for a message.
    var printableName: String { isEmpty ? "a program" : printable }
}
