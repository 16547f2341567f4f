import Glibc
import SystemCalls
import Testing

@testable import Diagnosis

@Suite struct RulesTests {
    /// A root directory with files in it, removed again.
    private final class Root {
        let directory: TemporaryDirectory
        var path: String { "\(directory.path)/root" }
        private var made: [String] = []

        init() throws {
            directory = try TemporaryDirectory(named: "scanbridge-diagnosis")
        }

        func write(_ text: String, to file: String) throws {
            var parent = path
            make(parent)
            for part in file.split(separator: "/").dropLast() {
                parent += "/\(part)"
                make(parent)
            }
            let whole = path + file
            try Descriptor.open(whole, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).writeAll(Array(text.utf8))
            made.append(whole)
        }

        private func make(_ directory: String) {
            if mkdir(directory, 0o755) == 0 { made.append(directory) }
        }

        deinit { for path in made.reversed() { remove(path) } }
    }

    private static let rules = """
        # ENV{ID_VENDOR_ID}=="9999", ENV{SCANBRIDGE_SCANNER}="1"
        ENV{ID_VENDOR_ID}=="0c2e", ENV{SCANBRIDGE_SCANNER}="1"
        ENV{ID_VENDOR_ID}=="0581", ENV{ID_MODEL_ID}=="0107|0115|01??", ENV{SCANBRIDGE_SCANNER}="1"
          SUBSYSTEM=="input", ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="5456", ENV{SCANBRIDGE_SCANNER}="1"
        ENV{ID_VENDOR_ID}=="1111", ENV{SCANBRIDGE_SCANNER}="0"
        ENV{SCANBRIDGE_SCANNER}!="1", GOTO="scanbridge_end"
        """

    @Test func modelsAreRead() {
        var models = RuledModels()
        models.add(rules: Self.rules)
        for (vendor, product) in [
            ("0c2e", "0204"), ("0581", "0107"), ("0581", "0115"), ("0581", "01ab"), ("1a86", "5456"),
        ] {
            #expect(models.name(vendor: vendor, product: product), "\(vendor):\(product)")
        }
        for (vendor, product) in [("9999", "0001"), ("0581", "0207"), ("1a86", "5457"), ("1111", "0001"), ("", "")] {
            #expect(!models.name(vendor: vendor, product: product), "\(vendor):\(product)")
        }
    }

    /// Those of this project: each line that makes a scanner is understood.
    @Test func theProjectsRulesAreUnderstood() throws {
        let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try #require(Directory.text(of: "/\(tests)/udev-rules/70-scanbridge.rules"))
        var models = RuledModels()
        models.add(rules: text)
        #expect(models.name(vendor: "0c2e", product: "0b61") && models.name(vendor: "05e0", product: "1200"))
        #expect(!models.name(vendor: "046d", product: "c31c") && !models.name(vendor: "05e0", product: "0600"))
    }

    @Test func filesAreFound() throws {
        let root = try Root()
        #expect(RuleFiles(root: root.path).paths.isEmpty)
        try root.write(#"KERNEL=="uinput", OWNER="scanbridge""#, to: "/usr/lib/udev/rules.d/70-scanbridge-uinput.rules")
        try root.write(Self.rules, to: "/usr/lib/udev/rules.d/70-other.rules")
        #expect(RuleFiles(root: root.path).paths.isEmpty, "rules of something else")
        try root.write(Self.rules, to: "/usr/lib/udev/rules.d/70-scanbridge.rules")
        var files = RuleFiles(root: root.path)
        #expect(files.paths == ["\(root.path)/usr/lib/udev/rules.d/70-scanbridge.rules"] && files.masks.isEmpty)
        #expect(files.models.name(vendor: "0c2e", product: "0204"))
        #expect(RulesFacts(files: files, isScannerConfigured: false).finding.level == .good)
        // An empty file of the same name, or a link to /dev/null, keeps it out.
        try root.write("", to: "/etc/udev/rules.d/70-scanbridge.rules")
        files = RuleFiles(root: root.path)
        #expect(files.paths.isEmpty && files.masks == ["\(root.path)/etc/udev/rules.d/70-scanbridge.rules"])
        let finding = RulesFacts(files: files, isScannerConfigured: true).finding
        #expect(finding.level == .fault(.unavailable) && finding.message.contains("sudo rm "))
    }

    @Test func withoutRulesAConfiguredScannerIsWorthAWarning() throws {
        let files = RuleFiles(root: "/nonexistent")
        let fault = RulesFacts(files: files, isScannerConfigured: false).finding
        #expect(fault.level == .fault(.unavailable) && fault.message.contains("udevadm trigger"))
        #expect(RulesFacts(files: files, isScannerConfigured: true).finding.level == .warning)
    }
}
