import Glibc
import JSON
import ListenerProtocol
import SystemCalls
import Testing

@testable import ListenerSocket

@Suite struct ListenerServerTests {
    @Test func answersRequestsHoweverTheyAreWritten() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        for byte in "{\"id\":1,\"method\":\"ping\"}\r\n".utf8 { client.write(bytes: [byte]) }
        #expect(client.readLine()?["id"] == 1)
        client.write("{\"id\":2,\"method\":\"status\"}\n{\"id\":3,\"method\":\"nope\"}\nnonsense\n{\"id\":4,\"meth")
        let status = client.readLine()
        #expect(status?["id"] == 2)
        #expect(status?["status"]?["waiting"] == 0)
        #expect(client.readLine()?.code == "unknown_method")
        #expect(client.readLine()?.code == "bad_json")
        client.write("od\":\"ping\"}")
        client.shutWriting()
        #expect(client.readToEnd().map { $0["id"] } == [4])
        service.wait(for: "the end") { $0.listeners.isEmpty }
    }

    @Test func answersLookupsLaterAndAtOnce() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        let leaving = try TestClient(service.path)
        leaving.write("{\"id\":1,\"method\":\"lookup\",\"params\":{\"id\":\"slow\"}}\n")
        client.write("{\"id\":1,\"method\":\"lookup\",\"params\":{\"id\":\"slow\"}}\n")
        client.write("{\"id\":2,\"method\":\"lookup\",\"params\":{\"id\":\"at once\"}}\n")
        #expect(client.readLine()?["id"] == 2)
        leaving.close()
        service.wait(for: "one to leave") { $0.listeners.count == 1 }
        service.answerLookups("found")
        let reply = client.readLine()
        #expect(reply?["id"] == 1)
        #expect(reply?["status"] == "found")
        client.write("{\"id\":3,\"method\":\"lookup\",\"params\":{\"id\":\"slow\"}}\n{\"id\":4,\"method\":\"ping\"}\n")
        #expect(client.readLine()?["id"] == 4)
        service.stop()
        #expect(client.readToEnd().map(\.code) == ["stopping"])
    }

    @Test func anOverlongLineIsOneErrorAndTheEnd() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        client.write(String(repeating: "x", count: 300_000) + "\n{\"id\":1,\"method\":\"ping\"}\n")
        #expect(client.readToEnd().map(\.code) == ["line_too_long"])
        service.wait(for: "the end") { $0.listeners.isEmpty }
    }

    @Test func knowsItsPeer() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        let listener = try #require(service.statistics.listeners.first)
        #expect(listener.peer == PeerCredentials(pid: getpid(), uid: getuid(), gid: getgid()))
        #expect(!listener.isSubscribed)
        client.subscribe()
        #expect(client.readLine()?.type == "reply")
        #expect(service.statistics.listeners.first?.isSubscribed == true)
    }

    @Test func oneThatDiesBehindTheSnapshotMissesNothing() throws {
        let service = try Service()
        defer { service.stop() }
        service.publish(["1"])
        let client = try TestClient(service.path)
        client.subscribe()
        #expect(client.readLine()?.type == "reply")
        let position = try #require(client.readLine()?.seq)
        client.close()
        service.publish(["2", "3"])
        let again = try TestClient(service.path)
        again.subscribe("\"since\":\(position),\"instance\":\"i1\"")
        service.publish(["4"])
        let lines = (0..<5).compactMap { _ in again.readLine() }
        #expect(lines.map(\.type) == ["reply", "snapshot", "scan", "scan", "scan"])
        #expect(lines.dropFirst(2).map(\.code) == ["2", "3", "4"])
    }

    @Test func afterARestartTheListenerIsToldOfTheGap() throws {
        let service = try Service(instance: "i2")
        defer { service.stop() }
        service.publish(["1", "2"])
        let client = try TestClient(service.path)
        client.subscribe("\"since\":500,\"instance\":\"i1\"")
        let lines = (0..<5).compactMap { _ in client.readLine() }
        #expect(lines.map(\.type) == ["reply", "snapshot", "gap", "scan", "scan"])
        #expect(lines.map(\.seq) == [2, 0, 0, 1, 2])
    }

    @Test func aHalfClosedSubscriberGoesOnAndIsNoticedWhenItGoes() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        client.subscribe("\"types\":[\"scan\"]")
        client.shutWriting()
        #expect(client.readLine()?.type == "reply")
        #expect(client.readLine()?.type == "snapshot")
        service.publish(["1"])
        #expect(client.readLine()?.code == "1")
        client.close()
        service.wait(for: "the end") { $0.listeners.isEmpty }
    }

    @Test func aLongHistoryArrivesWhole() throws {
        let service = try Service()
        defer { service.stop() }
        service.publish((1...6000).map { "code \($0)" })
        let client = try TestClient(service.path)
        client.subscribe("\"since\":0")
        #expect(client.readLine()?.type == "reply")
        #expect(client.readLine()?.type == "snapshot")
        let gap = client.readLine()
        #expect([gap?["from"], gap?["to"]] == [1, 1904])
        for seq in 1905...6000 { #expect(client.readLine()?.seq == Int64(seq)) }
        service.publish(["live"])
        #expect(client.readLine()?.code == "live")
        #expect(service.statistics.cutOff == 0)
    }
}
