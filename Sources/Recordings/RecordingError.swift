/// A line of a recording that is not what it begins like.
public struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the line begins like.
    public enum Kind: String, Sendable {
        case event = "not_an_event"
        case id = "not_an_id"
    }

    /// Counted from 1.
    public let line: Int
    public let kind: Kind
    /// The file that it is in, where a recording is a folder of several; else empty.
    public var file: String

    public init(line: Int, kind: Kind = .event, file: String = "") {
        self.line = line
        self.kind = kind
        self.file = file
    }

    public var description: String {
        let place = file.isEmpty ? "line \(line)" : "\(file), line \(line)"
        return switch kind {
        case .event:
            "\(place): not an event; it must be 'E: SECONDS.MICROS TYPE CODE VALUE', type and code hexadecimal"
        case .id: "\(place): not an id of a vendor or product; it must be up to four hexadecimal digits"
        }
    }
}
