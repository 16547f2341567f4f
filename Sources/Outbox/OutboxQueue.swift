import Purchases

/// What waits for the outbox's thread. Bounded, so that a disk that hangs does not fill the memory.
struct OutboxQueue: Sendable {
    /// The store, or why there is none.
    typealias Access = Result<OutboxStore, OutboxError>

    typealias Completion = @Sendable (Result<OutboxStore.Written, OutboxError>) -> Void

    enum Command: Sendable {
        case change(OutboxChange, completion: Completion)
        /// A transaction of its own.
        case call(@Sendable (Access) -> Void)
    }

    /// What is done next: changes that share a transaction, or a call.
    enum Work: Sendable {
        case changes([(OutboxChange, completion: Completion)])
        case call(@Sendable (Access) -> Void)
    }

    static let maximumCommands = 1024
    static let maximumBytes = 64 << 20
    private static let maximumGroup = 64
    private static let maximumGroupBytes = 4 << 20

    private var commands: [Command] = []
    /// Those in front that are done already. They are cleared away in one go.
    private var taken = 0
    private var bytes = 0

    init() {}

    var isEmpty: Bool { taken == commands.count }

    /// - Returns: false if there is no room.
    mutating func append(_ command: Command) -> Bool {
        let size = Self.size(command)
        // One that is larger than all the room is taken when nothing else waits.
        guard commands.count - taken < Self.maximumCommands, isEmpty || bytes + size <= Self.maximumBytes else {
            return false
        }
        bytes += size
        commands.append(command)
        return true
    }

    /// Takes what is in front: all changes up to the first call, as many as a transaction is to have, or one call.
    mutating func next() -> Work? {
        var group: [(OutboxChange, completion: Completion)] = []
        var groupBytes = 0
        while taken < commands.count, group.count < Self.maximumGroup, groupBytes < Self.maximumGroupBytes {
            switch commands[taken] {
            case .change(let change, let completion):
                groupBytes += change.bytes
                group.append((change, completion))
                taken += 1
            case .call(let body):
                guard group.isEmpty else { return finish(.changes(group), groupBytes) }
                taken += 1
                return finish(.call(body), 0)
            }
        }
        return group.isEmpty ? nil : finish(.changes(group), groupBytes)
    }

    private mutating func finish(_ work: Work, _ size: Int) -> Work {
        bytes -= size
        if taken == commands.count || taken >= 128 {
            commands.removeFirst(taken)
            taken = 0
        }
        return work
    }

    private static func size(_ command: Command) -> Int {
        if case .change(let change, _) = command { change.bytes } else { 0 }
    }
}
