import JSON

extension Event {
    /// Reads a line that is an event, or throws ``ClientError/protocolFault``. Fields that are missing are taken for empty, and
    /// unknown ones are passed over.
    public init(line: [UInt8]) throws(ClientError) {
        guard let json = try? JSONValue(parsing: line) else {
            throw ClientError(code: ClientError.protocolFault, message: "the service sent a line that is no JSON")
        }
        try self.init(json, line: line)
    }

    init(_ json: JSONValue, line: [UInt8]) throws(ClientError) {
        guard let type = json["type"]?.string, let seq = json["seq"]?.integer.flatMap(UInt64.init(exactly:)) else {
            throw ClientError(code: ClientError.protocolFault, message: "the service sent a line that is no event")
        }
        self.init(seq: seq, time: json.text("time"), kind: Kind(type, json), line: line)
    }
}

extension Event.Kind {
    fileprivate init(_ type: String, _ json: JSONValue) {
        switch type {
        case "snapshot":
            let scanners = (json["scanners"]?.array ?? []).map { Scanner($0, state: $0) }
            self = .snapshot(Snapshot(scanners: scanners, endpoint: json["endpoint"] ?? .null))
        case "scanner": self = .scanner(Scanner(json["scanner"] ?? .null, state: json))
        case "scan":
            self = .scan(
                Scan(
                    id: json.text("scan"), scanner: json.text("scanner"), code: json.text("code"),
                    symbology: json["symbology"]?.string,
                    isSymbologyGuessed: json["symbology_guessed"]?.bool ?? false, aim: json["aim"]?.string,
                    route: json["route"]?.string,
                    lookup: json["lookup"]?.bool ?? false, passed: json["passed"]?.bool ?? false,
                    reason: json["reason"]?.string))
        case "scan_damaged":
            self = .scanDamaged(
                DamagedScan(id: json.text("scan"), scanner: json.text("scanner"), reason: json.text("reason")))
        case "member": self = .member(MemberLookup(json))
        case "pass":
            self = .pass(
                Pass(
                    scan: json.text("scan"), scanner: json.text("scanner"), passed: json["passed"]?.bool ?? false,
                    reason: json["reason"]?.string))
        case "purchase": self = .purchase(Purchase(json))
        case "balance": self = .balance(Balance(json))
        case "gap": self = .gap(from: json.count("from"), to: json.count("to"))
        case "lagged": self = .lagged(from: json.count("from"), to: json.count("to"))
        default: self = .other(type: type)
        }
    }
}

extension Scanner {
    fileprivate init(_ json: JSONValue, state: JSONValue) {
        self.init(
            id: json.text("id"), name: json.text("name"), vendor: json.text("vendor"), product: json.text("product"),
            serial: json["serial"]?.string, port: json["port"]?.string, state: state.text("state"),
            reason: state["reason"]?.string)
    }
}

extension MemberLookup {
    init(_ json: JSONValue) {
        self.init(
            scan: json["scan"]?.string, scanner: json["scanner"]?.string, code: json.text("code"),
            status: json.text("status"), member: json["member"].map { Member($0) },
            milliseconds: Int(clamping: json["lookup_ms"]?.integer ?? 0),
            cachedMilliseconds: json["age_ms"]?.integer.map { Int(clamping: $0) })
    }
}

extension Member {
    fileprivate init(_ json: JSONValue) {
        self.init(
            id: json.text("id"), name: json["name"]?.string, balance: json["balance"]?.number,
            displayText: json.text("display_text"), rewards: json["rewards"]?.array ?? [])
    }
}

extension JSONValue {
    fileprivate func text(_ key: String) -> String { self[key]?.string ?? "" }
    fileprivate func count(_ key: String) -> UInt64 { self[key]?.integer.flatMap(UInt64.init(exactly:)) ?? 0 }
}
