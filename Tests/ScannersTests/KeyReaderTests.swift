import EventLoop
import Glibc
import Keystrokes
import LoopTesting
import PassThrough
import Scanners
import Synchronization
import SystemCalls
import Testing

/// A reader of a pipe, on the thread of a loop.
private actor Reading {
    nonisolated let thread: LoopThread
    nonisolated let pipe: Pipe
    /// Codes, damages and the end, in their order.
    nonisolated let journal = Journal<String>()
    /// Microseconds that the machine is said to have slept.
    nonisolated let asleep = Atomic<Int64>(0)
    private var reader: KeyReader?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.loop.asUnownedSerialExecutor() }

    init() throws {
        thread = try LoopThread()
        pipe = try Pipe()
    }

    func start(_ settings: DecodingSettings, _ layout: Layout) throws {
        reader = try KeyReader(
            descriptor: pipe.duplicateOfReadEnd(), decoder: ScanDecoder(settings: settings, layout: layout),
            gapMilliseconds: settings.gapMilliseconds, loop: thread.loop,
            timeAsleep: { [self] in asleep.load(ordering: .relaxed) },
            handlers: CodeHandlers(onAction: { [journal] action, _ in
                journal.append(action.text)
                return .dropped
            }),
            onEnd: { [journal] error in journal.append("end \(error.map { "\($0)" } ?? "of file")") })
    }

    func close() {
        reader?.close()
    }

    /// Types, lets the reader see it, stops everything until its pause is over, and types on: as a service that was stopped.
    func stall(_ first: [InputEvent], until deadline: MonotonicTime, _ rest: [InputEvent]) throws {
        try pipe.write(first.bytes)
        reader?.ready(.readable)
        while MonotonicTime.now() < deadline { usleep(1000) }
        try pipe.write(rest.bytes)
    }

    /// Has the loop see the descriptor ready once more than it is.
    func readyForNothing() {
        reader?.ready(.readable)
    }
}

@Suite("Key reader")
struct KeyReaderTests {
    private let us: Layout

    init() throws {
        us = try Layout(named: "us")
    }

    private func reading(_ settings: DecodingSettings = DecodingSettings()) async throws -> Reading {
        let reading = try Reading()
        try await reading.start(settings, us)
        return reading
    }

    @Test("codes arrive as soon as their last event is there")
    func codes() async throws {
        let reading = try await reading()
        try reading.pipe.write(Strokes.of("0012345678905").bytes)
        #expect(await reading.journal.wait(for: 1) == ["0012345678905"])
        try reading.pipe.write(Strokes.of("42").bytes)
        #expect(await reading.journal.wait(for: 2) == ["0012345678905", "42"])
        await reading.close()
    }

    @Test("two codes in one write are two, and the second is whole")
    func twoAtOnce() async throws {
        let reading = try await reading()
        try reading.pipe.write(Strokes.of("123").bytes + Strokes.of("456").bytes)
        #expect(await reading.journal.wait(for: 2) == ["123", "456"])
        await reading.close()
    }

    @Test("more than one read takes in is read to its end")
    func manyReads() async throws {
        let reading = try await reading()
        let codes = (0..<20).map { String(4_006_381_333_900 + $0) }
        // 1120 events, more than 8 reads of 128.
        let ahead = Strokes.ahead
        let bytes = codes.flatMap { Strokes.of($0, at: ahead).bytes }
        for start in stride(from: 0, to: bytes.count, by: 4096) {
            try reading.pipe.write(Array(bytes[start..<min(start + 4096, bytes.count)]))
        }
        #expect(await reading.journal.wait(for: 20) == codes)
        await reading.close()
    }

