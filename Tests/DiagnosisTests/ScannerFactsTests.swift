import Glibc
import Testing

@testable import Diagnosis

@Suite struct ScannerFactsTests {
    private static let ruledGroup: gid_t = 4_000_007
    private static let service = UserIdentity(
        uid: 500, name: "scanbridge", groups: [ruledGroup], groupsInDatabase: [ruledGroup])
    private static let evtest = Processes.Process(number: 12, program: "evtest")
    private static let own = Processes.Process(number: 7, program: "scanbridge")

    /// A scanner as it should be, while the service runs; then changed.
    private static func findings(_ change: (inout ScannerFacts) -> Void = { _ in }) -> [Finding] {
        var facts = ScannerFacts(
            name: "Voyager", node: "/dev/input/event7", vendor: "0c2e", product: "0204", isTagged: true,
            access: FileAccess(owner: 0, group: ruledGroup, mode: 0o640), ruledGroup: ruledGroup, serviceUser: service,
            service: .connected, grab: .notTried, holders: .init(processes: [own], isComplete: true))
        change(&facts)
        return facts.findings
    }

    /// The one finding with that subject.
    private static func finding(_ subject: String, _ findings: [Finding]) -> Finding? {
        findings.first { $0.subject == subject }
    }

    @Test func theRunningServicesGrabIsNoFault() {
        #expect(Self.findings() == [Finding(.good, "scanner", "Voyager: the running service holds it")])
        // Whoever may not ask the service sees its process, if root.
        let seen = Self.findings {
            $0.service = .unknown
            $0.grab = .busy
        }
        #expect(seen.map(\.level) == [.good] && seen[0].message.contains("process 7"))
    }

    @Test func anotherProgramsGrabIsNamed() {
        for service in [ScannerFacts.Service.unknown, .blocked(reason: "busy", message: "x")] {
            let finding = Self.finding(
                "scanner",
                Self.findings {
                    $0.service = service
                    $0.grab = .busy
                    $0.holders.processes = [Self.evtest]
                })
            #expect(finding?.level == .fault(.unavailable))
            #expect(
                finding?.message.contains("evtest (process 12)") == true
                    && finding?.message.contains("sudo kill 12") == true)
        }
    }

    /// Whoever is told to kill process 1 is sent away from what is wrong.
    @Test func whatSystemdKeepsIsTheServicesMatter() {
        let finding = Self.finding(
            "scanner",
            Self.findings {
                $0.service = .unknown
                $0.grab = .busy
                $0.holders.processes = [.init(number: 1, program: "systemd")]
            })
        #expect(finding?.level == .fault(.unavailable))
        #expect(
            finding?.message.contains("systemctl status scanbridge") == true
                && finding?.message.contains("kill") == false)
    }

    /// The service has the node open while another program has grabbed it.
    @Test func theServiceIsNotNamedForTheOther() {
        let finding = Self.finding(
            "scanner",
            Self.findings {
                $0.service = .blocked(reason: "busy", message: "x")
                $0.holders.processes = [Self.own, Self.evtest]
            })
        #expect(finding?.message.contains("held by evtest (process 12); end it") == true)
    }

    @Test func whoCannotLookSaysSo() {
        let unknown = Self.findings {
            $0.service = .unknown
            $0.grab = .busy
            $0.holders = .init(processes: [], isComplete: false)
        }
        #expect(unknown.map(\.level) == [.unseen] && unknown[0].message.contains("sudo scanbridge check"))
        let blocked = Self.findings {
            $0.service = .blocked(reason: "busy", message: "x")
            $0.holders = .init(processes: [], isComplete: false)
        }
        #expect(blocked.map(\.level) == [.fault(.unavailable)])
        let denied = Self.findings {
            $0.service = .unknown
            $0.grab = .denied
        }
        #expect(denied.map(\.level) == [.unseen])
    }

    @Test func aRuleThatIsNotAppliedIsTold() {
        for access in [
            FileAccess(owner: 0, group: 104, mode: 0o660), FileAccess(owner: 0, group: Self.ruledGroup, mode: 0o600),
            FileAccess(owner: 0, group: Self.ruledGroup, mode: 0o644),
        ] {
            let findings = Self.findings { $0.access = access }
            let rule = Self.finding("rule", findings)
            #expect(
                rule?.level == .fault(.unavailable) && rule?.message.contains("udevadm trigger") == true, "\(access)")
            // That the service may not read it follows, and is not said twice.
            #expect(findings.count == 2)
        }
    }

    @Test func aScannerThatOnlyTheConfigurationNamesGetsItsRule() {
        let findings = Self.findings { $0.isTagged = false }
        let rule = Self.finding("rule", findings)
        #expect(rule?.level == .warning)
        #expect(
            rule?.message.contains(#"ATTRS{idVendor}=="0c2e", ATTRS{idProduct}=="0204", ENV{SCANBRIDGE_SCANNER}="1""#)
                == true)
        let unreadable = Self.findings {
            $0.isTagged = false
            $0.access = FileAccess(owner: 0, group: 104, mode: 0o660)
        }
        let permission = unreadable.first { $0.level == .fault(.permission) }
        #expect(permission?.message.contains("user scanbridge may not read") == true)
    }

    @Test func whatTheServiceSaysIsPassedOn() {
        let blocked = Self.findings { $0.service = .blocked(reason: "no_virtual_keyboard", message: "load the module") }
        #expect(blocked.map(\.level) == [.fault(.unavailable)] && blocked[0].message.contains("load the module"))
        let without = Self.findings { $0.service = .without }
        #expect(without.map(\.level) == [.fault(.unavailable)] && without[0].message.contains("reload"))
        let free = Self.findings {
            $0.service = .unknown
            $0.grab = .free
        }
        #expect(free.map(\.level) == [.good])
        let failed = Self.findings {
            $0.service = .unknown
            $0.grab = .failed("open: No such device")
        }
        #expect(failed.map(\.level) == [.fault(.unavailable)])
    }

    @Test func desktopsInTheWay() {
        #expect(Self.finding("desktop", Self.findings { _ in }) == nil)
        let open = Self.finding(
            "desktop", Self.findings { $0.holders.processes.append(.init(number: 9, program: "Xorg")) })
        #expect(open?.level == .warning && open?.message.contains("Xorg (process 9)") == true)
    }

    @Test func hostileNamesOfProcessesAreMadeHarmless() {
        let finding = Self.finding(
            "scanner",
            Self.findings {
                $0.service = .unknown
                $0.grab = .busy
                $0.holders.processes = [.init(number: 12, program: "a\u{1B}[2J"), .init(number: 13, program: "")]
            })
        #expect(finding?.message.contains("a\u{FFFD}[2J (process 12), a program (process 13)") == true)
    }

    @Test func modemManager() {
        var facts = ModemFacts(isRunning: true, name: "Scanner", vendor: "0c2e", product: "0700", isIgnored: false)
        #expect(facts.finding?.level == .warning)
        #expect(facts.finding?.message.contains(#"ENV{ID_MM_DEVICE_IGNORE}="1""#) == true)
        #expect(facts.finding?.message.contains("systemctl disable --now ModemManager") == true)
        facts.isIgnored = true
        #expect(facts.finding == nil)
        facts.isIgnored = false
        facts.isRunning = false
        #expect(facts.finding == nil)
    }
}
