extension DecodingSettings {
    /// A number that is the same for the same settings in every process, and hardly ever for others.
    public var fingerprint: UInt64 {
        let ends = endKeys.map(\.rawValue).sorted().joined(separator: " ")
        var parts = [layout, ends, prefix, suffix, aim.rawValue, String(gapMilliseconds)]
        for (modifiers, keys) in namedKeys.canonical {
            parts.append("\(modifiers.rawValue):" + keys.map { String($0) }.joined(separator: " "))
        }
        // FNV-1a, and the byte 0xFF, which no UTF-8 has, between the parts.
        return parts.reduce(0xCBF2_9CE4_8422_2325) { hash, part in
            (Array(part.utf8) + [0xFF]).reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
    }
}
