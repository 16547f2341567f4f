/// An answer. The server adds its length, its date, `Cache-Control: no-store` and `X-Content-Type-Options: nosniff`.
public struct HTTPResponse: Sendable {
    /// 200 to 599; another one is sent as 500.
    public var status: Int
    /// The media type of ``body``; not sent without a body.
    public var contentType: String
    /// Further header fields. One with a line's end in it is left out.
    public var headers: [(String, String)]
    /// What is sent, but for HEAD, which gets the length of it only.
    public var body: [UInt8]

    public init(
        status: Int, contentType: String = "application/json; charset=utf-8", headers: [(String, String)] = [],
        body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A refusal as the service's users get all of them. Both texts are the program's own, with nothing in them to escape.
    init(refusing status: Int, _ code: StaticString, _ message: StaticString) {
        self.init(status: status, body: Array("{\"code\":\"\(code)\",\"message\":\"\(message)\"}".utf8))
    }
}
