import Configuration
import FuzzSupport
import Keystrokes
import ListenerSocket
import Loyalty
import Routing
import Scanners

/// Stands for a secret that got into the wrong place of a configuration. No message may repeat it.
private let secret = "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3y"

/// Any text as a configuration: a value that holds everywhere, or an error with a line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let text = String(decoding: input.rest(), as: UTF8.self)
    do {
        let configuration = try parse(text)
        check(configuration)
        // What a comment says at the end is nobody's business.
        require((try? parse(text + "\n# end\n")) == configuration, "a comment changes the configuration")
    } catch {
        check(error, of: text)
    }
    return 0
}

private func parse(_ text: String) throws(ConfigurationError) -> Configuration {
    try Configuration.parse(text, file: "f", knowsLayout: { !$0.hasPrefix("x") })
}

private func check(_ error: ConfigurationError, of text: String) {
    let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    require((1...lines).contains(error.line ?? 0), "line \(error.line ?? 0) of \(lines): \(error)")
    let scalars = error.message.unicodeScalars
    require(scalars.count <= 1000, "a message of \(scalars.count) characters")
    require(!scalars.contains { $0.properties.generalCategory == .control }, "a control character in \(error)")
    require(!error.description.contains(secret), "a secret in \(error)")
}

private func check(_ configuration: Configuration) {
    do {
        // What is taken here fails nowhere else, where there is no line to name.
        try configuration.endpoint?.check()
        try configuration.mapping.check()
    } catch {
        finding("taken, and then refused: \(error)")
    }
    require(configuration.scanners.count <= 64, "\(configuration.scanners.count) scanners")
    require(configuration.routes.count <= 256, "\(configuration.routes.count) routes")
    for decoding in configuration.scanners.map(\.decoding) {
        require((20...10_000).contains(decoding.gapMilliseconds), "gap_ms \(decoding.gapMilliseconds)")
        require(decoding.prefix.utf8.count <= 64 && decoding.suffix.utf8.count <= 64, "a long prefix or suffix")
    }
    require(
        configuration.socket.path.utf8.count <= 107, "a socket's path of \(configuration.socket.path.utf8.count) bytes")
    for route in configuration.routes {
        require(route.pattern.utf8.count <= 1024, "a pattern of \(route.pattern.utf8.count) bytes")
    }
}

@_cdecl("FuzzConfiguration_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(count, arguments)
}
