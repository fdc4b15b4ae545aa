import Redis

/// A place in a stream behind which everything lies that is sent from now on.
package struct StreamMark: Sendable, Equatable {
    /// The newest entry; where there is none, the id that the next one must exceed.
    package let id: EntryID
    /// How many entries the stream was ever given up to here; nil when that is not known.
    package let entriesAdded: UInt64?

    /// Puts a mark together.
    package init(id: EntryID, entriesAdded: UInt64? = nil) {
        self.id = id
        self.entriesAdded = entriesAdded
    }

    /// The end that a stream has now.
    init(_ info: StreamInfo) {
        self.init(id: info.lastID ?? info.lastGeneratedID, entriesAdded: info.entriesAdded)
    }
}
