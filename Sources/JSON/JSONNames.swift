/// Names of members that are wanted, compared as ``JSONValue/loose(_:)`` compares them.
public struct JSONNames: Sendable {
    /// By their length: a long invoice has many names, and most differ in it already.
    private let names: [[[UInt8]]]

    public init(_ names: [StaticString]) {
        let lower = names.map { name in name.withUTF8Buffer { $0.map(\.lowercasedASCII) } }
        let longest = lower.map(\.count).max() ?? 0
        self.names = (0...longest).map { count in lower.filter { $0.count == count } }
    }

    func contains(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var start = name.startIndex
        var end = name.endIndex
        while start < end, name.base[end - 1] == UInt8(ascii: ":") || name.base[end - 1] == 0x20 { end -= 1 }
        while start < end, name.base[start] == 0x20 { start += 1 }
        let count = end - start
        if count < names.count {
            for wanted in names[count] {
                var index = 0
                while index < count, wanted[index] == name.base[start + index].lowercasedASCII { index += 1 }
                if index == count { return true }
            }
        }
        // Who knows what else may be white space or have two cases in Unicode: such names are kept, and looked at there.
        return (start..<end).contains { name.base[$0] >= 0x80 || name.base[$0] < 0x20 }
    }
}

extension UInt8 {
    /// `a` to `z` for `A` to `Z`, every other byte as it is.
    var lowercasedASCII: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
