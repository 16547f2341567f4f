import Keystrokes
import Testing

@testable import Scanners

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

    @Test("the project's own keyboard is never taken, whatever names it; a USB device does not hide behind its name")
    func ownKeyboard() {
        var keyboard = device(name: VirtualKeyboard.name, isTagged: true)
        #expect(decide(keyboard, ScannerRule(name: "*")) == .take(DecodingSettings(), because: .configured(1)))
        keyboard.syspath = "/sys/devices/virtual/input/input9/event9"
        #expect(decide(keyboard, ScannerRule(name: "*")) == .leave(because: .own))
        #expect(decide(keyboard) == .leave(because: .own))
        keyboard.name += " 2"
        #expect(decide(keyboard, ScannerRule(name: "*")) == .take(DecodingSettings(), because: .configured(1)))
    }

    @Test("a scanner in a wrong mode is reported, unless a rule says that it is none")
    func wrongMode() throws {
        let mode = try #require(WrongMode(vendor: "0c2e", product: "0007", interfaces: [], reports: []))
        let path = "pci-0000:00:14.0-usb-0:2"
        let scanner = device(product: "0007", path: path, hasKeys: false, wrongMode: mode)
        #expect(decide(scanner) == .report(mode))
        #expect(decide(scanner, ScannerRule(vendor: "0c2e")) == .report(mode))
        #expect(decide(scanner, ScannerRule(vendor: "0c2e", use: false)) == .leave(because: .excluded(1)))
        #expect(decide(scanner, ScannerRule(port: "\(path):*", use: false)) == .leave(because: .excluded(1)))
        #expect(decide(scanner, ScannerRule(port: "\(path)", use: false)) == .leave(because: .excluded(1)))
        #expect(decide(scanner, ScannerRule(port: "*-usb-0:3:*", use: false)) == .report(mode))
        let ruledOut = device(product: "0007", path: path, hasKeys: false, isRuledOut: true, wrongMode: mode)
        #expect(decide(ruledOut) == .leave(because: .ruledOut))
        #expect(decide(ruledOut, ScannerRule(vendor: "0c2e")) == .report(mode))
    }

    @Test("what the local udev rules say is none needs a [[scanner]] to be one")
    func ruledOut() {
        #expect(decide(device(isRuledOut: true)) == .leave(because: .ruledOut))
        #expect(
            decide(device(isRuledOut: true), ScannerRule(vendor: "0c2e"))
                == .take(DecodingSettings(), because: .configured(1)))
    }

    @Test("the layouts are those that any decision may need")
    func layouts() {
        #expect(ScannerSelection(rules: []).layouts == ["us"])
        #expect(ScannerSelection(rules: [ScannerRule(decoding: Self.spanish)]).layouts == ["us", "es"])
    }

    @Test("each reason reads as a sentence's end")
    func reasons() {
        for reason: ScannerSelection.Reason in [
            .configured(2), .excluded(3), .tagged, .noKeys, .notNamed, .ruledOut, .own,
        ] {
            #expect(!reason.description.isEmpty)
        }
        #expect("\(ScannerSelection.Reason.excluded(3))".contains("3"))
    }
}
