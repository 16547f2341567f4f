import Glibc

/// A moment on the wall clock, in microseconds since 1970 (UTC), as events carry it.
public struct WallTime: Hashable, Sendable {
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    private static let yearZero: Int64 = -62_167_219_200_000_000
    private static let endOfYear9999: Int64 = 253_402_300_799_999_999

    public static func now() -> WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Appends RFC 3339 in UTC with microseconds, for example `2026-03-01T09:30:00.000125Z`, without allocating.
    ///
    /// The calendar is the proleptic Gregorian one; the algorithm is the well-known conversion of days to a civil date over
    /// eras of 400 years. The format has years 0 to 9999 only; a moment outside them is written as the nearest one inside.
    public func appendRFC3339(to bytes: inout [UInt8]) {
        let (seconds, fraction) = min(max(microseconds, Self.yearZero), Self.endOfYear9999).floored(by: 1_000_000)
        let (days, secondOfDay) = seconds.floored(by: 86_400)
        let (era, dayOfEra) = (days + 719_468).floored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        bytes.append(decimal: year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(decimal: secondOfDay / 3600, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: secondOfDay / 60 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: secondOfDay % 60, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: fraction, width: 6)
        bytes.append(UInt8(ascii: "Z"))
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder that is never negative.
    fileprivate func floored(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    /// Appends a number that is not negative in decimal, with zeros in front up to `width`.
    fileprivate mutating func append(decimal value: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