    @Test("events that come in pieces are put together", arguments: [1, 5, 7, 23, 25, 100])
    func pieces(_ size: Int) async throws {
        let reading = try await reading()
        let bytes = Strokes.of("8414", at: Strokes.ahead).bytes + Strokes.of("7702", at: Strokes.ahead).bytes
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reading.pipe.write(Array(bytes[start..<min(start + size, bytes.count)]))
            // The reader has read the piece before the next one is written.
            try await reading.thread.settle()
        }
        #expect(await reading.journal.wait(for: 2) == ["8414", "7702"])
        await reading.close()
    }

    @Test("readiness for nothing is no end")
    func spuriousReadiness() async throws {
        let reading = try await reading()
        await reading.readyForNothing()
        try reading.pipe.write(Strokes.of("12").bytes)
        #expect(await reading.journal.wait(for: 1) == ["12"])
        await reading.close()
    }

    @Test("a pause ends the code of a scanner that sends no end key, without any further event")
    func pause() async throws {
        let reading = try await reading(DecodingSettings(gapMilliseconds: 30))
        try reading.pipe.write(Strokes.of("777", end: nil).bytes)
        #expect(await reading.journal.wait(for: 1) == ["777"])
        try reading.pipe.write(Strokes.of("888", end: nil).bytes)
        #expect(await reading.journal.wait(for: 2) == ["777", "888"])
        await reading.close()
    }

    @Test("a pause in a code of a scanner that sends an end key damages it")
    func timeout() async throws {
        let reading = try await reading(DecodingSettings(gapMilliseconds: 30))
        try reading.pipe.write(Strokes.of("1").bytes + Strokes.of("777", end: nil).bytes)
        #expect(await reading.journal.wait(for: 2) == ["1", "damaged:timeout"])
        await reading.close()
    }

    @Test("the pause is that between the events, not that between the reads")
    func pauseByTimestamps() async throws {
        let reading = try await reading()
        var strokes = Strokes()
        strokes.type("777", end: nil)
        strokes.pause(milliseconds: 5000)
        strokes.type("888", end: nil)
        strokes.pause(milliseconds: 10)
        strokes.type("999")
        try reading.pipe.write(strokes.events.bytes)
        #expect(await reading.journal.wait(for: 2) == ["777", "888999"])
        await reading.close()
    }

    @Test("a reader that was stopped while keys and the end of the pause came cuts nothing off")
    func stopped() async throws {
        let reading = try await reading(DecodingSettings(gapMilliseconds: 50))
        try reading.pipe.write(Strokes.of("1").bytes)
        #expect(await reading.journal.wait(for: 1) == ["1"])
        var strokes = Strokes()
        strokes.type("4006381", end: nil)
        let first = strokes.events
        // In time, though nobody was there to read.
        strokes.pause(milliseconds: 20)
        let restBegins = strokes.events.count
        strokes.type("333931")
        // The timer is due when the loop goes on, and comes before the descriptor's readiness is seen.
        try await reading.stall(
            first, until: strokes.time.adding(milliseconds: 100), Array(strokes.events[restBegins...]))
        #expect(await reading.journal.wait(for: 2) == ["1", "4006381333931"])
        await reading.close()
    }

    @Test("a reader that was stopped sees a pause that there was")
    func stoppedAndPaused() async throws {
        let reading = try await reading(DecodingSettings(gapMilliseconds: 50))
        var strokes = Strokes()
        strokes.type("777", end: nil)
        let first = strokes.events
        strokes.pause(milliseconds: 90)
        strokes.type("888")
        try await reading.stall(first, until: strokes.time, Array(strokes.events[first.count...]))
        #expect(await reading.journal.wait(for: 2) == ["777", "888"])
        await reading.close()
    }

    @Test("the end in mid-code damages it as unplugged, and is told once")
    func endInCode() async throws {
        let reading = try await reading()
        try reading.pipe.write(Strokes.of("12").bytes + Strokes.of("34", end: nil, at: Strokes.ahead).bytes)
        try reading.pipe.hangUp()
        #expect(await reading.journal.wait(for: 3) == ["12", "damaged:unplugged", "end of file"])
        try await reading.thread.settle()
        #expect(reading.journal.entries.count == 3)
    }

    @Test("the end between two codes, and in the middle of an event, says nothing more", arguments: [0, 11])
    func endBetweenCodes(_ extraBytes: Int) async throws {
        let reading = try await reading()
        try reading.pipe.write(Strokes.of("12").bytes + [UInt8](repeating: 1, count: extraBytes))
        try reading.pipe.hangUp()
        #expect(await reading.journal.wait(for: 2) == ["12", "end of file"])
    }

    @Test("closing in mid-code damages it, and what comes later is not read")
    func close() async throws {
        let reading = try await reading()
        try reading.pipe.write(Strokes.of("12").bytes + Strokes.of("34", end: nil, at: Strokes.ahead).bytes)
        #expect(await reading.journal.wait(for: 1) == ["12"])
        await reading.close()
        await reading.close()
        try reading.pipe.write(Strokes.of("56").bytes)
        try await reading.thread.settle()
        #expect(reading.journal.entries == ["12", "damaged:unplugged"])
    }

    @Test("an overflow damages the code that it hit, and no other")
    func overflow() async throws {
        let reading = try await reading()
        var events = Strokes.of("4006381333931")
        events.replaceSubrange(
            10..<30, with: [InputEvent(time: events[10].time, type: 0, code: EventCode.synDropped, value: 0)])
        try reading.pipe.write(events.bytes + Strokes.of("56").bytes)
        #expect(await reading.journal.wait(for: 2) == ["damaged:overflow", "56"])
        await reading.close()
    }

    // MARK: Sleep

    private static let night: Int64 = 28_800_000_000

    @Test("a code with a sleep in its middle is damaged, however whole it looks by the events' clock")
    func sleepInCode() async throws {
        let reading = try await reading()
        try reading.pipe.write(Strokes.of("1").bytes)
        #expect(await reading.journal.wait(for: 1) == ["1"])
        var strokes = Strokes()
        strokes.type("4006381", end: nil)
        let first = strokes.events
        try reading.pipe.write(first.bytes)
        try await reading.thread.settle()
        reading.asleep.store(Self.night, ordering: .relaxed)
        strokes.type("333931")
        try reading.pipe.write(Array(strokes.events[first.count...]).bytes)
        let told = await reading.journal.wait(for: 2)
        #expect(told.dropFirst().allSatisfy { $0 == "damaged:timeout" } && told.count >= 2)
        // What comes after its rest is a code again.
        var later = Strokes(at: strokes.time)
        later.pause(milliseconds: 2000)
        later.type("56")
        try reading.pipe.write(later.events.bytes)
        #expect(await reading.journal.wait { $0.last == "56" }.last == "56")
        await reading.close()
    }

    @Test("a sleep that the end of the pause shows first damages the code")
    func sleepAtPause() async throws {
        // Long enough to sleep in it, also on a busy machine.
        let reading = try await reading(DecodingSettings(gapMilliseconds: 5000))
        try reading.pipe.write(Strokes.of("777", end: nil).bytes)
        try await reading.thread.settle()
        reading.asleep.store(Self.night, ordering: .relaxed)
        #expect(await reading.journal.wait(for: 1) == ["damaged:timeout"])
        await reading.close()
    }

    @Test("the first code after a sleep between two codes is whole")
    func sleepBetweenCodes() async throws {
        let reading = try await reading()
        try reading.pipe.write(Strokes.of("12").bytes)
        #expect(await reading.journal.wait(for: 1) == ["12"])
        reading.asleep.store(Self.night, ordering: .relaxed)
        // Stamped ahead, as fresh as can be on a machine of any speed.
        try reading.pipe.write(Strokes.of("34", at: Strokes.ahead).bytes)
        #expect(await reading.journal.wait(for: 2) == ["12", "34"])
        await reading.close()
    }

    @Test(
        "a code that was waiting since before the sleep is the first half of one, with an end key and without",
        arguments: [Strokes.enter, nil])
    func sleepBeforeReading(_ end: UInt16?) async throws {
        let reading = try await reading()
        reading.asleep.store(Self.night, ordering: .relaxed)
        var strokes = Strokes(at: .now().adding(milliseconds: -500))
        strokes.type("4006381333931", end: end)
        try reading.pipe.write(strokes.events.bytes)
        let told = await reading.journal.wait(for: 1)
        #expect(!told.isEmpty && told.allSatisfy { $0 == "damaged:timeout" })
        await reading.close()
    }

    @Test("jitter between two clocks is no sleep")
    func jitter() async throws {
        let reading = try await reading()
        let strokes = Strokes.of("4006381333931", at: Strokes.ahead)
        for (index, event) in strokes.enumerated() {
            reading.asleep.store(index % 2 == 0 ? 0 : 4000, ordering: .relaxed)
            try reading.pipe.write([event].bytes)
            try await reading.thread.settle()
        }
        #expect(await reading.journal.wait(for: 1) == ["4006381333931"])
        await reading.close()
    }

    @Test("the time asleep does not rise while the machine is awake")
    func awake() {
        let before = SleepClock.microseconds()
        let slept = (0..<2000).map { _ in SleepClock.microseconds() - before }
        #expect(slept.allSatisfy { abs($0) < 5000 })
    }
}
