import Redis
import Text

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

extension KeyFileError: TerminalTextConvertible {
    /// One line: the path, and what is wrong, without any part of the file's content. Where the path is none beyond
    /// doubt it may be the key itself, and is left out.
    package var text: TerminalText {
        guard SecretFile.isPlainlyAPath(path) else { return hidden }
        let name = TerminalText(quoting: path.utf8, limit: 4096)
        return switch reason {
        case .unusable(let reason): "key file \(name): \(reason)"
        case .badKey(let error): "key file \(name): \(error)"
        }
    }

    private var hidden: TerminalText {
        let cause: TerminalText =
            switch reason {
            case .unusable(let reason): "\(reason)"
            case .badKey(let error): "\(error)"
            }
        return "\(cause) (a file is to be named; what was given is not shown, since it may be the key itself)"
    }
}

/// A key file that more than its owner can read, write or run.
package struct KeyFileWarning: Sendable, Equatable {
    /// The path as it was given.
    package let path: String
    /// Its permission bits, such as 0o644.
    package let mode: UInt32
}

extension KeyFileWarning: TerminalTextConvertible {
    /// One line, with the command that fixes it.
    package var text: TerminalText {
        let name = TerminalText(quoting: path.utf8, limit: 4096)
        let who = mode & 0o007 == 0 ? "its group" : "others"
        return "key file \(name) is open to \(who) (mode 0\(String(mode, radix: 8))): chmod 600 it"
    }
}
