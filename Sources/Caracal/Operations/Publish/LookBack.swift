import RESP
import Redis

/// Searches the new end of a stream for messages of which it is unknown whether they arrived.
///
/// Sound only behind a `ConnectionFence`: before it, a message that is not there may still come.
struct LookBack {
    /// What was found.
    struct Found {
        /// The entries that carry one of the ids.
        let entries: [[UInt8]: EntryID]
        /// Whether a message that was not found is certainly not there: nothing behind the watermark can have been trimmed
        /// or deleted since.
        let isComplete: Bool
    }

    let stream: [UInt8]
    /// The last entry that was known to be there before the messages were sent; `0-0` when there was none.
    let watermark: EntryID

    /// How many entries one page asks for.
    private static let pageSize = 500

    /// Reads from the watermark to the end that the stream has now.
    func run(for wanted: Set<[UInt8]>, on connection: Connection) throws(RedisError) -> Result<Found, Refusal> {
        let anchor = Command(
            "XRANGE",
            arguments: [stream, text(watermark), text(watermark), Array("COUNT".utf8), Array("1".utf8)]
        )
        let replies = try connection.pipeline([XInfoStream(key: stream).command, anchor])
        let info: StreamInfo
        switch try connection.read(replies[0], of: XInfoStream(key: stream)) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): info = value
        }
        var entries: [[UInt8]: EntryID] = [:]
        var next = watermark.next
        while let start = next, start <= info.lastGeneratedID {
            let reply = try connection.send(page(from: start, to: info.lastGeneratedID))
            next = try note(reply, wanted, &entries, on: connection)?.next
        }
        let isAnchored = replies[1].root.count == 1
        let isUntouched = watermark == .zero && info.entriesAdded == info.length
        return .success(Found(entries: entries, isComplete: isAnchored || isUntouched))
    }

    private func page(from start: EntryID, to end: EntryID) -> Command {
        Command(
            "XRANGE",
            arguments: [stream, text(start), text(end), Array("COUNT".utf8), Array(String(Self.pageSize).utf8)]
        )
    }

    /// Notes the wanted entries of a page and returns the id of its last entry; nil when it has none.
    private func note(
        _ page: Reply,
        _ wanted: Set<[UInt8]>,
        _ entries: inout [[UInt8]: EntryID],
        on connection: Connection
    ) throws(RedisError) -> EntryID? {
        var last: EntryID?
        for entry in page.root.elements {
            guard let id = entry[0]?.text.flatMap({ EntryID($0) }) else {
                throw connection.failure(
                    .unexpected("the reply to XRANGE does not have its documented shape"),
                    .awaiting
                )
            }
            last = id
            guard let name = entry[1]?[field: "outbox_id"]?.text.map({ Array($0) }), wanted.contains(name) else {
                continue
            }
            entries[name] = id
        }
        return last
    }

    private func text(_ id: EntryID) -> [UInt8] {
        Array(id.description.utf8)
    }
}
