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
    package init(path: String) throws(KeyFileError) {
        let file: SecretFile
        do { file = try SecretFile(path, limit: Self.sizeLimit) } catch {
            throw KeyFileError(path: path, reason: .unusable(error.reason))
        }
        do {
            key = try file.bytes.withBytes { text throws(SigningKeyError) in try SigningKey(hex: text) }
        } catch {
            throw KeyFileError(path: path, reason: .badKey(error))
        }
        warning = file.mode & 0o077 == 0 ? nil : KeyFileWarning(path: path, mode: file.mode)
    }
}
