import Redis

/// What was added to a stream behind an id, recognisable by its fields.
struct Arrivals {
    let stream: [UInt8]
    /// The newest entry that is of no interest.
    let since: EntryID

    /// The ids of the entries, the newest first, by what is in them; none in a stream that is not there any more. A refusal
    /// is thrown: what could not be read is not known to be missing.
    func read(on connection: any CommandChannel) throws(RedisError) -> [FieldsDigest: [EntryID]] {
        try read(among: nil, limit: .max, on: connection).arrivals
    }

    /// The same of entries with these contents alone, among the newest `limit`, a page more or less.
    ///
    /// - Returns: the ids, and whether every entry was looked at.
    func read(
        among wanted: Set<FieldsDigest>?,
        limit: Int,
        on connection: any CommandChannel
    ) throws(RedisError) -> (arrivals: [FieldsDigest: [EntryID]], isWhole: Bool) {
        guard let first = since.next, let last = try end(on: connection) else { return ([:], true) }
        var arrivals: [FieldsDigest: [EntryID]] = [:]
        // What was put back last is what is looked for, so where not all can be read it is the oldest that is left out.
        var pages = EntryPages(connection, key: stream, first: first, last: last, isBackwards: true)
        var count = 0
        while var entries = try pages.next().get(on: connection) {
            while try entries.advance(on: connection) {
                guard let id = entries.id else { throw connection.misshapen("XREVRANGE") }
                let digest = FieldsDigest(entries.fields, in: entries.bytes)
                if wanted?.contains(digest) ?? true { arrivals[digest, default: []].append(id) }
            }
            count += entries.count
            guard count < limit else {
                let isWhole = pages.rest == nil
                try pages.finish()
                return (arrivals, isWhole)
            }
        }
        return (arrivals, true)
    }

    /// The newest id of the stream; nil when there is none.
    private func end(on connection: any CommandChannel) throws(RedisError) -> EntryID? {
        switch try connection.ask(XInfoStream(key: stream)) {
        case .success(let info): return info.lastGeneratedID
        case .failure(let refusal) where refusal.isNoSuchKey: return nil
        case .failure(let refusal): throw connection.refused(refusal)
        }
    }
}
