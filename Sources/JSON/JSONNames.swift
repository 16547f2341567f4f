/// Names of members that are wanted, compared as ``JSONValue/loose(_:)`` compares them.
public struct JSONNames: Sendable {
    private let names: [[UInt8]]

    public init(_ names: [StaticString]) {
        self.names = names.map { name in name.withUTF8Buffer { $0.map(Self.lower) } }
    }

    func contains(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var name = name
        while let last = name.last, last == UInt8(ascii: ":") || last == 0x20 { name = name.dropLast() }
        while name.first == 0x20 { name = name.dropFirst() }
        // Who knows what else may be white space or have two cases in Unicode: such names are kept, and looked at there.
        return names.contains { wanted in
            wanted.count == name.count && zip(wanted, name).allSatisfy { $0 == Self.lower($1) }
        } || name.contains { $0 >= 0x80 || $0 < 0x20 }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
