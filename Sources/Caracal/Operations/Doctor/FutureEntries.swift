import Redis

/// The entries of a stream whose ids lie ahead of the server's clock: an explicit id, and those that had to follow it.
package struct FutureEntries: Sendable, Equatable {
    /// The first of them.
    package let first: EntryID
    /// How many there are.
    package let count: Quantity

    /// So far ahead, in milliseconds, an id may be made by a clock that was set right since.
    package static let leeway: UInt64 = 2_000
    /// How many are counted.
    private static let limit: UInt64 = 100_000
    /// How long counting them may take, all streams together.
    private static let allowance = Duration.seconds(1)

    /// Looks for them in streams whose last id lies ahead, by their keys. One that has none left, or cannot be read, is left out.
    static func find(
        in streams: [ObservedStream],
        now: UInt64?,
        on connection: any CommandChannel
    ) throws(RedisError) -> [String: FutureEntries] {
        guard let now else { return [:] }
        let deadline = Deadline.after(allowance)
        var found: [String: FutureEntries] = [:]
        for stream in streams {
            guard let info = stream.state.info, info.lastGeneratedID.milliseconds > now.saturatingAdd(leeway) else {
                continue
            }
            let key = stream.definition.key
            let begin = EntryID(milliseconds: now.saturatingAdd(leeway), sequence: 0)
            let look = XRange(key: key, first: begin, last: .maximum, count: 1)
            guard case .success(var entries) = try connection.ask(look), entries.advance(), let first = entries.id
            else {
                continue
            }
            let count = try EntryCount(key: key, first: first, of: info).run(
                on: connection,
                limit: limit,
                until: deadline
            )
            found[stream.definition.name] = FutureEntries(first: first, count: count.value ?? .unknown)
        }
        return found
    }
}
