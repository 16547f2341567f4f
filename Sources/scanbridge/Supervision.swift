import CLinux
import EventLoop
import Glibc
import ListenerProtocol
import ListenerSocket
import Logging
import Scanners
import ServiceManager
import SystemCalls

/// The service manager's part in a run of the service: what it has handed over, and what it is told. Without a manager nothing of
/// this happens.
struct Supervision {
    let manager: ServiceManager?
    let handed: HandedDescriptors
    let store: DescriptorStore?

    /// What scanbridge.socket calls its socket (FileDescriptorName=), and what it is called without that.
    private static let socketNames = ["listeners", "scanbridge.socket"]
    private static let eventsName = "events"
    /// A start that failed ends no sooner than this: what made it fail is not mended so fast, and the manager tries again at once, or for the
    /// next listener.
    private static let failureMilliseconds = 5000
    private static let lookMilliseconds = 100

    /// To be made before anything else opens descriptors.
    init(logger: Logger) {
        handed = HandedDescriptors(environment: environment)
        do throws(SystemError) {
            manager = try ServiceManager(environment: environment)
        } catch {
            logger.warning("$NOTIFY_SOCKET cannot be used: \(error)")
            manager = nil
        }
        store = manager.map { [handed] in DescriptorStore(manager: $0, handed: handed) }
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] {
            unsetenv(name)
        }
    }

    /// Whether the listening socket was handed over and not taken yet.
    var isSocketHanded: Bool { Self.socketNames.contains { handed.names.contains($0) } }

    /// The listening socket, if it was handed over.
    func takeSocket() -> Descriptor? {
        for name in Self.socketNames {
            if let socket = handed.take(name) { return socket }
        }
        return nil
    }

    // MARK: Events

    /// The events of the run that this one continues. They can be taken once: what goes on from them has the next numbers.
    func takeEvents() -> JournalRecord? {
        guard let store, let file = store.take(Self.eventsName) else { return nil }
        store.drop(Self.eventsName)
        let number = file.number
        guard lseek(number, 0, SEEK_SET) == 0 else { return nil }
        let bytes = try? file.readAll(atMost: JournalRecord.maximumBytes)
        // Were this run to crash, the next one must not begin with these again.
        guard ftruncate(number, 0) == 0 else { return nil }
        return bytes.flatMap { JournalRecord($0) }
    }

    /// Keeps the events for a run that goes on from here.
    func keepEvents(_ record: JournalRecord) throws(SystemError) {
        guard let store else { return }
        let file = Descriptor(
            owning: try systemCall("memfd_create") { scanbridge_growing_memory_file(Self.eventsName) })
        try file.writeAll(record.bytes)
        store.keep(file.number, as: Self.eventsName)
    }

    // MARK: Ends

    /// The service is up: every scanner that was there at the start is known.
    func started(_ loop: EventLoop) {
        manager?.ready()
        manager?.feedWatchdog(from: loop)
    }

    /// The service could not start. Scanners that an earlier run held type into the till again.
    ///
    /// - Parameters:
    ///   - isFinal: Whether only a person can mend it; the manager knows that by the exit status.
    ///   - isMended: Whether somebody has done so.
    /// - Returns: Whether it is to be started again at once.
    func failedToStart(isFinal: Bool, isMended: () -> Bool) -> Bool {
        guard let manager, let store else { return false }
        UdevScanners.letGoOfGrabs(leftIn: store)
        guard isFinal else {
            manager.status("Could not start: the log says why. Tries again in \(Self.failureMilliseconds / 1000) s.")
            usleep(UInt32(Self.failureMilliseconds * 1000))
            return false
        }
        manager.status("Could not start: the configuration cannot be used. The log says why.")
        guard let socket = takeSocket() else { return false }
        for _ in 0..<Self.failureMilliseconds / Self.lookMilliseconds {
            // Else the socket would have the service started for them again.
            ListenerServer.decline(
                socket, because: "the configuration cannot be used; run scanbridge check, and mend what it finds")
            usleep(UInt32(Self.lookMilliseconds * 1000))
            if isMended() { return true }
        }
        return false
    }
}
