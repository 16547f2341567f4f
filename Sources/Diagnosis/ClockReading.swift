import CLinux
import Glibc

/// What is known of this machine's clock, and whether it can be right.
public struct ClockReading: Equatable, Sendable {
    public enum Verdict: Equatable, Sendable {
        case good
        /// It shows a time at which this program was not there yet.
        case beforeProgram
        /// It is off by so many seconds from the endpoint's, which is ahead if they are more than none.
        case off(seconds: Int)
        /// Nothing keeps it right.
        case notKept
    }

    /// More than this, in seconds, is no delay of an answer.
    public static let tolerance = 180

    /// In seconds since 1970, as the other times.
    public var now: Int
    /// No right clock shows an earlier time.
    public var earliest: Int
    /// By how much the endpoint's clock is ahead; nil if it did not say.
    public var endpointAhead: Int?
    /// Whether the clock is kept by the network's time; nil if nobody says.
    public var isKept: Bool?

    public init(now: Int, earliest: Int, endpointAhead: Int?, isKept: Bool?) {
        self.now = now
        self.earliest = earliest
        self.endpointAhead = endpointAhead
        self.isKept = isKept
    }

    public var verdict: Verdict {
        if now < earliest { return .beforeProgram }
        if let ahead = endpointAhead, abs(ahead) > Self.tolerance { return .off(seconds: ahead) }
        return isKept == false ? .notKept : .good
    }

    /// Whether a certificate may look wrong because of the clock.
    public var isDoubtful: Bool { verdict != .good }

    /// What can be read without asking the endpoint.
    ///
    /// - Parameters:
    ///   - program: The program's file, whose time of change is no later than now.
    ///   - run: The directory of what runs.
    public static func read(
        program: String = "/proc/self/exe", run: String = "/run", kernel: Bool = scanbridge_clock_is_kept() != 0
    ) -> ClockReading {
        var status = stat()
        // 2026-01-01.
        var earliest = 1_767_225_600
        if stat(program, &status) == 0 { earliest = max(earliest, status.st_mtim.tv_sec) }
        return ClockReading(
            now: time(nil), earliest: earliest, endpointAhead: nil,
            isKept: kernel || access("\(run)/systemd/timesync/synchronized", F_OK) == 0)
    }
}

extension ClockReading {
    private static let remedy =
        "sudo timedatectl set-ntp true (without a network: sudo timedatectl set-time 'YYYY-MM-DD hh:mm:ss')"

    public var finding: Finding {
        switch verdict {
        case .good: Finding(.good, "clock", endpointAhead == nil ? "it can be right" : "it agrees with the endpoint's")
        case .beforeProgram:
            Finding(
                .fault(.unavailable), "clock",
                "it shows a time before this program was made, and no certificate holds: \(Self.remedy)")
        case .off(let seconds):
            Finding(
                .fault(.unavailable), "clock",
                "it is \(abs(seconds)) s \(seconds > 0 ? "behind" : "ahead of") the endpoint's: \(Self.remedy)")
        case .notKept:
            Finding(.warning, "clock", "nothing keeps it right by the network's time: sudo timedatectl set-ntp true")
        }
    }
}
