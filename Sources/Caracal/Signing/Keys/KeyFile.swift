import Glibc
import Redis

/// A key read from a file, and what an operator should know about the file.
package struct KeyFile {
    /// The key.
    package let key: SigningKey
    /// Set when the file can be read by more than its owner.
    package let warning: KeyFileWarning?

    /// The most bytes a key file may have. A key of 32 bytes needs 64.
    private static let sizeLimit = 4096

    /// Reads the file at `path`, cuts trailing white space and decodes the rest.
    ///
    /// Links are followed, since mounted secrets are links; what they lead to must be a regular file.
    package init(path: String) throws(KeyFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw KeyFileError(path: path, reason: .unreadable(.last)) }
        defer { _ = close(descriptor) }
        do throws(KeyFileError.Reason) {
            warning = try Self.inspect(descriptor, path)
            key = try Self.readKey(descriptor)
        } catch {
            throw KeyFileError(path: path, reason: error)
        }
    }

    private static func inspect(_ descriptor: Int32, _ path: String) throws(KeyFileError.Reason) -> KeyFileWarning? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(.last) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .directory
        default: throw .notRegular
        }
        guard status.st_size <= sizeLimit else { throw .tooLarge(limit: sizeLimit) }
        let mode = status.st_mode & 0o777
        return mode & 0o077 == 0 ? nil : KeyFileWarning(path: path, mode: mode)
    }

    private static func readKey(_ descriptor: Int32) throws(KeyFileError.Reason) -> SigningKey {
        let text = try SecretBytes(capacity: sizeLimit + 1) { buffer throws(KeyFileError.Reason) in
            try fill(buffer, from: descriptor)
        }
        guard text.count <= sizeLimit else { throw .tooLarge(limit: sizeLimit) }
        do throws(SigningKeyError) {
            return try text.withBytes { bytes throws(SigningKeyError) in
                try SigningKey(hex: bytes.extracting(first: countWithoutTrailingSpace(bytes)))
            }
        } catch {
            throw .badKey(error)
        }
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        from descriptor: Int32
    ) throws(KeyFileError.Reason) -> Int {
        var count = 0
        while count < buffer.count {
            let received = read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            if received == 0 { break }
            guard received > 0 || errno == EINTR else { throw .unreadable(.last) }
            count += max(received, 0)
        }
        return count
    }

    private static func countWithoutTrailingSpace(_ bytes: Span<UInt8>) -> Int {
        var count = bytes.count
        while count > 0, bytes[count - 1] == 0x20 || 0x09...0x0D ~= bytes[count - 1] { count -= 1 }
        return count
    }
}
