/// The beginning of a code that is still being scanned, as the whole code will show it.
public struct PartialCode: Sendable {
    /// UTF-8, at least one byte, without identifier.
    public var text: ArraySlice<UInt8>
    public var aim: AIMIdentifier?

    public init(text: ArraySlice<UInt8>, aim: AIMIdentifier?) {
        self.text = text
        self.aim = aim
    }
}
