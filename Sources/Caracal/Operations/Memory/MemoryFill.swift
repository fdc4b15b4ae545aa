import Redis
import Text

/// What most of a server's memory goes to: the streams, or keys beside them. What the streams do not take is not measured key by key;
/// which database holds most keys INFO tells, and what they are called a sample.
package struct MemoryFill: Sendable, Equatable {
    /// What the streams take, about.
    package let streamBytes: UInt64
    /// What is beside them, less what an empty server takes.
    package let otherBytes: UInt64
    /// The stream that takes most, and how much that is; nil where there is none.
    package let largest: Largest?
    /// The database with the most keys beside the streams; nil where there are none.
    package let database: DatabaseKeys?
    /// A sample of its keys; nil where it could not be had.
    package let sample: KeyCounts?

    /// A stream and what it takes.
    package struct Largest: Sendable, Equatable {
        let stream: StreamDefinition
        let bytes: UInt64
    }

    /// Whether the streams take most of it.
    package var isStreams: Bool { streamBytes >= otherBytes }

    /// The beginning that all keys of the sample share; nil where they do not, or none was taken.
    var prefix: [UInt8]? {
        guard let sample, let first = sample.prefixes.first, first.count == sample.total else { return nil }
        return first.name
    }

    /// Puts together what is known.
    ///
    /// - Parameters:
    ///   - databases: the databases that hold keys.
    ///   - sample: takes a sample of the keys of one of them.
    /// - Returns: nil where the streams, or all the memory in use, were not measured.
    static func find(
        _ streams: [StreamMemory],
        _ server: ServerMemory,
        _ databases: [DatabaseKeys]?,
        sample: (Int) throws(RedisError) -> KeyCounts?
    ) throws(RedisError) -> MemoryFill? {
        guard let used = server.used.value, let databases, streams.allSatisfy({ $0.unknownReason == nil }) else {
            return nil
        }
        let bytes = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.bytes ?? 0) }
        let there = UInt64(streams.count { $0.observed.state != .missing })
        let others = databases.map { database in
            guard database.number == 0 else { return database }
            let keys = database.keys - min(database.keys, there)
            return DatabaseKeys(number: 0, keys: keys, expiring: min(keys, database.expiring))
        }
        let most = others.filter { $0.keys > 0 }.max { $0.keys < $1.keys }
        let base = bytes.saturatingAdd(server.startup.value ?? 0)
        let largest = streams.max { $0.bytes ?? 0 < $1.bytes ?? 0 }
        let fill = MemoryFill(
            streamBytes: bytes,
            otherBytes: used - min(used, base),
            largest: largest.map { Largest(stream: $0.observed.definition, bytes: $0.bytes ?? 0) },
            database: most,
            sample: nil
        )
        guard !fill.isStreams, let most else { return fill }
        return MemoryFill(
            streamBytes: fill.streamBytes,
            otherBytes: fill.otherBytes,
            largest: fill.largest,
            database: most,
            sample: try sample(most.number)
        )
    }
}

extension MemoryFill {
    /// The seconds after which rate limits go that had no expiry: they count what happened lately.
    private static let expiry = 60

    /// What an expiry takes of memory, about, while the table of expiries grows.
    private static let expiryBytes: UInt64 = 64

    /// The same in a clause, to follow on how much is used.
    package var text: TerminalText {
        let streams = Words.bytes(streamBytes)
        if isStreams {
            let alone: TerminalText = largest.map { ", \($0.stream.name) alone \(Words.bytes($0.bytes))" } ?? ""
            return "the streams take \(streams)\(alone)"
        }
        let beside: TerminalText = "\(Words.bytes(otherBytes)) lie beside the streams, which take \(streams)"
        guard let database else {
            return "\(beside), and in no key: in buffers of clients and replicas, or lost between what was freed"
        }
        return "\(beside): \(Self.text(database))\(sampleText)"
    }

    private static func text(_ database: DatabaseKeys) -> TerminalText {
        let keys = Words.count(database.keys, "key", "keys")
        let holds: TerminalText = "db \(database.number) holds \(keys)"
        switch (database.expiring, database.lasting) {
        case (0, _): return "\(holds) without expiry"
        case (_, 0): return "\(holds), all of which expire by themselves"
        default: return "\(holds), \(Words.number(database.lasting)) of them without expiry"
        }
    }

    private var sampleText: TerminalText {
        guard let sample, sample.total > 0, let most = sample.prefixes.first else { return "" }
        let whole = sample.isComplete ? "" : " of a sample of \(Words.number(sample.total))"
        let share = most.count == sample.total ? "all" : "\(most.count * 100 / sample.total)%"
        return " (\(share)\(whole) begin with \(most.name))"
    }

    /// How room is made, as a command. Nothing is deleted by it: rate limits are given the expiry that they lack, and go by themselves.
    package var fix: TerminalText {
        if isStreams, let largest, SignatureTarget.isOfDeadLetters(largest.stream.key) { return "caracalctl dlq" }
        if isStreams, let largest, largest.stream.groups.isEmpty == false {
            return "caracalctl trim \(largest.stream.word) --dry-run # shows what every group has acknowledged"
        }
        guard !isStreams, let database, database.number == KeyCounts.database, let prefix,
            prefix.elementsEqual(KeyCounts.rateLimitPrefix)
        else { return "caracalctl memory" }
        let cli: TerminalText = "\(RedisCLI.text) -n \(database.number)"
        guard database.lasting > 0 else { return "caracalctl memory" }
        // In one script for many: a name is an argument of it, never a command.
        let script: TerminalText =
            "for _, key in ipairs(ARGV) do if redis.call(\"TTL\", key) == -1 then redis.call(\"EXPIRE\", key, \(Self.expiry)) end end"
        let room = Words.bytes(min(database.lasting, .max / Self.expiryBytes) * Self.expiryBytes)
        return "\(cli) --scan --pattern 'rl:*' | xargs -d '\\n' -n 500 \(cli) EVAL '\(script)' 0 "
            + "# they expire in a minute, until then they take up to \(room) more; "
            + "then see that their writer sets an expiry"
    }
}
