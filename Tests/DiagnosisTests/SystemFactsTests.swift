import Glibc
import SystemCalls
import Testing

@testable import Diagnosis

@Suite struct SystemFactsTests {
    private static func clock(
        _ now: Int, earliest: Int = 1000, ahead: Int? = nil, isKept: Bool? = true
    ) -> ClockReading {
        ClockReading(now: now, earliest: earliest, endpointAhead: ahead, isKept: isKept)
    }

    @Test func theClock() {
        #expect(Self.clock(1000).verdict == .good && !Self.clock(1000).isDoubtful)
        #expect(Self.clock(999).verdict == .beforeProgram)
        #expect(Self.clock(2000, ahead: 180).verdict == .good && Self.clock(2000, ahead: -180).verdict == .good)
        #expect(Self.clock(2000, ahead: 181).verdict == .off(seconds: 181))
        #expect(Self.clock(2000, ahead: -3600).verdict == .off(seconds: -3600))
        #expect(Self.clock(2000, isKept: false).verdict == .notKept)
        // That nobody says is no fault.
        #expect(Self.clock(2000, isKept: nil).verdict == .good)
    }

    @Test func theClocksFaultsSayWhatToDo() {
        for (clock, level) in [
            (Self.clock(1), Finding.Level.fault(.unavailable)), (Self.clock(2000, ahead: 900), .fault(.unavailable)),
            (Self.clock(2000, isKept: false), .warning),
        ] {
            #expect(clock.finding.level == level && clock.finding.message.contains("timedatectl set-ntp true"))
        }
        #expect(Self.clock(2000, ahead: 900).finding.message.contains("900 s behind"))
        #expect(Self.clock(2000, ahead: -900).finding.message.contains("900 s ahead"))
    }

    @Test func theClockIsRead() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-diagnosis")
        try directory.write("", to: "program")
        let none = ClockReading.read(program: "\(directory.path)/program", run: directory.path, kernel: false)
        #expect(none.isKept == false && none.now >= none.earliest && none.earliest > 1_767_225_600)
        #expect(ClockReading.read(program: "/none", run: directory.path, kernel: true).isKept == true)
        // A program of tomorrow.
        var times = [timespec(), timespec()]
        for index in 0...1 { times[index].tv_sec = none.now + 86_400 }
        try systemCall("utimensat") { utimensat(AT_FDCWD, "\(directory.path)/program", times, 0) }
        #expect(
            ClockReading.read(program: "\(directory.path)/program", run: "/none", kernel: true).verdict
                == .beforeProgram)
    }

    @Test func theService() {
        func level(_ state: ServiceFacts.State, hasUnit: Bool = true) -> Finding.Level {
            ServiceFacts(socket: "/run/s", state: state, hasUnit: hasUnit).finding.level
        }
        #expect(level(.running(server: "scanbridge/1", scanners: 2)) == .good)
        #expect(level(.noSocket) == .fault(.unavailable) && level(.noAnswer) == .fault(.unavailable))
        #expect(level(.noSocket, hasUnit: false) == .warning)
        #expect(level(.noPermission) == .unseen && level(.failed("x")) == .fault(.unavailable))
        let down = ServiceFacts(socket: "/run/s", state: .noSocket, hasUnit: true).finding.message
        #expect(down.contains("sudo systemctl start scanbridge"))
    }

    @Test func processesThatHoldAFileAreFound() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-diagnosis")
        let path = "\(directory.path)/node"
        // The shell opens it and becomes sleep, whose name is then the process's.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 9, path, O_RDWR | O_CREAT, 0o600)
        var process = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawn(&process, "/bin/sleep", &actions, nil, &arguments, &environment) == 0)
        defer {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        // The kernel lets the parent go on a moment before the child has its new name.
        let deadline = MonotonicTime.now().adding(milliseconds: 10_000)
        while !Processes().named("sleep").contains(where: { $0.number == Int(process) }), MonotonicTime.now() < deadline
        {
            sched_yield()
        }
        let own = try Descriptor.open(path, O_RDONLY)
        let holders = withExtendedLifetimeOf(own) { Processes().holders(of: path) }
        #expect(holders.processes == [.init(number: Int(process), program: "sleep")], "but for this process")
        #expect(Processes().named("sleep").contains { $0.number == Int(process) })
        #expect(Processes().holders(of: "/nonexistent").processes.isEmpty)
        #expect(Processes(root: "/nonexistent").named("sleep").isEmpty)
    }

    private func withExtendedLifetimeOf<Result>(_ descriptor: borrowing Descriptor, _ body: () -> Result) -> Result {
        body()
    }
}
