import CLinux
import Glibc
import ServiceManager
import SystemCalls
import Testing

@Suite(.serialized) struct HandedDescriptorsTests {
    /// Three memory files from number 700 on.
    private func handed(_ environment: [String: String]) throws -> HandedDescriptors {
        for number in Int32(700)..<703 {
            let file = Descriptor(owning: try systemCall("memfd_create") { scanbridge_memory_file("test") })
            try systemCall("dup2") { dup2(file.number, number) }
        }
        return HandedDescriptors(environment: { environment[$0] }, firstDescriptor: 700)
    }

    private func number(_ descriptor: consuming Descriptor?) -> Int32? { descriptor?.number }

    private func close() { for number in Int32(700)..<703 { _ = Glibc.close(number) } }

    @Test func `descriptors come by their names, each once, and exec closes them`() throws {
        let handed = try handed([
            "LISTEN_PID": "\(getpid())", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "listeners:grab-13-64:grab-13-64",
        ])
        #expect(handed.names == ["listeners", "grab-13-64", "grab-13-64"])
        #expect(fcntl(701, F_GETFD) & FD_CLOEXEC != 0)
        #expect(number(handed.take("grab-13-64")) == 701)
        #expect(number(handed.take("grab-13-64")) == 702)
        #expect(number(handed.take("grab-13-64")) == nil)
        #expect(handed.names == ["listeners"])
        // What was taken is closed by its owner.
        #expect(fcntl(701, F_GETFD) == -1)
    }

    @Test(arguments: [
        [:], ["LISTEN_PID": "1", "LISTEN_FDS": "3"], ["LISTEN_FDS": "3"],
        ["LISTEN_PID": "SELF", "LISTEN_FDS": "-3"], ["LISTEN_PID": "SELF", "LISTEN_FDS": "99999999999"],
    ])
    func `what is not meant for this process is left alone`(environment: [String: String]) throws {
        let handed = try handed(environment.mapValues { $0 == "SELF" ? "\(getpid())" : $0 })
        defer { close() }
        #expect(handed.names.isEmpty)
        #expect(fcntl(700, F_GETFD) & FD_CLOEXEC == 0)
    }

    @Test func `fewer names or descriptors than announced`() throws {
        let handed = try handed(["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "5", "LISTEN_FDNAMES": "listeners"])
        #expect(handed.names == ["listeners", "", ""])
    }
}
