import CLinux
import Glibc
import JSON
import ListenerProtocol
import ListenerSocket
import SystemCalls
import Testing

@Suite struct ManyListenersTests {
    @Test func aThousandListenersGetEachEvent() throws {
        try #require(try DescriptorLimit.raise(to: 8192) >= 4096)
        let service = try Service()
        defer { service.stop() }
        let clients = try (0..<1000).map { _ in try TestClient(service.path) }
        for client in clients { client.subscribe() }
        for client in clients {
            #expect(client.readLine()?.type == "reply")
            #expect(client.readLine()?.type == "snapshot")
        }
        service.publish(["1", "2", "3"])
        for client in clients {
            let codes = (0..<3).map { _ in client.readLine()?.code }
            #expect(codes == ["1", "2", "3"])
        }
    }

    @Test func aFloodFromOneUserLeavesTheLastPlaces() throws {
        try #require(try DescriptorLimit.raise(to: 8192) >= 4096)
        let service = try Service()
        defer { service.stop() }
        let clients = try (0..<1100).map { _ in try TestClient(service.path, greets: false) }
        let first = clients.map { $0.readLine() }
        #expect(first.filter { $0?.type == "hello" }.count == 1008)
        #expect(first.filter { $0?.code == "too_many_listeners" }.count == 92)
        #expect(zip(clients, first).allSatisfy { $1?.type == "hello" || $0.readLine() == nil })
        #expect(service.statistics.refused == 92)
        // One that goes makes room for another one.
        clients.first?.close()
        service.wait(for: "a free place") { $0.listeners.count == 1007 }
        _ = try TestClient(service.path)
    }

    /// In a process of its own, as the limit is the process's.
    @Test func withoutADescriptorLeftItRefusesAndGoesOn() async {
        await #expect(processExitsWith: .success) {
            let service = try Service()
            let listener = try TestClient(service.path)
            listener.subscribe()
            try #require(listener.readLine()?.type == "reply")
            try #require(listener.readLine()?.type == "snapshot")
            let clients = (0..<40).map { _ in TestClient() }
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let before = limit
            limit.rlim_cur = rlim_t((clients.last?.number ?? 0) + 1)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            // Nothing below the limit is free any more.
            var fillers: [Int32] = []
            while true {
                let number = open("/dev/null", O_RDONLY)
                if number < 0 { break }
                fillers.append(number)
            }

            for client in clients { try client.connect(service.path) }
            for client in clients {
                try #require(client.readLine()?.code == "too_many_listeners")
                try #require(client.readLine() == nil)
            }
            service.publish(["1"])
            try #require(listener.readLine()?.code == "1")

            for number in fillers { close(number) }
            var raised = before
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised)
            _ = try TestClient(service.path)
            service.stop()
        }
    }
}
