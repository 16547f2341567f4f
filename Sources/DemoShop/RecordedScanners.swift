import CLinux
import EventLoop
import Glibc
import Keystrokes
import Recordings
import Scanners
import SystemCalls

/// A scanner that types a recording at the recording's own pace, through a pipe and the same reader as a real one's node.
public final class RecordedScanners: ScannerSource {
    private let loop: EventLoop
    private let recording: Recording
    private let info: ScannerInfo
    private let layouts: [String: Layout]
    private var events: ScannerEvents?
    private var reader: KeyReader?
    private var pipe: Pipe?
    private var isConnected = false

    private final class Pipe {
        let writing: Descriptor
        init(_ writing: consuming Descriptor) { self.writing = writing }
    }

    /// - Parameter layouts: Must hold the layout of the default settings.
    public init(recording: Recording, info: ScannerInfo, layouts: [String: Layout], loop: EventLoop) {
        self.recording = recording
        self.info = info
        self.layouts = layouts
        self.loop = loop
    }

    public var present: [(ScannerInfo, ScannerState)] { isConnected ? [(info, .connected)] : [] }

    public var isScanUnderWay: Bool { reader?.isScanUnderWay ?? false }

    public func start(_ events: ScannerEvents) throws(SystemError) {
        self.events = events
        let settings = DecodingSettings()
        guard let layout = layouts[settings.layout] else { throw SystemError(call: "layout", errno: ENOENT) }
        var ends: [Int32] = [0, 0]
        try systemCall("pipe2") { scanbridge_pipe(&ends) }
        let pipe = Pipe(Descriptor(owning: ends[1]))
        self.pipe = pipe
        reader = try KeyReader(
            descriptor: Descriptor(owning: ends[0]),
            decoder: ScanDecoder(settings: settings, layout: layout), gapMilliseconds: settings.gapMilliseconds,
            loop: loop, handlers: events.handlers(info.id),
            onEnd: { [weak self] _ in self?.ended() })
        isConnected = true
        events.onChange(info, .connected)
        play(recording.events[...], from: .now())
    }

    public func stop() {
        pipe = nil
        reader?.close()
        reader = nil
    }

    /// A recording types what it types.
    public func select(_ selection: ScannerSelection, layouts: [String: Layout]) {}

    private func ended() {
        reader = nil
        isConnected = false
        events?.onChange(info, .disconnected)
    }

    /// Writes the next packet when its time has come, stamped with that time.
    private func play(_ rest: ArraySlice<InputEvent>, from start: MonotonicTime) {
        guard let first = rest.first else {
            // The end of the pipe is the unplugging.
            pipe = nil
            return
        }
        let time = MonotonicTime(microseconds: start.microseconds + first.time.microseconds)
        loop.schedule(at: time) { [weak self] in
            guard let self, let pipe else { return }
            let now = MonotonicTime.now()
            let packet = rest.prefix { $0.time == first.time }
            let bytes = packet.map { event in
                var raw = input_event()
                raw.time.tv_sec = Int(now.microseconds / 1_000_000)
                raw.time.tv_usec = Int(now.microseconds % 1_000_000)
                raw.type = event.type
                raw.code = event.code
                raw.value = event.value
                return raw
            }.withUnsafeBytes { Array($0) }
            do throws(SystemError) {
                try pipe.writing.writeAll(bytes)
            } catch {
                events?.onError("recording", error)
            }
            play(rest.dropFirst(packet.count), from: start)
        }
    }
}
