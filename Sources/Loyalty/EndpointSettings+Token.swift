import Glibc

extension EndpointSettings {
    /// Whether the address has a place for the token.
    public var needsToken: Bool { (try? EndpointURL(memberURL, .member))?.needsToken ?? false }

    /// Looks for the token where a lookup does.
    ///
    /// - Parameter credentials: systemd's directory of credentials; nil for this process's own.
    /// - Returns: The file that it stands in.
    /// - Throws: Why there is none that can be used.
    public func tokenPath(credentials: String? = nil) throws(TokenFault) -> String {
        try TokenFile(path: tokenFile, credentials: credentials ?? Self.ownCredentials).read().path
    }

    /// The address that purchases are posted to with all that stands in it: a secret.
    ///
    /// - Returns: Nil while there is no such address, or no token for it.
    public func purchaseAddress() -> [UInt8]? {
        guard let text = purchaseURL, let url = try? EndpointURL(text, .purchase) else { return nil }
        return try? url.filled(
            token: TokenFile(path: tokenFile, credentials: Self.ownCredentials), account: account)
    }

    /// systemd's directory of this process's credentials.
    static var ownCredentials: String? { getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) } }
}
