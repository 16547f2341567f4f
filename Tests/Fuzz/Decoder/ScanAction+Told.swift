import Keystrokes
import SystemCalls

extension ScanAction {
    /// For a finding's message: the code or the damage, and when.
    var told: String {
        switch self {
        case .scan(let scan): "\(String(decoding: scan.code, as: UTF8.self).debugDescription)@\(scan.time.microseconds)"
        case .damaged(let damage, let time): "\(damage.rawValue)@\(time.microseconds)"
        }
    }

    var isScan: Bool {
        if case .scan = self { true } else { false }
    }

    func shifted(by microseconds: Int64) -> ScanAction {
        switch self {
        case .scan(var scan):
            scan.time.microseconds += microseconds
            return .scan(scan)
        case .damaged(let damage, let time):
            return .damaged(damage, time: MonotonicTime(microseconds: time.microseconds + microseconds))
        }
    }
}
