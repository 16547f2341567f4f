import Glibc
import SystemCalls

/// Reads the API token.
///
/// It is read anew for each request: that takes some µs, and nothing remembered can be out of date when the file is replaced.
struct TokenFile: Sendable {
    static let maxBytes = 4096

    private let paths: [String]

    /// - Parameters:
    ///   - path: The configured file.
    ///   - credentials: systemd's `$CREDENTIALS_DIRECTORY`; a file `token` in it comes first.
    init(path: String, credentials: String?) {
        paths = [credentials.flatMap { $0.isEmpty ? nil : "\($0)/token" }, path].compactMap { $0 }
    }

    /// The token without white space around it; nil if there is none that can be used.
    func read() -> [UInt8]? {
        for path in paths {
            do {
                return try Self.token(at: path)
            } catch  where error.errno == ENOENT {
                continue
            } catch {
                return nil
            }
        }
        return nil
    }

    private static func token(at path: String) throws(SystemError) -> [UInt8]? {
        // O_NONBLOCK: a pipe at this place must not stop the thread.
        let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        var bytes = [UInt8](repeating: 0, count: maxBytes + 1)
        var count = 0
        while count < bytes.count {
            let read = try systemCall("read") {
                bytes.withUnsafeMutableBytes {
                    Glibc.read(file.number, $0.baseAddress.map { $0 + count }, $0.count - count)
                }
            }
            if read == 0 { break }
            count += read
        }
        guard count <= maxBytes else { return nil }
        var token = bytes[..<count]
        while let last = token.last, isSpace(last) { token.removeLast() }
        while let first = token.first, isSpace(first) { token.removeFirst() }
        guard !token.isEmpty, token.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return Array(token)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
