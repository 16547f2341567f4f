import Glibc
import SystemCalls

/// The descriptors that the service manager has handed to this process at its start, by name: listening sockets, and what an earlier
/// process left in its store (sd_listen_fds(3)).
public final class HandedDescriptors {
    private final class Entry {
        let name: String
        var descriptor: Descriptor?

        init(name: String, number: Int32) {
            self.name = name
            descriptor = Descriptor(owning: number)
        }
    }

    private var entries: [Entry] = []

    private static let maximum: Int32 = 4096

    /// Takes over all that was handed to this process, and has exec close it. To be called once, before anything else opens
    /// descriptors.
    ///
    /// - Parameters:
    ///   - environment: A variable's value: `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` are asked for.
    ///   - firstDescriptor: 3 by convention.
    public init(
        environment: (String) -> String?, process: pid_t = getpid(), firstDescriptor: Int32 = 3
    ) {
        guard environment("LISTEN_PID") == "\(process)", let text = environment("LISTEN_FDS"), let count = Int32(text),
            (1...Self.maximum).contains(count)
        else { return }
        let names = (environment("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
        for index in 0..<count {
            let number = firstDescriptor + index
            let flags = fcntl(number, F_GETFD)
            guard flags >= 0, fcntl(number, F_SETFD, flags | FD_CLOEXEC) >= 0 else { continue }
            let name = Int(index) < names.count ? String(names[Int(index)]) : ""
            entries.append(Entry(name: name, number: number))
        }
    }

    /// The names of what was not taken, in their order; one may come more than once.
    public var names: [String] { entries.map(\.name) }

    /// Gives the first descriptor of this name away; nil if there is none.
    public func take(_ name: String) -> Descriptor? {
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return nil }
        return entries.remove(at: index).descriptor.take()
    }
}
