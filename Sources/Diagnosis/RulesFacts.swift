/// Whether the project's udev rules are installed.
public struct RulesFacts: Equatable, Sendable {
    public var files: RuleFiles
    /// A scanner is there that the configuration alone makes one.
    public var isScannerConfigured: Bool

    public init(files: RuleFiles, isScannerConfigured: Bool) {
        self.files = files
        self.isScannerConfigured = isScannerConfigured
    }

    public var finding: Finding {
        if !files.paths.isEmpty { return Finding(.good, "rules", files.paths.joined(separator: ", ")) }
        if let mask = files.masks.first {
            return Finding(
                .fault(.unavailable), "rules",
                "\(mask) is empty and keeps the udev rules of that name out: sudo rm \(mask) && \(Remedy.reloadAndTrigger)"
            )
        }
        let text =
            "no udev rules make devices scanners: install the package (sudo apt install --reinstall scanbridge), or copy "
            + "70-scanbridge.rules to /etc/udev/rules.d, then \(Remedy.reloadAndTrigger)"
        return Finding(isScannerConfigured ? .warning : .fault(.unavailable), "rules", text)
    }
}
