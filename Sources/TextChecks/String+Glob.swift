import Glibc

extension String {
    /// Whether a glob fits the whole text: `*` any characters, `?` one, `[…]` one of a set, `\` the next character itself
    /// (fnmatch(3)).
    public func isLike(_ glob: String) -> Bool { fnmatch(glob, self, 0) == 0 }
}
