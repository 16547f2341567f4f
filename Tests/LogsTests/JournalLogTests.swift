import Glibc
import Logging
import SystemCalls
import Testing

@testable import Logs

@Suite(.serialized) struct JournalLogTests {
    /// journald's side: a datagram socket that is read by hand.
    private final class Journal {
        let directory: TemporaryDirectory
        let path: String
        private let socket: Descriptor

        init() throws {
            directory = try TemporaryDirectory(named: "scanbridge-journal")
            path = "\(directory.path)/socket"
            socket = Descriptor(
                owning: try systemCall("socket") { Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0) })
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let number = socket.number
            try systemCall("bind") {
                withUnsafePointer(to: address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                    }
                }
            }
        }

        /// The next datagram; nil if there is none.
        func read() -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: 1 << 18)
            let count = recv(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : Array(buffer[..<count])
        }

        func readText() -> String? { read().map { String(decoding: $0, as: UTF8.self) } }

        func logger(limited: Bool = false) throws -> Logger {
            let path = path
            let socket = try JournalSocket(path: path)
            return Logger(label: "test") { _ in
                limited
                    ? ServiceLog.handler(.info, isJournal: true, path: path) : JournalLog(socket, level: .info)
            }
        }
    }

    @Test func fieldsAreTheMetadatas() throws {
        let journal = try Journal()
        var logger = try journal.logger()
        logger[metadataKey: "service"] = "a"
        logger.warning("scan damaged", metadata: ["scanner": "0c2e:0204:S 1", "reason": "overflow", "odd-key.ä": "1"])
        #expect(
            journal.readText() == """
                MESSAGE=scan damaged odd-key.ä=1 reason=overflow scanner="0c2e:0204:S 1" service=a
                PRIORITY=4
                SYSLOG_IDENTIFIER=scanbridge
                SCANBRIDGE_ODD_KEY___=1
                SCANBRIDGE_REASON=overflow
                SCANBRIDGE_SCANNER=0c2e:0204:S 1
                SCANBRIDGE_SERVICE=a

                """)
        logger.debug("not wanted")
        #expect(journal.read() == nil)
    }

    @Test(arguments: zip([Logger.Level.info, .notice, .warning, .error, .critical], [6, 5, 4, 3, 2]))
    func levelsAreSyslogs(level: Logger.Level, priority: Int) throws {
        let journal = try Journal()
        try journal.logger().log(level: level, "x")
        #expect(journal.readText()?.contains("\nPRIORITY=\(priority)\n") == true)
    }

    /// A scanner may call itself anything; no field of its making must come about.
    @Test func hostileTextMakesNoField() throws {
        let journal = try Journal()
        try journal.logger().info("scanner connected", metadata: ["name": "x\nPRIORITY=0\n_UID=0\u{1B}[2J\u{202E}"])
        let text = try #require(journal.readText())
        #expect(
            text.split(separator: "\n").map { $0.prefix { $0 != "=" } } == [
                "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "SCANBRIDGE_NAME",
            ])
        #expect(text.contains("SCANBRIDGE_NAME=x\u{FFFD}PRIORITY=0\u{FFFD}_UID=0\u{FFFD}[2J\u{FFFD}\n"))
    }

    /// The protocol's other form, for values with line feeds.
    @Test func aValueWithALineFeedHasItsLengthInFront() throws {
        let event = LogEvent(
            level: .info, message: "m", metadata: nil, source: nil, file: "", function: "", line: 0)
        var text = LogText(event, [:], missed: 0)
        #expect(String(decoding: JournalEntry(text, priority: 6).bytes, as: UTF8.self).hasPrefix("MESSAGE=m\n"))
        text = LogText(message: "a\nb", fields: [("k", "1\n")])
        let length = { (count: UInt8) -> [UInt8] in [count, 0, 0, 0, 0, 0, 0, 0] }
        let expected: [UInt8] =
            Array("MESSAGE\n".utf8) + length(3)
            + Array("a\nb\nPRIORITY=6\nSYSLOG_IDENTIFIER=scanbridge\nSCANBRIDGE_K\n".utf8)
            + length(2) + Array("1\n\n".utf8)
        #expect(JournalEntry(text, priority: 6).bytes == expected)
    }

    @Test func longValuesAndNamesAreCut() {
        let text = LogText(
            message: String(repeating: "m", count: 100_000),
            fields: (0..<100).map {
                ("k\($0)" + String(repeating: "x", count: 100), String(repeating: "v", count: 100_000))
            })
        let bytes = JournalEntry(text, priority: 6).bytes
        #expect(bytes.count < 33 * 4200)
        let names = bytes.split(separator: UInt8(ascii: "\n")).map { $0.prefix { $0 != UInt8(ascii: "=") } }
        #expect(names.allSatisfy { $0.count <= 64 } && names.count == 3 + 32)
    }

    @Test func aFullJournalIsNotWaitedForAndTheNextLineTellsHowManyWereDropped() throws {
        let journal = try Journal()
        let logger = try journal.logger()
        _ = DroppedLines.take()
        let start = MonotonicTime.now()
        for number in 0..<5000 { logger.info("line", metadata: ["number": "\(number)"]) }
        #expect(MonotonicTime.now().milliseconds(since: start) < 5000)
        var received = 0
        while journal.read() != nil { received += 1 }
        #expect(received > 0 && received < 5000)
        logger.info("after")
        let text = try #require(journal.readText())
        #expect(text.hasPrefix("MESSAGE=after (\(5000 - received) lines before this one were dropped)\n"))
        logger.info("again")
        #expect(journal.readText()?.hasPrefix("MESSAGE=again\n") == true)
    }

    @Test func aJournalThatComesBackIsFoundAgain() throws {
        var journal = try Journal()
        let logger = try journal.logger()
        let (directory, path) = (journal.directory, journal.path)
        logger.info("one")
        #expect(journal.read() != nil)
        unlink(path)
        // To standard error.
        logger.info("two")
        try withExtendedLifetime(directory) {
            journal = try Journal()
            try systemCall("rename") { rename(journal.path, path) }
            logger.info("three")
            #expect(journal.readText()?.hasPrefix("MESSAGE=three\n") == true)
        }
    }

    @Test func whatRepeatsIsLimited() throws {
        let journal = try Journal()
        let logger = try journal.logger(limited: true)
        // Each is read at once, since the kernel may hold as few as ten.
        var texts: [String] = []
        for _ in 0..<50 {
            logger.info("flapping")
            while let text = journal.readText() { texts.append(text) }
        }
        logger.info("serving")
        while let text = journal.readText() { texts.append(text) }
        #expect(texts.count == 21 && texts.last?.hasPrefix("MESSAGE=serving\n") == true)
    }

    @Test(arguments: [
        ("8:123", JournalStream(device: 8, inode: 123)), ("", nil), ("8", nil), ("8:", nil), ("8:1:2", nil),
        ("a:1", nil),
    ])
    func theStreamsVariableIsRead(text: String, stream: JournalStream?) {
        #expect(JournalStream(text) == stream)
    }

    /// The variable is inherited also by who writes elsewhere.
    @Test func onlyTheStreamItselfIsTheJournals() throws {
        let pipe = try Journal()
        let file = try Descriptor.open("\(pipe.directory.path)/file", O_WRONLY | O_CREAT, mode: 0o600)
        let stream = try #require(JournalStream(descriptor: file.number))
        #expect(JournalStream("\(stream.device):\(stream.inode)") == stream)
        #expect(JournalStream(descriptor: STDERR_FILENO) != stream && JournalStream(descriptor: -1) == nil)
    }
}
