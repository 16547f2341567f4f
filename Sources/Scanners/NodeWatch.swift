import CLinux
import EventLoop
import Glibc
import SystemCalls

/// Waits for a sign that a node that is blocked may be free, once.
///
/// It is made anew after each attempt, when the attempt's own descriptor is closed, so that it does not see that.
final class NodeWatch: EventSource {
    private let descriptor: Descriptor
    private let loop: EventLoop
    private let onSign: () -> Void
    private var isOpen = true

    init(node: String, for sign: DeviceLife.Sign, loop: EventLoop, onSign: @escaping () -> Void) throws(SystemError) {
        let descriptor = Descriptor(owning: try systemCall("inotify_init1") { scanbridge_inotify() })
        let number = descriptor.number
        switch sign {
        case .closed: try systemCall("inotify_add_watch") { scanbridge_watch_node(number, node) }
        case .permitted:
            // Any node's change there is worth an attempt: it opens the one that is meant and no other.
            let directory = String(node[..<(node.lastIndex(of: "/") ?? node.endIndex)])
            try systemCall("inotify_add_watch") { scanbridge_watch_directory(number, directory) }
        }
        self.descriptor = descriptor
        self.loop = loop
        self.onSign = onSign
        try loop.watch(number, for: [.readable], source: self)
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(descriptor.number)
    }

    func ready(_ readiness: Readiness) {
        guard isOpen else { return }
        close()
        onSign()
    }
}
