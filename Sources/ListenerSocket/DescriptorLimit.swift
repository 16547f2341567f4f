import Glibc
import SystemCalls

/// The process's limit on open descriptors.
public enum DescriptorLimit {
    /// Each listener takes one descriptor, and the usual soft limit of 1,024 leaves no room for scanners beside 1,024 listeners.
    public static let enough = 2048

    /// Raises the soft limit to `count`, as far as the hard limit allows. To be called once at start: it is the whole process's.
    ///
    /// - Returns: The limit from now on.
    @discardableResult
    public static func raise(to count: Int = enough) throws(SystemError) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        try systemCall("getrlimit") { getrlimit(resource, &limit) }
        let wanted = min(rlim_t(clamping: count), limit.rlim_max)
        if wanted > limit.rlim_cur {
            limit.rlim_cur = wanted
            try systemCall("setrlimit") { setrlimit(resource, &limit) }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
