/// An address that only this machine's programs reach, with a port.
public struct LoopbackAddress: Equatable, Sendable {
    enum Host: Equatable, Sendable {
        /// The address's four bytes, the first of which is 127.
        case v4(UInt32)
        case v6
    }

    let host: Host
    /// 0 for one that the kernel chooses.
    public let port: UInt16

    /// Reads `127.0.0.1:8787`, any other address of 127.0.0.0/8, `[::1]:8787` or `localhost:8787`, which is 127.0.0.1.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = Self.number(bytes[(colon + 1)...], atMost: 65_535), let host = Self.host(bytes[..<colon])
        else { return nil }
        self.port = UInt16(port)
        self.host = host
    }

    /// The address as it is read.
    public var text: String { "\(hostText):\(port)" }

    /// The host as a URL has it.
    var hostText: String {
        switch host {
        case .v4(let address): "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
        case .v6: "[::1]"
        }
    }

    /// Whether a Host field's value names a server at this address that listens on `port`.
    ///
    /// Web pages get at a server on loopback by a name of their own that leads there (DNS rebinding), which is then the value of this
    /// field. So it must be the address itself, `localhost` or `[::1]`, with the port, which may be left out if it is 80.
    public func isOwnHost(_ hostHeader: String, port: UInt16) -> Bool {
        [hostText, "localhost", "[::1]"].contains { name in
            hostHeader.isEqualASCII(to: "\(name):\(port)") || port == 80 && hostHeader.isEqualASCII(to: name)
        }
    }

    /// Whether an Origin field's value is that of a page which this server has given out.
    public func isOwnOrigin(_ origin: String, port: UInt16) -> Bool {
        let scheme = "http://"
        let bytes = Array(origin.utf8)
        guard String(decoding: bytes.prefix(scheme.utf8.count), as: UTF8.self).isEqualASCII(to: scheme) else {
            return false
        }
        return isOwnHost(String(decoding: bytes.dropFirst(scheme.utf8.count), as: UTF8.self), port: port)
    }

    private static func host(_ bytes: ArraySlice<UInt8>) -> Host? {
        let text = String(decoding: bytes, as: UTF8.self)
        if text == "[::1]" { return .v6 }
        if text.isEqualASCII(to: "localhost") { return .v4(0x7F00_0001) }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let numbers = parts.compactMap { number($0, atMost: 255) }
        guard parts.count == 4, numbers.count == 4, numbers[0] == 127 else { return nil }
        return .v4(numbers.reduce(0) { $0 << 8 | $1 })
    }

    /// A decimal number without a sign and without zeros in front.
    private static func number(_ bytes: ArraySlice<UInt8>, atMost limit: UInt32) -> UInt32? {
        guard (1...5).contains(bytes.count), bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            bytes.count == 1 || bytes.first != UInt8(ascii: "0")
        else { return nil }
        let value = bytes.reduce(0) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
        return value <= limit ? value : nil
    }
}
