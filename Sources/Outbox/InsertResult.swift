import Purchases

/// What became of a purchase that was to be stored.
public enum InsertResult: Equatable, Sendable {
    /// It is on the disk, under this id.
    case stored(id: Int64)
    /// One with this key is there already, and stays as it is.
    case duplicate(StoredPurchase)
    /// There is no room; nothing is stored.
    case full(OutboxLimit)
}
