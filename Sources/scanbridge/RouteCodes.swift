import ArgumentParser
import Configuration
import Glibc
import JSON
import Keystrokes
import Patterns
import Routing
import SystemCalls
import TextChecks

struct RouteCodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Says which rule takes a code, and what follows.",
        discussion: """
            Needs no running service, and asks nobody. Where no [[route]] takes a code, a built-in rule does: product, no \
            identifier or member. A code that may come with an identifier, or from several scanners, is tried with --aim or \
            --symbology, and --scanner. NDJSON into a pipe or with --json.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Argument(help: "Codes as they are scanned; - for standard input, one a line.")
    var codes: [String]
    @Option(help: ArgumentHelp("The id of the scanner, as scanbridge devices shows it.", valueName: "id"))
    var scanner = ""
    @Option(help: ArgumentHelp("The AIM identifier in front of the codes, such as ]E0.", valueName: "identifier"))
    var aim: String?
    @Option(help: ArgumentHelp("The symbology that the identifier names, such as \"QR Code\".", valueName: "name"))
    var symbology: String?
    @Flag(help: "NDJSON, also on a terminal.")
    var json = false

    func validate() throws {
        if aim != nil, symbology != nil { throw ValidationError("--aim and --symbology say the same; give one") }
        _ = try identifier()
    }

    func run() throws {
        let router: Router
        do {
            router = try Router(routes: try configurationOptions.load().routes)
        } catch let fault as Router.Fault {
            throw ExitStatus.configuration.failure("[[route]] number \(fault.route): \(fault.pattern.message)")
        }
        let aim = try identifier()
        for code in try codes.flatMap({ try Self.expanded($0) }) {
            let scan = Scan(code: code, aim: aim, time: .now())
            let routed = RoutedCode(scan: scan, decision: router.decide(scan, scanner: scanner))
            if json || !Output.isTerminal { Output.write(routed.line) } else { Output.line(routed.text) }
        }
    }

    private func identifier() throws -> AIMIdentifier? {
        if let aim {
            guard aim.utf8.count == 3, let identifier = AIMIdentifier(inFrontOf: aim.utf8) else {
                throw ValidationError("'\(aim.printable)' is no AIM identifier: such as ]E0 or ]Q1")
            }
            return identifier
        }
        guard let symbology else { return nil }
        if let identifier = AIMIdentifier(ofSymbology: symbology) { return identifier }
        if Scan.guessedSymbologies.contains(where: { $0.lowercased() == symbology.lowercased() }) {
            throw ValidationError("no identifier names \(symbology): length and check digit tell it; leave it out")
        }
        throw ValidationError("'\(symbology.printable)' is no symbology's name in scan events")
    }

    /// The codes that an argument stands for.
    private static func expanded(_ argument: String) throws -> [[UInt8]] {
        var codes = [Array(argument.utf8)]
        if argument == "-" {
            let input = try reportingErrors("standard input") {
                try Descriptor.standardInput().readAll(atMost: Configuration.maximumLength)
            }
            codes = input.split(separator: UInt8(ascii: "\n")).map { Array($0.last == 0x0D ? $0.dropLast() : $0) }
        }
        for code in codes {
            guard (1...ScanDecoder.maximumLength).contains(code.count) else {
                throw ValidationError("a code has 1 to \(ScanDecoder.maximumLength) bytes")
            }
            guard String(validating: code, as: UTF8.self) != nil else { throw ValidationError("a code is not UTF-8") }
        }
        return codes
    }
}
