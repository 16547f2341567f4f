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
    private let grabs: GrabStore?
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
        handlers: CodeHandlers, grabs: GrabStore?, onChange: @escaping () -> Void,
        onError: @escaping (SystemError) -> Void
    ) {
        self.description = description
        self.id = id
        self.settings = settings
        self.layout = layout
        self.loop = loop
        self.handlers = handlers
        self.grabs = grabs
        self.onChange = onChange
        self.onError = onError
    }

    func start() { perform(life.appeared(isGrabbed: grabs?.hasLeft(description.deviceNumber) ?? false)) }

    func changed() { perform(life.changed()) }

    var isScanUnderWay: Bool { reader?.isScanUnderWay ?? false }

    func removed() { perform(life.removed()) }

    /// The service stops. A grab that is kept is left to its next process.
    func stopped() { perform(life.stopped()) }

    private func perform(_ actions: [DeviceLife.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: DeviceLife.Action) {
        switch action {
        case .takeOver: takeOver()
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
            close()
            reader.map { grabs?.letGo($0.number, of: description.deviceNumber) }
            reader = nil
        case .leave:
            close()
            reader = nil
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

    private func close() {
        stopWaiting()
        reader?.close()
        opened = nil
    }

    private func takeOver() {
        guard let grabs, let left = grabs.takeLeft(description.deviceNumber) else {
            return perform(life.couldNotTakeOver())
        }
        do throws(SystemError) {
            try EvdevNode.check(left, is: description)
            reader = try takenOver(left, by: grabs)
        } catch {
            grabs.letGo(left.number, of: description.deviceNumber)
            // A device that is gone has taken its grab along.
            if error.errno != ENODEV { onError(error) }
            return perform(life.couldNotTakeOver())
        }
        perform(life.tookOver())
    }

    private func takenOver(_ left: borrowing Descriptor, by grabs: GrabStore) throws(SystemError) -> KeyReader {
        let number = description.deviceNumber
        let found = grabs.found(number)
        let slot = grabs.slot(for: number, settings)
        var decoder = ScanDecoder(settings: settings, layout: layout)
        if found == nil {
            do throws(SystemError) {
                try EvdevNode.putCapsLockOut(left)
            } catch {
                decoder.foundCapsLockLit()
            }
        }
        let mark = found?.mark ?? DecoderMark(stage: .unknown)
        decoder.tookOver(from: mark, hasSameSettings: found?.fingerprint == settings.fingerprint, at: .now())
        return try KeyReader(
            descriptor: try left.duplicate(), decoder: decoder, gapMilliseconds: settings.gapMilliseconds, loop: loop,
            timeAsleep: SleepClock.microseconds, handlers: handlers, slot: slot,
            inherited: .init(lastKey: mark.lastKey, timeAsleep: found?.timeAsleep), onEnd: ended)
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
            let slot = grabs?.slot(for: description.deviceNumber, settings)
            let reader = try KeyReader(
                descriptor: try opened.node.duplicate(), decoder: decoder,
                gapMilliseconds: settings.gapMilliseconds, loop: loop, timeAsleep: SleepClock.microseconds,
                handlers: handlers, slot: slot, inherited: nil, onEnd: ended)
            self.reader = reader
            self.opened = nil
            // Without a slot nobody could tell what was under way.
            if slot != nil { grabs?.keep(reader.number, of: description.deviceNumber) }
        } catch {
            return failed(error)
        }
        lastError = nil
        perform(life.grabbed())
    }

    private var ended: (SystemError?) -> Void {
        { [weak self] error in
            // The end of a file is what umockdev's nodes have in place of ENODEV.
            self?.failed(error ?? SystemError(call: "read", errno: ENODEV))
        }
    }

    private func failed(_ error: SystemError) {
        if error != lastError { onError(error) }
        lastError = error
        perform(life.failed(error, isThere: access(description.syspath, F_OK) == 0))
    }
}
