/// What one listener has asked for and how far it has got.
struct Subscription: Sendable {
    var types: EventTypes
    /// Every event up to this number is in the listener's queue, was sent, or was not asked for.
    var position: UInt64
    /// Whether nothing is missing up to the newest event, so that the next one goes out as it happens.
    var isLive: Bool
}

/// Where a new subscription starts.
struct SubscriptionStart: Equatable {
    /// The events after this number follow.
    var position: UInt64
    /// The snapshot's number: what the listener has, so that one that loses the connection before the gap is told of it again.
    var snapshotSeq: UInt64
    /// What is no longer held.
    var gap: Gap?

    struct Gap: Equatable {
        var from: UInt64
        var to: UInt64
    }

    init(_ parameters: SubscribeParameters, instance: String, journal: EventJournal) {
        guard let since = parameters.since else {
            position = journal.last
            snapshotSeq = position
            return
        }
        let isOfOtherInstance = parameters.instance.map { $0 != instance } ?? false
        let beforeFirst = journal.first - 1
        if isOfOtherInstance || since > journal.last {
            // How much the earlier instance still had to say is not known; 0 stands for its end.
            position = beforeFirst
            snapshotSeq = 0
            gap = Gap(from: 0, to: beforeFirst)
        } else if since < beforeFirst {
            position = beforeFirst
            snapshotSeq = since
            gap = Gap(from: since + 1, to: beforeFirst)
        } else {
            position = since
            snapshotSeq = since
        }
    }
}
