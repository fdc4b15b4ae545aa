import Redis

/// Why no key could be read from a file.
package struct KeyFileError: Error, Sendable, Equatable {
    /// What was wrong with the file or with what it holds.
    package enum Reason: Sendable, Equatable {
        /// The file cannot be read, or cannot be one that holds a key: why, in a clause.
        case unusable(String)
        /// The file was read; its text is no key.
        case badKey(SigningKeyError)
    }

    /// The path as it was given.
    package let path: String
    /// What was wrong.
    package let reason: Reason
}

extension KeyFileError: CustomStringConvertible {
    /// One line: the path, escaped, and what is wrong, without any part of the file's content. Where the path is none beyond
    /// doubt it may be the key itself, and is left out.
    package var description: String {
        guard SecretFile.isPlainlyAPath(path) else { return hidden }
        let name = QuotedBytes.text(Array(path.utf8), limit: 4096)
        return switch reason {
        case .unusable(let reason): "key file \(name): \(reason)"
        case .badKey(let error): "key file \(name): \(error)"
        }
    }

    private var hidden: String {
        let cause =
            switch reason {
            case .unusable(let reason): reason
            case .badKey(let error): "\(error)"
            }
        return "\(cause) (a file is to be named; what was given is not shown, since it may be the key itself)"
    }
}
