import JSON
import SystemCalls
import Testing

@testable import ListenerProtocol

@Suite struct ScanLineTests {
    private func line(_ scan: ScanEvent, _ seq: UInt64 = 7, _ time: WallTime = WallTime(microseconds: 0)) -> [UInt8] {
        var times = WallTimeText()
        return ScanLine(scan, seq: seq).bytes(time: times.bytes(of: time))
    }

    @Test func isTheLineOfTheContract() {
        let scan = ScanEvent(
            scanID: "a-1", scannerID: "s", code: "0012", symbology: "EAN-13", aim: "]E0", route: "card", lookup: true)
        #expect(
            String(decoding: line(scan), as: UTF8.self)
                == #"{"type":"scan","seq":7,"time":"1970-01-01T00:00:00.000000Z","scan":"a-1","scanner":"s","code":"0012","#
                + #""symbology":"EAN-13","symbology_guessed":false,"aim":"]E0","route":"card","lookup":true,"passed":false}"#
                + "\n")
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 4_294_967_296, UInt64.max - 1, UInt64.max])
    func writesEveryNumber(_ seq: UInt64) throws {
        let text = String(
            decoding: line(ScanEvent(scanID: "", scannerID: "", code: "x", lookup: false), seq), as: UTF8.self)
        #expect(text.contains("\"seq\":\(seq),"))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var generator = SystemRandomNumberGenerator()
        let scalars = (0...0x7F).map { UnicodeScalar(UInt8($0)) } + ["é", "€", "😀", "\u{2028}", "\u{FFFD}"]
        for length in [0, 1, 15, 16, 200, 4096] {
            for _ in 0..<20 {
                let random = { () -> String in
                    String(
                        String.UnicodeScalarView(
                            (0..<length).compactMap { _ in scalars.randomElement(using: &generator) }))
                }
                let scan = ScanEvent(
                    scanID: random(), scannerID: random(), code: random(), symbology: Bool.random() ? random() : nil,
                    isSymbologyGuessed: .random(),
                    aim: Bool.random() ? random() : nil, route: Bool.random() ? random() : nil, lookup: .random(),
                    passed: .random())
                let bytes = line(scan)
                // One line, and nothing in it that a terminal would act on.
                #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F } && bytes.last == 0x0A)
                let read = try JSONValue(parsing: bytes)
                #expect(read["code"] == .string(scan.code))
                #expect(read["scan"] == .string(scan.scanID) && read["scanner"] == .string(scan.scannerID))
                #expect(read["symbology"] == (scan.symbology.map { .string($0) } ?? .null))
                #expect(read["symbology_guessed"] == .bool(scan.isSymbologyGuessed))
                #expect(read["aim"] == (scan.aim.map { .string($0) } ?? .null))
                #expect(read["route"] == (scan.route.map { .string($0) } ?? .null))
                #expect(read["lookup"] == .bool(scan.lookup) && read["passed"] == .bool(scan.passed))
            }
        }
    }
}
