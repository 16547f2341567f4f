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

    /// systemd's directory of this process's credentials.
    static var ownCredentials: String? { getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) } }
}
