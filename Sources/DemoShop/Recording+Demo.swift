import Recordings

extension Recording {
    /// What the demo's scanner types.
    public static func demo() throws(RecordingError) -> Recording {
        try Recording(parsing: PackageResources.demo_events)
    }
}
