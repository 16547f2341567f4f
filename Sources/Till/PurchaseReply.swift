/// What whoever has handed in a purchase is told.
public enum PurchaseReply: Equatable, Sendable {
    /// It is on the disk, and the provider will hear of it.
    case queued(Int64)
    /// The provider's answer; `id` is nil for one that is not in the outbox.
    case provider([UInt8], id: Int64?)
    /// It is nowhere: it could not be stored, and this is how the provider does. The status is HTTP's.
    case notTaken(status: Int, detail: String)
}
