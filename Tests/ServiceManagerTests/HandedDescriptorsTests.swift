import CLinux
import Glibc
import ServiceManager
import SystemCalls
import Testing

/// Each in a process of its own, where nobody else has descriptors of the numbers that are handed over.
@Suite struct HandedDescriptorsTests {
    @Test func `descriptors come by their names, each once, and exec closes them`() async {
        await #expect(processExitsWith: .success) {
            let handed = try handedOver([
                "LISTEN_PID": "\(getpid())", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "listeners:grab-13-64:grab-13-64",
            ])
            try #require(handed.names == ["listeners", "grab-13-64", "grab-13-64"])
            try #require(fcntl(701, F_GETFD) & FD_CLOEXEC != 0)
            try #require(number(handed.take("grab-13-64")) == 701)
            try #require(number(handed.take("grab-13-64")) == 702)
            try #require(number(handed.take("grab-13-64")) == nil)
            try #require(handed.names == ["listeners"])
            // What was taken is closed by its owner.
            try #require(fcntl(701, F_GETFD) == -1)
        }
    }

    @Test func `what is not meant for this process is left alone`() async {
        await #expect(processExitsWith: .success) {
            let own = "\(getpid())"
            let environments = [
                [:], ["LISTEN_PID": "1", "LISTEN_FDS": "3"], ["LISTEN_FDS": "3"],
                ["LISTEN_PID": own, "LISTEN_FDS": "-3"], ["LISTEN_PID": own, "LISTEN_FDS": "99999999999"],
            ]
            for environment in environments {
                let handed = try handedOver(environment)
                try #require(handed.names.isEmpty)
                try #require(fcntl(700, F_GETFD) & FD_CLOEXEC == 0)
            }
        }
    }

    @Test func `fewer names or descriptors than announced`() async {
        await #expect(processExitsWith: .success) {
            let handed = try handedOver([
                "LISTEN_PID": "\(getpid())", "LISTEN_FDS": "5", "LISTEN_FDNAMES": "listeners",
            ])
            try #require(handed.names == ["listeners", "", ""])
        }
    }
}

/// Three memory files from number 700 on.
private func handedOver(_ environment: [String: String]) throws -> HandedDescriptors {
    for number in Int32(700)..<703 {
        let file = Descriptor(owning: try systemCall("memfd_create") { scanbridge_growing_memory_file("test") })
        try systemCall("dup2") { dup2(file.number, number) }
    }
    return HandedDescriptors(environment: { environment[$0] }, firstDescriptor: 700)
}

private func number(_ descriptor: consuming Descriptor?) -> Int32? { descriptor?.number }
