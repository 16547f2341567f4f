import FoundationEssentials
import JSON
import SystemCalls

/// How events look on the wire, in the order of their fields.
extension JSONWriter {
    mutating func write(_ event: Event, seq: UInt64, time: WallTime) {
        switch event {
        case .scanner(let scanner, let state):
            beginEvent("scanner", seq: seq, time: time)
            key("scanner")
            beginObject()
            writeFields(of: scanner)
            endObject()
            writeFields(of: state)
        case .scan(let scan):
            var times = WallTimeText()
            return raw { $0 += ScanLine(scan, seq: seq).bytes(time: times.bytes(of: time)) }
        case .scanDamaged(let scan):
            beginEvent("scan_damaged", seq: seq, time: time)
            writeScan(scan.scanID, scan.scannerID)
            key("reason")
            value(scan.reason.rawValue)
        case .member(let member):
            beginEvent("member", seq: seq, time: time)
            writeScan(member.scanID, member.scannerID)
            key("code")
            value(member.code)
            writeFields(of: member.outcome)
        case .pass(let pass):
            beginEvent("pass", seq: seq, time: time)
            writeScan(pass.scanID, pass.scannerID)
            key("passed")
            value(pass.refusal == nil)
            if let refusal = pass.refusal {
                key("reason")
                value(refusal.rawValue)
            }
        case .purchase(let purchase):
            beginEvent("purchase", seq: seq, time: time)
            writeFields(of: purchase)
        case .balance(let balance):
            beginEvent("balance", seq: seq, time: time)
            key("member")
            value(balance.member)
            key("old")
            optional(balance.old)
            key("new")
            optional(balance.new)
            key("display_text")
            value(balance.displayText)
            key("sale")
            value(balance.sale)
        }
        endObject()
        endLine()
    }

    mutating func beginEvent(_ type: StaticString, seq: UInt64, time: WallTime) {
        beginObject()
        key("type")
        literal(type)
        key("seq")
        value(Int64(clamping: seq))
        key("time")
        raw { bytes in
            bytes.append(UInt8(ascii: "\""))
            time.appendRFC3339(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// Writes a string that needs no escapes.
    mutating func literal(_ text: StaticString) {
        raw { bytes in
            bytes.append(UInt8(ascii: "\""))
            text.withUTF8Buffer { bytes.append(contentsOf: $0) }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    mutating func optional(_ text: String?) {
        if let text { value(text) } else { null() }
    }

    mutating func optional(_ number: Decimal?) {
        if let number { value(number) } else { null() }
    }

    mutating func writeFields(of scanner: ScannerInfo) {
        key("id")
        value(scanner.id)
        key("name")
        value(scanner.name)
        key("vendor")
        value(scanner.vendor)
        key("product")
        value(scanner.product)
        key("serial")
        optional(scanner.serial)
        key("port")
        optional(scanner.port)
    }

    mutating func writeFields(of state: ScannerState) {
        key("state")
        switch state {
        case .connected: literal("connected")
        case .disconnected: literal("disconnected")
        case .blocked(let reason, let message):
            literal("blocked")
            key("reason")
            value(reason)
            if let message {
                key("message")
                value(message)
            }
        }
    }

    /// Writes the outcome's members into the object that is open.
    public mutating func writeFields(of outcome: LookupOutcome) {
        key("status")
        value(outcome.status)
        if let member = outcome.member {
            key("member")
            write(member)
        }
        key("lookup_ms")
        value(Int64(outcome.lookupMilliseconds))
        key("source")
        switch outcome.source {
        case .live: literal("live")
        case .cache(let age):
            literal("cache")
            key("age_ms")
            value(Int64(age))
        }
    }

    /// Writes the purchase's members into the object that is open.
    public mutating func writeFields(of purchase: PurchaseEvent) {
        key("status")
        value(purchase.status.rawValue)
        key("purchase")
        if let id = purchase.id { value(id) } else { null() }
        key("sale")
        value(purchase.sale)
        key("members")
        beginArray()
        for member in purchase.members { value(member) }
        endArray()
        key("amount")
        optional(purchase.amount)
        key("currency")
        optional(purchase.currency)
        key("refund")
        value(purchase.isRefund)
        key("printer_text")
        optional(purchase.printerText)
        if let reason = purchase.reason {
            key("reason")
            value(reason)
        }
    }

    private mutating func write(_ member: Member) {
        beginObject()
        key("id")
        value(member.id)
        key("name")
        optional(member.name)
        key("balance")
        optional(member.balance)
        key("display_text")
        value(member.displayText)
        key("rewards")
        beginArray()
        for reward in member.rewards { value(reward) }
        endArray()
        endObject()
    }

    private mutating func writeScan(_ scan: String, _ scanner: String) {
        key("scan")
        value(scan)
        key("scanner")
        value(scanner)
    }
}
