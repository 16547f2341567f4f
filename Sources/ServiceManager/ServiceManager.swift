import EventLoop
import Glibc
import SystemCalls
import TextChecks

/// What has started this process and looks after it: systemd, spoken to as sd_notify(3) describes.
///
/// Nothing here waits but ``stopping()``. A message that the manager has no room for is kept, and sent in its turn before the next
/// one. Not `Sendable`: made and used on the loop's thread.
public final class ServiceManager {
    private var socket: NotifySocket
    private var waiting: [WaitingMessage] = []
    private var lastStatus = ""
    private var watchdogTimer: TimerID?
    /// How soon the manager takes a silent service for hung, in milliseconds; nil if it does not watch.
    public let watchdogMilliseconds: Int?

    /// More than ever waits: a few messages for each scanner. Of more the newest are lost.
    private static let maximumWaiting = 512
    /// How long the last messages may wait for the manager.
    private static let lastMilliseconds: Int32 = 500
    /// The longest status, in bytes.
    private static let maximumStatus = 400

    /// - Parameter environment: A variable's value: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are asked for.
    /// - Returns: Nil if nobody wants to be told anything.
    /// - Throws: If there is a socket that cannot be used.
    public init?(environment: (String) -> String?, process: pid_t = getpid()) throws(SystemError) {
        guard let path = environment("NOTIFY_SOCKET") else { return nil }
        socket = try NotifySocket(path: path)
        let watched = environment("WATCHDOG_PID").map { $0 == "\(process)" } ?? true
        let microseconds = environment("WATCHDOG_USEC").flatMap { Int($0) } ?? 0
        watchdogMilliseconds = watched && microseconds >= 1000 ? microseconds / 1000 : nil
    }

    /// The service is up.
    public func ready() { send("READY=1") }

    /// The service lets everything go. Waits up to half a second for the manager to take what was not sent yet.
    public func stopping() {
        send("STOPPING=1")
        var attempts = 0
        while !waiting.isEmpty, attempts < 10 {
            attempts += 1
            poll(nil, 0, Self.lastMilliseconds / 10)
            flush()
        }
    }

    /// Says in words what the service is doing; `systemctl status` shows it. The same words twice are sent once.
    public func status(_ text: String) {
        var line = text.printable
        while line.utf8.count > Self.maximumStatus { line.removeLast() }
        guard line != lastStatus else { return }
        lastStatus = line
        send("STATUS=\(line)")
    }

    /// From now on the loop tells the manager that it lives, twice as often as it has to. A loop that hangs says nothing.
    public func feedWatchdog(from loop: EventLoop) {
        guard let watchdogMilliseconds else { return }
        send("WATCHDOG=1")
        watchdogTimer = loop.schedule(at: .now().adding(milliseconds: max(1, watchdogMilliseconds / 2))) {
            [weak self] in
            self?.feedWatchdog(from: loop)
        }
    }

    /// Has the manager keep a copy of the descriptor beyond this process's life.
    ///
    /// - Parameter name: At most 255 bytes of printable ASCII without a colon.
    public func store(_ descriptor: Int32, as name: String) {
        send("FDSTORE=1\nFDNAME=\(name)", passing: descriptor)
    }

    /// Has the manager close all that it keeps under this name.
    public func removeStored(_ name: String) { send("FDSTOREREMOVE=1\nFDNAME=\(name)") }

    // MARK: Sending

    private func send(_ text: String, passing descriptor: Int32? = nil) {
        flush()
        if waiting.isEmpty {
            do throws(SystemError) {
                return try socket.send(text, passing: descriptor)
            } catch {
                // Whoever does not listen any more does not want to hear the next one either.
                guard Self.isForLater(error) else { return }
            }
        }
        guard waiting.count < Self.maximumWaiting else { return }
        guard let descriptor else { return waiting.append(WaitingMessage(text, owning: nil)) }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        if copy >= 0 { waiting.append(WaitingMessage(text, owning: copy)) }
    }

    private func flush() {
        while let message = waiting.first {
            do throws(SystemError) {
                try socket.send(message.text, passing: message.number)
            } catch {
                if Self.isForLater(error) { return }
            }
            waiting.removeFirst()
        }
    }

    private static func isForLater(_ error: SystemError) -> Bool {
        error.isWouldBlock || error.errno == ENOBUFS || error.errno == ENOMEM || error.errno == ETOOMANYREFS
    }
}

/// A message that the manager had no room for, with its own copy of the descriptor that goes along.
private final class WaitingMessage {
    let text: String
    private let descriptor: Descriptor?
    /// The descriptor's, valid as long as the message lives.
    let number: Int32?

    init(_ text: String, owning number: Int32?) {
        self.text = text
        self.number = number
        if let number { descriptor = Descriptor(owning: number) } else { descriptor = nil }
    }
}
