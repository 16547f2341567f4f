/// For whom a lookup is.
public enum LookupAsker: Sendable {
    /// Somebody stands at the till with a card.
    case scan
    /// A program asks. It gets a place while at least half are free, so that no program keeps scans from being looked up.
    case program
}
