import Keystrokes
import SeededNumbers
import SystemCalls
import Testing

@testable import PassThrough

/// Which keys belong to which code. Keycodes of the us layout: 2 to 11 are the digits 1 to 0, 28 is Enter, 42 Shift, 29 Ctrl.
@Suite struct ScanKeysTests {
    private let one = "2+ | 2- | 3+ | 3- | 28+ | 28- |"

    @Test func aCodeHasItsKeysAndItsEndKeysRelease() throws {
        var scanner = try TestScanner()
        scanner.tap(2, 3, 28)
        #expect(scanner.told == ["scan 12 \(one)"])
        scanner.tap(4, 28)
        #expect(scanner.told.last == "scan 3 4+ | 4- | 28+ | 28- |")
    }

    @Test func rolloverKeepsItsPackets() throws {
        var scanner = try TestScanner()
        scanner.report(2)
        scanner.report(-2, 3)
        scanner.report(-3, 28)
        scanner.report(-28, 4)
        scanner.report(-4, 28)
        scanner.report(-28)
        #expect(scanner.told == ["scan 12 2+ | 2- 3+ | 3- 28+ | 28- |", "scan 3 4+ | 4- 28+ | 28- |"])
    }

    @Test func whatIsDownAtTheEndGoesUpLastFirst() throws {
        var scanner = try TestScanner()
        scanner.report(2)
        scanner.report(3, 28)
        scanner.report(-2, -3, -28)
        #expect(scanner.told == ["scan 12 2+ | 3+ 28+ | 28- 3- 2- |"])
    }

    @Test func aPauseEndsACodeAndTheNextKeyIsTheNextCodes() throws {
        var scanner = try TestScanner(DecodingSettings(endKeys: []))
        scanner.tap(2)
        scanner.now = scanner.now.adding(milliseconds: 400)
        scanner.tap(3)
        scanner.pause(milliseconds: 400)
        #expect(scanner.told == ["scan 1 2+ | 2- |", "scan 2 3+ | 3- |"])
    }

    @Test func shiftBelongsToTheCodeThatItBegins() throws {
        var scanner = try TestScanner()
        scanner.tap(2, 28)
        scanner.report(42)
        scanner.pause(milliseconds: 500)
        scanner.tap(30)
        scanner.report(-42)
        scanner.tap(28)
        #expect(scanner.told.last == "scan A 42+ | 30+ | 30- | 42- | 28+ | 28- |")
    }

