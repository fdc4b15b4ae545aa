import RESP
import Redis

/// Follows streams in the order of their entries' ids: `tail`. XREAD, never a group: only reads.
///
/// A stream that is read page by page holds back the others' newer entries until it has caught up, so memory is bounded by
/// a page of each.
package struct Tail {
    /// Where it begins.
    package enum Start: Sendable, Equatable {
        /// With so many of the newest entries, of all streams taken together.
        case newest(Int)
        /// With the entries from a place on.
        case from(StreamPosition)
    }

    /// What was found when the streams were looked at first.
    package private(set) var observed: [ObservedStream] = []

    private let definitions: [StreamDefinition]
    private var reader: TailReader
    private var streams: [TailStream] = []
    private var size = EntryPageSize()

    /// How long the server waits for a new entry before it says that there is none, in milliseconds.
    private static let block = 1_000

    /// Describes what is followed.
    ///
    /// - Parameter matches: only entries with all of these are shown.
    /// - Parameter signatures: what signatures are checked with; nil to leave them alone.
    package init(
        streams: [StreamDefinition],
        matches: [FieldMatch] = [],
        signatures: (keys: SignatureKeys, rules: SignatureRules)? = nil
    ) throws(CryptographyError) {
        definitions = streams
        reader = try TailReader(matches: matches, streams: streams, signatures: signatures)
    }

    /// Looks at the streams, and reads what is shown first when that is the newest entries.
    ///
    /// - Parameter clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package mutating func begin(_ start: Start, on connection: Connection, clock: UInt64) throws -> TailBatch {
        let look = try StreamLook(streams: definitions, includesGroups: false).run(on: connection)
        observed = look.streams
        switch start {
        case .from(let place):
            let last = place.first(now: look.now ?? clock).previous
            streams = readable.map { TailStream($0.definition, $0.state.info, after: last, isBehind: true) }
            return TailBatch(isCaughtUp: streams.isEmpty)
        case .newest(let count):
            return try readNewest(count, on: connection)
        }
    }

    /// Reads what comes next; without anything new it waits for up to a second, unless `waits` is false.
    package mutating func next(on connection: Connection, waits: Bool = true) throws -> TailBatch {
        let behind = streams.indices.filter { streams[$0].isBehind }
        let asked = behind.isEmpty ? Array(streams.indices) : behind
        guard !asked.isEmpty else { return TailBatch(isCaughtUp: true) }
        let request = XRead(
            positions: asked.map { (streams[$0].key, streams[$0].last) },
            count: size.count,
            block: behind.isEmpty && waits ? Self.block : nil
        )
        let patience = Duration.milliseconds(request.block ?? 0) + connection.timeouts.command
        let reply = try connection.pipeline([request.command], until: .after(patience))[0]
        if let error = reply.root.error { throw connection.failure(.refused(Refusal(error)), .awaiting) }
        var batch = TailBatch()
        try read(reply, asked, on: connection, &batch)
        takeReady(into: &batch)
        return batch
    }

    /// Goes on with another connection, with a look at what happened to the streams meanwhile.
    package mutating func resume(on connection: Connection) throws -> TailBatch {
        let look = try StreamLook(streams: streams.map(\.definition), includesGroups: false).run(on: connection)
        var batch = TailBatch()
        for (index, observed) in look.streams.enumerated() {
            guard observed.state == .missing || observed.state.info != nil else { continue }
            if let gap = streams[index].resume(observed.state.info) { batch.gaps.append((observed.definition, gap)) }
        }
        return batch
    }

    /// The streams that can be followed: also one that is not there yet.
    private var readable: [ObservedStream] {
        observed.filter { $0.state == .missing || $0.state.info != nil }
    }
}

// MARK: - Reading

extension Tail {
    private mutating func readNewest(_ count: Int, on connection: Connection) throws -> TailBatch {
        let found = readable.map(\.definition)
        // The look comes after the entries: what is added between the two is counted, and read later.
        let commands = found.flatMap {
            [XRevRange(key: $0.key, count: max(count, 1)).command, XInfoStream(key: $0.key).command]
        }
        let replies = commands.isEmpty ? [] : try connection.pipeline(commands)
        var batch = TailBatch(isCaughtUp: true)
        for (index, stream) in found.enumerated() {
            let newest = try readNewest(replies[2 * index], of: stream, limit: max(count, 1), on: connection)
            let info = try connection.read(replies[2 * index + 1], of: XInfoStream(key: stream.key)).value
            streams.append(TailStream(stream, info, after: newest.last?.id ?? .zero, isBehind: false))
            batch.entries += newest.compactMap(\.entry)
        }
        batch.entries = Array(inOrder(batch.entries).suffix(count))
        return batch
    }

