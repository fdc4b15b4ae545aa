import Redis

/// What trimming a stream deletes, once the rows that wait are published: `MAXLEN ~` leaves a little more than its number.
package struct TrimForecast: Sendable, Equatable {
    /// A group that has not been given all of what is deleted.
    package struct Reader: Sendable, Equatable {
        /// Its name.
        package let group: [UInt8]
        /// How many entries it was not given that are deleted, at most.
        package let unread: UInt64
    }

    /// How many entries are deleted at most.
    package let deleted: UInt64
    /// The groups that lose entries.
    package let readers: [Reader]
    /// Whether the server tells of every group how far behind it is.
    package let isWhole: Bool

    /// Nil where nothing is deleted.
    ///
    /// - Parameters:
    ///   - target: the stream as it is.
    ///   - count: how many entries are added.
    ///   - maxLength: to about how many it is trimmed.
    init?(_ target: PublishTarget, adding count: UInt64, maxLength: UInt64) {
        let length = target.length.saturatingAdd(count)
        guard length > maxLength else { return nil }
        deleted = length - maxLength
        let groups = target.positions.value ?? []
        isWhole = target.positions.value != nil && groups.allSatisfy { $0.lag != nil }
        readers = groups.compactMap { group in
            guard let lag = group.lag else { return nil }
            let unread = lag.saturatingAdd(count)
            return unread > maxLength ? Reader(group: group.name, unread: unread - maxLength) : nil
        }
    }
}
