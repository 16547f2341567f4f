import LocalHTTP

/// The configuration's `[till]`: where the till posts its invoices and asks for members.
public struct TillSettings: Equatable, Sendable {
    public static let defaultAddress = "127.0.0.1:8787"

    /// A loopback address with its port.
    public var listen: LoopbackAddress
    /// A file whose trimmed content the till's URLs carry as `_token`. Read again for each request.
    public var tokenFile = "/etc/scanbridge/till-token"

    public init(listen: LoopbackAddress) {
        self.listen = listen
    }
}
