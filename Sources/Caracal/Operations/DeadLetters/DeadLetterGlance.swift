import RESP
import Redis

/// The newest dead letters of each stream, in one round trip: enough to choose from while a word is completed. Only reads.
package struct DeadLetterGlance: Sendable {
    /// One dead letter.
    package struct Item: Sendable, Equatable {
        /// Where it lies.
        package let stream: [UInt8]
        /// Its id.
        package let id: EntryID
        /// The kind of its reason: what comes before the first colon. Empty without a reason.
        package let reasonKind: [UInt8]
    }

    /// The streams of dead letters.
    package let targets: [SignatureTarget]
    /// How many of each are read at most.
    package let count: Int

    /// Names streams; those that hold no dead letters by their names are left out.
    package init(targets: [SignatureTarget], count: Int) {
        self.targets = targets
        self.count = count
    }

    /// Reads them, the newest of each stream first. A stream that cannot be read has none.
    package func run(on channel: any CommandChannel, until deadline: Deadline) throws(RedisError) -> [Item] {
        let requests = targets.map { XRevRange(key: $0.key, count: count) }
        let replies = try channel.pipeline(requests.map(\.command), until: deadline)
        return zip(zip(targets, requests), replies).flatMap { target, reply in
            target.1.read(reply.root).map { Self.items($0, of: target.0) } ?? []
        }
    }

    /// Reads the dead letters in a page; none where the stream holds no dead letters by its name.
    static func items(_ entries: EntryReader, of target: SignatureTarget) -> [Item] {
        guard let source = target.source else { return [] }
        var entries = entries
        var items: [Item] = []
        let reader = DeadLetterReader()
        while entries.advance() {
            guard let id = entries.id else { continue }
            let head = reader.head(entries.fields, in: entries.bytes, of: source)
            let kind = Array(entries.bytes[head.reasonKind(in: entries.bytes)])
            items.append(Item(stream: target.key, id: id, reasonKind: kind))
        }
        return items
    }
}
