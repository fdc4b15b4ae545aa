import RESP
import Redis

/// What was added to a stream behind an id, recognisable by its fields.
struct Arrivals {
    let stream: [UInt8]
    /// The newest entry that is of no interest.
    let since: EntryID

    /// The ids of the entries, the newest first, by what is in them. Where they cannot be read there are none.
    func read(on connection: any CommandChannel) throws(RedisError) -> [FieldsDigest: [EntryID]] {
        var arrivals: [FieldsDigest: [EntryID]] = [:]
        guard let first = since.next, let info = try connection.ask(XInfoStream(key: stream)).value else { return [:] }
        var pages = EntryPages(connection, key: stream, first: first, last: info.lastGeneratedID)
        var page = Reply()
        var fields: [FieldRange] = []
        while let count = try pages.next(into: &page).value, count > 0 {
            var node = page.firstChild(of: 0)
            for _ in 0..<count {
                if let place = EntryFields.read(page, at: node, into: &fields), let id = EntryID(page.bytes[place]) {
                    arrivals[FieldsDigest(fields, in: page.bytes), default: []].insert(id, at: 0)
                }
                node = page.nextSibling(of: node)
            }
        }
        return arrivals
    }
}
