import LocalHTTP
import TextChecks
import Till

extension TillSettings {
    enum Key: String, CaseIterable {
        case listen
        case tokenFile = "token_file"
        case answer = "answer_ms"
        case queuedText = "queued_text"
    }

    init(from table: TableReader<Key>) throws(ConfigurationError) {
        let address = try table.text(.listen, atMost: 64) ?? Self.defaultAddress
        guard let listen = LoopbackAddress(address), listen.port != 0 else {
            throw table.badValue(
                .listen,
                "must be a loopback address with a port from 1 to 65535, such as \"\(Self.defaultAddress)\": the till runs on this machine"
            )
        }
        self.init(listen: listen)
        if let path = try table.text(.tokenFile, atMost: 4095) {
            guard path.isAbsolutePath() else {
                throw table.badValue(.tokenFile, "must be the path of the file that holds the till's token, from / on")
            }
            tokenFile = path
        }
    }
}

extension AnswerSettings {
    init(from table: TableReader<TillSettings.Key>, locale: String) throws(ConfigurationError) {
        self.init(locale: locale)
        answerMilliseconds = try table.integer(.answer, in: Self.answerRange) ?? answerMilliseconds
        if let text = try table.text(.queuedText, atMost: Self.maxQueuedTextBytes) { queuedText = text }
    }
}
