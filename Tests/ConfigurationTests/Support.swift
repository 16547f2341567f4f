import Configuration

/// Layouts that a real xkb has.
func isUsualLayout(_ layout: String) -> Bool {
    ["us", "es", "fr", "de", "gb", "it", "pt", "es(cat)"].contains(layout)
}

func parse(_ text: String) throws(ConfigurationError) -> Configuration {
    try Configuration.parse(text, file: "test.toml", knowsLayout: isUsualLayout)
}

/// The error that a text gives; nil if it gives none.
func fault(_ text: String) -> ConfigurationError? {
    do {
        _ = try parse(text)
        return nil
    } catch {
        return error
    }
}

/// A small generator of numbers that gives the same ones in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
