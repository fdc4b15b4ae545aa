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
    /// One line: the path, escaped, and what is wrong, without any part of the file's content.
    package var description: String {
        let name = QuotedBytes.text(Array(path.utf8), limit: 4096)
        return switch reason {
        case .unusable(let reason): "key file \(name): \(reason)"
        case .badKey(let error): "key file \(name): \(error)"
        }
    }
}
