import Keystrokes
import Scanners
import Testing

@Suite("Which devices are scanners")
struct ScannerSelectionTests {
    static let spanish = DecodingSettings(layout: "es")

    func decide(_ device: DeviceDescription, _ rules: ScannerRule...) -> ScannerSelection.Decision {
        ScannerSelection(rules: rules).decide(device)
    }

    @Test("a keyboard that nothing names is never taken, whatever it calls itself")
    func keyboard() {
        for name in ["Logitech K120", "Barcode Scanner", "Honeywell 1950g"] {
            #expect(decide(device(name: name)) == .leave(because: .notNamed))
        }
        #expect(decide(device(), ScannerRule(vendor: "05e0")) == .leave(because: .notNamed))
    }

    @Test("a tagged device is taken, with the settings that stand for all")
    func tagged() {
        #expect(decide(device(isTagged: true)) == .take(DecodingSettings(), because: .tagged))
        #expect(
            decide(device(isTagged: true), ScannerRule(vendor: "0c2e", decoding: Self.spanish))
                == .take(Self.spanish, because: .configured(1)))
    }

    @Test("the first rule that matches decides")
    func firstMatch() {
        let rules = [
            ScannerRule(vendor: "ffff"), ScannerRule(vendor: "0c2e", decoding: Self.spanish),
            ScannerRule(vendor: "0c2e", use: false),
        ]
        #expect(ScannerSelection(rules: rules).decide(device()) == .take(Self.spanish, because: .configured(2)))
        #expect(ScannerSelection(rules: rules.reversed()).decide(device()) == .leave(because: .excluded(1)))
    }

    @Test("use = false leaves a tagged device alone")
    func excluded() {
        #expect(
            decide(device(isTagged: true), ScannerRule(vendor: "0c2e", product: "0204", use: false))
                == .leave(because: .excluded(1)))
        #expect(
            decide(device(product: "0007", isTagged: true), ScannerRule(vendor: "0c2e", product: "0204", use: false))
                == .take(DecodingSettings(), because: .tagged))
    }

    @Test("a device without keys is never taken")
    func noKeys() {
        #expect(decide(device(hasKeys: false, isTagged: true)) == .leave(because: .noKeys))
        #expect(decide(device(hasKeys: false), ScannerRule(vendor: "0c2e")) == .leave(because: .noKeys))
    }

    @Test(
        "every condition of a rule must hold",
        arguments: [
            (ScannerRule(vendor: "0c2e"), true), (ScannerRule(vendor: "0C2E"), false),
            (ScannerRule(vendor: "0c2e", product: "0204"), true), (ScannerRule(vendor: "0c2e", product: "0205"), false),
            (ScannerRule(serial: "A1"), true), (ScannerRule(serial: "A"), false), (ScannerRule(serial: ""), false),
            (ScannerRule(name: "Honeywell*"), true), (ScannerRule(name: "Honeywell"), false),
            (ScannerRule(name: "*1950?"), true), (ScannerRule(name: "[GH]oneywell 19*"), true),
            (ScannerRule(port: "*-usb-0:2:*"), true), (ScannerRule(port: "pci-*-usb-0:2*"), true),
            (ScannerRule(port: "*-usb-0:3:*"), false), (ScannerRule(vendor: "0c2e", port: "*-usb-0:3:*"), false),
            (ScannerRule(), true),
        ] as [(ScannerRule, Bool)])
    func conditions(_ row: (ScannerRule, Bool)) {
        let expected: ScannerSelection.Decision =
            row.1 ? .take(DecodingSettings(), because: .configured(1)) : .leave(because: .notNamed)
        #expect(decide(device(serial: "A1"), row.0) == expected)
    }

    @Test("the layouts are those that any decision may need")
    func layouts() {
        #expect(ScannerSelection(rules: []).layouts == ["us"])
        #expect(ScannerSelection(rules: [ScannerRule(decoding: Self.spanish)]).layouts == ["us", "es"])
    }

    @Test("each reason reads as a sentence's end")
    func reasons() {
        for reason: ScannerSelection.Reason in [.configured(2), .excluded(3), .tagged, .noKeys, .notNamed] {
            #expect(!reason.description.isEmpty)
        }
        #expect("\(ScannerSelection.Reason.excluded(3))".contains("3"))
    }
}
