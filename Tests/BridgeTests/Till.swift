import Bridge
import Configuration
import DemoShop
import EventLoop
import Glibc
import Keystrokes
import ListenerSocket
import Logging
import LoopTesting
import Loyalty
import Outbox
import Recordings
import Routing
import ScanbridgeClient
import Scanners
import SystemCalls

import struct ListenerProtocol.JournalRecord

/// The real bridge on a thread of its own, with a scanner that types a recording and a real socket.
final class Till: Sendable {
    let thread: LoopThread
    let bridge: Bridge
    /// The till's end of the virtual keyboard.
    let keyboard: TillKeyboard
    /// What the service said of itself, in words, each time that it was something else.
    let summaries = Journal<String>()
    private let files: TemporaryDirectory
    var directory: String { files.path }
    var socket: String { directory + "/socket" }

    /// - Parameters:
    ///   - memberURL: Nil for no endpoint.
    ///   - change: Sets what else the configuration says; it gets the directory's path.
    init(
        memberURL: String?, timeoutMilliseconds: Int = 4000, routes: [Routing] = [],
        waitMilliseconds: Int = 1000, keyboard: TillKeyboard = TillKeyboard(), continuing record: JournalRecord? = nil,
        change: (inout Configuration, String) -> Void = { _, _ in }
    ) throws {
        self.keyboard = keyboard
        files = try TemporaryDirectory(named: "scanbridge-test")
        try files.write(DemoEndpoint.token, to: "token")
        thread = try LoopThread()
        var configuration = Self.configuration(files.path, memberURL, timeoutMilliseconds, routes)
        configuration.pass.waitMilliseconds = waitMilliseconds
        // The outbox of a run goes with its directory.
        configuration.outbox.path = files.path + "/outbox.db"
        change(&configuration, files.path)
        bridge = Bridge(
            configuration: configuration, server: "scanbridge/test", continuing: record, loop: thread.loop,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            makeTypist: { [keyboard] loop, onFailure throws(SystemError) in
                try keyboard.typist(loop: loop, onFailure: onFailure)
            })
    }

    typealias Routing = (name: String, pattern: String, lookup: Bool, pass: Route.Pass)

    static func configuration(
        _ directory: String, _ memberURL: String?, _ timeoutMilliseconds: Int, _ routes: [Routing]
    ) -> Configuration {
        var configuration = Configuration()
        configuration.socket.path = directory + "/socket"
        configuration.socket.group = ""
        configuration.routes = routes.map {
            .init(name: $0.name, pattern: $0.pattern, lookup: $0.lookup, pass: $0.pass)
        }
        if let memberURL {
            configuration.endpoint = EndpointSettings(
                account: DemoEndpoint.account, tokenFile: directory + "/token", memberURL: memberURL,
                timeoutMilliseconds: timeoutMilliseconds, locale: "es")
        }
        return configuration
    }

    static func url(port: UInt16) -> String {
        "http://127.0.0.1:\(port)/agora/member/{member_id}?_token={token}&ow_account={account}"
    }

    /// Starts the bridge with a scanner that types `codes`, digits and `-`, one after the other, each ended by Enter.
    func start(typing codes: [String], unfinished: String = "") async throws {
        let recording = Self.recording(codes, unfinished)
        let bridge = bridge
        try await thread { [summaries] _ in
            let layouts = ["us": try Layout(named: "us")]
            try bridge.assumeIsolated { bridge throws in
                try bridge.start(layouts: layouts, onStatus: { summaries.append($0) }) { loop, _, layouts in
                    RecordedScanners(
                        recording: recording,
                        info: .init(id: "1:2:3", name: "Test", vendor: "0001", product: "0002", serial: "3", port: ""),
                        layouts: layouts, loop: loop)
                }
            }
        }
    }

    @discardableResult
    func stop() async throws -> JournalRecord? {
        let bridge = bridge
        return try await thread { _ in bridge.assumeIsolated { $0.stop() } }
    }

    /// Subscribes, and puts every event into a journal from a thread of its own.
    func listen() throws -> Journal<Event> {
        let journal = Journal<Event>()
        let socket = socket
        try startThread(named: "test-listener") {
            do {
                var connection = try Connection(socketPath: socket)
                try connection.subscribe(since: 0)
                while let event = try connection.nextEvent() { journal.append(event) }
            } catch {
                // The bridge was stopped: the journal holds what came.
            }
        }
        return journal
    }

    private static func recording(_ codes: [String], _ unfinished: String) -> Recording {
        var events: [InputEvent] = []
        var time: Int64 = 20_000
        func report(_ key: UInt16, _ value: Int32) {
            events.append(InputEvent(time: .init(microseconds: time), type: 1, code: key, value: value))
            events.append(InputEvent(time: .init(microseconds: time), type: 0, code: 0, value: 0))
            time += 1000
        }
        func tap(_ key: UInt16) {
            report(key, 1)
            report(key, 0)
        }
        func type(_ code: String) {
            for byte in code.utf8 { tap(byte == 0x2D ? 12 : byte == 0x30 ? 11 : UInt16(byte) - 0x2F) }
        }
        for code in codes {
            type(code)
            tap(28)
        }
        type(unfinished)
        // The recording goes on in silence: the scanner stays plugged in.
        events.append(InputEvent(time: .init(microseconds: 3_600_000_000), type: 0, code: 0, value: 0))
        return Recording(events: events)
    }
}

/// An endpoint that takes connections and never says a word.
final class SilentEndpoint: Sendable {
    let port: UInt16
    private let socket: Descriptor

    init() throws(SystemError) {
        socket = Descriptor(owning: try systemCall("socket") { Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) })
        let number = socket.number
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try systemCall("bind") {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) }
            }
        }
        try systemCall("listen") { Glibc.listen(number, 64) }
        try systemCall("getsockname") {
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }
}
