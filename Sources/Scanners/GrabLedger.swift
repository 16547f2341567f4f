import CLinux
import Glibc
import Keystrokes
import SystemCalls

/// What was being read of each grabbed node, in memory that outlives this process: a file without a name, which a ``DescriptorKeeper`` keeps.
///
/// Each slot says at any time what a process that comes after this one must know. Before each read(2) it says that nobody knows what
/// was read, until that is decoded: a process that dies in between leaves that. Writing is a few stores to memory, without a system call.
final class GrabLedger {
    /// What was found of one device.
    struct Entry: Equatable {
        var mark: DecoderMark
        /// What ``SleepClock`` said last.
        var timeAsleep: Int64
        /// Of the settings by which it was decoded.
        var fingerprint: UInt64
    }

    /// As many scanners as there is room for.
    static let slotCount = 63
    static let size = (slotCount + 1) * slotWords * 8

    private static let slotWords = 16
    /// "scanbrdg" in the memory's order.
    private static let magic: UInt64 = 0x6764_7262_6E61_6373
    /// Rises with every change of what stands in a slot or what it means to a decoder.
    private static let version: UInt64 = 1

    /// What stands in which of a slot's words.
    private enum Word: Int {
        case device, stage, lastKey, timeAsleep, flags, down, cutOffUntil, loneKey, undecidedKey, fingerprint
    }

    private let words: UnsafeMutablePointer<UInt64>

    /// A new ledger's descriptor; nil if the kernel has no memory for it.
    static func begun() -> Descriptor? {
        let number = scanbridge_memory_file("scanbridge-grabs", size)
        guard number >= 0 else { return nil }
        let descriptor = Descriptor(owning: number)
        guard let words = mapped(number) else { return nil }
        defer { munmap(words, size) }
        words[1] = version
        words[2] = UInt64(slotCount)
        scanbridge_store(words, magic)
        return descriptor
    }

    /// Maps a ledger; nil if it is none of this version.
    init?(_ descriptor: borrowing Descriptor) {
        var status = stat()
        guard fstat(descriptor.number, &status) == 0, status.st_size == Self.size, status.st_mode & S_IFMT == S_IFREG,
            let words = Self.mapped(descriptor.number)
        else { return nil }
        guard words[0] == Self.magic, words[1] == Self.version, words[2] == UInt64(Self.slotCount) else {
            munmap(words, Self.size)
            return nil
        }
        self.words = words
    }

    deinit { munmap(words, Self.size) }

    private static func mapped(_ descriptor: Int32) -> UnsafeMutablePointer<UInt64>? {
        scanbridge_map(descriptor, size)?.bindMemory(to: UInt64.self, capacity: size / 8)
    }

    private func slotWords(_ index: Int) -> UnsafeMutablePointer<UInt64> { words + (index + 1) * Self.slotWords }

    private func index(of deviceNumber: UInt64) -> Int? {
        (0..<Self.slotCount).first { slotWords($0)[Word.device.rawValue] == deviceNumber }
    }

    /// What was written down for a device; nil if there is nothing, or nothing that makes sense.
    func entry(of deviceNumber: UInt64) -> Entry? {
        guard deviceNumber != 0, let index = index(of: deviceNumber) else { return nil }
        let words = slotWords(index)
        func word(_ word: Word) -> UInt64 { words[word.rawValue] }
        func time(_ time: Word) -> MonotonicTime? {
            let microseconds = Int64(bitPattern: word(time))
            return microseconds == .min ? nil : MonotonicTime(microseconds: microseconds)
        }
        guard let stage = UInt8(exactly: word(.stage)).flatMap({ DecoderMark.Stage(rawValue: $0) }),
            let lastKey = time(.lastKey)
        else { return nil }
        let flags = Flags(rawValue: word(.flags))
        return Entry(
            mark: DecoderMark(
                stage: stage, lastKey: lastKey, cutOffUntil: time(.cutOffUntil), down: FewKeys(raw: word(.down)),
                habit: .init(
                    endsWithKey: flags.contains(.endsWithKey), endsWithETX: flags.contains(.endsWithETX),
                    hadKeyInFront: flags.contains(.hadKeyInFront), loneKey: time(.loneKey),
                    undecidedKey: time(.undecidedKey)),
                case: .init(
                    isLocked: flags.contains(.isLocked), isLockedAtRest: flags.contains(.isLockedAtRest),
                    wasTapped: flags.contains(.wasTapped), isInDoubt: flags.contains(.isInDoubt))),
            timeAsleep: Int64(bitPattern: word(.timeAsleep)), fingerprint: word(.fingerprint))
    }

