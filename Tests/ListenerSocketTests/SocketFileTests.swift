import Glibc
import JSON
import ListenerSocket
import LoopTesting
import SystemCalls
import Testing

@Suite struct SocketFileTests {
    private func code(_ body: () throws -> Service) -> ListenerSocketError.Code? {
        do {
            try body().stop()
            return nil
        } catch {
            return (error as? ListenerSocketError)?.code
        }
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test func makesDirectoryAndSocketAndRemovesTheSocket() throws {
        let path = try temporaryPath() + "/deeper.sock"
        let service = try Service(path: path, mode: 0o600)
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode == S_IFSOCK | 0o600)
        _ = try TestClient(path)
        service.stop()
        #expect(!exists(path))
        #expect(!exists(path + ".lock"))
    }

    @Test func aStaleSocketIsReplaced() throws {
        let path = try temporaryPath()
        close(bindSocket(path, listens: false))
        #expect(exists(path))
        let service = try Service(path: path)
        _ = try TestClient(path)
        service.stop()
    }

    @Test func aSecondServiceIsRefusedAndTheFirstGoesOn() throws {
        let service = try Service()
        #expect(code { try Service(path: service.path) } == .alreadyRunning)
        _ = try TestClient(service.path)
        service.stop()
        #expect(code { try Service(path: service.path) } == nil)
    }

    @Test func aSocketOfAnotherProgramIsLeftAlone() throws {
        let path = try temporaryPath()
        let number = bindSocket(path, listens: true)
        defer { close(number) }
        #expect(code { try Service(path: path) } == .alreadyRunning)
        #expect(exists(path))
        #expect(!exists(path + ".lock"))
    }

    /// As a start does that a person must mend, with listeners waiting on the socket that systemd holds.
    @Test func whoWaitsForAServiceThatDoesNotStartIsTold() throws {
        let path = try temporaryPath()
        let socket = Descriptor(owning: bindSocket(path, listens: true))
        let clients = try (0..<5).map { _ in try TestClient(path, greets: false) }
        ListenerServer.decline(socket, because: "mend line 3")
        for client in clients {
            let line = client.readLine()
            #expect(line?.type == "error")
            #expect(line?.code == "not_started")
            #expect(line?["message"] == "mend line 3")
            #expect(client.readLine() == nil)
        }
        // With nobody waiting it does not wait either.
        ListenerServer.decline(socket, because: "mend line 3")
    }

    @Test func aSocketThatTookThePlaceIsNotRemoved() throws {
        let service = try Service()
        unlink(service.path)
        let number = bindSocket(service.path, listens: true)
        defer { close(number) }
        service.stop()
        #expect(exists(service.path))
    }

    @Test func ofManyThatStartAtOnceOneGetsIt() throws {
        for _ in 0..<20 {
            let path = try temporaryPath()
            close(bindSocket(path, listens: false))
            let attempts = (0..<8).map { _ in Answer<Service>() }
            for attempt in attempts { try startThread(named: "attempt") { attempt.set(try? Service(path: path)) } }
            let services = attempts.compactMap { $0.wait() }
            #expect(services.count == 1)
            _ = try TestClient(path)
            for service in services { service.stop() }
        }
    }

    @Test func saysWhatIsWrongWithTheSettings() throws {
        let path = try temporaryPath()
        #expect(code { try Service(path: "") } == .pathTooLong)
        #expect(code { try Service(path: "/tmp/" + String(repeating: "x", count: 103)) } == .pathTooLong)
        #expect(code { try Service(path: path + "/a/b/c") } == .noDirectory)
        #expect(code { try Service(path: path, group: "no-such-group-here") } == .unknownGroup)
        #expect(!exists(path))
        #expect(!exists(path + ".lock"))
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(code { try Service(path: path) } == .notASocket)
        #expect(exists(path))
    }

    @Test func theLongestPathWorks() throws {
        let start = try temporaryPath()
        let path = start + String(repeating: "x", count: 107 - start.utf8.count)
        let service = try Service(path: path)
        _ = try TestClient(path)
        service.stop()
    }

    @Test func adoptsAListeningSocket() throws {
        let path = try temporaryPath()
        let service = try Service(path: path, adopting: bindSocket(path, listens: true))
        _ = try TestClient(path)
        service.stop()
        #expect(exists(path))
    }
}
