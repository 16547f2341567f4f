import SystemCalls

/// What is done with the characters of a whole code: prefix, AIM identifier and suffix come off, and a code whose identifier says
/// that it has a check digit must have the right one.
struct ScanFinish {
    private let prefix: [UInt8]
    private let suffix: [UInt8]
    private let aim: DecodingSettings.AIM

    init(settings: DecodingSettings) {
        prefix = Array(settings.prefix.utf8)
        suffix = Array(settings.suffix.utf8)
        aim = settings.aim
    }

    func callAsFunction(
        _ characters: [UInt8], at time: MonotonicTime, hasCommandKeys: Bool
    ) -> ScanAction {
        var code = characters[...]
        let hadPrefix = strip(prefix, from: &code)
        var identifier: AIMIdentifier?
        switch aim {
        case .never: break
        case .auto: identifier = AIMIdentifier(inFrontOf: code)
        case .always:
            identifier = AIMIdentifier(formInFrontOf: code)
            // Where each code has one, a code without it has lost its front.
            if identifier == nil { return .damaged(.undecodable, time: time) }
        }
        if identifier != nil { code = code.dropFirst(3) }
        // Some scanners send their identifier in front of the programmed prefix, some behind it.
        if !hadPrefix { _ = strip(prefix, from: &code) }
        if !suffix.isEmpty, code.count >= suffix.count, code.suffix(suffix.count).elementsEqual(suffix) {
            code = code.dropLast(suffix.count)
        }
        // Something was scanned, and nothing of it is left to deliver.
        if code.isEmpty { return .damaged(.undecodable, time: time) }
        // What evdev cannot carry, such as a digit that a report names twice, shows here.
        if let identifier, !RetailCode.isPlausible(code, for: identifier) {
            return .damaged(.undecodable, time: time)
        }
        return .scan(Scan(code: Array(code), aim: identifier, time: time, hasCommandKeys: hasCommandKeys))
    }

    /// What is certain about the beginning of a code; nil where only its end tells: with a prefix or a suffix, in the midst of an
    /// identifier, and where an identifier says that the code ends in a check digit, without which it is damaged.
    func partial(_ characters: [UInt8]) -> PartialCode? {
        guard prefix.isEmpty, suffix.isEmpty else { return nil }
        var code = characters[...]
        var identifier: AIMIdentifier?
        if aim != .never, code.first == UInt8(ascii: "]") || aim == .always {
            guard code.count > 3 else { return nil }
            identifier = aim == .auto ? AIMIdentifier(inFrontOf: code) : AIMIdentifier(formInFrontOf: code)
            if let identifier {
                guard !RetailCode.hasCheckDigit(identifier) else { return nil }
                code = code.dropFirst(3)
            } else if aim == .always {
                return nil
            }
        }
        return code.isEmpty ? nil : PartialCode(text: code, aim: identifier)
    }

    private func strip(_ prefix: [UInt8], from code: inout ArraySlice<UInt8>) -> Bool {
        guard !prefix.isEmpty, code.starts(with: prefix) else { return false }
        code = code.dropFirst(prefix.count)
        return true
    }
}
