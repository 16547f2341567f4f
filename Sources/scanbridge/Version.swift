/// The program's version. It stands here and nowhere else: the Debian package takes it from this file.
enum Version {
    static let text = "0.1.0"
    /// As the protocol's `hello` and the `User-Agent` have it.
    static let server = "scanbridge/\(text)"
}
