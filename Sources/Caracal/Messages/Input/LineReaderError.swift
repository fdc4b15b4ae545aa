import Redis

/// Why no further line could be read.
package enum LineReaderError: Error, Sendable, Equatable {
    /// A line is longer than the limit in bytes. What stood before it was read.
    case tooLong(line: Int, limit: Int)
    /// A signal came while waiting for input. Reading may go on.
    case interrupted
    /// The descriptor cannot be read.
    case unreadable(SystemError)
}

extension LineReaderError: CustomStringConvertible {
    /// One line, lower case.
    package var description: String {
        switch self {
        case .tooLong(let line, let limit): "line \(line) is longer than \(limit >> 20) MiB (\(limit) bytes)"
        case .interrupted: "interrupted"
        case .unreadable(let error): "cannot read: \(error)"
        }
    }
}
