/// A key file that more than its owner can read, write or run.
package struct KeyFileWarning: Sendable, Equatable {
    /// The path as it was given.
    package let path: String
    /// Its permission bits, such as 0o644.
    package let mode: UInt32
}

extension KeyFileWarning: CustomStringConvertible {
    /// One line, with the command that mends it.
    package var description: String {
        let name = QuotedBytes.text(Array(path.utf8), limit: 4096)
        let who = mode & 0o007 == 0 ? "its group" : "others"
        return "key file \(name) is open to \(who) (mode 0\(String(mode, radix: 8))): chmod 600 it"
    }
}
