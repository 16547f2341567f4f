/// What every request's head must be before anybody else sees it.
struct HeadRules {
    let address: LoopbackAddress
    /// The port that the server listens on.
    let port: UInt16
    let limits: LocalHTTPLimits

    /// - Parameters:
    ///   - version: As it was sent, for example `HTTP/1.1`.
    ///   - size: The head's bytes.
    /// - Returns: The refusal; nil for a head that is in order.
    func refusal(of head: HTTPHead, version: String, size: Int) -> HTTPResponse? {
        if size > limits.maximumHeaderBytes {
            return HTTPResponse(
                refusing: 431, "head_too_large",
                "The request's header fields are too large. Send fewer or shorter ones.")
        }
        return sender(of: head, version) ?? form(of: head) ?? framing(of: head, version) ?? encoding(of: head)
    }

    /// Web pages that are not this server's are kept out: they reach it by a foreign name, or tell where they are from.
    private func sender(of head: HTTPHead, _ version: String) -> HTTPResponse? {
        let hosts = head.values("Host")
        if hosts.isEmpty, version != "HTTP/1.0" { return Self.malformed }
        guard hosts.count == 1, address.isOwnHost(hosts[0], port: port) else {
            return HTTPResponse(
                refusing: 403, "foreign_host",
                "The Host field does not name this server. Use the address and the port that the service is configured with."
            )
        }
        guard head.values("Origin").allSatisfy({ address.isOwnOrigin($0, port: port) }) else {
            return HTTPResponse(
                refusing: 403, "foreign_origin",
                "Web pages of other servers may not use this one. Send the request from a program, without an Origin field."
            )
        }
        return nil
    }

    private func form(of head: HTTPHead) -> HTTPResponse? {
        let isOrdinary = { (byte: UInt8) in byte > 0x20 && byte != 0x7F }
        guard head.path.utf8.first == UInt8(ascii: "/"), head.path.utf8.allSatisfy(isOrdinary),
            (head.rawQuery ?? "").utf8.allSatisfy(isOrdinary),
            // The library takes a blank in front of the colon for a part of the name.
            head.headers.allSatisfy({ !$0.name.isEmpty && $0.name.utf8.allSatisfy(isOrdinary) })
        else { return Self.malformed }
        return nil
    }

    /// Where a body ends must not be in doubt: what one reader takes for a body another one takes for the next request.
    private func framing(of head: HTTPHead, _ version: String) -> HTTPResponse? {
        let lengths = head.values("Content-Length")
        let codings = head.values("Transfer-Encoding")
        if !codings.isEmpty {
            guard lengths.isEmpty, codings.count == 1, codings[0].isEqualASCII(to: "chunked"), version != "HTTP/1.0"
            else { return Self.malformed }
        }
        guard lengths.count <= 1 else { return Self.malformed }
        guard let length = lengths.first else { return nil }
        guard !length.isEmpty, length.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return Self.malformed
        }
        guard let count = Int(length), count <= limits.maximumBodyBytes else { return Self.bodyTooLarge }
        return nil
    }

    private func encoding(of head: HTTPHead) -> HTTPResponse? {
        guard head.values("Content-Encoding").allSatisfy({ $0.isEqualASCII(to: "identity") }) else {
            return HTTPResponse(
                refusing: 415, "unsupported_encoding",
                "The body is compressed or otherwise encoded. Send it as it is, without a Content-Encoding field.")
        }
        return nil
    }

    static var bodyTooLarge: HTTPResponse {
        HTTPResponse(refusing: 413, "body_too_large", "The request's body is too large. Send less in one request.")
    }

    private static var malformed: HTTPResponse {
        HTTPResponse(refusing: 400, "bad_request", "The request is not well-formed HTTP/1.1. Use a usual HTTP client.")
    }
}
