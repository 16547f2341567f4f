import Glibc

/// What is in a directory, by name and in order, without `.` and `..`.
///
/// - Throws: Why it cannot be read: it is missing, it is none, or this user may not.
public func directoryNames(_ path: String) throws(SystemError) -> [String] {
    guard let listing = opendir(path) else { throw SystemError(call: "opendir", errno: errno) }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}
