import Glibc

/// The project's udev rules as they are installed: the files that make devices scanners, and which models they name.
public struct RuleFiles: Equatable, Sendable {
    /// Files that give a device the property by which it is a scanner.
    public private(set) var paths: [String] = []
    /// Files of the same names that are not in force, since one that is empty or leads to /dev/null comes before them.
    public private(set) var masks: [String] = []
    public private(set) var models = RuledModels()

    /// Where udev looks, what comes first counting alone of files with one name.
    public static let directories = [
        "/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
        "/lib/udev/rules.d",
    ]

    /// - Parameter root: What stands in front of each directory.
    public init(root: String = "") {
        var seen: Set<String> = []
        for directory in Self.directories.map({ root + $0 }) {
            for name in Directory.names(in: directory)
            where name.contains("scanbridge") && name.hasSuffix(".rules") && seen.insert(name).inserted {
                let path = "\(directory)/\(name)"
                let text = Directory.text(of: path) ?? ""
                if text.isEmpty { masks.append(path) }
                guard RuledModels.sets(text) else { continue }
                paths.append(path)
                models.add(rules: text)
            }
        }
    }
}
