import Redis
import RESP

/// The stream as it is before anything is sent.
package struct PublishTarget: Sendable, Equatable {
    /// Where it ends: everything that is sent will lie behind.
    package let mark: StreamMark
    /// How many entries it has.
    package let length: UInt64
    /// The groups that will receive what is sent and where they stand, or why the server would not tell.
    package let positions: Result<[GroupInfo], Refusal>
    /// Whether the server can tell when an entry is on its disk; nil when that was not asked.
    package let canWaitForDisk: Bool?
    /// What the newest entries say of the key that is to sign.
    package let key: KeyVerdict

    /// The names of the groups, or why the server would not tell.
    package var groups: Result<[[UInt8]], Refusal> { positions.map { $0.map(\.name) } }

    /// What the look at a stream asks first, for those who send it along with HELLO; empty where no key is tried.
    package static func questions(_ stream: StreamDefinition, _ rules: PublishRules?) -> [Command] {
        trial(rules) == nil ? [] : [XInfoStream(key: stream.key).command]
    }

    /// What signs, and by which scheme; nil where nothing is to be signed.
    private static func trial(_ rules: PublishRules?) -> (scheme: SignatureScheme, keys: SignatureKeys)? {
        rules.flatMap { rules in rules.signing.flatMap { sign in rules.keys.map { (sign.scheme, $0) } } }
    }

    /// Looks at the stream in one round trip, beside that of its `questions`; nothing is changed.
    ///
    /// - Parameter rules: what is published by, and signed with; nil where nothing is to be signed.
    package static func look(
        at stream: StreamDefinition,
        rules: PublishRules? = nil,
        asksForDisk: Bool,
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<PublishTarget, StreamProblem> {
        if connection.server.role == .replica { return .failure(.replica) }
        let info = XInfoStream(key: stream.key)
        let groups = XInfoGroups(key: stream.key)
        let disk = WaitAOF(milliseconds: 1)
        // Counted first: what is removed from then on shows later.
        let counts = RemovalCount.commands
        let key = trial(rules)
        let newest = try key == nil ? nil : KeyTrial.newest(info, on: connection)
        let looks =
            [info.command, groups.command] + (asksForDisk ? [disk.command] : []) + (newest.map { [$0.command] } ?? [])
        let all = try connection.pipeline(counts + looks)
        let replies = Array(all[counts.count...])
        if asksForDisk, case .failure(let refusal) = try connection.read(replies[2], of: disk),
            refusal.kind == .noPermission
        {
            return .failure(.refused(stream, refusal))
        }
        switch try connection.read(replies[0], of: info) {
        case .failure(let refusal) where refusal.isNoSuchKey: return .failure(.missing(stream))
        case .failure(let refusal): return .failure(.refused(stream, refusal))
        case .success(let found):
            var verdict = KeyVerdict.unknown
            if let (scheme, keys) = key {
                // Who may not read the stream is told of its newest entry by the look, and so is who would read no other.
                let page = try newest.map { page throws(RedisError) in
                    try connection.read(replies[replies.count - 1], of: page)
                }
                let entries = page?.value ?? info.newest(replies[0].root)
                verdict = try KeyTrial.verdict(entries, page?.refusal, of: stream.key, scheme, keys, on: connection)
            }
            return .success(
                PublishTarget(
                    mark: StreamMark(found, removals: RemovalCount(all[..<counts.count])),
                    length: found.length,
                    positions: try connection.read(replies[1], of: groups),
                    canWaitForDisk: asksForDisk ? try connection.read(replies[2], of: disk).value != nil : nil,
                    key: verdict
                )
            )
        }
    }
}

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

    /// Whether a stream is known to be the one of this mark: the server is the same process, or an entry of then is there.
    ///
    /// - Parameter now: the same stream's mark, as it is now.
    package func isOf(
        _ now: StreamMark,
        _ stream: [UInt8],
        on connection: any CommandChannel
    ) throws(RedisError) -> Bool {
        if let run = removals?.runID, run == now.removals?.runID { return true }
        for id in [id, acknowledged].compactMap(\.self) where id > .zero {
            if case .success(let found) = try connection.ask(XRange(key: stream, first: id, last: id, count: 1)),
                found.count > 0
            {
                return true
            }
        }
        return false
    }

    /// The greatest id that the stream is known to have given.
    var newest: EntryID { max(lastGeneratedID, acknowledged ?? .zero) }

    /// Notes an entry that the server has acknowledged.
    mutating func note(_ id: EntryID) { acknowledged = max(acknowledged ?? .zero, id) }
}
