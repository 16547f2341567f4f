import Glibc
import SystemCalls

/// Names in a directory.
enum Directory {
    /// As `directoryNames` has them; none where it is missing or may not be read.
    static func names(in path: String) -> [String] { (try? directoryNames(path)) ?? [] }

    static func text(of path: String, atMost limit: Int = 1 << 20) -> String? {
        guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK), let bytes = try? file.readAll(atMost: limit)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
