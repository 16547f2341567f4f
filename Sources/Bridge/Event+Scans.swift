import Keystrokes
import ListenerProtocol
import Loyalty
import Routing
import Scanners

extension Event {
    /// A code as listeners are told.
    public static func scan(
        _ scan: Scan, _ decision: RoutingDecision, passed: Bool = false, refusal: PassRefusal? = nil, scanID: String,
        scannerID: String
    ) -> Event {
        // Once, since it is found out anew each time.
        let symbology = scan.symbology
        return .scan(
            ScanEvent(
                scanID: scanID, scannerID: scannerID, code: String(decoding: scan.code, as: UTF8.self),
                symbology: symbology, isSymbologyGuessed: scan.aim == nil && symbology != nil, aim: scan.aim?.text,
                route: decision.route,
                lookup: decision.memberID != nil, passed: passed, refusal: refusal))
    }

    /// A damaged code as listeners are told.
    public static func damaged(_ damage: Damage, scanID: String, scannerID: String) -> Event {
        let reason: DamagedScanEvent.Reason =
            switch damage {
            case .overflow: .overflow
            case .unplugged: .unplugged
            case .timeout: .timeout
            case .undecodable: .undecodable
            case .tooLong: .tooLong
            }
        return .scanDamaged(DamagedScanEvent(scanID: scanID, scannerID: scannerID, reason: reason))
    }
}

extension ListenerProtocol.ScannerInfo {
    init(_ scanner: Scanners.ScannerInfo) {
        self.init(
            id: scanner.id, name: scanner.name, vendor: scanner.vendor, product: scanner.product,
            serial: scanner.serial.isEmpty ? nil : scanner.serial, port: scanner.port.isEmpty ? nil : scanner.port)
    }
}

extension ListenerProtocol.ScannerState {
    init(_ state: Scanners.ScannerState) {
        switch state {
        case .connected: self = .connected
        case .disconnected: self = .disconnected
        case .blocked(let blockage): self = .blocked(reason: blockage.code, message: blockage.advice)
        }
    }
}
