import Keystrokes
import SystemCalls
import Testing

@Suite("Symbologies")
struct SymbologyTests {
    private func scan(_ text: String, _ settings: DecodingSettings = DecodingSettings()) throws -> ScanAction? {
        let us = try Layout(named: "us")
        var typist = Typist(us)
        typist.type(text)
        var decoder = ScanDecoder(settings: settings, layout: us)
        let actions = typist.events.compactMap { decoder.received($0) }
        #expect(actions.count == 1)
        return actions.first
    }

    @Test(
        "length and check digit say what a code without an identifier may be",
        arguments: [
            ("4006381333931", "EAN-13"), ("9780306406157", "EAN-13"), ("0036000291452", "EAN-13"),
            ("036000291452", "UPC-A"), ("96385074", "EAN-8"), ("10614141000415", "GTIN-14"), ("4006381333930", nil),
            ("400638133393", nil), ("0000000000000", nil), ("00000000", nil), ("04252614", nil), ("01234565", nil),
            ("3hRXhZ01Kictq", nil), ("123", nil), ("40063813339310", nil), ("73513537", "EAN-8"),
        ] as [(String, String?)])
    func guess(_ code: String, _ symbology: String?) throws {
        guard case .scan(let scan) = try scan(code) else {
            Issue.record("\(code) is damaged")
            return
        }
        #expect(scan.symbology == symbology)
        #expect(scan.aim == nil)
    }

    @Test(
        "an identifier says it, and a wrong check digit damages what it calls EAN or UPC",
        arguments: [
            ("]E04006381333931", "EAN-13"), ("]E0036000291452", "EAN-13"), ("]E496385074", "EAN-8"),
            ("]E004252614", "EAN-13"),
            ("]E3978030640615752495", "EAN with add-on"), ("]C1010061414100041521A1", "GS1-128"),
            ("]Q1https://x.example/", "QR Code"),
            ("]Q3x", "GS1 QR Code"), ("]d1x", "Data Matrix"), ("]d2x", "GS1 Data Matrix"), ("]L0x", "PDF417"),
            ("]z0x", "Aztec"),
            ("]A0X", "Code 39"), ("]I012", "ITF"), ("]F0A1B", "Codabar"), ("]C0x", "Code 128"), ("]X0x", "other"),
            ("]E04006381333930", nil), ("]E0400638133393", nil), ("]E400638133", nil), ("]E44006381333931", nil),
            ("]E04006", nil),
        ] as [(String, String?)])
    func identifier(_ text: String, _ symbology: String?) throws {
        switch try scan(text) {
        case .scan(let scan):
            #expect(scan.symbology == symbology && scan.aim?.text == String(text.prefix(3)))
            #expect(String(decoding: scan.code, as: UTF8.self) == String(text.dropFirst(3)))
        case .damaged(let damage, _): #expect(symbology == nil && damage == .undecodable)
        case nil: Issue.record("nothing")
        }
    }
}
