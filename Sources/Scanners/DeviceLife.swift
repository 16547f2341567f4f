import Glibc
import SystemCalls

/// The life of one scanner's node, from its appearance to its end: a pure state machine.
///
/// Order matters: the node is opened and found to be the one that udev meant; the clock is set, which flushes what was queued;
/// for a moment it is listened to, since a scan may be under way; all keys are up, so that no release goes astray; then comes
/// the grab, and what was queued before it is drained.
///
/// A grab that an earlier process left is taken over instead: what is queued is read, and none of this is done.
struct DeviceLife {
    enum State: Equatable {
        case opening
        case waitingForKeysUp(until: MonotonicTime)
        case reading
        case blocked(Blockage)
        case gone
    }

    enum Action: Equatable {
        /// Make sure that the descriptor that was left is the device's, and read it.
        case takeOver
        /// Open the node, check it, set the clock, mask EV_MSC.
        case open
        /// See whether keys are down.
        case checkKeys
        /// Grab the node, drain it and read from now on.
        case grab
        /// Call ``DeviceLife/waited(now:)`` after this time.
        case wait(milliseconds: Int)
        /// Close the node and let the grab go, also in what is kept of it.
        case close
        /// Close the node and leave the grab to the next process, if that is possible.
        case leave
        /// Call ``DeviceLife/changed()`` as soon as the node shows a sign that it may be free now.
        case watch(Sign)
        /// The state has changed in a way that listeners hear of.
        case report
    }

    /// What may end a blockage.
    enum Sign: Equatable {
        /// Somebody closes the node, or its permissions change.
        case closed
        /// The permissions of the node change; it cannot be watched itself by who may not read it.
        case permitted
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

    /// - Parameter isGrabbed: Whether an earlier process has left a descriptor with the grab.
    mutating func appeared(isGrabbed: Bool = false) -> [Action] { [isGrabbed ? .takeOver : .open] }

    /// What was left is this device's, and is read from now on.
    mutating func tookOver() -> [Action] {
        guard state == .opening else { return [] }
        state = .reading
        return [.report]
    }

    /// What was left is of no use. It must not hold the grab any longer when the node is opened anew.
    mutating func couldNotTakeOver() -> [Action] {
        guard state == .opening else { return [] }
        return [.close, .open]
    }

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
    ///
    /// - Parameter isThere: Whether sysfs still has the device. The kernel takes it out of there before a reader sees its end, so
    ///   an error that says it is gone while it is there is a fault like any other.
    mutating func failed(_ error: SystemError, isThere: Bool) -> [Action] {
        guard state != .gone else { return [] }
        switch error.errno {
        case ENODEV, ENOENT, ENXIO: return isThere ? block(.failed) : removed()
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

    /// udev has changed something about the node, perhaps its permissions, or what it was watched for has come.
    mutating func changed() -> [Action] {
        guard case .blocked = state else { return [] }
        // The sign of a close comes before the kernel has let the grab go: soon tried again, it succeeds.
        attempts = 0
        return [.open]
    }

    mutating func removed() -> [Action] {
        guard state != .gone else { return [] }
        state = .gone
        return [.close, .report]
    }

    /// The service stops, perhaps to be started again.
    mutating func stopped() -> [Action] {
        guard state != .gone else { return [] }
        state = .gone
        return [.leave, .report]
    }

    private mutating func block(_ blockage: Blockage) -> [Action] {
        let isNews = lastReported != blockage
        state = .blocked(blockage)
        lastReported = blockage
        attempts = min(attempts + 1, 5)
        // 100 ms at first: a node's permissions often come a moment after it. Then 1.6 s, for as long as it takes: signs are
        // missing where the holder lets go of the grab and keeps the node open, or has opened it in a /dev of its own.
        let wait = Action.wait(milliseconds: 50 << attempts)
        let watch: [Action] =
            switch blockage {
            case .busy: [.watch(.closed)]
            case .permission: [.watch(.permitted)]
            case .failed, .noVirtualKeyboard, .noAccount, .wrongMode: []
            }
        return (isNews ? [.close, .report] : [.close]) + watch + [wait]
    }
}
