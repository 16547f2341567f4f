import CPCRE2

/// What matching needs beside a pattern: the places of groups, the memory for going back, and the bounds.
///
/// Patterns that are tried after each other share one. It grows with the hardest match so far, to ``heapLimit`` at most, so
/// hundreds of patterns with one each could be brought to hold hundreds of megabytes. Belongs to one thread at a time.
public final class MatchRoom {
    /// What one match may remember for going back, in KiB: a group that repeats over 4 KiB of text takes half of it.
    static let heapLimit: UInt32 = 2048

    private(set) var data: OpaquePointer
    /// The bounds of a match, and those of a look at a text that is still coming, which is repeated with each character.
    let bounds: OpaquePointer
    let beginningBounds: OpaquePointer
    private var pairs: UInt32 = 16

    /// Nil if there is no memory.
    public init?() {
        guard let data = scanbridge_pcre2_match_data(pairs) else { return nil }
        guard
            let bounds = scanbridge_pcre2_match_context(Pattern.matchLimit, Pattern.matchLimit, Self.heapLimit)
        else {
            scanbridge_pcre2_match_data_free(data)
            return nil
        }
        guard
            let beginningBounds = scanbridge_pcre2_match_context(
                Pattern.beginningLimit, Pattern.beginningLimit, Self.heapLimit)
        else {
            scanbridge_pcre2_match_data_free(data)
            scanbridge_pcre2_match_context_free(bounds)
            return nil
        }
        self.data = data
        self.bounds = bounds
        self.beginningBounds = beginningBounds
    }

    deinit {
        scanbridge_pcre2_match_data_free(data)
        scanbridge_pcre2_match_context_free(bounds)
        scanbridge_pcre2_match_context_free(beginningBounds)
    }

    /// Makes room for a pattern with so many groups, group 0 among them. False if there is no memory.
    func reserve(_ count: UInt32) -> Bool {
        if count <= pairs { return true }
        guard let larger = scanbridge_pcre2_match_data(count) else { return false }
        scanbridge_pcre2_match_data_free(data)
        data = larger
        pairs = count
        return true
    }
}
