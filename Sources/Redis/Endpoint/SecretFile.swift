import Glibc

/// A file that holds one value: a password, a key, a URL.
package struct SecretFile {
    /// What it holds, without the white space at its end.
    package let bytes: SecretBytes
    /// Its permission bits, such as 0o640.
    package let mode: UInt32

    /// Reads the file at `path`, which may have `limit` bytes. Symbolic links are followed, since that is how orchestrators
    /// mount secrets; what they lead to must be a regular file.
    package init(_ path: String, limit: Int) throws(SecretFileError) {
        // Without O_NONBLOCK opening a pipe would wait for a writer, for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .last(path) }
        defer { _ = close(descriptor) }
        mode = try Self.mode(of: descriptor, path)
        bytes = try SecretBytes(capacity: limit + 1) { buffer throws(SecretFileError) in
            let count = try Self.fill(buffer, from: descriptor, path)
            guard count <= limit else {
                throw SecretFileError(path: path, reason: "it is longer than \(limit) bytes")
            }
            return Self.countWithoutSpace(buffer, count)
        }
    }

    /// Whether a value that was given where a path belongs is one beyond doubt: something is there, or the first of its folders
    /// is. Anything else may be the secret itself, and is shown nowhere.
    package static func isPlainlyAPath(_ text: String) -> Bool {
        var status = stat()
        if lstat(text, &status) == 0 { return true }
        guard let slash = text.utf8.dropFirst().firstIndex(of: UInt8(ascii: "/")) else { return false }
        return stat(String(text[..<slash]), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func mode(of descriptor: Int32, _ path: String) throws(SecretFileError) -> UInt32 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last(path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return status.st_mode & 0o777
        case S_IFDIR: throw SecretFileError(path: path, reason: "it is a directory")
        default: throw SecretFileError(path: path, reason: "it is not a regular file")
        }
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        from descriptor: Int32,
        _ path: String
    ) throws(SecretFileError) -> Int {
        var count = 0
        while count < buffer.count {
            let received = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            if received == 0 { break }
            guard received > 0 || errno == EINTR else { throw .last(path) }
            count += max(received, 0)
        }
        return count
    }

    private static func countWithoutSpace(_ buffer: UnsafeMutableRawBufferPointer, _ count: Int) -> Int {
        var count = count
        while count > 0, buffer[count - 1] == 0x20 || 0x09...0x0D ~= buffer[count - 1] { count -= 1 }
        return count
    }
}

extension SecretFile {
    /// The value of a setting, and whether others than its owner can read it.
    package struct Content: Sendable, Equatable {
        /// The value.
        package let secret: Secret
        /// The file's mode lets its group or everybody read it.
        package let isReadableByOthers: Bool
    }

    /// No setting's value is this long; a longer file is the wrong one.
    private static let limit = 65_536

    /// Reads the value of a setting, which must not be empty.
    package static func read(_ path: String) throws(SecretFileError) -> Content {
        let file = try SecretFile(path, limit: limit)
        guard file.bytes.count > 0 else { throw SecretFileError(path: path, reason: "it is empty") }
        let value = file.bytes.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        return Content(secret: Secret(value), isReadableByOthers: file.mode & 0o077 != 0)
    }
}

/// A file that a setting names cannot be used.
package struct SecretFileError: Error, Sendable, Equatable {
    /// The file.
    package let path: String
    /// Why: one clause in lower case.
    package let reason: String

    /// An error about the file at `path`.
    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// What the system said last.
    fileprivate static func last(_ path: String) -> SecretFileError {
        SecretFileError(path: path, reason: SystemError.last.description)
    }
}
