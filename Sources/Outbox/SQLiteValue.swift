import Purchases
import SystemCalls

/// A value for a statement's parameter.
enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ blob: [UInt8]?) { self = blob.map { .blob($0) } ?? .null }
    init(_ time: WallTime?) { self = time.map { .integer($0.microseconds) } ?? .null }
    init(_ number: Int) { self = .integer(Int64(number)) }
}
