import Testing

/// Tests that compute for many seconds: one at a time, so that those that wait for something have a processor.
@Suite("Long tests", .serialized)
struct LongTests {}
