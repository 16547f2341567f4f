import FuzzSupport
import JSON
import ListenerProtocol
import SystemCalls

/// A listener that reads all that it is sent, and its service, without the socket between them.
struct Listener {
    private(set) var received: [UInt8] = []
    private var session: ListenerSession
    private var journal = EventJournal(capacity: 8)
    private var lookups: [UInt64] = []
    private let answersLate: Bool

    private let now = Moment(
        monotonic: MonotonicTime(microseconds: 1_000_000), wall: WallTime(microseconds: 1_772_357_400_000_125))

    init(limits: ListenerLimits, answersLate: Bool) {
        session = ListenerSession(server: "scanbridge/fuzz", instance: "i1", limits: limits)
        self.answersLate = answersLate
        for number in 0..<12 {
            journal.append(
                .scan(ScanEvent(scanID: "x-\(number)", scannerID: "s1", code: "\(number)", lookup: true)), at: now.wall)
        }
    }

    var told: String { String(decoding: received, as: UTF8.self).debugDescription }

    mutating func write(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { session.received($0) }
        run()
    }

    /// The listener writes no more; late answers come now.
    mutating func end() {
        session.inputEnded()
        run()
        for number in lookups { answer(number) }
        run()
        // A subscription goes on without an end.
        require(session.isFinished || session.isSubscribed, "the session is not over, told \(told)")
    }

    private mutating func answer(_ number: UInt64) {
        session.answerLookup(number, with: LookupOutcome(status: "not_found", lookupMilliseconds: 1), at: now)
    }

    private mutating func run() {
        repeat {
            while let step = session.handleNextLine(journal: journal, at: now) {
                switch step {
                case .handled: break
                case .status(let id): session.answerStatus(id, with: ["state": "ok"], at: now)
                case .subscribe(let id, let parameters):
                    session.subscribe(
                        id, parameters, scanners: [], endpoint: ["state": "ok"], journal: journal, at: now)
                case .lookup(_, let number): if answersLate { lookups.append(number) } else { answer(number) }
                case .purchase(_, let number), .purchases(_, let number):
                    if answersLate { lookups.append(number) } else { answer(number) }
                }
                // What is missed goes out before the next request changes the subscription.
                drain()
            }
        } while drain()
    }

    @discardableResult
    private mutating func drain() -> Bool {
        var hasSent = false
        repeat {
            session.feed(from: journal, at: now)
            while !session.output.isEmpty {
                let piece = session.output.withNext(UnsafeMutableRawBufferPointer(start: nil, count: 0)) { Array($0) }
                received += piece
                session.sent(piece.count)
                hasSent = true
            }
        } while session.wantsOutput && !session.isCutOff && !hasRequests
        return hasSent
    }

    private var hasRequests: Bool { !session.wantsInput }

    /// Each line is JSON; each request has one answer, up to one that is too long.
    func check(requests: [UInt8], limit: Int) {
        let newline = UInt8(ascii: "\n")
        require(received.isEmpty || received.last == newline, "an answer without its end: \(told)")
        var answers = 0
        for line in received.split(separator: newline, omittingEmptySubsequences: false).dropLast() {
            guard let answer = try? JSONValue(parsing: line), let type = answer["type"]?.string else {
                finding("an answer that is no JSON: \(String(decoding: line, as: UTF8.self))")
            }
            if type == "reply" || type == "error" { answers += 1 }
        }
        let expected = Self.requests(in: requests, limit: limit)
        require(answers == expected, "\(expected) requests, \(answers) answers: \(told)")
    }

    /// The plain way to count requests, for comparison.
    private static func requests(in stream: [UInt8], limit: Int) -> Int {
        var count = 0
        for line in stream.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.count > limit { return count + 1 }
            if !line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { count += 1 }
        }
        return count
    }
}
