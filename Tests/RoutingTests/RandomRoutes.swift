import Routing
import SeededNumbers

/// Routes and codes that have something to do with each other.
enum RandomRoutes {
    private static let patterns = [
        "", "^84", "^8", "84", "^[0-9]{13}$", "^OW-", "^OW-[0-9]+$", "^O", "^(?:8|9)4", "^[^O]", "^(?!84)", "^(?!8410)",
        "^8?4",
        "^8+", "^(?=.*7)8", #"^\d+$"#, "^$", "^(?:84)?$", "(?i)^ow", "^https://", "^.{3}", "^.{3,5}$", "^(?<id>8.)1",
        "7$", "^8|4",
        #"^8\b"#, #"\A84\z"#, #"^84\Z"#, "(?m)^84$", "(?s)^.*7", "^(?>8+)4", "^(8)\\1", "^8(?<=8)4", "^[[:punct:]]",
        "^(?:8(*PRUNE)4|8)",
        "^8(*COMMIT)4", "^(?:84(*SKIP)x|84)", "^(?:8(*ACCEPT)|4)7", "^(a+)+$", "^\u{E9}", "^8.$", "(*ANYCRLF)^84$",
        "^(?(?=84)841|9)",
        #"^\X{2}"#, #"^8\K4"#, "^(?i:o)w-", "^(?:O|OW|OW-)1", "^(?:8|84|841)$", "^(?<!8)4", #"^\D"#, "^(?#x)8", "^8*+4",
        "^[84]{2}+7",
    ]
    private static let symbologies = ["EAN-13", "ean-8", "QR Code", "UPC-A", "Aztec", "nothing"]
    private static let steps: [IDStep] = [
        .query("id"), .segment(1), .json(["id"]), .verifyCheckDigit, .stripCheckDigit, .pad(20), .upper, .lower,
    ]
    private static let beginnings = [
        "84", "8410297112041", "OW-", "OW-00412277", "https://h?id=7", "www.h/7", "WIFI:S:x;P:y;;", "20", "9", "4",
        "{\"id\":7}", "ow",
        "\u{1D}", "8\n", "\u{E9}4", "8 4", "88", "7", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "96385074", "mailto:x",
    ]
    private static let aims: [String?] = [nil, nil, "]E0", "]E4", "]Q1", "]z0", "]C0"]

    static func route(_ name: String, using generator: inout SeededGenerator) -> Route {
        var route = Route(name: name)
        if !chance(6, &generator) { route.pattern = pick(patterns, &generator) }
        if chance(4, &generator) {
            route.symbologies = (0..<Int.random(in: 1...2, using: &generator)).map { _ in pick(symbologies, &generator)
            }
        }
        if chance(4, &generator) { route.scanner = pick(["s1", "s*", "*", "t?"], &generator) }
        if chance(5, &generator) { route.id = [pick(steps, &generator)] }
        route.lookup = chance(3, &generator)
        route.pass =
            route.lookup
            ? pick([.never, .always, .notFound], &generator) : pick([.never, .always, .always], &generator)
        return route
    }

    static func code(using generator: inout SeededGenerator) -> (code: String, aim: String?) {
        var code = pick(beginnings, &generator)
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            code += pick(
                ["0", "1", "4", "7", "8", "O", "W", "-", "x", "\n", "\r", "\u{1D}", "\u{E9}", "?id=7"], &generator)
        }
        return (code, pick(aims, &generator))
    }

    static func scanner(using generator: inout SeededGenerator) -> String { pick(["s1", "s2", "t1", ""], &generator) }

    private static func chance(_ one: Int, _ generator: inout SeededGenerator) -> Bool {
        Int.random(in: 0..<one, using: &generator) == 0
    }

    private static func pick<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }
}
