import EventLoop
import SystemCalls

/// Posts invoices to the provider, without ever blocking the loop's thread: requests are made on a thread of their own, which begins with
/// the first one. Belongs to the loop's thread; the loop keeps it alive until ``stop()``.
public final class InvoiceSender {
    /// How one request ended.
    public enum End: Equatable, Sendable {
        /// The provider has answered; `body` is cut off where `isTooLarge`.
        case answer(status: Int, body: [UInt8], isTooLarge: Bool, retryAfterSeconds: Int?)
        /// There was no answer, or no request. Nobody knows whether the provider has the invoice.
        case failed(OutcomeDetail)
    }

    private let loop: EventLoop
    private let userAgent: String
    private let credentials: String?
    private let mailbox: AttemptMailbox<End>
    private let onEnd: (UInt64, End) -> Void
    private var transport: HTTPTransport
    /// Of earlier settings, with requests that may still be under way.
    private var earlier: [HTTPTransport] = []
    private var isStopped = false

    /// - Parameters:
    ///   - userAgent: What requests say of this program, for example `scanbridge/0.1.0`.
    ///   - credentials: systemd's directory of credentials; nil for this process's own.
    ///   - onEnd: Called on the loop's thread, once for each request.
    /// - Throws: ``SettingFault`` for settings that cannot be used, `SystemError` if the system gives no descriptor.
    public init(
        settings: EndpointSettings, loop: EventLoop, userAgent: String, credentials: String? = nil,
        onEnd: @escaping (UInt64, End) -> Void
    ) throws {
        self.loop = loop
        self.userAgent = userAgent
        self.credentials = credentials ?? EndpointSettings.ownCredentials
        self.onEnd = onEnd
        mailbox = try AttemptMailbox()
        transport = try Self.transport(settings, userAgent, self.credentials, mailbox)
        try loop.watch(mailbox.descriptor.number, for: [.readable], source: self)
    }

    /// Posts an invoice.
    ///
    /// - Parameters:
    ///   - attempt: Names the request; a number that was not used before.
    ///   - key: Goes along as `Idempotency-Key`.
    public func send(_ attempt: UInt64, _ invoice: [UInt8], key: String, timeoutMilliseconds: Int) {
        transport.start(attempt, .purchase(invoice, key: key), timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Uses other settings from the next invoice on.
    ///
    /// - Throws: ``SettingFault`` or `SystemError`; then everything stays as it was.
    public func replace(settings: EndpointSettings) throws {
        let next = try Self.transport(settings, userAgent, credentials, mailbox)
        transport.finish()
        earlier.removeAll(where: \.hasEnded)
        earlier.append(transport)
        transport = next
    }

    /// Ends the requests and their thread, without results. Calling it twice does nothing.
    public func stop() {
        guard !isStopped else { return }
        isStopped = true
        loop.unwatch(mailbox.descriptor.number)
        for transport in earlier + [transport] { transport.stop() }
        earlier = []
    }

    private static func transport(
        _ settings: EndpointSettings, _ userAgent: String, _ credentials: String?, _ mailbox: AttemptMailbox<End>
    ) throws -> HTTPTransport {
        try settings.check()
        guard let url = settings.purchaseURL else {
            throw SettingFault(
                key: "endpoint.purchase_url", message: "must be given where member_url is not the provider's own")
        }
        let transport = HTTPTransport.Settings(
            url: try EndpointURL(url, .purchase), account: settings.account,
            token: TokenFile(path: settings.tokenFile, credentials: credentials), headers: settings.headers,
            caFile: settings.caFile, userAgent: userAgent)
        return try HTTPTransport(transport, threadName: "purchases") { attempt, end in
            mailbox.post(AttemptMailbox.Letter(attempt: attempt, end: End(end)))
        }
    }
}

extension InvoiceSender: EventSource {
    public func ready(_ readiness: Readiness) {
        for letter in mailbox.takeAll() where !isStopped { onEnd(letter.attempt, letter.end) }
    }
}

extension InvoiceSender.End {
    fileprivate init(_ end: HTTPTransport.End) {
        switch end {
        case .failed(let outcome): self = .failed(outcome.detail)
        case .answer(let answer):
            self = .answer(
                status: answer.status, body: answer.body, isTooLarge: answer.isTooLarge,
                retryAfterSeconds: answer.retryAfterSeconds)
        }
    }
}
