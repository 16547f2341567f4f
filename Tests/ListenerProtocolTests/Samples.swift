import FoundationEssentials
import JSON
import SystemCalls

@testable import ListenerProtocol

let sampleScanner = ScannerInfo(
    id: "s1", name: "Honeywell 1450g", vendor: "0c2e", product: "0204", serial: nil, port: "pci-0-usb-1")
let sampleTime = WallTime(microseconds: 1_772_357_400_000_125)

func sampleScan(_ code: String) -> Event {
    .scan(ScanEvent(scanID: "x-\(code)", scannerID: "s1", code: code, lookup: true))
}

let sampleFound = LookupOutcome(
    status: "found",
    member: Member(id: "m1", name: "Marcos Gómez", balance: Decimal(35.5), displayText: "Hola", rewards: [["Id": 1]]),
    lookupMilliseconds: 12)

/// A listener and its service, without the socket between them: what the listener writes goes in, and what it would read comes out.
struct Peer {
    var session: ListenerSession
    var journal: EventJournal
    var clock: Int64 = 0
    /// Whether the listener reads; if not, lines stay in the session's queue.
    var reads = true
    var received: [UInt8] = []
    var lookups: [(member: String, number: UInt64)] = []
    var purchases: [(parameters: PurchaseParameters, number: UInt64)] = []
    var questions: [(request: OutboxRequest, number: UInt64)] = []

    init(journal: EventJournal = EventJournal(), limits: ListenerLimits = ListenerLimits(), connects: Bool = true) {
        session = ListenerSession(server: "scanbridge/test", instance: "i1", limits: limits)
        self.journal = journal
        if connects {
            session.connected(seq: journal.last, at: now)
            run()
            received = []
        }
    }

    var now: Moment { Moment(monotonic: MonotonicTime(microseconds: clock), wall: sampleTime) }

    mutating func write(_ text: String) {
        write(bytes: Array(text.utf8))
    }

    mutating func write(bytes: [UInt8]) {
        bytes.withUnsafeBytes { session.received($0) }
        run()
    }

    mutating func endInput() {
        session.inputEnded()
        run()
    }

    mutating func publish(_ event: Event) {
        let entry = journal.append(event, at: sampleTime)
        _ = session.published(entry, seq: journal.last, at: now)
        run()
    }

    mutating func answerLookup(_ number: UInt64) {
        session.answerLookup(number, with: sampleFound, at: now)
        run()
    }

    /// Turns until nothing changes any more.
    mutating func run() {
        repeat {
            while let step = session.handleNextLine(journal: journal, at: now) {
                switch step {
                case .handled: break
                case .status(let id): session.answerStatus(id, with: ["scanners": []], at: now)
                case .subscribe(let id, let parameters):
                    session.subscribe(
                        id, parameters, scanners: [ScannerStatus(scanner: sampleScanner, state: .connected)],
                        endpoint: ["state": "ok"], journal: journal, at: now)
                case .lookup(let member, let number): lookups.append((member, number))
                case .purchase(let parameters, let number): purchases.append((parameters, number))
                case .purchases(let request, let number): questions.append((request, number))
                }
            }
            session.feed(from: journal, at: now)
        } while reads && drain()
    }

    /// Reads what is queued, in pieces of one line. False if there was nothing.
    @discardableResult
    mutating func drain() -> Bool {
        if session.output.isEmpty { return false }
        while !session.output.isEmpty {
            let piece = session.output.withNext(UnsafeMutableRawBufferPointer(start: nil, count: 0)) { Array($0) }
            received += piece
            session.sent(piece.count)
        }
        return true
    }

    /// The lines since the last call, each of which must be JSON.
    mutating func lines() -> [JSONValue] {
        let lines = received.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let isWhole = lines.last?.isEmpty ?? true
        received = []
        return isWhole ? lines.dropLast().map { (try? JSONValue(parsing: $0)) ?? "no JSON" } : ["a line is cut"]
    }
}

extension JSONValue {
    var code: String? { self["code"]?.string }
    var type: String? { self["type"]?.string }
    var seq: Int64? { self["seq"]?.integer }
}
