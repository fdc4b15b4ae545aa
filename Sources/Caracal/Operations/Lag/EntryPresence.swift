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
    /// Where each of these entries of a stream is, asking only for those that the stream's ends leave open.
    ///
    /// A few are asked for with XRANGE, more than those with a script, so that the entries themselves are not sent.
    package func presence(of ids: [EntryID], key: [UInt8], stream: StreamInfo) throws(RedisError) -> [EntryPresence] {
        var found = ids.map { stream.presence(of: $0) }
        let open = found.indices.filter { found[$0] == nil }
        let answers = try PresenceLook(key: key).answers(for: open.map { ids[$0] }, on: self)
        for (index, answer) in zip(open, answers) { found[index] = answer }
        return found.map { $0 ?? .unknown }
    }
}

/// Asks a server which entries a stream holds.
private struct PresenceLook {
    let key: [UInt8]

    /// More ids than this are asked for with a script, where one is permitted.
    private static let plainLimit = 100
    /// How many ids go into one call of the script.
    private static let callSize = 500

    private static let script = """
        local found = {}
        for i = 1, #ARGV do found[i] = #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) end
        return found
        """

    func answers(for ids: [EntryID], on channel: any CommandChannel) throws(RedisError) -> [EntryPresence] {
        guard !ids.isEmpty else { return [] }
        if ids.count > Self.plainLimit, let answers = try asked(for: ids, on: channel) { return answers }
        var answers: [EntryPresence] = []
        for start in stride(from: 0, to: ids.count, by: Self.plainLimit) {
            let batch = ids[start..<min(ids.count, start + Self.plainLimit)]
            for answer in try channel.ask(batch.map { EntryExists(key: key, id: $0) }) {
                answers.append(answer.value.map { $0 ? .present : .deleted } ?? .unknown)
            }
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
