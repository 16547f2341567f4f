import FuzzSupport
import JSON
import ListenerProtocol
import SystemCalls

/// Whatever a listener sends, cut up at any places: the answers are the same, each is one line of JSON, and nothing is left.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequests(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    var limits = ListenerLimits()
    let flags = input.byte()
    if flags & 1 != 0 { limits.requestBytes = 64 }
    if flags & 2 != 0 { limits.outstandingCalls = 2 }
    let answersLate = flags & 4 != 0
    var cuts: UInt64 = input.integer()
    let stream = input.rest()

    var whole = Listener(limits: limits, answersLate: answersLate)
    whole.write(stream[...])
    whole.end()

    var pieces = Listener(limits: limits, answersLate: answersLate)
    var rest = stream[...]
    while !rest.isEmpty {
        // xorshift: pieces from one byte on, often small.
        cuts ^= cuts << 13
        cuts ^= cuts >> 7
        cuts ^= cuts << 17
        let length = min(rest.count, 1 + Int(cuts % (cuts & 0x100 == 0 ? 7 : 200)))
        pieces.write(rest.prefix(length))
        rest = rest.dropFirst(length)
    }
    pieces.end()

    require(whole.received == pieces.received, "in one piece \(whole.told), in many \(pieces.told)")
    whole.check(requests: stream, limit: limits.requestBytes)
    return 0
}

@_cdecl("FuzzRequests_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(count, arguments)
}
