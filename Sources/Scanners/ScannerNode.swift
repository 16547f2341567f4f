import EventLoop
import Glibc
import Keystrokes
import SystemCalls

/// One scanner's node: carries out what ``DeviceLife`` says.
final class ScannerNode {
    let description: DeviceDescription
    /// The id of the scanner that it belongs to.
    let id: String
    let settings: DecodingSettings
    private(set) var life = DeviceLife()
    private let layout: Layout
    private let loop: EventLoop
    private let handlers: CodeHandlers
    private let onChange: () -> Void
    private let onError: (SystemError) -> Void
    private var opened: Opened?
    private var reader: KeyReader?
    private var timer: TimerID?
    private var watch: NodeWatch?
    /// The error that was told last, so that one that is met at each attempt is told once.
    private var lastError: SystemError?

    /// A node between its opening and its grab.
    private final class Opened {
        let node: EvdevNode
        var sawKeys = false
        var keysDown: [UInt16] = []

        init(_ node: consuming EvdevNode) {
            self.node = node
        }
    }

    init(
        description: DeviceDescription, id: String, settings: DecodingSettings, layout: Layout, loop: EventLoop,
        handlers: CodeHandlers, onChange: @escaping () -> Void,
        onError: @escaping (SystemError) -> Void
    ) {
        self.description = description
        self.id = id
        self.settings = settings
        self.layout = layout
        self.loop = loop
        self.handlers = handlers
        self.onChange = onChange
        self.onError = onError
    }

    func start() { perform(life.appeared()) }

    func changed() { perform(life.changed()) }

    func removed() { perform(life.removed()) }

    private func perform(_ actions: [DeviceLife.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: DeviceLife.Action) {
        switch action {
        case .open: open()
        case .checkKeys: checkKeys()
        case .grab: grab()
        case .wait(let milliseconds):
            cancelTimer()
            timer = loop.schedule(at: .now().adding(milliseconds: milliseconds)) { [weak self] in
                guard let self else { return }
                timer = nil
                perform(life.waited(now: .now()))
            }
        case .watch(let sign):
            // Without a watch, for which the kernel may have no room, the timer has to do.
            watch = try? NodeWatch(node: description.node, for: sign, loop: loop) { [weak self] in
                guard let self else { return }
                watch = nil
                perform(life.changed())
            }
        case .close:
            stopWaiting()
            reader?.close()
            reader = nil
            opened = nil
        case .report: onChange()
        }
    }

    private func cancelTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func stopWaiting() {
        cancelTimer()
        watch?.close()
        watch = nil
    }

    private func open() {
        stopWaiting()
        do {
            opened = Opened(try EvdevNode(description))
        } catch {
            return failed(error)
        }
        perform(life.opened(now: .now()))
    }

    private func checkKeys() {
        guard let opened else { return }
        do {
            // First, since asking for the keys flushes the queue.
            if try opened.node.drain() { opened.sawKeys = true }
            opened.keysDown = try opened.node.keysDown()
        } catch {
            return failed(error)
        }
        if !opened.keysDown.isEmpty { opened.sawKeys = true }
        perform(life.keysSeen(down: !opened.keysDown.isEmpty, now: .now()))
    }

    private func grab() {
        guard let opened else { return }
        do throws(SystemError) {
            try opened.node.grab()
            if try opened.node.drain() { opened.sawKeys = true }
            var decoder = ScanDecoder(settings: settings, layout: layout)
            for key in opened.keysDown { decoder.found(down: key) }
            do throws(SystemError) {
                try opened.node.putCapsLockOut()
            } catch {
                // It is lit and stays so: nobody knows whether this scanner minds.
                guard error.call == "EV_LED" else { throw error }
                onError(error)
                decoder.foundCapsLockLit()
            }
            if opened.sawKeys { decoder.beganInMidCode(at: .now()) }
            reader = try KeyReader(
                descriptor: try opened.node.duplicate(), decoder: decoder,
                gapMilliseconds: settings.gapMilliseconds, loop: loop, handlers: handlers,
                onEnd: { [weak self] error in
                    // The end of a file is what umockdev's nodes have in place of ENODEV.
                    self?.failed(error ?? SystemError(call: "read", errno: ENODEV))
                })
            self.opened = nil
        } catch {
            return failed(error)
        }
        lastError = nil
        perform(life.grabbed())
    }

    private func failed(_ error: SystemError) {
        if error != lastError { onError(error) }
        lastError = error
        perform(life.failed(error, isThere: access(description.syspath, F_OK) == 0))
    }
}
