import FuzzSupport
import Keystrokes
import Recordings
import SystemCalls

private let layout: Layout = {
    do {
        return try Layout(named: "us")
    } catch {
        finding("xkb's data lacks us, so nothing can be tested: \(error)")
    }
}()

/// Any text as a recording: read, written and read again, then replayed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecording(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let text = input.rest()
    do {
        let recording = try Recording(parsing: text)
        checkWriting(recording)
        checkReplay(recording)
    } catch {
        let lines = text.count { $0 == UInt8(ascii: "\n") } + 1
        require((1...lines).contains(error.line), "line \(error.line) of \(lines)")
        // The fault is that line's own.
        let line = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[error.line - 1]
        require((try? Recording(parsing: line)) == nil, "line \(error.line) is right alone")
    }
    return 0
}

private func checkWriting(_ recording: Recording) {
    let zero = MonotonicTime(microseconds: 0)
    let written = recording.events.map { Recording.line($0, since: zero) }.joined(separator: "\n")
    guard let read = try? Recording(parsing: written.utf8) else { finding("what was written is not read: \(written)") }
    require(read == recording, "read \(recording), written and read again \(read)")
}

private func checkReplay(_ recording: Recording) {
    let actions = recording.replayed(through: ScanDecoder(settings: DecodingSettings(), layout: layout))
    for case .scan(let scan) in actions {
        require((1...ScanDecoder.maximumLength).contains(scan.code.count), "a code of \(scan.code.count) bytes")
        require(String(validating: scan.code, as: UTF8.self) != nil, "a code that is not UTF-8: \(scan.code)")
    }
    require(actions.count <= recording.events.count + 1, "\(recording.events.count) events make \(actions.count) scans")
}

@_cdecl("FuzzRecording_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(count, arguments)
}
