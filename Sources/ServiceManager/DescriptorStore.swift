import SystemCalls

/// Descriptors that outlive this process: the manager keeps copies of them, and hands them to the next process of the service.
///
/// They outlive a crash and a restart. When the service is stopped for good the manager closes them.
public final class DescriptorStore {
    private let manager: ServiceManager
    private let handed: HandedDescriptors

    public init(manager: ServiceManager, handed: HandedDescriptors) {
        self.manager = manager
        self.handed = handed
    }

    /// Has a copy of the descriptor kept under this name until it is dropped. Never waits.
    public func keep(_ descriptor: Int32, as name: String) { manager.store(descriptor, as: name) }

    /// Lets go of what is kept under this name.
    public func drop(_ name: String) { manager.removeStored(name) }

    /// Takes over what an earlier process left under this name; nil if there is nothing (more).
    public func take(_ name: String) -> Descriptor? { handed.take(name) }

    /// The names of what was left and has not been taken.
    public var leftNames: [String] { handed.names }
}
