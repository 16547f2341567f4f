/// What the service has done since its start, beside lookups, which ``Loyalty/EndpointHealth`` counts.
struct BridgeCounters {
    /// Codes and damaged scans.
    var scans: Int64 = 0
    var damaged: Int64 = 0
    /// Codes that were typed on to the till.
    var passed: Int64 = 0
}
