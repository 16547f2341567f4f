/// Where purchases are kept, and how many for how long.
public struct OutboxSettings: Equatable, Sendable {
    /// The database's file. Its directory is made if it is missing, with mode 0700.
    public var path = "/var/lib/scanbridge/outbox.db"
    /// How long a finished purchase is known, and how long one may wait to be sent.
    public var maximumAgeDays = 30
    /// Purchases in all, finished ones too; the oldest finished ones make room.
    public var maximumCount = 50_000
    public var maximumMegabytes = 256
    /// How many pages of 4 KiB the log holds before a commit copies it into the database: some four hundred sales in a row. A log that begins
    /// anew is written over itself, and a sync of that takes half the time of one that makes the file longer.
    var checkpointPages = 4096
    /// A log that has become longer, in bytes, is cut when it begins anew.
    var longestLog: Int { (checkpointPages + 256) * 4096 }

    public init() {}

    var maximumBytes: Int64 { Int64(maximumMegabytes) << 20 }

    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// The moment before which something is too old, in microseconds since 1970.
    func tooOldBefore(_ now: Int64) -> Int64 {
        let (age, isTooLong) = Int64(maximumAgeDays).multipliedReportingOverflow(by: Self.microsecondsPerDay)
        let (moment, isTooEarly) = now.subtractingReportingOverflow(age)
        return isTooLong || isTooEarly ? .min : moment
    }
}
