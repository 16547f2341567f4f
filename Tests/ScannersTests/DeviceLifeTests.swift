import Glibc
import SystemCalls
import Testing

@testable import Scanners

@Suite("A device's life")
struct DeviceLifeTests {
    static let start = MonotonicTime(microseconds: 1_000_000)

    /// The states, each reached as a real node reaches it.
    enum Reached: String, CaseIterable, CustomTestStringConvertible {
        case opening, waiting, reading, busy, gone

        var testDescription: String { rawValue }

        var life: DeviceLife {
            var life = DeviceLife()
            switch self {
            case .opening: _ = life.appeared()
            case .waiting: _ = life.opened(now: start)
            case .reading:
                _ = life.opened(now: start)
                _ = life.grabbed()
            case .busy: _ = life.failed(SystemError(call: "EVIOCGRAB", errno: EBUSY), isThere: true)
            case .gone: _ = life.removed()
            }
            return life
        }
    }

    static func error(_ number: Int32) -> SystemError { SystemError(call: "open", errno: number) }

    @Test("from appearance to grab")
    func wholeLife() {
        var life = DeviceLife()
        #expect(life.appeared() == [.open])
        #expect(life.opened(now: Self.start) == [.wait(milliseconds: DeviceLife.listenMilliseconds)])
        #expect(life.waited(now: Self.start.adding(milliseconds: 25)) == [.checkKeys])
        #expect(life.keysSeen(down: false, now: Self.start.adding(milliseconds: 25)) == [.grab])
        #expect(life.state != .reading)
        #expect(life.grabbed() == [.report])
        #expect(life.state == .reading)
        #expect(life.removed() == [.close, .report])
        #expect(life.state == .gone)
        #expect(life.removed() == [])
    }

    @Test("a key that is held puts the grab off, for a bounded time")
    func heldKey() {
        var life = Reached.waiting.life
        var now = Self.start
        var checks = 0
        while life.keysSeen(down: true, now: now) != [.grab] {
            #expect(life.waited(now: now) == [.checkKeys])
            now = now.adding(milliseconds: 20)
            checks += 1
            if checks > 1000 { break }
        }
        #expect(now.milliseconds(since: Self.start) == DeviceLife.keysUpMilliseconds)
        var released = Reached.waiting.life
        #expect(released.keysSeen(down: true, now: Self.start) == [.wait(milliseconds: 20)])
        #expect(released.keysSeen(down: false, now: Self.start) == [.grab])
    }

    @Test("what opening, waiting and grabbing do in a state that does not expect them", arguments: Reached.allCases)
    func outOfTurn(_ reached: Reached) {
        var opened = reached.life
        let isExpected = reached == .opening || reached == .busy
        #expect(opened.opened(now: Self.start) == (isExpected ? [.wait(milliseconds: 25)] : []))
        #expect(opened.state == (isExpected ? Reached.waiting.life.state : reached.life.state))

        var seen = reached.life
        #expect(seen.keysSeen(down: false, now: Self.start) == (reached == .waiting ? [.grab] : []))
        #expect(seen.state == reached.life.state)

        var grabbed = reached.life
        #expect(grabbed.grabbed() == (reached == .waiting ? [.report] : []))
        #expect(grabbed.state == (reached == .waiting ? .reading : reached.life.state))
    }

    @Test(
        "time that passes opens a blocked one again and looks at the keys of one that waits",
        arguments: Reached.allCases)
    func waited(_ reached: Reached) {
        var life = reached.life
        let expected: [DeviceLife.Action] =
            switch reached {
            case .waiting: [.checkKeys]
            case .busy: [.open]
            case .opening, .reading, .gone: []
            }
        #expect(life.waited(now: Self.start) == expected)
        #expect(life.state == reached.life.state)
    }

    @Test("a change by udev opens a blocked one again and disturbs no other", arguments: Reached.allCases)
    func changed(_ reached: Reached) {
        var life = reached.life
        #expect(life.changed() == (reached == .busy ? [.open] : []))
        #expect(life.state == reached.life.state)
    }

