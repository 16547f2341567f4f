/// How the member endpoint is reached: the configuration's `[endpoint]`.
public struct EndpointSettings: Equatable, Sendable {
    /// The provider's own address.
    public static let defaultMemberURL =
        "https://api.omniwallet.cloud/agora/member/{member_id}?_token={token}&ow_account={account}"

    /// The provider's own address for purchases.
    public static let defaultPurchaseURL =
        "https://api.omniwallet.cloud/agora/invoices?_token={token}&ow_account={account}"

    /// What stands for `{account}`.
    public var account: String
    /// A file whose trimmed content stands for `{token}`. Read again when it changes.
    public var tokenFile: String
    /// The address with `{member_id}`, `{token}` and `{account}`. HTTPS, or HTTP to a loopback address.
    public var memberURL: String
    /// The address that purchases are posted to, with `{token}` and `{account}`. Nil where the members' address is another than the
    /// provider's own and none was given: then nobody knows where a purchase is to go.
    public var purchaseURL: String?
    /// From the scan to the outcome, retries within it, in milliseconds, 100 to 60,000.
    public var timeoutMilliseconds: Int
    /// A language, with or without a region (`es`, `es-MX`), by which numbers in `DisplayText` are read; empty for none.
    public var locale: String
    /// Headers added to each request, in the configuration's order.
    public var headers: [Header]
    /// A file of PEM certificates to trust instead of the system's; empty for the system's.
    public var caFile: String

    /// One HTTP header.
    public struct Header: Equatable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        account: String, tokenFile: String = "/etc/scanbridge/token", memberURL: String = Self.defaultMemberURL,
        purchaseURL: String? = nil, timeoutMilliseconds: Int = 4000, locale: String = "", headers: [Header] = [],
        caFile: String = ""
    ) {
        self.account = account
        self.tokenFile = tokenFile
        self.memberURL = memberURL
        self.purchaseURL = purchaseURL ?? (memberURL == Self.defaultMemberURL ? Self.defaultPurchaseURL : nil)
        self.timeoutMilliseconds = timeoutMilliseconds
        self.locale = locale
        self.headers = headers
        self.caFile = caFile
    }
}
