import Glibc
import ListenerProtocol
import LoopTesting
import ScanbridgeClient
import Testing

@Suite struct EventStreamTests {
    private func scans(_ events: [ScanbridgeClient.Event]) -> [String] {
        events.compactMap { if case .scan(let scan) = $0.kind { scan.code } else { nil } }
    }

    /// Reads until a scan with this code.
    private func read(
        _ iterator: inout EventStream.Iterator, until code: String
    ) async throws -> [ScanbridgeClient.Event] {
        var events: [ScanbridgeClient.Event] = []
        while let event = try await iterator.next() {
            events.append(event)
            if case .scan(let scan) = event.kind, scan.code == code { break }
        }
        return events
    }

    private func snapshots(_ events: [ScanbridgeClient.Event]) -> Int {
        events.count { if case .snapshot = $0.kind { true } else { false } }
    }

    @Test func waitsForTheServiceAndOutlivesItsRestart() async throws {
        let path = try temporaryPath()
        var iterator = EventStream(socketPath: path, types: ["scan"]).makeAsyncIterator()
        var service = try Service(path: path)
        let first = try await iterator.next()
        #expect(first.map { snapshots([$0]) } == 1)
        service.publish(1...3)
        #expect(scans(try await read(&iterator, until: "code 3")) == ["code 1", "code 2", "code 3"])
        service.stop()

        service = try Service(path: path, instance: "i2")
        service.publish(4...5)
        let events = try await read(&iterator, until: "code 5")
        #expect(snapshots(events) == 1)
        #expect(events.contains { if case .gap(from: 0, to: 0) = $0.kind { true } else { false } })
        #expect(scans(events) == ["code 4", "code 5"])
        service.stop()
    }

    /// Far more than what fits between the two: the service cuts it off, and it goes on where it was.
    @Test func aSlowProgramGetsAllOrAGap() async throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        var iterator = EventStream(socketPath: path).makeAsyncIterator()
        _ = try await iterator.next()
        let total = 12_000
        service.publish(1...total)
        var next: UInt64 = 1
        while next <= UInt64(total), let event = try await iterator.next() {
            switch event.kind {
            case .scan(let scan):
                #expect(scan.code == "code \(next)")
                #expect(event.seq == next)
                next += 1
            case .gap(let from, let to):
                #expect(from == next)
                next = to + 1
            case .lagged(let from, _): #expect(from == next)
            case .snapshot: #expect(event.seq == next - 1)
            default: Issue.record("unexpected \(event.kind)")
            }
        }
        #expect(next == UInt64(total) + 1)
    }

    @Test func doesNotWaitIfToldSo() async throws {
        let stream = EventStream(socketPath: try temporaryPath(), waitsForService: false)
        await #expect(throws: ClientError.self) { for try await _ in stream {} }
    }

    @Test func saysSoIfATypeIsNotKnown() async throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        var iterator = EventStream(socketPath: path, types: ["sacn"]).makeAsyncIterator()
        do {
            _ = try await iterator.next()
            Issue.record("it was taken")
        } catch {
            #expect(error.code == "bad_request")
        }
        let end = try await iterator.next()
        #expect(end == nil)
    }

    @Test func cancellingEndsIt() async throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        let task = Task {
            var count = 0
            for try await _ in EventStream(socketPath: path) { count += 1 }
            return count
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(try await task.value <= 1)
    }
}
