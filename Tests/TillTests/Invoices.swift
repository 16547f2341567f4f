/// Invoices in Ágora's form, told apart by their number.
enum Invoices {
    static func sale(_ number: Int, _ members: String..., item: String? = nil) -> [UInt8] {
        text(number, members, item ?? "item-\(number)", "BasicInvoice")
    }

    static func refund(_ number: Int, _ members: String..., item: String? = nil) -> [UInt8] {
        text(number, members, item ?? "item-\(number)", "BasicRefund")
    }

    /// What ``sale(_:_:item:)`` with this number is called.
    static func name(_ number: Int) -> String { "T-\(number)" }

    private static func text(_ number: Int, _ members: [String], _ item: String, _ type: String) -> [UInt8] {
        let items = members.enumerated().map { index, member in
            "{\"GlobalId\":\"\(item)-\(index)\",\"LoyaltyProgram\":{\"MemberId\":\"\(member)\",\"Rewards\":[]}}"
        }
        return Array(
            """
            {"Serie":"T","Number":\(number),"DocumentType":"\(type)","InvoiceItems":[\(items.joined(separator: ","))],
             "Payments":[{"MethodName":"Efectivo","Amount":\(number).25}]}
            """.utf8)
    }
}
