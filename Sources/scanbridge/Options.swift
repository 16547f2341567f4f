import ArgumentParser
import Configuration
import Glibc
import Keystrokes
import ListenerSocket

/// `--config`.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration (default: $SCANBRIDGE_CONFIG, else \(Self.defaultPath)).", valueName: "file"))
    var path: String?

    static let defaultPath = "/etc/scanbridge/config.toml"

    /// The file that is meant.
    var file: String { path ?? environment("SCANBRIDGE_CONFIG") ?? Self.defaultPath }

    /// Whether somebody named it, so that it must be there.
    var isNamed: Bool { path != nil || environment("SCANBRIDGE_CONFIG") != nil }

    /// Reads the configuration; the defaults where no file was named and none is there.
    func load() throws -> Configuration {
        if !isNamed, access(file, F_OK) != 0, errno == ENOENT { return Configuration() }
        return try loadRequired()
    }

    /// Reads the configuration, which must be there.
    func loadRequired(needsAccount: Bool = true) throws -> Configuration {
        do {
            return try Configuration.load(path: file, needsAccount: needsAccount, knowsLayout: Layouts.isKnown)
        } catch {
            throw ExitStatus.configuration.failure("\(error)")
        }
    }
}

/// `--socket`.
struct SocketOptions: ParsableArguments {
    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp(
            "The service's socket (default: $SCANBRIDGE_SOCKET, else the configuration's, else \(Configuration().socket.path)).",
            valueName: "path"))
    var path: String?

    /// The socket that is meant, or nil where nobody named one.
    var named: String? { path ?? environment("SCANBRIDGE_SOCKET") }
}

/// An environment variable that is set to something.
func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

/// Layouts by name.
enum Layouts {
    static func isKnown(_ name: String) -> Bool {
        (try? Layout(named: name)) != nil
    }

    /// Makes every layout that is named, before the first key comes: it takes milliseconds and reads files.
    static func make(_ names: some Sequence<String>) throws(LayoutError) -> [String: Layout] {
        var layouts: [String: Layout] = [:]
        for name in names { layouts[name] = try Layout(named: name) }
        return layouts
    }
}
