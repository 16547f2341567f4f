/// Waits that grow, each with a random part, so that many tills do not come back at the same moment.
struct SubmissionJitter {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The wait after so many failures, in milliseconds: half of it at least, and all of it at most.
    mutating func pause(_ failures: Int, first: Int, longest: Int) -> Int {
        let whole = failures > 20 ? longest : min(longest, first << max(0, failures - 1))
        return whole / 2 + Int(next() % UInt64(max(1, whole / 2 + 1)))
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
