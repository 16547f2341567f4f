/// A request without its body.
public struct HTTPHead: Sendable {
    /// As it was sent, for example `POST`.
    public var method: String
    /// The target up to its first `?`, as it was sent: escapes are still in it. Begins with `/`.
    public var path: String
    /// What stands behind the target's first `?`, as it was sent; nil without one.
    public var rawQuery: String?
    /// The header fields in the order in which they came, their values without the white space around them.
    public var headers: [(name: String, value: String)]

    public init(
        method: String, path: String, rawQuery: String? = nil, headers: [(name: String, value: String)] = []
    ) {
        self.method = method
        self.path = path
        self.rawQuery = rawQuery
        self.headers = headers
    }

    /// A head whose target is cut into path and query.
    init(method: String, target: String, headers: [(name: String, value: String)]) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        self.init(
            method: method, path: String(target[..<(mark ?? target.endIndex)]),
            rawQuery: mark.map { String(target[target.utf8.index(after: $0)...]) }, headers: headers)
    }

    /// The values of all fields of a name, whose case does not matter, in their order.
    public func values(_ name: String) -> [String] {
        headers.filter { $0.name.isEqualASCII(to: name) }.map(\.value)
    }
}
