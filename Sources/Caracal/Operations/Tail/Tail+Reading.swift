import RESP
import Redis

extension Tail {
    /// Asks for the state of each stream, and for what comes next. One server waits for all streams at once. Where they may be
    /// on several, each is asked for by itself, again and again.
    mutating func ask(
        _ asked: [Int],
        waits: Bool,
        on channel: any CommandChannel
    ) throws -> (looks: [Reply], entries: [Reply]) {
        do throws(RedisError) {
            return try askOnce(asked, waits: waits, on: channel)
        } catch {
            guard !asksOneByOne, error.refusal?.kind == .crossSlot else { throw error }
            asksOneByOne = true
            return try askOnce(asked, waits: waits, on: channel)
        }
    }

    private func askOnce(
        _ asked: [Int],
        waits: Bool,
        on channel: any CommandChannel
    ) throws(RedisError) -> (looks: [Reply], entries: [Reply]) {
        let positions = asked.map { (key: streams[$0].key, after: streams[$0].last) }
        let isOne = channel is Connection && !asksOneByOne || asked.count == 1
        let block = waits && isOne ? Self.block : nil
        let requests = (isOne ? [positions] : positions.map { [$0] }).map {
            XRead(positions: $0, count: size.count, block: block)
        }
        if waits, !isOne {
            do throws(LinkError) {
                try Poll.sleep(until: .after(Self.pause))
            } catch {
                throw channel.failure(.link(error), .sending)
            }
        }
        let patience = Duration.milliseconds(block ?? 0) + channel.timeouts.command
        let looks = positions.map { XInfoStream(key: $0.key).command }
        let replies = try channel.pipeline(looks + requests.map(\.command), until: .after(patience))
        for (request, reply) in zip(requests, replies.dropFirst(looks.count)) {
            guard let error = reply.root.error else { continue }
            throw channel.failure(
                .refused(Refusal(error).answering(request.command, of: channel.endpoint)),
                .awaiting
            )
        }
        return (Array(replies.prefix(looks.count)), Array(replies.dropFirst(looks.count)))
    }

    /// Compares the streams with what was read of them.
    ///
    /// - Returns: those whose answer is of no use, since it was asked for behind an entry of a stream that is no more.
    mutating func look(
        _ replies: [Reply],
        _ asked: [Int],
        on channel: any CommandChannel,
        _ batch: inout TailBatch
    ) throws -> Set<Int> {
        var stale: Set<Int> = []
        for (reply, index) in zip(replies, asked) {
            let info: StreamInfo?
            switch try channel.read(reply, of: XInfoStream(key: streams[index].key)) {
            case .success(let found): info = found
            case .failure(let refusal) where refusal.isNoSuchKey: info = nil
            // XREAD says what is wrong.
            case .failure: continue
            }
            let last = streams[index].last
            guard let gap = streams[index].look(info) else { continue }
            batch.gaps.append((streams[index].definition, gap))
            if streams[index].last != last { stale.insert(index) }
        }
        return stale
    }

