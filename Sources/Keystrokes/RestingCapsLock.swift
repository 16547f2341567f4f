/// Caps Lock between a scanner's codes.
///
/// It is in the end what it was in the beginning if a code is damaged: scanners tap it in pairs, and one of a pair may be among what
/// is lost.
struct RestingCapsLock {
    /// What it is between codes.
    private(set) var isOn: Bool
    /// This scanner has tapped it since the last code.
    private(set) var isTapped: Bool

    init(isOn: Bool = false, isTapped: Bool = false) {
        self.isOn = isOn
        self.isTapped = isTapped
    }

    /// The scanner itself has switched it.
    mutating func tapped() {
        isTapped = true
    }

    /// Its light changed. What follows the scanner's own key says nothing of the time between codes.
    mutating func lit(_ isOn: Bool) {
        if !isTapped { self.isOn = isOn }
    }

    /// A code is over, with Caps Lock `on`.
    ///
    /// - Returns: What it is to be taken for from now on.
    mutating func codeEnded(on isLocked: Bool, isDamaged: Bool) -> Bool {
        if !isDamaged { isOn = isLocked }
        isTapped = false
        return isOn
    }
}
