/// The text of the printed card that shows which country a scanner is set to.
///
/// It holds what the keyboards of the common countries have in different places, as few characters of AltGr as will do, and
/// only what all of them type without dead keys. It cannot be taken for an AIM identifier, since it does not begin with `]`,
/// holds no space, which some scanners trim, and no dollar or percent sign, with which Code 39 spells other characters.
public enum TestCard {
    public static let text = "qwazYm-0123456789_@+=/;'<|#[)"
}
