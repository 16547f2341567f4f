import CXKB

/// Asks libxkbcommon's compose table what the dead keys of a layout make with the keys behind them.
///
/// The table is that of `en_US.UTF-8`, which nearly every UTF-8 locale shares, and not the one of the machine's locale: what a
/// scanner typed does not depend on the language of the machine that it is plugged into.
struct ComposeReader {
    private let table: OpaquePointer
    private var keysyms: [xkb_keysym_t]
    /// The keysyms that lead to each dead key, in order: one for a plain dead key, more for accents that wait together.
    private var sequences: [[xkb_keysym_t]] = []
    private var numbers: [[xkb_keysym_t]: DeadKey] = [:]
    private(set) var compositions = Compositions()

    /// No layout comes near: most have less than 30 dead keys, and few pairs of accents wait together.
    private static let maximumDeadKeys = 512

    /// - Parameters:
    ///   - keysyms: All that the layout can type.
    ///   - table: Stays the caller's, who may free it afterwards.
    init(keysyms: Set<xkb_keysym_t>, table: OpaquePointer) {
        self.table = table
        // In order, so that of two keysyms for one character the plain one comes before the keypad's.
        self.keysyms = keysyms.subtracting([0]).sorted()
        for keysym in self.keysyms where Self.isDead(keysym) {
            if case .waiting = fed([keysym]) { _ = add([keysym]) }
        }
        var next = 0
        while next < sequences.count {
            compose(DeadKey(number: UInt16(next)))
            next += 1
        }
    }

    /// The dead key of a keysym; nil if it is none that composes anything.
    func deadKey(of keysym: xkb_keysym_t) -> DeadKey? { numbers[[keysym]] }

    /// `dead_grave` to `dead_longsolidusoverlay` (`xkbcommon-keysyms.h`).
    static func isDead(_ keysym: xkb_keysym_t) -> Bool { (0xFE50...0xFE93).contains(keysym) }

    private mutating func add(_ sequence: [xkb_keysym_t]) -> DeadKey? {
        if let known = numbers[sequence] { return known }
        guard sequences.count < Self.maximumDeadKeys else { return nil }
        let dead = DeadKey(number: UInt16(sequences.count))
        sequences.append(sequence)
        numbers[sequence] = dead
        return dead
    }

    private mutating func compose(_ dead: DeadKey) {
        let sequence = sequences[Int(dead.number)]
        for keysym in keysyms {
            let symbol: Symbol
            if Self.isDead(keysym) {
                guard let second = deadKey(of: keysym) else { continue }
                symbol = Symbol(second)
            } else {
                symbol = Symbol(character: xkb_keysym_to_utf32(keysym))
            }
            guard symbol != .none, compositions[dead, symbol] == nil else { continue }
            switch fed(sequence + [keysym]) {
            case .nothing: break
            case .waiting: compositions[dead, symbol] = add(sequence + [keysym]).map { .dead($0) }
            case .text(let text): compositions[dead, symbol] = .text(text)
            }
        }
    }

    private enum Answer {
        case nothing
        case waiting
        case text([UInt8])
    }

    private func fed(_ sequence: [xkb_keysym_t]) -> Answer {
        guard let state = xkb_compose_state_new(table, XKB_COMPOSE_STATE_NO_FLAGS) else { return .nothing }
        defer { xkb_compose_state_unref(state) }
        for keysym in sequence { _ = xkb_compose_state_feed(state, keysym) }
        switch xkb_compose_state_get_status(state) {
        case XKB_COMPOSE_COMPOSING: return .waiting
        case XKB_COMPOSE_COMPOSED:
            var buffer = [CChar](repeating: 0, count: 64)
            let count = Int(xkb_compose_state_get_utf8(state, &buffer, buffer.count))
            return (1..<buffer.count).contains(count) ? .text(buffer[..<count].map { UInt8(bitPattern: $0) }) : .nothing
        default: return .nothing
        }
    }
}
