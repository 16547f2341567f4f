import Glibc
import SystemCalls

/// The way to journald: a datagram for each entry, which is never waited for.
final class JournalSocket: Sendable {
    /// Where journald listens.
    static let standardPath = "/run/systemd/journal/socket"

    enum Outcome {
        case sent
        /// journald is busy, or the entry too large.
        case noRoom
        /// Nobody listens there, or this process may not write there.
        case noJournal
    }

    private let socket: Descriptor
    private let address: sockaddr_un

    /// - Throws: If the system gives no socket, or the path is too long for one.
    init(path: String = standardPath) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else { throw SystemError(call: "connect", errno: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        self.address = address
        socket = Descriptor(
            owning: try systemCall("socket") {
                Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            })
    }

    /// Sends without a connection, so that a journald that was started anew is found again.
    func send(_ entry: [UInt8]) -> Outcome {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let number = socket.number
        do {
            try systemCall("sendto") {
                withUnsafePointer(to: address) { address in
                    address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(number, entry, entry.count, flags, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                    }
                }
            }
            return .sent
        } catch {
            return [EAGAIN, ENOBUFS, ENOMEM, EMSGSIZE].contains(error.errno) ? .noRoom : .noJournal
        }
    }
}
