import RESP
import Redis

/// Whether an entry that was delivered once is still in its stream.
package enum EntryPresence: String, Sendable, Equatable {
    /// It is there.
    case present
    /// The stream begins behind it: it was trimmed, or deleted.
    case trimmed
    /// It is not there, though older entries are.
    case deleted
    /// The server would not say.
    case unknown

    /// Whether it exists; nil when that is not known.
    package var exists: Bool? {
        switch self {
        case .present: true
        case .trimmed, .deleted: false
        case .unknown: nil
        }
    }
}

extension StreamInfo {
    /// Whether an entry is still there, as far as the stream's ends tell; nil when it must be looked for.
    ///
    /// What lies ahead of the first entry is gone, and the first and the last entry are there. Nothing else proves that an entry is
    /// present: the greatest deleted id is `0-0` in every stream that came from Redis 6.2, and XTRIM ACKED leaves it as it is.
    package func presence(of id: EntryID) -> EntryPresence? {
        guard let firstID, id >= firstID else { return .trimmed }
        return id == firstID || id == lastID ? .present : nil
    }
}

extension CommandChannel {
    /// Where each of these entries of a stream is, see `PresenceLook`.
    package func presence(of ids: [EntryID], key: [UInt8], stream: StreamInfo) throws(RedisError) -> [EntryPresence] {
        var look = PresenceLook(key: key)
        return try look.presence(of: ids, stream: stream, on: self)
    }
}

/// Asks a server which entries a stream holds; of those only that the stream's ends leave open.
///
/// A few are asked for one by one (XRANGE). More are looked for among the entries themselves, page by page, as long as those are
/// small and most of them are asked for: to have a script look for an entry takes the server ten times as long as to send it. Else
/// a script looks for them, where one is permitted, and the entries are not sent.
package struct PresenceLook {
    private let key: [UInt8]
    private var size = EntryPageSize()
    /// Whether the entries are too large, or too many of them are not asked for, to be read.
    private var isScripted = false

    /// No more ids than this are asked for one by one in a round trip.
    private static let plainLimit = 100
    /// How many ids go into one call of the script.
    private static let callSize = 500
    /// Entries are not read for it where they are larger than this, or where only a smaller share of them is asked for.
    private static let readable = (bytes: 1 << 10, oneIn: 4)

    private static let script = """
        local found = {}
        for i = 1, #ARGV do found[i] = #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) end
        return found
        """

    /// A look at entries of one stream. It can be used again for more of them, and learns from the first how to ask.
    package init(key: [UInt8]) {
        self.key = key
    }

    /// Where each of these entries is.
    package mutating func presence(
        of ids: [EntryID],
        stream: StreamInfo,
        on channel: any CommandChannel
    ) throws(RedisError) -> [EntryPresence] {
        var found = ids.map { stream.presence(of: $0) }
        let open = found.indices.filter { found[$0] == nil }
        let answers = try answers(for: open.map { ids[$0] }, stream, on: channel)
        for (index, answer) in zip(open, answers) { found[index] = answer }
        return found.map { $0 ?? .unknown }
    }

    private mutating func answers(
        for ids: [EntryID],
        _ stream: StreamInfo,
        on channel: any CommandChannel
    ) throws(RedisError) -> [EntryPresence] {
        guard ids.count > Self.plainLimit else { return try plain(ids, on: channel) }
        if stream.endBytes > Self.readable.bytes { isScripted = true }
        let read = try read(ids, on: channel)
        let rest = Array(ids.dropFirst(read.count))
        if rest.count > Self.plainLimit, let asked = try asked(for: rest, on: channel) { return read + asked }
        return try read + plain(rest, on: channel)
    }

    /// Looks for the entries one by one.
    private func plain(_ ids: [EntryID], on channel: any CommandChannel) throws(RedisError) -> [EntryPresence] {
        var answers: [EntryPresence] = []
        for start in stride(from: 0, to: ids.count, by: Self.plainLimit) {
            let batch = ids[start..<min(ids.count, start + Self.plainLimit)]
            for answer in try channel.ask(batch.map { EntryExists(key: key, id: $0) }) {
                answers.append(answer.value.map { $0 ? .present : .deleted } ?? .unknown)
            }
        }
        return answers
    }

    /// Reads the entries from the first id on, as long as that is worth it: what is known of as many of the ids. They have to be
    /// in order.
    private mutating func read(_ ids: [EntryID], on channel: any CommandChannel) throws(RedisError) -> [EntryPresence] {
        var answers: [EntryPresence] = []
        guard let last = ids.last, zip(ids, ids.dropFirst()).allSatisfy(<) else { return [] }
        answers.reserveCapacity(ids.count)
        while !isScripted, answers.count < ids.count {
            let range = XRange(key: key, first: ids[answers.count], last: last, count: size.count)
            guard case .success(var entries) = try channel.ask(range) else { return answers }
            let (before, isLast) = (answers.count, entries.count < size.count)
            size.learn(entries: entries.count, bytes: entries.bytes.count)
            isScripted = entries.bytes.count > Self.readable.bytes * max(1, entries.count)
            while try entries.advance(on: channel) {
                guard let id = entries.id else { throw channel.misshapen("XRANGE") }
                while answers.count < ids.count, ids[answers.count] < id { answers.append(.deleted) }
                if answers.count < ids.count, ids[answers.count] == id { answers.append(.present) }
            }
            if isLast { answers += repeatElement(.deleted, count: ids.count - answers.count) }
            if entries.count > Self.readable.oneIn * (answers.count - before) { isScripted = true }
            guard answers.count > before else { throw channel.misshapen("XRANGE") }
        }
        return answers
    }

    /// What the script says; nil where the user may not run it.
    private func asked(for ids: [EntryID], on channel: any CommandChannel) throws(RedisError) -> [EntryPresence]? {
        let name = ReadScript.Name(for: channel.server)
        var answers: [EntryPresence] = []
        answers.reserveCapacity(ids.count)
        for start in stride(from: 0, to: ids.count, by: Self.callSize) {
            let batch = ids[start..<min(ids.count, start + Self.callSize)]
            let call = ReadScript(Self.script, key: key, arguments: batch.map { Array("\($0)".utf8) })
            let reply = try channel.pipeline([call.command(name)])[0]
            if reply.root.error != nil { return nil }
            let counts = reply.root.elements.map(\.unsigned)
            guard reply.root.kind == .array, counts.count == batch.count, counts.allSatisfy({ $0 == 0 || $0 == 1 })
            else {
                throw channel.failure(.unexpected("the reply to a script does not have its shape"), .awaiting)
            }
            answers += counts.map { $0 == 1 ? .present : .deleted }
        }
        return answers
    }
}
