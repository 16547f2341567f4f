import EventLoop
import LoopTesting
import Loyalty
import SystemCalls
import Till

/// Real lookups, on a loop of their own, as the bridge does them for the till.
// @unchecked: `lookup` is touched on the loop's thread alone.
final class Members: @unchecked Sendable {
    private let thread: LoopThread
    private var lookup: MemberLookup?

    init(_ settings: EndpointSettings) async throws {
        thread = try LoopThread()
        try await thread { [self] loop in
            lookup = try MemberLookup(
                settings: settings, mapping: MappingSettings(), loop: loop, userAgent: "scanbridge/test")
        }
    }

    func lookUp(_ id: String, _ completion: @escaping @Sendable (LookupAnswer) -> Void) {
        thread.loop.post { [self] in
            if let lookup { return lookup.lookUp(id, for: .till, scannedAt: .now(), completion: completion) }
            completion(LookupAnswer(outcome: .unavailable(.stopped), lookupMilliseconds: 0, source: .live))
        }
    }

    func changed(_ members: [String]) {
        thread.loop.post { [self] in for member in members { lookup?.memberChanged(member) } }
    }

    func stop() {
        thread.loop.post { [self] in
            lookup?.stop()
            lookup = nil
        }
    }
}
