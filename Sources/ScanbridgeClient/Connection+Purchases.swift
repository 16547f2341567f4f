import FoundationEssentials
import JSON

extension Connection {
    /// Hands a sale in, for the member's points. When this returns, the provider has taken or refused it, or the service has it on its disk
    /// (`queued`) and sees to the rest.
    ///
    /// - Parameters:
    ///   - sale: Your own name of the sale, 1 to 64 bytes. The same sale may be handed in again; it counts once.
    ///   - time: `2026-03-01T09:30:00`, by the shop's clock; nil for now.
    ///   - refund: Whether the amount is given back.
    /// - Throws: `not_stored` if it is neither with the provider nor on the disk: hand it in again.
    public mutating func purchase(
        sale: String, member: String, amount: Decimal, currency: String? = nil, time: String? = nil,
        refund: Bool = false
    ) throws(ClientError) -> Purchase {
        var parameters: [String: JSONValue] = [
            "sale": .string(sale), "member": .string(member), "amount": .number(amount), "refund": .bool(refund),
        ]
        parameters["currency"] = currency.map { .string($0) }
        parameters["time"] = time.map { .string($0) }
        return Purchase(try request("purchase", .object(parameters), timeoutMilliseconds: 60_000))
    }
}
