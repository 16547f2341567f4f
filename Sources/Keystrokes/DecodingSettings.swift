/// How one scanner's keys become codes: the part of a configuration's `[[scanner]]` that the decoder needs.
public struct DecodingSettings: Equatable, Sendable {
    /// A key that ends a code.
    public enum EndKey: String, CaseIterable, Sendable {
        /// Enter, the keypad's Enter, Ctrl+M and Ctrl+J.
        case enter
        /// Tab and Ctrl+I.
        case tab
        /// ETX, which scanners type as Ctrl+C.
        case etx
    }

    /// What is done with an AIM identifier (`]`, a letter, a digit) in front of a code.
    public enum AIM: String, CaseIterable, Sendable {
        /// It is taken off if it is one that the standard names.
        case auto
        /// Each code has one: three characters of the identifier's form are taken off, and a code without is damaged.
        case always
        /// What looks like one is part of the code.
        case never
    }

    /// The xkb layout that the scanner types, `layout` or `layout(variant)`.
    public var layout: String
    /// Keys that end a code; none means that a pause does.
    public var endKeys: Set<EndKey>
    /// Text stripped in front and behind, if it is there.
    public var prefix: String
    public var suffix: String
    public var aim: AIM
    /// A longer pause between two keys ends or damages the code, in milliseconds, 20 to 10,000.
    public var gapMilliseconds: Int
    /// Keys that are no text and belong to codes all the same.
    public var namedKeys: NamedKeys

    public init(
        layout: String = "us", endKeys: Set<EndKey> = [.enter, .tab], prefix: String = "", suffix: String = "",
        aim: AIM = .auto, gapMilliseconds: Int = 300, namedKeys: NamedKeys = NamedKeys()
    ) {
        self.layout = layout
        self.endKeys = endKeys
        self.prefix = prefix
        self.suffix = suffix
        self.aim = aim
        self.gapMilliseconds = gapMilliseconds
        self.namedKeys = namedKeys
    }
}
