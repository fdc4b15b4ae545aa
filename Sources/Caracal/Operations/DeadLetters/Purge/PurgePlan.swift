import Redis

/// Dead letters that an export file holds and the server too, the same to the last byte.
package struct PurgePlan: Sendable, Equatable {
    /// A dead letter that is removed as long as it is what the file says.
    package struct Letter: Sendable, Equatable {
        /// Its id.
        package let id: EntryID
        /// What is under that id.
        let fingerprint: EntryFingerprint
        /// How many bytes its fields have.
        let size: UInt32
    }

    /// Those of one stream.
    package struct Part: Sendable, Equatable {
        /// The stream of dead letters.
        package let stream: [UInt8]
        /// Those that are still there.
        package internal(set) var letters: [Letter] = []
        /// How many of the file are not there any more: redriven or purged since.
        package internal(set) var gone: UInt64 = 0
    }

    /// The streams, in the order of the file.
    package internal(set) var parts: [Part] = []

    /// How many would be removed.
    package var count: Int { parts.reduce(0) { $0 + $1.letters.count } }
    /// How many are not there any more.
    package var gone: UInt64 { parts.reduce(0) { $0 + $1.gone } }
}
