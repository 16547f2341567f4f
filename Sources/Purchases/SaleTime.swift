import Glibc
import SystemCalls
import TextChecks

/// When a sale was made, by the clock on the shop's wall, as invoices have it: without a zone.
public struct SaleTime: Equatable, Sendable {
    /// For example `2026-03-01T09:30:00`.
    public let text: String
    /// For example `2026-03-01`.
    public var day: String { String(text.prefix(10)) }

    /// A moment in this machine's zone.
    public init(_ time: WallTime) {
        self.init(secondsSince1970: Int(time.microseconds / 1_000_000))
    }

    /// A time as somebody has written it: `2026-03-01T09:30:00`, with a fraction or not, which is left out. With a zone behind it (`Z`,
    /// `+01:00`) it is turned into this machine's. Nil if it is no time.
    public init?(written text: String) {
        guard let seconds = Self.seconds(text) else { return nil }
        var rest = text.dropFirst(19)
        if rest.first == "." {
            let fraction = rest.dropFirst()
            rest = fraction.drop { $0.isASCII && $0.isWholeNumber }
            if rest.startIndex == fraction.startIndex { return nil }
        }
        if rest.isEmpty {
            self.init(text: String(text.prefix(19)))
            return
        }
        guard let offset = Self.offset(rest) else { return nil }
        self.init(secondsSince1970: seconds - offset)
    }

    private init(text: String) {
        self.text = text
    }

    private init(secondsSince1970 seconds: Int) {
        var moment = time_t(seconds)
        var local = tm()
        localtime_r(&moment, &local)
        func digits(_ number: Int32, _ width: Int = 2) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        self.init(
            text:
                "\(digits(local.tm_year + 1900, 4))-\(digits(local.tm_mon + 1))-\(digits(local.tm_mday))T"
                + "\(digits(local.tm_hour)):\(digits(local.tm_min)):\(digits(local.tm_sec))")
    }

    /// The first 19 characters as a moment in UTC.
    private static func seconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, text.prefix(19).utf8.count == 19 else { return nil }
        for (index, byte) in "0000-00-00T00:00:00".utf8.enumerated() {
            let isRight = byte == UInt8(ascii: "0") ? bytes[index].isASCIIDigit : bytes[index] == byte
            if !isRight { return nil }
        }
        func number(_ range: Range<Int>) -> Int32 { bytes[range].reduce(0) { $0 * 10 + Int32($1 - 0x30) } }
        var moment = tm()
        moment.tm_year = number(0..<4) - 1900
        moment.tm_mon = number(5..<7) - 1
        moment.tm_mday = number(8..<10)
        moment.tm_hour = number(11..<13)
        moment.tm_min = number(14..<16)
        moment.tm_sec = number(17..<19)
        // A zone must not lead to a year of another length.
        guard (1000...9998).contains(number(0..<4)), (0...11).contains(moment.tm_mon), moment.tm_hour < 24,
            moment.tm_min < 60, moment.tm_sec < 60
        else { return nil }
        let seconds = timegm(&moment)
        // A day that the month has not was made one of another month.
        return moment.tm_mday == number(8..<10) ? seconds : nil
    }

    /// The seconds by which a zone is ahead of UTC.
    private static func offset(_ text: Substring) -> Int? {
        if text == "Z" || text == "z" { return 0 }
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            [bytes[1], bytes[2], bytes[4], bytes[5]].allSatisfy(\.isASCIIDigit)
        else { return nil }
        let hours = Int(bytes[1] - 0x30) * 10 + Int(bytes[2] - 0x30)
        let minutes = Int(bytes[4] - 0x30) * 10 + Int(bytes[5] - 0x30)
        guard hours < 24, minutes < 60 else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }
}
