import Redis

/// How a check of signatures ended.
package enum SignatureCheckEnding: Sendable, Equatable {
    /// All there was to check was checked.
    case complete
    /// The process was asked to stop.
    case interrupted(signal: Int32)
    /// The server could not be read to the end.
    case lost(RedisError)
    /// The file could not be read to its end.
    case unreadable(LineReaderError)
    /// A line of the file, counted from 1, is no entry.
    case malformed(line: Int, JSONError)
    /// The file names more streams than are kept apart.
    case tooManyStreams(line: Int, limit: Int)
}
