import CLinux
import EventLoop
import Glibc
import SystemCalls

/// Tells when somebody writes a file, by inotify on its directory, since editors put a new file in the old one's place.
final class ConfigurationWatch: EventSource {
    private let descriptor: Descriptor
    private let loop: EventLoop
    private let name: String
    private let onChange: () -> Void
    private var isOpen = true

    init(file: String, loop: EventLoop, onChange: @escaping () -> Void) throws(SystemError) {
        let slash = file.lastIndex(of: "/")
        let directory = slash.map { String(file[...$0]) } ?? "."
        name = slash.map { String(file[file.index(after: $0)...]) } ?? file
        descriptor = Descriptor(owning: try systemCall("inotify_init1") { scanbridge_inotify() })
        let number = descriptor.number
        try systemCall("inotify_add_watch") { scanbridge_watch_written(number, directory) }
        self.loop = loop
        self.onChange = onChange
        try loop.watch(number, for: [.readable], source: self)
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(descriptor.number)
    }

    func ready(_ readiness: Readiness) {
        var isMeant = false
        var buffer = [UInt8](repeating: 0, count: 4096)
        while let count = try? buffer.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
            isMeant = names(in: buffer[..<count]).contains(name) || isMeant
        }
        if isMeant { onChange() }
    }

    /// The names in what inotify(7) has written: a head of 16 bytes, its last field the length of the name with its zeros.
    private func names(in bytes: ArraySlice<UInt8>) -> [String] {
        var names: [String] = []
        var rest = bytes
        while rest.count >= 16 {
            let length = rest.dropFirst(12).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            names.append(String(decoding: rest.dropFirst(16).prefix(length).prefix { $0 != 0 }, as: UTF8.self))
            rest = rest.dropFirst(16 + length)
        }
        return names
    }
}
