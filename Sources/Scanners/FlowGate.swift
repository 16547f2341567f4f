/// Whether codes of one scanner may be decided before their end: looked at with each packet of keys, and set when routes change.
public final class FlowGate {
    public var isOpen: Bool

    public init(isOpen: Bool = false) {
        self.isOpen = isOpen
    }
}
