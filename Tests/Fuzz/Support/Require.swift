import Glibc

/// Ends the run as a finding if something that must hold does not.
@inline(__always)
public func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { finding(message()) }
}

/// Says what is wrong and aborts, upon which libFuzzer keeps the input.
public func finding(_ message: String) -> Never {
    let line = Array("FINDING: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    abort()
}
