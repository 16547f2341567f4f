/// Why a device that is a scanner cannot be read.
public enum Blockage: Equatable, Sendable {
    /// Another program has grabbed it.
    case busy
    /// The service may not open it.
    case permission
    /// Any other error of the kernel.
    case failed
    /// Its codes are to be typed on to the till, and there is no keyboard to type them on.
    case noVirtualKeyboard
    /// Nothing is set up yet that could be done with its codes.
    case noAccount
    /// It is no keyboard as it is set up.
    case wrongMode(WrongMode)

    /// The reason's stable name in events.
    public var code: String {
        switch self {
        case .busy: "busy"
        case .permission: "permission"
        case .failed: "failed"
        case .noVirtualKeyboard: "no_virtual_keyboard"
        case .noAccount: "no_account"
        case .wrongMode: "wrong_mode"
        }
    }

    /// What a person can do about it.
    public var advice: String {
        switch self {
        case .busy:
            "another program holds this scanner; stop it (fuser -v on the node names it), then it is taken by itself"
        case .permission:
            "the service may not read this node; install the udev rules, add the service's user to group scanbridge, "
                + "then run: udevadm trigger --subsystem-match=input --action=change"
        case .failed: "the kernel refuses this node; plug the scanner in again, and see the log for its reason"
        case .noVirtualKeyboard:
            "the service may not make the keyboard that types products on to the till: load the module (modprobe uinput) and let the "
                + "service's user write /dev/uinput, or give every [[route]] pass = \"never\"; then it is taken by itself"
        case .noAccount:
            "no account is set: set account in [endpoint] of the configuration, or give every [[route]] lookup = false; then it is "
                + "taken by itself"
        case .wrongMode(let mode): mode.advice
        }
    }
}
