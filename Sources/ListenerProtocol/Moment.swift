import SystemCalls

/// One moment on both clocks: the one that measures, and the one that people read.
public struct Moment: Sendable {
    public var monotonic: MonotonicTime
    public var wall: WallTime

    public init(monotonic: MonotonicTime, wall: WallTime) {
        self.monotonic = monotonic
        self.wall = wall
    }

    public static func now() -> Moment {
        Moment(monotonic: .now(), wall: .now())
    }
}