    @Test func lineFeedBehindReturnFollowsItsCode() throws {
        var scanner = try TestScanner()
        scanner.tap(2, 28)
        // Ctrl+J.
        scanner.report(29)
        scanner.report(36)
        scanner.report(-36)
        scanner.report(-29)
        scanner.tap(3, 28)
        #expect(
            scanner.told == [
                "scan 1 2+ | 2- | 28+ | 28- |", "following 29+ | 36+ | 36- 29- |", "scan 2 3+ | 3- | 28+ | 28- |",
            ])
    }

    @Test func twoEndsInOnePacketAreToldApart() throws {
        var scanner = try TestScanner()
        scanner.tap(2)
        scanner.report(28, 96)
        scanner.report(-28, -96)
        #expect(scanner.told == ["scan 1 2+ | 2- | 28+ | 28- |", "following 96+ | 96- |"])
    }

    @Test func anEndKeyInFrontIsTheCodes() throws {
        var scanner = try TestScanner()
        scanner.tap(28, 2)
        scanner.pause(milliseconds: 400)
        #expect(scanner.told == ["scan 1 28+ | 28- | 2+ | 2- |"])
    }

    @Test func enterAloneIsPassedOnByItself() throws {
        var scanner = try TestScanner()
        scanner.tap(28)
        #expect(scanner.told.isEmpty)
        scanner.pause(milliseconds: 400)
        #expect(scanner.told == ["alone 28+ | 28- |"])
        scanner.pause(milliseconds: 400)
        #expect(scanner.told.count == 1)
    }

    @Test func aTapOfTheWindowsKeyIsForgotten() throws {
        var scanner = try TestScanner()
        scanner.tap(125)
        scanner.pause(milliseconds: 400)
        #expect(scanner.told.isEmpty)
        scanner.tap(2, 28)
        #expect(scanner.told == ["scan 1 2+ | 2- | 28+ | 28- |"])
    }

    @Test func aTapOfTheWindowsKeyRightInFrontIsTheCodesCommand() throws {
        var scanner = try TestScanner()
        scanner.tap(125, 2, 28)
        #expect(scanner.told == ["scan! 1 125+ | 125- | 2+ | 2- | 28+ | 28- |"])
        scanner.tap(3, 28)
        #expect(scanner.told.last == "scan 2 3+ | 3- | 28+ | 28- |")
    }

    @Test func aDamagedCodeTakesItsKeysAndItsRestAlong() throws {
        var scanner = try TestScanner()
        scanner.tap(2, 28, 3, 4)
        scanner.pause(milliseconds: 400)
        #expect(scanner.told.last == "damaged timeout")
        scanner.tap(5)
        scanner.pause(milliseconds: 400)
        scanner.pause(milliseconds: 2000)
        scanner.tap(6, 28)
        #expect(scanner.told.last == "scan 5 6+ | 6- | 28+ | 28- |")
    }

    @Test func anOverflowLeavesNothingOfItsCode() throws {
        var scanner = try TestScanner()
        scanner.tap(2)
        scanner.receive(EventCode.synchronization, EventCode.synDropped, 0)
        scanner.receive(EventCode.synchronization, EventCode.synReport, 0)
        scanner.tap(3, 28)
        scanner.tap(4, 28)
        #expect(scanner.told == ["damaged overflow", "scan 3 4+ | 4- | 28+ | 28- |"])
    }

    @Test func autorepeatIsNotPassedOn() throws {
        var scanner = try TestScanner()
        scanner.report(2)
        scanner.receive(EventCode.key, 2, 2)
        scanner.receive(EventCode.synchronization, EventCode.synReport, 1)
        scanner.report(-2)
        scanner.tap(28)
        #expect(scanner.told == ["scan 1 2+ | 2- | 28+ | 28- |"])
    }

    @Test func unplugLeavesNothing() throws {
        var scanner = try TestScanner()
        scanner.tap(2)
        scanner.unplug()
        #expect(scanner.told == ["damaged unplugged"])
    }

    @Test func moreKeysThanAreKeptAreSaidToBeTooMany() {
        var keys = CodeKeys()
        for _ in 0...CodeKeys.maximumSteps / 2 {
            keys.pressed(2)
            _ = keys.released(2)
        }
        #expect(keys.isTooLong)
        #expect(keys.steps.isEmpty)
    }

    /// Whatever comes, what a code passes on releases all that it presses, and nothing else.
    @Test func eachCodesKeysAreWhole() throws {
        var random = SeededGenerator(state: 4)
        for _ in 0..<200 {
            var scanner = try TestScanner(DecodingSettings(endKeys: Bool.random(using: &random) ? [.enter] : []))
            for _ in 0..<200 {
                let key = [2, 3, 4, 28, 28, 42, 29, 56, 125, 15, 58].randomElement(using: &random) ?? 2
                switch Int.random(in: 0..<20, using: &random) {
                case 0: scanner.pause(milliseconds: Int.random(in: 0...1500, using: &random))
                case 1: scanner.receive(EventCode.synchronization, EventCode.synDropped, 0)
                case 2...5: scanner.report(key)
                case 6...9: scanner.report(-key)
                default: scanner.tap(key)
                }
            }
            scanner.unplug()
            for entry in scanner.told {
                var down: Set<Substring> = []
                for step in entry.split(separator: " ") where step.hasSuffix("+") || step.hasSuffix("-") {
                    if step.hasSuffix("+") {
                        #expect(down.insert(step.dropLast()).inserted, "\(entry)")
                    } else {
                        #expect(down.remove(step.dropLast()) != nil, "\(entry)")
                    }
                }
                #expect(down.isEmpty, "\(entry)")
            }
        }
    }
}
