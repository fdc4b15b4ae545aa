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

    /// What is asked first of some entries.
    package struct Question: Sendable {
        /// What is known of each entry: all of it, once every reply is noted.
        fileprivate var found: [EntryPresence?]
        /// The entries that have to be asked for, and where each stands among all.
        fileprivate let ids: [EntryID]
        fileprivate let places: [Int]
        /// The entries that are read for it; nil where each id is asked for by itself, or nothing is asked.
        fileprivate let range: XRange?
        /// What is sent; one reply is due for each.
        package let commands: [Command]
    }

    /// Where each of these entries is.
    package mutating func presence(
        of ids: [EntryID],
        stream: StreamInfo,
        on channel: any CommandChannel
    ) throws(RedisError) -> [EntryPresence] {
        let question = question(of: ids, stream: stream)
        let replies = question.commands.isEmpty ? [] : try channel.pipeline(question.commands)
        return try presence(question, replies, on: channel) { () throws(RedisError) in }
    }

    /// What to ask of some entries, so that the server can be asked ahead.
    package mutating func question(of ids: [EntryID], stream: StreamInfo) -> Question {
        let found = ids.map { stream.presence(of: $0) }
        let places = found.indices.filter { found[$0] == nil }
        let open = places.map { ids[$0] }
        if open.count > Self.plainLimit, stream.endBytes > Self.readable.bytes { isScripted = true }
        var (range, commands): (XRange?, [Command]) = (nil, [])
        if open.count <= Self.plainLimit {
            commands = open.map { EntryExists(key: key, id: $0).command }
        } else if !isScripted, let last = open.last, zip(open, open.dropFirst()).allSatisfy(<) {
            range = XRange(key: key, first: open[0], last: last, count: size.count)
            commands = range.map { [$0.command] } ?? []
        }
        return Question(found: found, ids: open, places: places, range: range, commands: commands)
    }

    /// Where each of the entries is, by the replies to a question.
    ///
    /// - Parameter settle: is called before anything else is asked of the channel.
    package mutating func presence(
        _ question: Question,
        _ replies: [Reply],
        on channel: any CommandChannel,
        settle: () throws(RedisError) -> Void
    ) throws(RedisError) -> [EntryPresence] {
        var answers: [EntryPresence] = []
        if let range = question.range, let reply = replies.first {
            answers.reserveCapacity(question.ids.count)
            if try note(reply, to: range, of: question.ids, &answers, on: channel), answers.count < question.ids.count {
                try settle()
                try read(question.ids, &answers, on: channel)
            }
        } else {
            for (id, reply) in zip(question.ids, replies) {
                answers.append(Self.presence(try channel.read(reply, of: EntryExists(key: key, id: id))))
            }
        }
        let rest = Array(question.ids.dropFirst(answers.count))
        if !rest.isEmpty {
            try settle()
            answers += try remaining(rest, on: channel)
        }
        var found = question.found
        for (place, answer) in zip(question.places, answers) { found[place] = answer }
        return found.map { $0 ?? .unknown }
    }

    /// Looks for the entries otherwise than by reading them.
    private func remaining(_ ids: [EntryID], on channel: any CommandChannel) throws(RedisError) -> [EntryPresence] {
        if ids.count > Self.plainLimit, let asked = try asked(for: ids, on: channel) { return asked }
        return try plain(ids, on: channel)
    }

    /// Looks for the entries one by one.
    private func plain(_ ids: [EntryID], on channel: any CommandChannel) throws(RedisError) -> [EntryPresence] {
        var answers: [EntryPresence] = []
        for start in stride(from: 0, to: ids.count, by: Self.plainLimit) {
            let batch = ids[start..<min(ids.count, start + Self.plainLimit)]
            for answer in try channel.ask(batch.map { EntryExists(key: key, id: $0) }) {
                answers.append(Self.presence(answer))
            }
        }
        return answers
    }

    private static func presence(_ answer: Result<Bool, Refusal>) -> EntryPresence {
        answer.value.map { $0 ? .present : .deleted } ?? .unknown
    }

    /// Reads on among the entries, as long as that is worth it.
    private mutating func read(
        _ ids: [EntryID],
        _ answers: inout [EntryPresence],
        on channel: any CommandChannel
    ) throws(RedisError) {
        guard let last = ids.last else { return }
        while !isScripted, answers.count < ids.count {
            let range = XRange(key: key, first: ids[answers.count], last: last, count: size.count)
            let reply = try channel.pipeline([range.command])[0]
            guard try note(reply, to: range, of: ids, &answers, on: channel) else { return }
        }
    }

    /// Notes what the entries of a range, which begins at the first id that is open, tell of the ids, which are in order; false
    /// where the server would not tell.
    private mutating func note(
        _ reply: Reply,
        to range: XRange,
        of ids: [EntryID],
        _ answers: inout [EntryPresence],
        on channel: any CommandChannel
    ) throws(RedisError) -> Bool {
        guard case .success(var entries) = try channel.read(reply, of: range) else { return false }
        let (before, isLast) = (answers.count, entries.count < range.count)
        size.learn(entries: entries.count, bytes: entries.bytes.count)
        isScripted = isScripted || entries.bytes.count > Self.readable.bytes * max(1, entries.count)
        var next = before
        while try entries.advance(on: channel) {
            guard let id = entries.id else { throw channel.misshapen("XRANGE") }
            while next < ids.count, ids[next] < id {
                answers.append(.deleted)
                next += 1
            }
            if next < ids.count, ids[next] == id {
                answers.append(.present)
                next += 1
            }
        }
        if isLast { answers += repeatElement(.deleted, count: ids.count - next) }
        if entries.count > Self.readable.oneIn * (answers.count - before) { isScripted = true }
        guard answers.count > before else { throw channel.misshapen("XRANGE") }
        return true
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
