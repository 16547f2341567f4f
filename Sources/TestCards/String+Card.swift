extension String {
    /// What stands around `text` in this text; nil if it is not in it.
    func frame(of text: String) -> CardVerdict.Frame? {
        let (all, wanted) = (Array(unicodeScalars), Array(text.unicodeScalars))
        guard all.count >= wanted.count else { return nil }
        for start in 0...(all.count - wanted.count) where all[start..<start + wanted.count].elementsEqual(wanted) {
            let string = { (part: ArraySlice<UnicodeScalar>) in String(String.UnicodeScalarView(part)) }
            return CardVerdict.Frame(before: string(all[..<start]), behind: string(all[(start + wanted.count)...]))
        }
        return nil
    }

    /// With ASCII's upper and lower case exchanged.
    var caseExchanged: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z": UnicodeScalar(UInt8(truncatingIfNeeded: scalar.value) ^ 0x20)
                    default: scalar
                    }
                }))
    }

    /// Whether `text` without some of its characters is this text.
    func isSubsequence(of text: String) -> Bool {
        var rest = unicodeScalars[...]
        for scalar in text.unicodeScalars where scalar == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    /// How many characters stand in the same place; none where one text is longer.
    func placesAlike(_ text: String) -> Int {
        guard unicodeScalars.count == text.unicodeScalars.count else { return 0 }
        return zip(unicodeScalars, text.unicodeScalars).count { $0 == $1 }
    }
}
