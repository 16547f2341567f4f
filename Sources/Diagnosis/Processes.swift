import Glibc
import SystemCalls

/// The processes of this machine, as far as this one may look at them.
public struct Processes: Sendable {
    private let root: String

    /// - Parameter root: Where procfs is mounted.
    public init(root: String = "/proc") {
        self.root = root
    }

    public struct Process: Equatable, Sendable {
        public var number: Int
        /// The program's name, at most 15 bytes of it. Whoever runs it can choose it.
        public var program: String
    }

    /// Those that have a file open.
    public struct Holders: Equatable, Sendable {
        public var processes: [Process]
        /// Every process could be looked at: whoever is not among them does not hold it.
        public var isComplete: Bool
    }

    /// Those whose program has this name.
    public func named(_ program: String) -> [Process] { all.filter { $0.program == program } }

    /// Who has a device's node open, but for this process.
    public func holders(of node: String) -> Holders {
        var holders = Holders(processes: [], isComplete: true)
        for process in all where process.number != Int(getpid()) {
            let directory = "\(root)/\(process.number)/fd"
            do {
                let names = try directoryNames(directory)
                if names.contains(where: { Directory.target(of: "\(directory)/\($0)") == node }) {
                    holders.processes.append(process)
                }
            } catch {
                // One that has ended meanwhile holds nothing.
                if error.errno == EACCES || error.errno == EPERM { holders.isComplete = false }
            }
        }
        return holders
    }

    private var all: [Process] {
        Directory.names(in: root).compactMap(Int.init).sorted().map { number in
            let name = Directory.text(of: "\(root)/\(number)/comm", atMost: 4096) ?? ""
            return Process(number: number, program: String(name.prefix { $0 != "\n" }))
        }
    }
}
