/// A symbology identifier as ISO/IEC 15424 defines it: `]`, a letter for the symbology and a modifier.
public struct AIMIdentifier: Hashable, Sendable {
    /// The three characters.
    public let text: String
    /// The symbology's name; nil where the standard names none.
    public let symbology: String?

    /// The identifier in front of a code, if the standard names it.
    public init?(inFrontOf code: some Collection<UInt8>) {
        self.init(formInFrontOf: code)
        if symbology == nil { return nil }
    }

    /// Whatever has an identifier's form in front of a code.
    init?(formInFrontOf code: some Collection<UInt8>) {
        var bytes = code.makeIterator()
        guard bytes.next() == UInt8(ascii: "]"), let letter = bytes.next(), let modifier = bytes.next(),
            Self.isLetter(letter), Self.isLetter(modifier) || (0x30...0x39).contains(modifier)
        else { return nil }
        text = "]" + String(UnicodeScalar(letter)) + String(UnicodeScalar(modifier))
        let entry = Self.table[letter].flatMap { $0.modifiers.utf8.contains(modifier) ? $0 : nil }
        symbology = entry.map { $0.exceptions[modifier] ?? $0.name }
    }

    /// An identifier of a symbology, given by its name without case; nil if none has that name.
    public init?(ofSymbology name: String) {
        let name = name.lowercased()
        let identifiers = Self.table.flatMap { letter, entry in
            entry.modifiers.utf8.compactMap { AIMIdentifier(inFrontOf: [UInt8(ascii: "]"), letter, $0]) }
        }
        // Always the same one of several.
        let first = identifiers.filter { $0.symbology?.lowercased() == name }.min { $0.text < $1.text }
        guard let first else { return nil }
        self = first
    }

    /// The names of all symbologies.
    static var symbologies: Set<String> {
        Set(table.values.flatMap { [$0.name] + $0.exceptions.values })
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }

    private struct Entry {
        let name: String
        let modifiers: String
        var exceptions: [UInt8: String] = [:]
    }

    /// Letters, names and modifiers after ISO/IEC 15424, annex F; the names of the modifiers that make a symbology of their
    /// own in the trade stand as exceptions.
    private static let table: [UInt8: Entry] = [
        UInt8(ascii: "A"): Entry(name: "Code 39", modifiers: "0123457"),
        UInt8(ascii: "B"): Entry(name: "Telepen", modifiers: "0124"),
        UInt8(ascii: "C"): Entry(name: "Code 128", modifiers: "0124", exceptions: [UInt8(ascii: "1"): "GS1-128"]),
        UInt8(ascii: "D"): Entry(name: "Code One", modifiers: "0123456"),
        UInt8(ascii: "E"): Entry(
            name: "EAN-13", modifiers: "01234",
            exceptions: [
                UInt8(ascii: "1"): "EAN add-on 2", UInt8(ascii: "2"): "EAN add-on 5",
                UInt8(ascii: "3"): "EAN with add-on",
                UInt8(ascii: "4"): "EAN-8",
            ]),
        UInt8(ascii: "F"): Entry(name: "Codabar", modifiers: "0124"),
        UInt8(ascii: "G"): Entry(name: "Code 93", modifiers: "0"),
        UInt8(ascii: "H"): Entry(name: "Code 11", modifiers: "013"),
        UInt8(ascii: "I"): Entry(name: "ITF", modifiers: "013"),
        UInt8(ascii: "K"): Entry(name: "Code 16K", modifiers: "0124"),
        UInt8(ascii: "L"): Entry(name: "PDF417", modifiers: "012345"),
        UInt8(ascii: "M"): Entry(name: "MSI", modifiers: "01"),
        UInt8(ascii: "N"): Entry(name: "Anker", modifiers: "0"),
        UInt8(ascii: "O"): Entry(name: "Codablock", modifiers: "01456"),
        UInt8(ascii: "P"): Entry(name: "Plessey", modifiers: "0"),
        UInt8(ascii: "Q"): Entry(name: "QR Code", modifiers: "0123456", exceptions: [UInt8(ascii: "3"): "GS1 QR Code"]),
        UInt8(ascii: "R"): Entry(name: "Straight 2 of 5", modifiers: "013"),
        UInt8(ascii: "S"): Entry(name: "Straight 2 of 5", modifiers: "0"),
        UInt8(ascii: "T"): Entry(name: "Code 49", modifiers: "0124"),
        UInt8(ascii: "U"): Entry(name: "MaxiCode", modifiers: "0123"),
        // What a maker's own identifiers stand for, and what was no bar code at all.
        UInt8(ascii: "X"): Entry(name: "other", modifiers: "0123456789ABCDEF"),
        UInt8(ascii: "Z"): Entry(name: "no bar code", modifiers: "0123456789ABCDEF"),
        UInt8(ascii: "c"): Entry(name: "Channel Code", modifiers: "01234567"),
        UInt8(ascii: "h"): Entry(name: "Han Xin", modifiers: "01239"),
        UInt8(ascii: "o"): Entry(name: "OCR", modifiers: "0123"),
        UInt8(ascii: "p"): Entry(name: "PosiCode", modifiers: "012"),
        UInt8(ascii: "J"): Entry(name: "DotCode", modifiers: "0123456"),
        UInt8(ascii: "s"): Entry(name: "SuperCode", modifiers: "01"),
        UInt8(ascii: "d"): Entry(
            name: "Data Matrix", modifiers: "0123456",
            exceptions: [
                UInt8(ascii: "2"): "GS1 Data Matrix"
            ]),
        UInt8(ascii: "e"): Entry(name: "GS1 DataBar", modifiers: "0123"),
        UInt8(ascii: "z"): Entry(name: "Aztec", modifiers: "0123456789ABC"),
    ]
}
