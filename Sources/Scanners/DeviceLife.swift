import Glibc
import SystemCalls

/// Why a device that is a scanner cannot be read.
public enum Blockage: String, Equatable, Sendable {
    /// Another program has grabbed it.
    case busy
    /// The service may not open it.
    case permission
    /// Any other error of the kernel.
    case failed

    /// What a person can do about it.
    public var advice: String {
        switch self {
        case .busy:
            "another program holds this scanner; stop it (fuser -v on the node names it), then it is taken by itself"
        case .permission:
            "the service may not read this node; install the udev rules, add the service's user to group scanbridge, "
                + "then run: udevadm trigger --subsystem-match=input --action=change"
        case .failed: "the kernel refuses this node; plug the scanner in again, and see the log for its reason"
        }
    }
}

/// The life of one scanner's node, from its appearance to its end: a pure state machine.
///
/// Order matters: the node is opened and found to be the one that udev meant; the clock is set, which flushes what was queued;
/// for a moment it is listened to, since a scan may be under way; all keys are up, so that no release goes astray; then comes
/// the grab, and what was queued before it is drained.
struct DeviceLife {
    enum State: Equatable {
        case opening
        case waitingForKeysUp(until: MonotonicTime)
        case reading
        case blocked(Blockage)
        case gone
    }

    enum Action: Equatable {
        /// Open the node, check it, set the clock, mask EV_MSC.
        case open
        /// See whether keys are down.
        case checkKeys
        /// Grab the node, drain it and read from now on.
        case grab
        /// Call ``DeviceLife/waited(now:)`` after this time.
        case wait(milliseconds: Int)
        case close
        /// The state has changed in a way that listeners hear of.
        case report
    }

    private(set) var state = State.opening
    private var attempts = 0
    /// The blockage that was reported last and has not ended since.
    private var lastReported: Blockage?

    /// How long a key may be down before the grab comes anyway.
    static let keysUpMilliseconds = 2000
    private static let keysUpIntervalMilliseconds = 20
    /// How long the node is listened to before the grab. Scanners type a key every 1 to 19 ms, so a scan that is under way
    /// shows, and its rest is not taken for a code.
    static let listenMilliseconds = 25

    mutating func appeared() -> [Action] { [.open] }

    mutating func opened(now: MonotonicTime) -> [Action] {
        switch state {
        case .opening, .blocked: break
        case .waitingForKeysUp, .reading, .gone: return []
        }
        state = .waitingForKeysUp(until: now.adding(milliseconds: Self.keysUpMilliseconds))
        return [.wait(milliseconds: Self.listenMilliseconds)]
    }

    /// The keys were looked at.
    mutating func keysSeen(down: Bool, now: MonotonicTime) -> [Action] {
        guard case .waitingForKeysUp(let until) = state else { return [] }
        return down && now < until ? [.wait(milliseconds: Self.keysUpIntervalMilliseconds)] : [.grab]
    }

    mutating func grabbed() -> [Action] {
        guard case .waitingForKeysUp = state else { return [] }
        attempts = 0
        lastReported = nil
        state = .reading
        return [.report]
    }

    /// A call failed while the node was opened, grabbed or read.
    mutating func failed(_ error: SystemError) -> [Action] {
        guard state != .gone else { return [] }
        switch error.errno {
        case ENODEV, ENOENT, ENXIO: return removed()
        case EBUSY: return block(.busy)
        case EACCES, EPERM: return block(.permission)
        default: return block(.failed)
        }
    }

    /// The time of ``Action/wait(milliseconds:)`` is over.
    mutating func waited(now: MonotonicTime) -> [Action] {
        switch state {
        case .waitingForKeysUp: return [.checkKeys]
        case .blocked: return [.open]
        case .opening, .reading, .gone: return []
        }
    }

    /// udev has changed something about the node, perhaps its permissions.
    mutating func changed() -> [Action] {
        if case .blocked = state { [.open] } else { [] }
    }

    mutating func removed() -> [Action] {
        guard state != .gone else { return [] }
        state = .gone
        return [.close, .report]
    }

    private mutating func block(_ blockage: Blockage) -> [Action] {
        let isNews = lastReported != blockage
        state = .blocked(blockage)
        lastReported = blockage
        attempts = min(attempts + 1, 5)
        // 100 ms at first: a node's permissions often come a moment after it. Then 1.6 s, for as long as it takes.
        let wait = Action.wait(milliseconds: 50 << attempts)
        return isNews ? [.close, .report, wait] : [.close, wait]
    }
}
