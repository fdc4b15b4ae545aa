import Redis

/// A place in a stream behind which everything lies that is sent from now on, with the evidence by which it can be told later
/// that what is not there behind it was never there.
package struct StreamMark: Sendable, Equatable {
    /// The newest entry; where there is none, the id that the next one must exceed.
    package let id: EntryID
    /// The greatest id that the stream had ever given.
    package let lastGeneratedID: EntryID
    /// How many entries the stream was ever given up to here; nil before Redis 7.
    package let entriesAdded: UInt64?
    /// What the server had counted of removals before; nil when it would not tell.
    package let removals: RemovalCount?
    /// The newest entry that the server has acknowledged since; nil when it has none.
    package private(set) var acknowledged: EntryID?

    /// Puts a mark together.
    package init(
        id: EntryID,
        lastGeneratedID: EntryID? = nil,
        entriesAdded: UInt64? = nil,
        removals: RemovalCount? = nil,
        acknowledged: EntryID? = nil
    ) {
        self.id = id
        self.lastGeneratedID = lastGeneratedID ?? id
        self.entriesAdded = entriesAdded
        self.removals = removals
        self.acknowledged = acknowledged
    }

    /// The end that a stream has now.
    ///
    /// - Parameter removals: counted before the stream was looked at, so that no removal falls between the two.
    package init(_ info: StreamInfo, removals: RemovalCount?) {
        self.init(
            id: info.lastID ?? info.lastGeneratedID,
            lastGeneratedID: info.lastGeneratedID,
            entriesAdded: info.entriesAdded,
            removals: removals
        )
    }

    /// The greatest id that the stream is known to have given.
    var newest: EntryID { max(lastGeneratedID, acknowledged ?? .zero) }

    /// Notes an entry that the server has acknowledged.
    mutating func note(_ id: EntryID) { acknowledged = max(acknowledged ?? .zero, id) }
}
