import JSON

/// An invoice as it arrived at the provider.
struct Posted: Equatable, Sendable {
    let key: String
    let body: [UInt8]
    let query: String

    /// The invoice's number, for invoices of ``Invoices``.
    var sale: String {
        guard let root = try? JSONValue(parsing: body), let serie = root["Serie"]?.string,
            let number = root["Number"]?.integer
        else { return "?" }
        return "\(serie)-\(number)"
    }
}
