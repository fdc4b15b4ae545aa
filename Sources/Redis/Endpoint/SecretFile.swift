import Glibc

/// Reads a file that holds one value: a password, a key, a URL.
package enum SecretFile {
    /// The content without the white space at its end, and whether others than its owner can read it.
    package struct Content: Sendable, Equatable {
        /// The value.
        package let secret: Secret
        /// The file's mode lets its group or everybody read it.
        package let isReadableByOthers: Bool
    }

    /// No value is this long; a longer file is the wrong one.
    private static let limit = 65_536

    /// Reads the file at `path`. Symbolic links are followed, since that is how orchestrators mount secrets.
    package static func read(_ path: String) throws(SecretFileError) -> Content {
        // Without O_NONBLOCK opening a pipe would wait for a writer, for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SecretFileError(path: path, reason: SystemError.last.description) }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SecretFileError(path: path, reason: SystemError.last.description)
        }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG else {
            throw SecretFileError(
                path: path,
                reason: kind == S_IFDIR ? "it is a directory" : "it is not a regular file"
            )
        }
        let bytes = try content(of: descriptor, path: path)
        guard bytes.count <= limit else {
            throw SecretFileError(path: path, reason: "it is longer than \(limit) bytes")
        }
        let value = bytes.prefix(through: bytes.lastIndex { !isWhiteSpace($0) } ?? -1)
        guard !value.isEmpty else { throw SecretFileError(path: path, reason: "it is empty") }
        return Content(secret: Secret(Array(value)), isReadableByOthers: status.st_mode & 0o077 != 0)
    }

    /// What the file holds now, whatever it said of its size; of one that is too long just enough to see that.
    private static func content(of descriptor: Int32, path: String) throws(SecretFileError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw SecretFileError(path: path, reason: SystemError.last.description)
            }
        }
        return Array(buffer.prefix(filled))
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}

/// A file that a setting names cannot be used.
package struct SecretFileError: Error, Sendable, Equatable {
    /// The file.
    package let path: String
    /// Why: one clause in lower case.
    package let reason: String

    /// Pairs the two.
    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}
