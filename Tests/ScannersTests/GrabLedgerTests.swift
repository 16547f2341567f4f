import Glibc
import Keystrokes
import LoopTesting
import SystemCalls
import Testing

@testable import Scanners

/// What one process writes down of a grabbed node is what the next one reads, and nothing else is taken for it.
@Suite("Grab ledger")
final class GrabLedgerTests {
    private let descriptor: Descriptor
    private let ledger: GrabLedger

    init() throws {
        descriptor = try Self.begun()
        let ledger = GrabLedger(descriptor)
        self.ledger = try #require(ledger)
    }

    private static func begun() throws -> Descriptor {
        guard let descriptor = GrabLedger.begun() else { throw SystemError(call: "memfd_create", errno: ENOMEM) }
        return descriptor
    }

    private func slot(for device: UInt64, fingerprint: UInt64) throws -> GrabLedger.Slot {
        let slot = ledger.slot(for: device, fingerprint: fingerprint)
        return try #require(slot)
    }

    private static func mark(_ flags: Int) -> DecoderMark {
        func bit(_ index: Int) -> Bool { flags >> index & 1 == 1 }
        func time(_ index: Int) -> MonotonicTime? {
            bit(index) ? MonotonicTime(microseconds: Int64(1_000_000 + index)) : nil
        }
        return DecoderMark(
            stage: DecoderMark.Stage.allCases[flags % DecoderMark.Stage.allCases.count],
            lastKey: MonotonicTime(microseconds: 77), cutOffUntil: time(7), down: FewKeys(raw: bit(8) ? 0x2A_001C : 0),
            habit: .init(
                endsWithKey: bit(0), endsWithETX: bit(1), hadKeyInFront: bit(2), loneKey: time(9),
                undecidedKey: time(10)),
            case: .init(isLocked: bit(3), isLockedAtRest: bit(4), wasTapped: bit(5), isInDoubt: bit(6)))
    }

    @Test("every mark comes back as it was written")
    func marks() throws {
        let slot = try self.slot(for: 0x0D43, fingerprint: 9)
        for flags in 0..<2048 {
            let mark = Self.mark(flags)
            slot.write(mark, timeAsleep: Int64(flags) - 5)
            let next = GrabLedger(descriptor)
            #expect(
                next?.entry(of: 0x0D43) == .init(mark: mark, timeAsleep: Int64(flags) - 5, fingerprint: 9))
        }
    }

    @Test("who dies between reading and decoding leaves that nobody knows what was read")
    func death() throws {
        let slot = try self.slot(for: 0x0D43, fingerprint: 9)
        #expect(ledger.entry(of: 0x0D43)?.mark.stage == .unknown)
        slot.write(Self.mark(5), timeAsleep: 0)
        slot.isBeingRead()
        #expect(ledger.entry(of: 0x0D43)?.mark.stage == .unknown)
        slot.wasRead(until: MonotonicTime(microseconds: 4711))
        #expect(ledger.entry(of: 0x0D43)?.mark.stage == .lost)
        #expect(ledger.entry(of: 0x0D43)?.mark.lastKey == MonotonicTime(microseconds: 4711))
    }

    @Test("a freed slot says nothing of the device that has it next")
    func reuse() throws {
        let slot = try self.slot(for: 0x0D43, fingerprint: 9)
        slot.write(DecoderMark(stage: .rest, lastKey: MonotonicTime(microseconds: 5)), timeAsleep: 3)
        ledger.free { $0 == 0x0D43 }
        #expect(ledger.entry(of: 0x0D43) == nil)
        _ = try self.slot(for: 0x0D44, fingerprint: 10)
        #expect(ledger.entry(of: 0x0D43) == nil)
        #expect(ledger.entry(of: 0x0D44)?.mark.stage == .unknown)
        #expect(ledger.entry(of: 0x0D44)?.fingerprint == 10)
    }

    @Test("there is room for 63 devices, and one that comes back has its slot again")
    func room() {
        for device in 1...UInt64(GrabLedger.slotCount) { #expect(ledger.slot(for: device, fingerprint: 1) != nil) }
        #expect(ledger.slot(for: 1000, fingerprint: 1) == nil)
        #expect(ledger.slot(for: 7, fingerprint: 2) != nil)
        ledger.free { $0 == 7 }
        #expect(ledger.slot(for: 1000, fingerprint: 1) != nil)
    }

    @Test("memory that is no ledger, or of another version, is not read")
    func strangers() throws {
        for word in 0..<3 {
            let descriptor = try Self.begun()
            var byte: UInt8 = 0xFF
            #expect(pwrite(descriptor.number, &byte, 1, off_t(word * 8)) == 1)
            let ledger = GrabLedger(descriptor)
            #expect(ledger == nil)
        }
        let pipe = try Pipe()
        let end = try pipe.duplicateOfReadEnd()
        let ledger = GrabLedger(end)
        #expect(ledger == nil)
    }

    @Test("a stage that nobody writes is no entry")
    func damage() throws {
        let slot = try self.slot(for: 0x0D43, fingerprint: 9)
        slot.write(DecoderMark(stage: .rest, lastKey: MonotonicTime(microseconds: 5)), timeAsleep: 3)
        for stage: UInt8 in [0, 6, 255] {
            var byte = stage
            // The first slot's second word: its stage.
            #expect(pwrite(descriptor.number, &byte, 1, 16 * 8 + 8) == 1)
            #expect(ledger.entry(of: 0x0D43) == nil)
        }
    }
}
