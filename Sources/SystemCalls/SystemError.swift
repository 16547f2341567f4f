import Glibc

/// A system call that failed: which one, and the kernel's reason.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call's name as the manual has it, for example `open`.
    public let call: String
    /// The value of `errno` right after the call.
    public let errno: Int32

    public init(call: String, errno: Int32) {
        self.call = call
        self.errno = errno
    }

    public var description: String { "\(call): \(reason)" }

    /// The kernel's reason in words, for example `Permission denied`.
    public var reason: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(errno, &buffer, buffer.count) == 0 else { return "error \(errno)" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether the call only has to be made again later because nothing was ready.
    public var isWouldBlock: Bool { errno == EAGAIN || errno == EWOULDBLOCK }
}

/// Makes one system call, again for as long as a signal interrupts it, and keeps `errno`.
///
/// - Parameters:
///   - name: The call's name, for the error.
///   - body: The call; a negative result is a failure.
/// - Returns: The call's result, never negative.
@inlinable
@discardableResult
public func systemCall<Result: SignedInteger>(
    _ name: StaticString, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let reason = Glibc.errno
        if reason != EINTR { throw SystemError(call: "\(name)", errno: reason) }
    }
}