    mutating func readNewest(_ count: Int, on channel: any CommandChannel) throws -> TailBatch {
        let found = readable.map(\.definition)
        // The look comes after the entries: what is added between the two is counted, and read later.
        let commands = found.flatMap {
            [XRevRange(key: $0.key, count: max(count, 1)).command, XInfoStream(key: $0.key).command]
        }
        let replies = commands.isEmpty ? [] : try channel.pipeline(commands)
        var batch = TailBatch(isCaughtUp: true)
        for (index, stream) in found.enumerated() {
            let newest = try readNewest(replies[2 * index], of: stream, limit: max(count, 1), on: channel)
            let info = try channel.read(replies[2 * index + 1], of: XInfoStream(key: stream.key)).value
            streams.append(
                TailStream(stream, info, after: newest.last?.id ?? .zero, isBehind: false, isAtEntry: !newest.isEmpty)
            )
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
        on channel: any CommandChannel
    ) throws -> [(id: EntryID, entry: TailEntry?)] {
        if let error = reply.root.error {
            let command = XRevRange(key: stream.key, count: limit).command
            throw channel.failure(.refused(Refusal(error).answering(command, of: channel.endpoint)), .awaiting)
        }
        var newest: [(id: EntryID, entry: TailEntry?)] = []
        for node in try entryNodes(reply, 0, limit: limit, on: channel).reversed() {
            let read = try readEntry(reply, node, of: stream, on: channel)
            guard newest.last.map({ $0.id < read.id }) ?? true else { throw misshapen("XREVRANGE", on: channel) }
            newest.append(read)
        }
        return newest
    }

    mutating func read(
        _ replies: [Reply],
        _ asked: [Int],
        ignoring stale: Set<Int>,
        on channel: any CommandChannel,
        _ batch: inout TailBatch
    ) throws {
        let limit = size.count
        var counts = [Int](repeating: 0, count: streams.count)
        for reply in replies {
            for (key, list) in try parts(of: reply, on: channel) {
                guard let index = asked.first(where: { streams[$0].key == key }), counts[index] == 0 else {
                    throw misshapen("XREAD", on: channel)
                }
                if !stale.contains(index) {
                    counts[index] = try read(reply, list, into: index, limit: limit, on: channel)
                }
            }
        }
        size.learn(entries: counts.reduce(0, +), bytes: replies.reduce(0) { $0 + $1.bytes.count })
        for index in asked where !stale.contains(index) {
            if let gap = streams[index].endReply(isFull: counts[index] == limit) {
                batch.gaps.append((streams[index].definition, gap))
            }
        }
    }

    /// Notes the entries of one stream, and returns how many there are.
    private mutating func read(
        _ reply: Reply,
        _ list: Int,
        into index: Int,
        limit: Int,
        on channel: any CommandChannel
    ) throws -> Int {
        let nodes = try entryNodes(reply, list, limit: limit, on: channel)
        for node in nodes {
            let read = try readEntry(reply, node, of: streams[index].definition, on: channel)
            guard read.id > streams[index].last else { throw misshapen("XREAD", on: channel) }
            streams[index].note(read.id, read.entry)
        }
        return nodes.count
    }

    /// The keys in a reply to XREAD, and where the entries of each are.
    private func parts(of reply: Reply, on channel: any CommandChannel) throws -> [(key: [UInt8], list: Int)] {
        switch reply.kind(of: 0) {
        case .null: return []
        case .map, .array: break
        default: throw misshapen("XREAD", on: channel)
        }
        let isMap = reply.kind(of: 0) == .map
        var parts: [(key: [UInt8], list: Int)] = []
        var node = reply.firstChild(of: 0)
        for _ in 0..<(isMap ? reply.count(of: 0) / 2 : reply.count(of: 0)) {
            guard isMap || reply.kind(of: node) == .array && reply.count(of: node) == 2 else {
                throw misshapen("XREAD", on: channel)
            }
            let key = isMap ? node : reply.firstChild(of: node)
            let list = reply.nextSibling(of: key)
            parts.append((Array(reply.bytes[reply.payload(of: key)]), list))
            node = reply.nextSibling(of: isMap ? list : node)
        }
        return parts
    }

    private func entryNodes(_ reply: Reply, _ list: Int, limit: Int, on channel: any CommandChannel) throws -> [Int] {
        guard reply.kind(of: list) == .array, reply.count(of: list) <= limit else {
            throw misshapen("XREAD", on: channel)
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
        on channel: any CommandChannel
    ) throws -> (id: EntryID, entry: TailEntry?) {
        guard let read = try reader.read(reply, at: node, of: stream) else { throw misshapen("XREAD", on: channel) }
        return read
    }

    private func misshapen(_ command: String, on channel: any CommandChannel) -> RedisError {
        channel.failure(.unexpected("the reply to \(command) does not have its documented shape"), .awaiting)
    }

    /// Takes what no stream can have anything older than any more.
    mutating func takeReady(into batch: inout TailBatch) {
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
