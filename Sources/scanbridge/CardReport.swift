import JSON
import Keystrokes
import Scanners
import TestCards
import TextChecks

/// Says what a scan of the test card showed and what to do about it.
struct CardReport {
    let verdict: CardVerdict
    let device: DeviceDescription?
    /// The layout that the scanner is read by now.
    let configured: String
    let decision: ScannerSelection.Decision?
    /// The configuration's path.
    let file: String

    /// Nil if all is well.
    var status: ExitStatus? {
        switch verdict {
        case .layouts(let layouts, _): isConfigured(layouts) ? nil : .configuration
        case .anyLayout: nil
        case .caseExchanged, .part, .other, .damaged, .nothing: .unavailable
        }
    }

    func print(json: Bool) {
        guard json else {
            Output.line("\(status == nil ? "ok   " : "FAULT")  layout: \(message)")
            if let lines { Output.line("\n\(lines)") }
            return
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("check")
        writer.value("layout")
        writer.key("ok")
        writer.value(status == nil)
        writer.key("message")
        writer.value(message)
        writer.key("configured")
        writer.value(configured)
        writer.key("layouts")
        writer.beginArray()
        for candidate in layouts {
            writer.beginObject()
            writer.key("layout")
            writer.value(candidate.layout)
            writer.key("country")
            writer.value(candidate.country)
            writer.endObject()
        }
        writer.endArray()
        writer.key("lines")
        writer.value(lines.map { JSONValue.string($0) } ?? .null)
        writer.endObject()
        writer.endLine()
        Output.write(writer.bytes)
    }

    private var layouts: [LayoutCandidate] {
        switch verdict {
        case .layouts(let layouts, _), .caseExchanged(let layouts): layouts
        case .anyLayout, .part, .other, .damaged, .nothing: []
        }
    }

    private func isConfigured(_ layouts: [LayoutCandidate]) -> Bool { layouts.contains { $0.layout == configured } }

    /// What to write into the configuration; nil where there is nothing to change.
    private var lines: String? {
        guard case .layouts(let layouts, _) = verdict, !isConfigured(layouts), let first = layouts.first else {
            return nil
        }
        return (["[[scanner]]"] + conditions + [#"layout = "\#(first.layout)""#]).joined(separator: "\n")
    }

    private var conditions: [String] {
        if let device, !device.vendor.isEmpty {
            return [#"vendor = "\#(device.vendor)""#, #"product = "\#(device.product)""#]
        }
        guard let device, !device.name.isEmpty else {
            return [#"vendor = "…"  # scanbridge devices shows vendor and product"#]
        }
        // A glob, in which what a name may hold of TOML's and glob's own characters is any character.
        let name = device.name.unicodeScalars.map { #"\"'[]*"#.unicodeScalars.contains($0) ? "?" : $0 }
        return [#"name = "\#(String(String.UnicodeScalarView(name)).printable)""#]
    }

    private var message: String {
        switch verdict {
        case .layouts(let layouts, let frame):
            let others = layouts.dropFirst().prefix(Self.maximumNames)
            let more = layouts.count - 1 - others.count
            let alike =
                others.isEmpty
                ? ""
                : "; these type the card alike: \(others.map(Self.name).joined(separator: ", "))"
                    + (more > 0 ? " and \(more) more" : "")
            let first = layouts.first.map(Self.name) ?? ""
            let todo = isConfigured(layouts) ? "that is how it is read (layout \(configured)): all is well" : advice
            return "the scanner is set to \(first)\(alike); \(todo)\(Self.text(frame))"
        case .anyLayout(let frame):
            return
                "the scanner sends characters as Alt and numbers, so that any layout reads it: all is well\(Self.text(frame))"
        case .caseExchanged(let layouts):
            return
                "upper and lower case are exchanged, otherwise it is \(layouts.first.map(Self.name) ?? ""): switch the "
                + "scanner's Caps Lock setting to off, or its own Caps Lock, and scan again"
        case .part(let read):
            return
                "only a part of the card was read (\(Self.shown(read))): the scanner drops characters that its country's "
                + "keyboard has under AltGr, or several key presses are lost; set its country again, slow its typing down, "
                + "and scan again"
        case .other(let read, let closest, let matching):
            let close =
                closest.map {
                    "; \(Self.name($0)) comes closest, with \(matching) of \(TestCard.text.utf8.count) characters: the "
                        + "scanner's table for that country may differ; set it to United States"
                } ?? "; scan the card that has the text \(TestCard.text)"
            return "no layout reads the card; read as \(configured) it is \(Self.shown(read))\(close)"
        case .damaged(.overflow): return "the kernel dropped events (overflow): scan again"
        case .damaged(.unplugged): return "the scanner was unplugged in mid-scan: scan again"
        case .damaged(let damage):
            return
                "the scan is damaged by every layout (\(damage.rawValue)): scan again; if it stays so, set the scanner to a "
                + "country's keyboard, without macros or extra keys in front or behind"
        case .nothing: return "no key was pressed in it"
        }
    }

    private static let maximumNames = 12

    private var advice: String {
        let place =
            if case .take(_, .configured(let number))? = decision {
                "change [[scanner]] number \(number) in \(file) to have this layout"
            } else {
                "put these lines into \(file)"
            }
        return "it is read as \(configured), which gives wrong codes; \(place) and run systemctl restart scanbridge"
    }

    private static func text(_ frame: CardVerdict.Frame) -> String {
        var text = ""
        if !frame.before.isEmpty {
            let kind =
                AIMIdentifier(inFrontOf: Array(frame.before.utf8)) != nil && frame.before.utf8.count == 3
                ? "the AIM identifier" : "prefix ="
            text += "; in front of each code it puts \(kind) \(shown(frame.before))"
        }
        if !frame.behind.isEmpty { text += "; behind each code it puts suffix = \(shown(frame.behind))" }
        return text
    }

    private static func name(_ candidate: LayoutCandidate) -> String {
        "\(candidate.layout) (\(candidate.country.printable))"
    }

    /// What was read, on one line and not too long.
    private static func shown(_ text: String) -> String {
        let isLong = text.unicodeScalars.count > 60
        return "\"\(String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))).printable)\"\(isLong ? "…" : "")"
    }
}
