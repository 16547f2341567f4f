import JSON
import Loyalty

/// What the service has done since its start.
struct BridgeCounters {
    var scans: Int64 = 0
    var damaged: Int64 = 0
    private var lookups: [String: Int64] = [:]

    mutating func count(_ status: MemberOutcome.Status) {
        lookups[status.rawValue, default: 0] += 1
    }

    var json: JSONValue {
        [
            "scans": .init(scans), "damaged": .init(damaged),
            "lookups": .object(
                Dictionary(
                    uniqueKeysWithValues: MemberOutcome.Status.allCases.map { ($0.rawValue, .init(lookups[$0.rawValue] ?? 0)) })),
        ]
    }
}

extension JSONValue {
    init(_ number: some BinaryInteger) {
        self = .number(.init(Int64(clamping: number)))
    }
}
