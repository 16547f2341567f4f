/// Tells serial numbers that were given to one device from those that the maker left as they were in the sample.
enum SerialNumber {
    /// Whether a serial number plainly is none: no letter or digit, one character over and over, a row that counts up, or a
    /// word that says so. Scanners that have one of these all have the same.
    static func isPlaceholder(_ serial: String) -> Bool {
        let characters = serial.uppercased().utf8.filter { isDigit($0) || isLetter($0) || $0 >= 0x80 }
        guard let first = characters.first else { return true }
        if characters.count > 1, characters.allSatisfy({ $0 == first }) { return true }
        if first == UInt8(ascii: "0"), characters.count == 1 { return true }
        if words.contains(String(decoding: characters, as: UTF8.self)) { return true }
        return characters.count >= 4 && (first == UInt8(ascii: "0") || first == UInt8(ascii: "1"))
            && isCount(characters)
    }

    /// As they read without spaces and punctuation.
    private static let words: Set<String> = [
        "NONE", "NA", "NULL", "UNKNOWN", "DEFAULT", "SERIAL", "SERIALNUMBER", "NOSERIAL", "NOTAVAILABLE",
        "NOTSPECIFIED",
        "TOBEFILLEDBYOEM",
    ]

    /// Each character is the one after its neighbour: digits run from 9 to 0 or on to A, letters to F and from there to 0.
    private static func isCount(_ characters: [UInt8]) -> Bool {
        zip(characters, characters.dropFirst()).allSatisfy { character, next in
            switch character {
            case UInt8(ascii: "9"): next == UInt8(ascii: "0") || next == UInt8(ascii: "A")
            case UInt8(ascii: "F"): next == UInt8(ascii: "0")
            default: next == character + 1
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }
}
