/// A whole request.
public struct HTTPRequest: Sendable {
    public var head: HTTPHead
    /// The body without its transfer coding; empty if there is none.
    public var body: [UInt8]

    public init(head: HTTPHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}
