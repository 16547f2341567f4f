import FuzzSupport
import Keystrokes
import SystemCalls

/// The first byte chooses between hostile events and a scanner that types codes of which one event goes wrong.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    if input.byte() & 1 == 0 {
        HostileEvents(&input).check()
    } else {
        DamagedTyping(&input).check()
    }
    return 0
}

@_cdecl("FuzzDecoder_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(count, arguments)
}
