import Glibc
import SystemCalls

/// A recording as it lies on disk: one file, or a folder with `events` and, where there is one, `device`.
public struct RecordingFile: Sendable {
    public var recording: Recording
    public var device: RecordedDevice

    /// Reads a file or folder; `-` is standard input.
    ///
    /// - Throws: `SystemError` if it cannot be read, ``RecordingError`` if a line of it is not what it begins like.
    public init(path: String) throws {
        let descriptor = try path == "-" ? Descriptor.standardInput() : Descriptor.open(path, O_RDONLY)
        guard try Self.isFolder(descriptor) else {
            let bytes = try descriptor.readAll(atMost: Recording.maximumSize)
            recording = try Recording(parsing: bytes)
            device = try RecordedDevice(parsing: bytes)
            return
        }
        recording = try Self.naming("events") {
            try Recording(
                parsing: try Descriptor.open("\(path)/events", O_RDONLY).readAll(atMost: Recording.maximumSize))
        }
        device = try Self.naming("device") {
            do {
                let file = try Descriptor.open("\(path)/device", O_RDONLY)
                return try RecordedDevice(parsing: try file.readAll(atMost: RecordedDevice.maximumSize))
            } catch let error as SystemError where error.errno == ENOENT {
                return RecordedDevice()
            }
        }
    }

    private static func isFolder(_ descriptor: borrowing Descriptor) throws(SystemError) -> Bool {
        let number = descriptor.number
        var status = stat()
        try systemCall("fstat") { fstat(number, &status) }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    private static func naming<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch var error as RecordingError {
            error.file = file
            throw error
        }
    }
}
