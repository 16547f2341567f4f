/// Why what the till has sent is no invoice that can be passed on.
public struct InvoiceFault: Error, Equatable, Sendable {
    /// Stable words for programs.
    public enum Code: String, CaseIterable, Sendable {
        case notJSON = "bad_json"
        case notAnInvoice = "bad_invoice"
        case tooManyMembers = "too_many_members"
    }

    public let code: Code
    /// What is wrong and what to do, in English, with nothing in it that was sent.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
