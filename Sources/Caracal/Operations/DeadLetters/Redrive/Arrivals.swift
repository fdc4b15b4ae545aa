import RESP
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

    /// The same of entries with these contents alone, among the first so many.
    ///
    /// - Returns: the ids, and whether every entry was looked at.
    func read(
        among wanted: Set<FieldsDigest>?,
        limit: Int,
        on connection: any CommandChannel
    ) throws(RedisError) -> (arrivals: [FieldsDigest: [EntryID]], isWhole: Bool) {
        guard let first = since.next, let last = try end(on: connection) else { return ([:], true) }
        var arrivals: [FieldsDigest: [EntryID]] = [:]
        var pages = EntryPages(connection, key: stream, first: first, last: last)
        var page = Reply()
        var count = 0
        while try next(&pages, into: &page, on: connection) {
            note(page, wanted, in: &arrivals)
            count += page.count(of: 0)
            guard count < limit else {
                try pages.finish(into: &page)
                return (arrivals.mapValues { $0.reversed() }, false)
            }
        }
        return (arrivals.mapValues { $0.reversed() }, true)
    }

    /// The newest id of the stream; nil when there is none.
    private func end(on connection: any CommandChannel) throws(RedisError) -> EntryID? {
        switch try connection.ask(XInfoStream(key: stream)) {
        case .success(let info): return info.lastGeneratedID
        case .failure(let refusal) where refusal.isNoSuchKey: return nil
        case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
        }
    }

    private func next(
        _ pages: inout EntryPages,
        into page: inout Reply,
        on connection: any CommandChannel
    ) throws(RedisError) -> Bool {
        switch try pages.next(into: &page) {
        case .success(let count): return count > 0
        case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
        }
    }

    private func note(_ page: Reply, _ wanted: Set<FieldsDigest>?, in arrivals: inout [FieldsDigest: [EntryID]]) {
        var fields: [FieldRange] = []
        for entry in page.root.elements {
            guard let place = EntryFields.read(page, at: entry.index, into: &fields),
                let id = EntryID(page.bytes[place])
            else { continue }
            let digest = FieldsDigest(fields, in: page.bytes)
            if wanted?.contains(digest) ?? true { arrivals[digest, default: []].append(id) }
        }
    }
}
