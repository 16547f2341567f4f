import SystemCalls

/// Why there is no API token that can be used.
public struct TokenFault: Error, Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        case missing
        /// The kernel does not let this process read it.
        case unreadable(SystemError)
        /// A directory, a pipe or the like.
        case notAFile
        case empty
        /// Longer than any token, more than one line, or with control characters.
        case notAToken
        /// Group or others may read or write it. Of a credential, the file that it is a copy of.
        case openToOthers(mode: UInt32)
        /// It belongs to neither root nor the service's user.
        case foreign(owner: UInt32)
    }

    /// The file that is to be mended.
    public let path: String
    public let reason: Reason

    /// The outcome's detail of a lookup that ends with it.
    public var detail: OutcomeDetail {
        switch reason {
        case .missing, .unreadable, .notAFile, .empty, .notAToken: .noToken
        case .openToOthers: .tokenReadable
        case .foreign: .tokenOwner
        }
    }
}

extension TokenFault: CustomStringConvertible {
    /// What is wrong, and the command that mends it.
    public var description: String {
        let write = "sudo install -m 600 /dev/stdin \(path), then one line with the token and Ctrl+D"
        return switch reason {
        case .missing: "\(path): there is no such file: \(write)"
        case .unreadable(let error):
            "\(path): \(error.reason): the service's user must be able to read it (sudo chown USER: \(path))"
        case .notAFile: "\(path) is no regular file: remove it, and write the token: \(write)"
        case .empty: "\(path) is empty: \(write)"
        case .notAToken:
            "\(path) holds no token, which is one line of at most \(TokenFile.maxBytes) characters: \(write)"
        case .openToOthers(let mode):
            "\(path) has mode 0\(String(mode, radix: 8)), so that others could have read the token: sudo chmod 600 \(path), and have "
                + "the provider give you a new one"
        case .foreign(let owner):
            "\(path) belongs to user \(owner), who is neither root nor the service's: sudo chown root: \(path)"
        }
    }
}
