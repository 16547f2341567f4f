import Glibc
import JSON
import ListenerProtocol
import ListenerSocket
import SystemCalls
import Testing

@Suite struct SlowListenerTests {
    /// Subscribes and reads up to the snapshot.
    private func subscriber(_ service: Service, _ parameters: String = "") throws -> TestClient {
        let client = try TestClient(service.path)
        client.subscribe(parameters)
        try #require(client.readLine()?.type == "reply")
        try #require(client.readLine()?.type == "snapshot")
        return client
    }

    @Test func aStoppedListenerIsBoundedAndResumesWithoutAHole() throws {
        let service = try Service()
        defer { service.stop() }
        let stopped = try subscriber(service)
        let reader = try subscriber(service)
        // Beyond what the kernel and the queue hold together, in steps that a busy machine's reader can follow.
        let total = 6000
        for start in stride(from: 1, through: total, by: 100) {
            service.publish((start..<start + 100).map { "code \($0)" })
            for seq in start..<start + 100 { #expect(reader.readLine()?.seq == Int64(seq)) }
            let statistics = service.statistics
            for listener in statistics.listeners {
                #expect(listener.queuedLines <= 1024)
                #expect(listener.queuedBytes <= 1 << 20)
            }
        }
        #expect(service.statistics.cutOff == 1)
        #expect(service.statistics.listeners.count == 1)

        // What was on its way is whole, in order, and nothing else.
        var position: Int64 = 0
        for line in stopped.readToEnd() {
            if line.type == "lagged" {
                #expect(line["from"]?.integer == position + 1)
                #expect(line.seq == position)
            } else {
                #expect(line.seq == position + 1)
                position += 1
            }
        }
        #expect(position > 0)
        #expect(position < Int64(total))
        let again = try subscriber(service, "\"since\":\(position),\"instance\":\"i1\"")
        while position < Int64(total), let line = again.readLine() {
            if line.type == "gap" {
                #expect(line["from"]?.integer == position + 1)
                position = line["to"]?.integer ?? 0
                #expect(position == Int64(total) - 4096)
            } else {
                position += 1
                #expect(line.seq == position)
            }
        }
        #expect(position == Int64(total))
    }

    @Test func oneThatReadsByteByByteIsCutOffBetweenLines() throws {
        var limits = ListenerLimits()
        limits.queuedMilliseconds = 300
        let service = try Service(limits: limits)
        defer { service.stop() }
        let slow = try subscriber(service)
        let reader = try subscriber(service)
        for start in stride(from: 1, through: 2000, by: 50) {
            service.publish((start..<start + 50).map { "code \($0)" })
            for seq in start..<start + 50 { #expect(reader.readLine()?.seq == Int64(seq)) }
            #expect(slow.readBytes(step: 1) != nil)
        }
        service.wait(for: "the slow one's end") { $0.cutOff == 1 && $0.listeners.count == 1 }
        var last: Int64 = 40
        for line in slow.readToEnd() {
            #expect(line.type == "scan" || line.type == "lagged")
            if line.type == "scan" {
                #expect(line.seq == last + 1)
                last += 1
            } else {
                #expect(line.seq == last)
            }
        }
    }

    @Test func oneThatOnlyWritesIsStoppedAndThenCutOff() throws {
        var limits = ListenerLimits()
        limits.queuedMilliseconds = 300
        let service = try Service(limits: limits)
        defer { service.stop() }
        let writer = try TestClient(service.path)
        let other = try subscriber(service)
        for round in 1...10_000 {
            writer.writeUntilFull(String(repeating: "{\"id\":\(round),\"method\":\"ping\"}\n", count: 10))
            service.publish(["\(round)"])
            #expect(other.readLine()?.code == "\(round)")
            let statistics = service.statistics
            #expect(statistics.listeners.allSatisfy { $0.queuedLines <= 160 })
            if statistics.cutOff == 1 { break }
        }
        service.wait(for: "the writer's end") { $0.cutOff == 1 && $0.listeners.count == 1 }
        #expect(writer.readToEnd().allSatisfy { $0.type == "reply" })
    }

    /// Replies and events meet on a full buffer: each line is whole, and events and replies are in order.
    @Test func repliesAndEventsOnAFullBuffer() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try subscriber(service)
        for round in 0..<20 {
            service.publish((0..<50).map { "code \(round) \($0) " + String(repeating: "x", count: 300) })
            client.write("{\"id\":\(round),\"method\":\"ping\"}\n")
        }
        var seq: Int64 = 0
        var replies: Int64 = 0
        while seq < 1000 || replies < 20, let line = client.readLine() {
            if line.type == "reply" {
                #expect(line["id"]?.integer == replies)
                #expect((line.seq ?? 0) >= seq)
                replies += 1
            } else {
                #expect(line.seq == seq + 1)
                seq += 1
            }
        }
        #expect(seq == 1000)
        #expect(replies == 20)
        #expect(service.statistics.cutOff == 0)
    }
}
