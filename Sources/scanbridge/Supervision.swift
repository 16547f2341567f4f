import CLinux
import EventLoop
import Glibc
import ListenerProtocol
import Logging
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
    /// A start that fails is tried again by the manager, at once. What made it fail is not mended so fast.
    private static let failureSeconds: UInt32 = 5

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
        let file = Descriptor(owning: try systemCall("memfd_create") { scanbridge_memory_file(Self.eventsName) })
        try file.writeAll(record.bytes)
        store.keep(file.number, as: Self.eventsName)
    }

    // MARK: Ends

    /// The service is up: every scanner that was there at the start is known.
    func started(_ loop: EventLoop) {
        manager?.ready()
        manager?.feedWatchdog(from: loop)
    }

    /// The service could not start.
    ///
    /// - Parameter isFinal: Whether only a person can mend it; the manager knows that by the exit status.
    func failedToStart(isFinal: Bool) {
        guard let manager else { return }
        let next = isFinal ? "Waits for that to be mended" : "Tries again in \(Self.failureSeconds) s"
        manager.status("Could not start: the log says why. \(next).")
        if !isFinal { sleep(Self.failureSeconds) }
    }
}
