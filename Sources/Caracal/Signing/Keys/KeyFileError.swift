import Redis

/// Why no key could be read from a file.
package struct KeyFileError: Error, Sendable, Equatable {
    /// What was wrong with the file or with what it holds.
    package enum Reason: Error, Sendable, Equatable {
        /// The system refused to open or read it.
        case unreadable(SystemError)
        /// The path names a directory.
        case directory
        /// The path names a device, a pipe or a socket.
        case notRegular
        /// The file is larger than any key.
        case tooLarge(limit: Int)
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
        case .unreadable(let error): "cannot read key file \(name): \(error)"
        case .directory: "key file \(name) is a directory"
        case .notRegular: "key file \(name) is not a regular file"
        case .tooLarge(let limit): "key file \(name) is larger than \(limit) bytes: not a key"
        case .badKey(.empty): "key file \(name) is empty"
        case .badKey(let error): "key file \(name): \(error)"
        }
    }
}
