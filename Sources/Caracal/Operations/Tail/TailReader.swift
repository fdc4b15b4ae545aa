import RESP
import Redis

/// Reads entries out of replies: filters them, checks their signatures, and copies what is to be shown.
struct TailReader {
    private var matcher: EntryMatcher
    /// For each stream of dead letters where its messages come from.
    private let sources: [[UInt8]: SignatureTarget.Source]
    /// For each stream the check of its signatures; empty when they are not checked.
    private var checks: [[UInt8]: SignatureCheck] = [:]
    private let verdicts = Verdicts()
    /// What the checks report to.
    private final class Verdicts {
        var list: [Judgement] = []
    }

    init(
        selector: MessageSelector,
        streams: [StreamDefinition],
        signatures: (keys: SignatureKeys, rules: SignatureRules)?
    ) throws(CryptographyError) {
        matcher = EntryMatcher(selector)
        sources = streams.reduce(into: [:]) { $0[$1.key] = SignatureTarget(key: $1.key).source }
        guard let signatures else { return }
        for stream in streams {
            let verdicts = verdicts
            var check = try SignatureCheck(keys: signatures.keys, rules: signatures.rules) { entry, _ in
                verdicts.list.append(entry.judgement)
            }
            check.begin(SignatureTarget(key: stream.key))
            checks[stream.key] = check
        }
    }

    /// Takes up the entry that was read last; nil when its id is none. The second half is nil when it does not match.
    mutating func read(
        _ entry: EntryReader,
        of stream: StreamDefinition
    ) throws(CryptographyError) -> (id: EntryID, entry: TailEntry?)? {
        guard let id = entry.id else { return nil }
        let (fields, bytes) = (entry.fields, entry.bytes)
        verdicts.list.removeAll(keepingCapacity: true)
        // Also what does not match is checked: it may be what a later entry repeats.
        try checks[stream.key]?.check(id: bytes[entry.idRange], fields, in: bytes)
        guard matcher.takes(fields, in: bytes, of: sources[stream.key]) else { return (id, nil) }
        let message = Message(fields, in: bytes)
        return (id, TailEntry(stream: stream, id: id, message: message, judgements: verdicts.list))
    }
}

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
        let isOne = !channel.isCluster && !asksOneByOne || asked.count == 1
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
        let timeLimit = Duration.milliseconds(block ?? 0) + channel.timeouts.command
        let looks = positions.map { XInfoStream(key: $0.key).command }
        let replies = try channel.pipeline(looks + requests.map(\.command), until: .after(timeLimit))
        for (request, reply) in zip(requests, replies.dropFirst(looks.count)) {
            guard let error = reply.root.error else { continue }
            throw channel.refused(Refusal(error).answering(request.command, of: channel.endpoint))
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
        var newestOfAll: [(id: EntryID, entry: TailEntry?)] = []
        for (index, stream) in found.enumerated() {
            let newest = try readNewest(replies[2 * index], of: stream, limit: max(count, 1), on: channel)
            let info = try channel.read(replies[2 * index + 1], of: XInfoStream(key: stream.key)).value
            streams.append(
                TailStream(stream, info, after: newest.last?.id ?? .zero, isBehind: false, isAtEntry: !newest.isEmpty)
            )
            newestOfAll += newest
        }
        // What does not match counts among them, as it does with one stream: what lies further back is found by a search.
        let shown = inOrder(newestOfAll, by: \.id).suffix(count)
        return TailBatch(entries: shown.compactMap(\.entry), isCaughtUp: true)
    }

    /// Newest first on the wire, oldest first for the check of signatures.
    private mutating func readNewest(
        _ reply: Reply,
        of stream: StreamDefinition,
        limit: Int,
        on channel: any CommandChannel
    ) throws -> [(id: EntryID, entry: TailEntry?)] {
        let page = try channel.read(reply, of: XRevRange(key: stream.key, count: limit)).get(on: channel)
        guard page.count <= limit else { throw channel.misshapen("XREVRANGE") }
        var newest: [(id: EntryID, entry: TailEntry?)] = []
        var entries = page.reversed()
        while try entries.advance(on: channel) {
            guard let read = try reader.read(entries, of: stream), newest.last.map({ $0.id < read.id }) ?? true else {
                throw channel.misshapen("XREVRANGE")
            }
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
            guard let parts = XRead.read(reply.root) else { throw channel.misshapen("XREAD") }
            for (key, entries) in parts {
                guard let index = asked.first(where: { streams[$0].key == key }), counts[index] == 0,
                    entries.count <= limit
                else { throw channel.misshapen("XREAD") }
                if !stale.contains(index) {
                    try read(entries, into: index, on: channel)
                    counts[index] = entries.count
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

    /// Notes the entries of one stream.
    private mutating func read(_ entries: EntryReader, into index: Int, on channel: any CommandChannel) throws {
        var entries = entries
        while try entries.advance(on: channel) {
            guard let read = try reader.read(entries, of: streams[index].definition), read.id > streams[index].last
            else {
                throw channel.misshapen("XREAD")
            }
            streams[index].note(read.id, read.entry)
        }
    }

    /// Takes what no stream can have anything older than any more.
    mutating func takeReady(into batch: inout TailBatch) {
        let limit = streams.filter(\.isBehind).map(\.last).min() ?? .maximum
        var ready: [TailEntry] = []
        for index in streams.indices { ready += streams[index].take(through: limit) }
        batch.entries = inOrder(ready, by: \.id)
        batch.isCaughtUp = !streams.contains(where: \.isBehind)
    }

    /// By id; entries with the same id stay in the order of their streams.
    private func inOrder<Element>(_ entries: [Element], by id: (Element) -> EntryID) -> [Element] {
        entries.enumerated().sorted { (id($0.element), $0.offset) < (id($1.element), $1.offset) }.map(\.element)
    }
}
