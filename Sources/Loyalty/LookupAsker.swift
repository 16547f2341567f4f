/// For whom a lookup is.
public enum LookupAsker: Sendable {
    /// Somebody stands at the till with a card.
    case scan
    /// The till asks for the card that was just scanned, and is to show what the listeners show.
    case till
    /// A program asks. It gets a place while at least half are free, so that no program keeps scans from being looked up.
    case program
}
