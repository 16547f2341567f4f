import Glibc

/// What is known of one scanner that is to be taken, and what follows from it.
public struct ScannerFacts: Equatable, Sendable {
    /// What the running service says of it.
    public enum Service: Equatable, Sendable {
        /// There is none, or it cannot be asked.
        case unknown
        case connected
        case blocked(reason: String, message: String)
        /// It runs and does not know this scanner.
        case without
    }

    /// What came of the attempt to grab it.
    public enum Grab: Equatable, Sendable {
        /// The service has it.
        case notTried
        case free
        case busy
        /// Whoever runs the check may not open the node.
        case denied
        case failed(String)
    }

    /// How it is called in messages.
    public var name: String
    public var node: String
    public var vendor: String
    public var product: String
    /// The udev rules made it a scanner; else the configuration did.
    public var isTagged: Bool
    /// nil if the node is gone.
    public var access: FileAccess?
    /// The rules' group by number, if there is one.
    public var ruledGroup: gid_t?
    /// The user that the service runs as.
    public var serviceUser: UserIdentity
    public var service: Service
    public var grab: Grab
    /// Who else has the node open.
    public var holders: Processes.Holders

    public init(
        name: String, node: String, vendor: String, product: String, isTagged: Bool, access: FileAccess?,
        ruledGroup: gid_t?, serviceUser: UserIdentity, service: Service, grab: Grab, holders: Processes.Holders
    ) {
        self.name = name
        self.node = node
        self.vendor = vendor
        self.product = product
        self.isTagged = isTagged
        self.access = access
        self.ruledGroup = ruledGroup
        self.serviceUser = serviceUser
        self.service = service
        self.grab = grab
        self.holders = holders
    }

    public var findings: [Finding] {
        var findings = [rule, permission].compactMap { $0 }
        findings += [hold].compactMap { $0 }
        findings += [desktop].compactMap { $0 }
        return findings
    }

    // MARK: The node's permissions

    private static let ruledMode: mode_t = 0o640

    /// Whether the rule that names it has done its work.
    private var rule: Finding? {
        guard isTagged else {
            return Finding(
                .warning, "rule",
                "\(name): the configuration names it and the udev rules do not, so a desktop reads it before the service does, and its group "
                    + "is not the service's: echo 'SUBSYSTEM==\"input\", KERNEL==\"event*\", ATTRS{idVendor}==\"\(vendor)\", "
                    + "ATTRS{idProduct}==\"\(product)\", ENV{SCANBRIDGE_SCANNER}=\"1\"' | sudo tee -a "
                    + "/etc/udev/rules.d/69-scanbridge-local.rules, then \(Remedy.reloadAndTrigger)")
        }
        guard let access, let ruledGroup, access.group != ruledGroup || access.mode != Self.ruledMode else {
            return nil
        }
        return Finding(
            .fault(.unavailable), "rule",
            "\(name): the udev rule is not applied: \(node) is \(access.text), and the rule makes it 0640 with group "
                + "\(UserGroup.name(ruledGroup)): \(Remedy.reloadAndTrigger)")
    }

    private var permission: Finding? {
        guard let access, !access.lets(serviceUser, 4), rule?.level != .fault(.unavailable) else { return nil }
        return Finding(
            .fault(.permission), "scanner",
            "\(name): user \(serviceUser.name) may not read \(node), which is \(access.text): install the udev rules, or: sudo usermod "
                + "-aG \(UserGroup.name(access.group)) \(serviceUser.name); then \(Remedy.reloadAndTrigger)")
    }

    // MARK: Who holds it

    private var hold: Finding? {
        switch (service, grab) {
        case (.connected, _): return Finding(.good, "scanner", "\(name): the running service holds it")
        case (.blocked("busy", _), _), (_, .busy): return busy
        case (.blocked(_, let message), _):
            return Finding(.fault(.unavailable), "scanner", "\(name): blocked: \(message)")
        case (.without, _):
            return Finding(
                .fault(.unavailable), "scanner",
                "\(name): the running service has not taken it: sudo systemctl reload scanbridge, if the configuration has changed; what "
                    + "it waits for: systemctl status scanbridge")
        case (.unknown, .free), (.unknown, .notTried): return Finding(.good, "scanner", "\(name): nobody holds it")
        case (.unknown, .denied):
            // Said already, or known by the permissions: the service can, and this user cannot.
            return Finding(
                .unseen, "scanner", "\(name): this user may not open \(node): sudo scanbridge check looks who holds it")
        case (.unknown, .failed(let reason)):
            return Finding(.fault(.unavailable), "scanner", "\(name): \(reason): plug the scanner in again")
        }
    }

    private var busy: Finding {
        let own = holders.processes.first { $0.program == "scanbridge" }
        if service == .unknown, let own {
            return Finding(.good, "scanner", "\(name): scanbridge holds it (process \(own.number))")
        }
        if holders.processes.contains(where: { $0.number == 1 }) {
            return Finding(
                .fault(.unavailable), "scanner",
                "\(name): systemd keeps it for the service, which does not run: systemctl status scanbridge")
        }
        let others = holders.processes.filter { $0.program != "scanbridge" }
        if !others.isEmpty {
            let numbers = others.map { "\($0.number)" }.joined(separator: " ")
            return Finding(
                .fault(.unavailable), "scanner",
                "\(name): held by \(Self.list(others)); end \(others.count == 1 ? "it" : "that which holds it"), and the service takes "
                    + "the scanner by itself: sudo kill \(numbers)")
        }
        if holders.isComplete {
            return Finding(
                .fault(.unavailable), "scanner", "\(name): held by nobody that can be seen: plug the scanner in again")
        }
        let level: Finding.Level = service == .unknown ? .unseen : .fault(.unavailable)
        return Finding(level, "scanner", "\(name): a program holds it; which, root sees: sudo scanbridge check")
    }

    // MARK: Desktops

    /// Programs that show a screen and read input devices for it, as their processes are called.
    private static let desktops: Set<String> = [
        "Xorg", "X", "gnome-shell", "kwin_wayland", "kwin_wayland_wr", "mutter", "weston", "sway", "labwc", "wayfire",
        "cage", "river",
        "Hyprland", "cosmic-comp", "phoc", "miriway", "niri",
    ]

    private var desktop: Finding? {
        let desktops = holders.processes.filter { Self.desktops.contains($0.program) }
        guard !desktops.isEmpty else { return nil }
        return Finding(
            .warning, "desktop",
            "\(name): \(Self.list(desktops)) has it open, as from before the rules or the account, and types what is scanned while the "
                + "service does not hold it: plug the scanner in again")
    }

    /// Processes as a person knows them. The names are whatever their programs chose.
    static func list(_ processes: [Processes.Process]) -> String {
        processes.map { "\($0.program.printableName) (process \($0.number))" }.joined(separator: ", ")
    }
}
