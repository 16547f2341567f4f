import Keystrokes

/// What a scan of the test card shows of the scanner's country setting.
public enum CardVerdict: Equatable, Sendable {
    /// Text that the scanner adds around what it reads: an AIM identifier or a prefix, and a suffix.
    public struct Frame: Equatable, Sendable {
        public var before = ""
        public var behind = ""

        public init(before: String = "", behind: String = "") {
            self.before = before
            self.behind = behind
        }
    }

    /// These layouts read the card, the plainest one first; never empty. Several type it alike.
    case layouts([LayoutCandidate], Frame)
    /// The scanner sends characters' numbers with Alt and the keypad, so that every layout reads it.
    case anyLayout(Frame)
    /// As ``layouts(_:_:)``, but upper and lower case are exchanged: Caps Lock is on, here or in the scanner's mind.
    case caseExchanged([LayoutCandidate])
    /// Some of the card's characters, in order, as one of the layouts reads them.
    case part(read: String)
    /// Something else, read by the configured layout; of the common ones this comes closest, with how many characters in place.
    case other(read: String, closest: LayoutCandidate?, matching: Int)
    /// No layout makes a code of it, and why not by the configured one.
    case damaged(Damage)
    /// No key was pressed.
    case nothing
}
