import SystemCalls

/// Keeps descriptors beyond this process's life: systemd's descriptor store.
public protocol DescriptorKeeper: AnyObject {
    /// Has a copy of the descriptor kept under this name until it is dropped. Never waits.
    func keep(_ descriptor: Int32, as name: String)
    /// Lets go of what is kept under this name.
    func drop(_ name: String)
    /// A descriptor of what an earlier process has left under this name; nil if there is none. Each is given once, and stays kept until it is dropped.
    func take(_ name: String) -> Descriptor?
    /// The names of what was left and has not been taken.
    var leftNames: [String] { get }
}
