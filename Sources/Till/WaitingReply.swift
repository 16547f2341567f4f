import EventLoop
import LocalHTTP

/// A reply that is given from another thread.
// @unchecked: `reply` is touched on the loop's thread alone: it is made there, and sent in work that is posted there, which also lets go of it.
final class WaitingReply: @unchecked Sendable {
    private let loop: EventLoop
    private var reply: HTTPReply?

    init(_ reply: HTTPReply, loop: EventLoop) {
        self.reply = reply
        self.loop = loop
    }

    /// Whether it was given. Asked on the loop's thread.
    var isGiven: Bool { reply == nil }

    /// Answers, from any thread.
    func send(_ response: @escaping @Sendable () -> HTTPResponse) {
        loop.post { [self] in sendNow(response()) }
    }

    /// Answers, on the loop's thread. Only the first answer counts.
    func sendNow(_ response: HTTPResponse) {
        reply?.send(response)
        reply = nil
    }
}
