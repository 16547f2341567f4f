import CMicroHTTPD
import Glibc
import SystemCalls

/// One client's connection, and the request that is under way on it.
///
/// The library calls when something has come; a whole request is handed on, and the connection suspended until its answer is there.
final class HTTPConnection {
    enum Phase {
        /// No request has begun.
        case waiting
        case receiving
        /// The request is with those who answer it.
        case handling
        case sending
    }

    /// The library's connection; valid until ``LocalHTTPServer/closed(_:)``.
    private let handle: OpaquePointer
    let socket: Int32
    private unowned let server: LocalHTTPServer
    private(set) var phase = Phase.waiting
    /// When ``phase`` began; a first request is under way from the connection's begin on.
    private(set) var since = MonotonicTime.now()
    /// No request has been whole yet.
    private var isNew = true
    /// The server has cut it off.
    private(set) var isCut = false
    /// A request has been refused, so that its body may still be on its way.
    private(set) var isRefused = false

    private var target = ""
    private var head: HTTPHead?
    private var body: [UInt8] = []
    private weak var reply: HTTPReply?
    private var response: HTTPResponse?
    private var isSuspended = false

    init(handle: OpaquePointer, socket: Int32, server: LocalHTTPServer) {
        self.handle = handle
        self.socket = socket
        self.server = server
    }

    /// When the client will have kept the server waiting for too long; nil while it is the client who waits.
    func deadline(_ limits: LocalHTTPLimits) -> MonotonicTime? {
        switch phase {
        case .waiting: since.adding(milliseconds: isNew ? limits.requestMilliseconds : limits.idleMilliseconds)
        case .receiving: since.adding(milliseconds: limits.requestMilliseconds)
        case .handling: nil
        case .sending: since.adding(milliseconds: limits.writeMilliseconds)
        }
    }

    var isClientGone: Bool {
        isCut || scanbridge_http_is_gone(socket) != 0
    }

    /// Cuts the client off. The library finds out when it runs the next time.
    func cut() {
        isCut = true
        shutdown(socket, Int32(SHUT_RDWR))
    }

    // MARK: Called by the library

    /// The request's first line is there.
    func began(target: String) {
        self.target = target
        enter(.receiving)
    }

    /// Goes on with the request.
    ///
    /// - Parameter bytes: A piece of the body; nil where the head or everything is there.
    /// - Returns: False to close the connection.
    func proceed(method: String, version: String, bytes: UnsafeRawBufferPointer?) -> Bool {
        if let response { return respond(response) }
        if server.isStopping { return false }
        guard let head else { return start(method: method, version: version) }
        if let bytes { return take(bytes) }
        if phase == .receiving {
            hand(HTTPRequest(head: head, body: body))
            // Without an answer the library asks once more, and is suspended only then: with the request just read it would read on
            // when it is resumed, and drop the connection of a client that has sent its end behind the request.
            return response.map(respond) ?? true
        }
        isSuspended = true
        MHD_suspend_connection(handle)
        return true
    }

    /// The request is over, answered or not.
    func ended() {
        reply?.detach()
        reply = nil
        head = nil
        response = nil
        body = []
        enter(.waiting)
        // The library misses a client's end that came together with what it read. This has the kernel tell of it once more.
        if scanbridge_http_is_gone(socket) != 0 { shutdown(socket, Int32(SHUT_RD)) }
    }

    // MARK: Answering

    /// Answers the request, at once if it is handled right now, else when the library runs the next time.
    func answer(_ response: HTTPResponse) {
        guard phase == .handling, self.response == nil else { return }
        self.response = response
        resume()
    }

    /// Gives the connection back to the library, which goes on with it in the loop's next turn. Nothing happens to one that it has already.
    func resume() {
        guard isSuspended else { return }
        isSuspended = false
        MHD_resume_connection(handle)
        server.resumed()
    }

    private func start(method: String, version: String) -> Bool {
        let head = HTTPHead(method: method, target: target, headers: fields())
        self.head = head
        let size = scanbridge_mhd_head_size(handle)
        guard let refusal = server.refusal(of: head, version: version, size: size) else { return true }
        isRefused = true
        return respond(refusal)
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count > server.limits.maximumBodyBytes else {
            body += bytes
            return true
        }
        // The library takes no answer before the whole body is there, and so it is written past it. Nothing else is on its way to
        // the client: what came before this request has been sent.
        let refusal = HeadRules.bodyTooLarge
        let text =
            "HTTP/1.1 413 Content Too Large\r\nContent-Type: \(refusal.contentType)\r\n"
            + "Content-Length: \(refusal.body.count)\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            + "Connection: close\r\n\r\n"
        let answer = Array(text.utf8) + refusal.body
        _ = answer.withUnsafeBytes {
            send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        isRefused = true
        server.countRefusal()
        return false
    }

    private func hand(_ request: HTTPRequest) {
        let reply = HTTPReply(self)
        self.reply = reply
        isNew = false
        body = []
        enter(.handling)
        server.handle(request, reply)
    }

    private func respond(_ response: HTTPResponse) -> Bool {
        let status = (200...599).contains(response.status) ? response.status : 500
        let raw = response.body.withUnsafeBytes { scanbridge_mhd_response($0.baseAddress, $0.count) }
        guard let raw else { return false }
        if !response.body.isEmpty { scanbridge_mhd_add_field(raw, "Content-Type", response.contentType) }
        scanbridge_mhd_add_field(raw, "Cache-Control", "no-store")
        scanbridge_mhd_add_field(raw, "X-Content-Type-Options", "nosniff")
        if isRefused { scanbridge_mhd_add_field(raw, "Connection", "close") }
        for (name, value) in response.headers { scanbridge_mhd_add_field(raw, name, value) }
        enter(.sending)
        return scanbridge_mhd_answer(handle, UInt32(status), raw) != 0
    }

    private func enter(_ phase: Phase) {
        // The time for a first request is one, from the connection's begin to the request's end.
        if !(phase == .receiving && isNew) { since = .now() }
        self.phase = phase
        server.changed(self)
    }

    private func fields() -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &fields) { fields in
            scanbridge_mhd_read_fields(handle, fields) { closure, name, nameCount, value, valueCount in
                let fields = closure?.assumingMemoryBound(to: [(name: String, value: String)].self)
                let name = String(decoding: UnsafeRawBufferPointer(start: name, count: nameCount), as: UTF8.self)
                let value = UnsafeRawBufferPointer(start: value, count: valueCount)
                fields?.pointee.append((name, String(decoding: value.trimmed, as: UTF8.self)))
            }
        }
        return fields
    }
}

extension UnsafeRawBufferPointer {
    /// Without the blanks at both ends, which are not a field's value.
    fileprivate var trimmed: Slice<UnsafeRawBufferPointer> {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return self[0..<0]
        }
        return self[first...last]
    }
}
