import JSON
import ListenerProtocol
import ListenerSocket
import SystemCalls

/// What `scanbridge status` shows.
struct BridgeStatus {
    let identity: BridgeIdentity
    let counters: BridgeCounters
    let scanners: [ScannerStatus]
    let endpoint: JSONValue
    let listeners: ListenerStatistics

    var json: JSONValue {
        [
            "server": .string(identity.server),
            "instance": .string(identity.instance),
            "uptime_s": .init(MonotonicTime.now().milliseconds(since: identity.startedAt) / 1000),
            "seq": .init(listeners.seq),
            "scanners": .array(scanners.map(\.json)),
            "endpoint": endpoint,
            "counters": counters.json,
            "listeners": [
                "connected": .init(listeners.listeners.count), "accepted": .init(listeners.accepted),
                "refused": .init(listeners.refused), "cut_off": .init(listeners.cutOff),
                "peers": .array(listeners.listeners.map(Self.json)),
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
            members["message"] = .string(message)
        }
        return .object(members)
    }
}