    /// Newest first on the wire, oldest first for the check of signatures.
    private mutating func readNewest(
        _ reply: Reply,
        of stream: StreamDefinition,
        limit: Int,
        on connection: Connection
    ) throws -> [(id: EntryID, entry: TailEntry?)] {
        if let error = reply.root.error { throw connection.failure(.refused(Refusal(error)), .awaiting) }
        var newest: [(id: EntryID, entry: TailEntry?)] = []
        for node in try entryNodes(reply, 0, limit: limit, on: connection).reversed() {
            let read = try readEntry(reply, node, of: stream, on: connection)
            guard newest.last.map({ $0.id < read.id }) ?? true else { throw misshapen("XREVRANGE", on: connection) }
            newest.append(read)
        }
        return newest
    }

    private mutating func read(
        _ reply: Reply,
        _ asked: [Int],
        on connection: Connection,
        _ batch: inout TailBatch
    ) throws {
        let limit = size.count
        var counts = [Int](repeating: 0, count: streams.count)
        for (key, list) in try parts(of: reply, on: connection) {
            guard let index = asked.first(where: { streams[$0].key == key }), counts[index] == 0 else {
                throw misshapen("XREAD", on: connection)
            }
            for node in try entryNodes(reply, list, limit: limit, on: connection) {
                let read = try readEntry(reply, node, of: streams[index].definition, on: connection)
                guard read.id > streams[index].last else { throw misshapen("XREAD", on: connection) }
                streams[index].note(read.id, read.entry)
                counts[index] += 1
            }
        }
        size.learn(entries: counts.reduce(0, +), bytes: reply.bytes.count)
        for index in asked {
            if let gap = streams[index].endReply(isFull: counts[index] == limit) {
                batch.gaps.append((streams[index].definition, gap))
            }
        }
    }

    /// The keys in a reply to XREAD, and where the entries of each are.
    private func parts(of reply: Reply, on connection: Connection) throws -> [(key: [UInt8], list: Int)] {
        switch reply.kind(of: 0) {
        case .null: return []
        case .map, .array: break
        default: throw misshapen("XREAD", on: connection)
        }
        let isMap = reply.kind(of: 0) == .map
        var parts: [(key: [UInt8], list: Int)] = []
        var node = reply.firstChild(of: 0)
        for _ in 0..<(isMap ? reply.count(of: 0) / 2 : reply.count(of: 0)) {
            guard isMap || reply.kind(of: node) == .array && reply.count(of: node) == 2 else {
                throw misshapen("XREAD", on: connection)
            }
            let key = isMap ? node : reply.firstChild(of: node)
            let list = reply.nextSibling(of: key)
            parts.append((Array(reply.bytes[reply.payload(of: key)]), list))
            node = reply.nextSibling(of: isMap ? list : node)
        }
        return parts
    }

    private func entryNodes(_ reply: Reply, _ list: Int, limit: Int, on connection: Connection) throws -> [Int] {
        guard reply.kind(of: list) == .array, reply.count(of: list) <= limit else {
            throw misshapen("XREAD", on: connection)
        }
        var nodes: [Int] = []
        var node = reply.firstChild(of: list)
        for _ in 0..<reply.count(of: list) {
            nodes.append(node)
            node = reply.nextSibling(of: node)
        }
        return nodes
    }

    private mutating func readEntry(
        _ reply: Reply,
        _ node: Int,
        of stream: StreamDefinition,
        on connection: Connection
    ) throws -> (id: EntryID, entry: TailEntry?) {
        guard let read = try reader.read(reply, at: node, of: stream) else { throw misshapen("XREAD", on: connection) }
        return read
    }

    private func misshapen(_ command: String, on connection: Connection) -> RedisError {
        connection.failure(.unexpected("the reply to \(command) does not have its documented shape"), .awaiting)
    }

    /// Takes what no stream can have anything older than any more.
    private mutating func takeReady(into batch: inout TailBatch) {
        let limit = streams.filter(\.isBehind).map(\.last).min() ?? .maximum
        var ready: [TailEntry] = []
        for index in streams.indices { ready += streams[index].take(through: limit) }
        batch.entries = inOrder(ready)
        batch.isCaughtUp = !streams.contains(where: \.isBehind)
    }

    /// By id; entries with the same id stay in the order of their streams.
    private func inOrder(_ entries: [TailEntry]) -> [TailEntry] {
        entries.enumerated().sorted { ($0.element.id, $0.offset) < ($1.element.id, $1.offset) }.map(\.element)
    }
}
