import Keystrokes
import Recordings

/// Finds the layouts that read the test card out of the key events of a scan.
///
/// Every candidate decodes the events as the service would, without taking anything off. The events may be those of several
/// scans; one that is the card is enough.
public struct CardReading {
    private let recording: Recording
    private let settings: DecodingSettings
    private let makeLayout: (String) -> Layout?

    /// - Parameters:
    ///   - settings: The device's own; how its codes end counts, and its layout is tried first.
    ///   - makeLayout: Makes a layout; nil for one that the system does not have.
    public init(
        _ events: [InputEvent], settings: DecodingSettings = DecodingSettings(),
        makeLayout: @escaping (String) -> Layout? = { try? Layout(named: $0) }
    ) {
        recording = Recording(events: events)
        var settings = settings
        settings.aim = .never
        settings.prefix = ""
        settings.suffix = ""
        self.settings = settings
        self.makeLayout = makeLayout
    }

    /// What the scan shows.
    ///
    /// - Parameter others: Layouts to try where no common one reads the card, asked for only then: there are hundreds.
    public func verdict(others: () -> [LayoutCandidate] = SystemLayouts.all) -> CardVerdict {
        guard recording.events.contains(where: \.isPress) else { return .nothing }
        let known = Set(LayoutCandidate.common.map(\.layout))
        let configured =
            LayoutCandidate.common.first { $0.layout == settings.layout }
            ?? LayoutCandidate(settings.layout, "as configured")
        var readings = readings(LayoutCandidate.common)
        // The configured one counts among the common ones, last: where a common one reads the same it is the plainer one.
        if !known.contains(configured.layout) { readings += self.readings([configured]) }
        if let verdict = Self.match(readings, recording) { return verdict }
        let rare = self.readings(others().filter { !known.contains($0.layout) && $0 != configured })
        if let verdict = Self.match(rare, recording) { return verdict }
        return mismatch(readings, configured)
    }

    /// What one layout makes of the events.
    private struct Reading {
        let candidate: LayoutCandidate
        let codes: [String]
        let damage: Damage?
    }

    private func readings(_ candidates: [LayoutCandidate]) -> [Reading] {
        candidates.compactMap { candidate in
            guard let layout = makeLayout(candidate.layout) else { return nil }
            var codes: [String] = []
            var damage: Damage?
            for action in recording.replayed(through: ScanDecoder(settings: settings, layout: layout)) {
                switch action {
                case .scan(let scan): codes.append(String(decoding: scan.code, as: UTF8.self))
                case .damaged(let reason, _): damage = damage ?? reason
                }
            }
            return Reading(candidate: candidate, codes: codes, damage: damage)
        }
    }

    private static func match(_ readings: [Reading], _ recording: Recording) -> CardVerdict? {
        let fitting = readings.compactMap { reading in
            reading.codes.lazy.compactMap { $0.frame(of: TestCard.text) }.first.map { (reading.candidate, $0) }
        }
        if let (_, frame) = fitting.first {
            return recording.isTypedByAlt ? .anyLayout(frame) : .layouts(fitting.map(\.0), frame)
        }
        let exchanged = readings.filter { $0.codes.contains { $0.caseExchanged.frame(of: TestCard.text) != nil } }
        return exchanged.isEmpty ? nil : .caseExchanged(exchanged.map(\.candidate))
    }

    private func mismatch(_ readings: [Reading], _ configured: LayoutCandidate) -> CardVerdict {
        // Fewer characters than this say nothing: many a code is made of some of the card's.
        let parts = readings.flatMap(\.codes).filter { $0.utf8.count >= 6 && $0.isSubsequence(of: TestCard.text) }
        if let longest = parts.max(by: { $0.utf8.count < $1.utf8.count }) { return .part(read: longest) }
        let own = readings.first { $0.candidate.layout == configured.layout }
        guard let code = own?.codes.first ?? readings.lazy.compactMap(\.codes.first).first else {
            return .damaged(own?.damage ?? readings.lazy.compactMap(\.damage).first ?? .undecodable)
        }
        let scores = readings.map { reading in
            (reading.candidate, reading.codes.map { $0.placesAlike(TestCard.text) }.max() ?? 0)
        }
        let best = scores.max { $0.1 < $1.1 }
        let isClose = (best?.1 ?? 0) * 3 >= TestCard.text.utf8.count * 2
        return .other(read: code, closest: isClose ? best?.0 : nil, matching: isClose ? best?.1 ?? 0 : 0)
    }
}

extension InputEvent {
    fileprivate var isPress: Bool { type == EventCode.key && value == 1 }
}

extension Recording {
    /// Whether nothing but Alt with the keypad has typed: whatever else was pressed is NumLock or ends a code.
    fileprivate var isTypedByAlt: Bool {
        let alt: Set<UInt16> = [56, 100]
        // KEY_NUMLOCK, KEY_ENTER, KEY_KPENTER, KEY_TAB.
        let neutral: Set<UInt16> = [69, 28, 96, 15]
        var isAltDown = false
        var hasTyped = false
        for event in events where event.type == EventCode.key {
            if alt.contains(event.code) {
                isAltDown = event.value != 0
            } else if event.isPress, !neutral.contains(event.code) {
                // KEY_KP7 to KEY_KP0, but for minus and plus.
                guard isAltDown, (71...82).contains(event.code), event.code != 74, event.code != 78 else {
                    return false
                }
                hasTyped = true
            }
        }
        return hasTyped
    }
}