    /// The slot of a device, its own or a free one, which says nothing yet; nil if there is none.
    func slot(for deviceNumber: UInt64, fingerprint: UInt64) -> Slot? {
        guard deviceNumber != 0, let index = index(of: deviceNumber) ?? index(of: 0) else { return nil }
        let slot = Slot(ledger: self, words: slotWords(index))
        slot.isBeingRead()
        slot.words[Word.lastKey.rawValue] = 0
        slot.words[Word.fingerprint.rawValue] = fingerprint
        scanbridge_store(slot.words + Word.device.rawValue, deviceNumber)
        return slot
    }

    /// Frees the slots of these devices.
    func free(_ isOver: (UInt64) -> Bool) {
        for index in 0..<Self.slotCount {
            let words = slotWords(index)
            guard words[Word.device.rawValue] != 0, isOver(words[Word.device.rawValue]) else { continue }
            scanbridge_store(words + Word.device.rawValue, 0)
        }
    }

    private struct Flags: OptionSet {
        let rawValue: UInt64

        static let endsWithKey = Flags(rawValue: 1)
        static let endsWithETX = Flags(rawValue: 2)
        static let hadKeyInFront = Flags(rawValue: 4)
        static let isLocked = Flags(rawValue: 8)
        static let isLockedAtRest = Flags(rawValue: 16)
        static let wasTapped = Flags(rawValue: 32)
        static let isInDoubt = Flags(rawValue: 64)
    }

    /// Where the reader of one node writes.
    struct Slot {
        private let ledger: GrabLedger
        fileprivate let words: UnsafeMutablePointer<UInt64>

        fileprivate init(ledger: GrabLedger, words: UnsafeMutablePointer<UInt64>) {
            self.ledger = ledger
            self.words = words
        }

        /// Events may be read from now on.
        func isBeingRead() { store(.stage, UInt64(DecoderMark.Stage.unknown.rawValue)) }

        /// Events were read, of which the last is of this time.
        func wasRead(until time: MonotonicTime) {
            words[Word.lastKey.rawValue] = UInt64(bitPattern: time.microseconds)
            store(.stage, UInt64(DecoderMark.Stage.lost.rawValue))
        }

        /// What was read is decoded.
        func write(_ mark: DecoderMark, timeAsleep: Int64) {
            // A process that dies in here leaves what is half written behind a stage that trusts none of it.
            if words[Word.stage.rawValue] != UInt64(DecoderMark.Stage.unknown.rawValue) {
                store(.stage, UInt64(DecoderMark.Stage.lost.rawValue))
            }
            var flags: Flags = []
            if mark.habit.endsWithKey { flags.insert(.endsWithKey) }
            if mark.habit.endsWithETX { flags.insert(.endsWithETX) }
            if mark.habit.hadKeyInFront { flags.insert(.hadKeyInFront) }
            if mark.case.isLocked { flags.insert(.isLocked) }
            if mark.case.isLockedAtRest { flags.insert(.isLockedAtRest) }
            if mark.case.wasTapped { flags.insert(.wasTapped) }
            if mark.case.isInDoubt { flags.insert(.isInDoubt) }
            words[Word.flags.rawValue] = flags.rawValue
            words[Word.lastKey.rawValue] = UInt64(bitPattern: mark.lastKey.microseconds)
            words[Word.timeAsleep.rawValue] = UInt64(bitPattern: timeAsleep)
            words[Word.down.rawValue] = mark.down.raw
            words[Word.cutOffUntil.rawValue] = Self.word(mark.cutOffUntil)
            words[Word.loneKey.rawValue] = Self.word(mark.habit.loneKey)
            words[Word.undecidedKey.rawValue] = Self.word(mark.habit.undecidedKey)
            store(.stage, UInt64(mark.stage.rawValue))
        }

        private func store(_ word: Word, _ value: UInt64) { scanbridge_store(words + word.rawValue, value) }

        private static func word(_ time: MonotonicTime?) -> UInt64 {
            UInt64(bitPattern: time?.microseconds ?? .min)
        }
    }
}
