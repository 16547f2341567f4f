import CEvdev
import CLinux
import Glibc
import SystemCalls

extension Descriptor {
    /// Reads what a node has, at most as many events as `buffer` holds.
    ///
    /// - Returns: How many; zero at the end.
    func readEvents(into buffer: inout [input_event]) throws(SystemError) -> Int {
        let number = number
        let count = try systemCall("read") {
            buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
        }
        return count / MemoryLayout<input_event>.stride
    }
}
