import FoundationEssentials
import FuzzSupport
import JSON

@testable import Purchases

/// Any body as a till's invoice and as the provider's answer: facts within the limits, the same ones each time, and the same ones as with all of the text read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInvoices(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let status = 100 + Int(input.byte()) * 4
    let body = input.rest()
    checkAnswer(status, body)
    guard let invoice = try? Invoice(parsing: body) else { return 0 }
    require((try? Invoice(parsing: body)) == invoice, "read twice, it is another one")
    if let root = try? JSONValue(parsing: body) {
        require((try? Invoice(root, body)) == invoice, "with all of it read, it is another one")
    }
    require(SaleKey(stored: invoice.key.text) == invoice.key, "a key that cannot be stored")
    require(invoice.members.count <= Invoice.maxMembers, "\(invoice.members.count) members")
    require(invoice.sale.utf8.count <= NewPurchase.maxSaleBytes, "a name of \(invoice.sale.utf8.count) bytes")
    for text in invoice.members + invoice.globalIDs {
        require((1...256).contains(text.utf8.count), "an id of \(text.utf8.count) bytes")
        require(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a control character in an id")
    }
    if let amount = invoice.amount {
        require(Decimal(string: "\(amount)") == amount, "an amount that is another one as text")
    }
    return 0
}

/// The provider's answer is taken for an acceptance only if it says so.
private func checkAnswer(_ status: Int, _ body: [UInt8]) {
    switch SubmissionAnswer.end(status: status, body: body, retryAfterSeconds: nil) {
    case .accepted(let answer):
        require((200..<300).contains(status), "accepted by status \(status)")
        require(SubmissionAnswer.isAcceptance(answer), "accepted, and it does not say so")
    case .rejected(let answer, _):
        require(!SubmissionAnswer.isAcceptance(answer), "rejected, and it says that it is accepted")
        require((try? JSONValue(parsing: answer)) != nil, "a rejection that is no JSON")
    case .later: break
    }
}

@_cdecl("FuzzInvoices_main")
public func main(
    _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt { runFuzzer(count, arguments) }
