import FoundationEssentials
import JSON
import ListenerProtocol
import ListenerSocket
import Loyalty
import SystemCalls
import Till

/// What `scanbridge status` shows.
struct BridgeStatus {
    let identity: BridgeIdentity
    let counters: BridgeCounters
    let scanners: [ScannerStatus]
    /// Nil where no endpoint is configured.
    let health: EndpointHealth?
    let listeners: ListenerStatistics
    /// Nil where there is no outbox.
    let purchases: PurchaseStatus?

    var json: JSONValue {
        [
            "server": .string(identity.server),
            "instance": .string(identity.instance),
            "uptime_s": .init(MonotonicTime.now().milliseconds(since: identity.startedAt) / 1000),
            "seq": .init(listeners.seq),
            "scanners": .array(scanners.map(\.json)),
            "endpoint": Self.json(health),
            "purchases": Self.json(purchases),
            "counters": [
                "scans": .init(counters.scans), "damaged": .init(counters.damaged),
                "passed": .init(counters.passed),
                "lookups": .object(
                    Dictionary(
                        uniqueKeysWithValues: MemberOutcome.Status.allCases.map {
                            ($0.rawValue, .init(health?.answers[$0] ?? 0))
                        })),
            ],
            "listeners": [
                "connected": .init(listeners.listeners.count), "accepted": .init(listeners.accepted),
                "refused": .init(listeners.refused), "cut_off": .init(listeners.cutOff),
                "peers": .array(listeners.listeners.map(Self.json)),
            ],
        ]
    }

    /// The member endpoint's health, as the status and snapshots show it.
    static func json(_ health: EndpointHealth?) -> JSONValue {
        guard let health else { return ["state": "none"] }
        return [
            "state": .string(health.state.rawValue),
            "last_status": health.lastStatus.map { .string($0.rawValue) } ?? .null,
            "last_detail": health.lastDetail.map { .string($0.rawValue) } ?? .null,
            "last_age_ms": health.lastOutcomeAt.map { .init(MonotonicTime.now().milliseconds(since: $0)) } ?? .null,
            "failures_in_a_row": .init(health.failuresInARow),
            "lookups": .init(health.lookups),
            "requests": .init(health.attempts),
        ]
    }

    private static func json(_ purchases: PurchaseStatus?) -> JSONValue {
        guard let purchases else { return ["outbox": "none"] }
        let age = purchases.oldestQueuedAt.map { max(0, WallTime.now().microseconds - $0.microseconds) / 1_000_000 }
        return [
            "outbox": .string(purchases.outbox), "advice": purchases.advice.map { .string($0) } ?? .null,
            "queued": .init(purchases.queued), "failed": .init(purchases.failed),
            "oldest_age_s": age.map { .init($0) } ?? .null, "bytes": .init(purchases.bytes),
            "provider": purchases.isFailing.map { $0 ? "failing" : "ok" } ?? "unknown",
            "last_detail": purchases.lastDetail.map { .string($0) } ?? .null,
            "stored": .init(purchases.stored), "accepted": .init(purchases.accepted),
            "rejected": .init(purchases.rejected), "repeated": .init(purchases.repeated),
            "passed_through": .init(purchases.passedThrough), "not_taken": .init(purchases.notTaken),
            "till": [
                "listening": purchases.listening.map { .string($0) } ?? .null,
                "fault": purchases.listenFault.map { .string($0) } ?? .null,
                "requests": .init(purchases.requests), "refused": .init(purchases.refused),
            ],
        ]
    }

    private static func json(_ listener: ListenerStatistics.Listener) -> JSONValue {
        [
            "pid": .init(listener.peer.pid), "uid": .init(listener.peer.uid), "gid": .init(listener.peer.gid),
            "subscribed": .bool(listener.isSubscribed), "queued_lines": .init(listener.queuedLines),
            "queued_bytes": .init(listener.queuedBytes),
        ]
    }
}

extension JSONValue {
    fileprivate init(_ number: some BinaryInteger) {
        self = .number(.init(Int64(clamping: number)))
    }
}

extension ScannerStatus {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(scanner.id), "name": .string(scanner.name), "vendor": .string(scanner.vendor),
            "product": .string(scanner.product), "serial": scanner.serial.map { .string($0) } ?? .null,
            "port": scanner.port.map { .string($0) } ?? .null,
        ]
        switch state {
        case .connected: members["state"] = "connected"
        case .disconnected: members["state"] = "disconnected"
        case .blocked(let reason, let message):
            members["state"] = "blocked"
            members["reason"] = .string(reason)
            members["message"] = message.map { .string($0) }
        }
        return .object(members)
    }
}