    @Test("after a sign that it may be free, the next attempts come soon again")
    func signs() {
        var life = DeviceLife()
        for _ in 0..<8 { _ = life.failed(Self.error(EBUSY), isThere: true) }
        #expect(life.changed() == [.open])
        _ = life.opened(now: Self.start)
        #expect(
            life.failed(Self.error(EBUSY), isThere: true) == [.close, .watch(.closed), .wait(milliseconds: 100)])
    }

    @Test("removal ends it once, whatever it was doing", arguments: Reached.allCases)
    func removed(_ reached: Reached) {
        var life = reached.life
        #expect(life.removed() == (reached == .gone ? [] : [.close, .report]))
        #expect(life.state == .gone)
        #expect(life.removed() == [])
    }

    @Test(
        "a device that is no longer there is gone; one that sysfs still has is tried again",
        arguments: [ENODEV, ENOENT, ENXIO], Reached.allCases)
    func vanished(_ number: Int32, _ reached: Reached) {
        var life = reached.life
        #expect(life.failed(Self.error(number), isThere: false) == (reached == .gone ? [] : [.close, .report]))
        #expect(life.state == .gone)
        var present = reached.life
        let actions = present.failed(Self.error(number), isThere: true)
        switch reached {
        case .gone: #expect(actions.isEmpty)
        // Its second attempt.
        case .busy: #expect(actions == [.close, .report, .wait(milliseconds: 200)])
        case .opening, .waiting, .reading: #expect(actions == [.close, .report, .wait(milliseconds: 100)])
        }
        #expect(present.state == (reached == .gone ? .gone : .blocked(.failed)))
    }

    @Test(
        "every other error blocks it, with its reason, and is tried again",
        arguments: [
            (EBUSY, Blockage.busy), (EACCES, .permission), (EPERM, .permission), (EIO, .failed), (EMFILE, .failed),
        ],
        [Reached.opening, .waiting, .reading])
    func blocked(_ row: (Int32, Blockage), _ reached: Reached) {
        var life = reached.life
        let watch: [DeviceLife.Action] =
            switch row.1 {
            case .busy: [.watch(.closed)]
            case .permission: [.watch(.permitted)]
            case .failed, .noVirtualKeyboard, .noAccount, .wrongMode: []
            }
        let actions = life.failed(Self.error(row.0), isThere: true)
        #expect(actions == [.close, .report] + watch + [.wait(milliseconds: 100)])
        #expect(life.state == .blocked(row.1))
        #expect(!row.1.advice.isEmpty)
    }

    @Test("an error after the end changes nothing", arguments: [EBUSY, EACCES, EIO])
    func failedAfterEnd(_ number: Int32) {
        var life = Reached.gone.life
        #expect(life.failed(Self.error(number), isThere: true) == [])
        #expect(life.state == .gone)
    }

    @Test("a blockage is reported once and tried again ever less often, down to a bound", arguments: [EBUSY, EACCES])
    func retries(_ number: Int32) {
        var life = DeviceLife()
        var waits: [Int] = []
        var reports = 0
        for _ in 0..<8 {
            // A busy device can be opened and fails to be grabbed; the other fails at once.
            if number == EBUSY { _ = life.opened(now: Self.start) }
            for action in life.failed(Self.error(number), isThere: true) {
                switch action {
                case .wait(let milliseconds): waits.append(milliseconds)
                case .report: reports += 1
                case .close, .watch: break
                case .open, .checkKeys, .grab: Issue.record("\(action)")
                }
            }
            #expect(life.waited(now: Self.start) == [.open])
        }
        #expect(waits == [100, 200, 400, 800, 1600, 1600, 1600, 1600])
        #expect(reports == 1)
    }

    @Test("another reason is reported, and so is the same after the device was read")
    func newReasons() {
        var life = DeviceLife()
        #expect(life.failed(Self.error(EACCES), isThere: true).contains(.report))
        #expect(life.failed(Self.error(EBUSY), isThere: true).contains(.report))
        #expect(!life.failed(Self.error(EBUSY), isThere: true).contains(.report))
        #expect(life.failed(Self.error(EACCES), isThere: true).contains(.report))
        _ = life.opened(now: Self.start)
        #expect(life.grabbed() == [.report])
        #expect(
            life.failed(Self.error(EACCES), isThere: true) == [
                .close, .report, .watch(.permitted), .wait(milliseconds: 100),
            ])
    }
}
