/// The right to answer one request. Belongs to the loop's thread.
///
/// If it is let go without an answer, the client gets 500.
public final class HTTPReply {
    private weak var connection: HTTPConnection?

    init(_ connection: HTTPConnection) {
        self.connection = connection
    }

    deinit {
        guard connection != nil else { return }
        send(HTTPResponse(refusing: 500, "not_answered", "The service did not answer this request. Report this."))
    }

    /// Whether the client has closed the connection, at least its own direction of it, or the server has. An answer would most
    /// likely reach nobody.
    public var isClientGone: Bool { connection?.isClientGone ?? true }

    /// Answers. Only the first call counts; an answer for a client that has gone meanwhile is dropped.
    public func send(_ response: HTTPResponse) {
        let connection = self.connection
        self.connection = nil
        connection?.answer(response)
    }

    /// The request is over; what is sent from now on goes nowhere.
    func detach() {
        connection = nil
    }
}
