import RESP
import Redis

/// Removes the planned groups or consumers, batch by batch. The server looks at each of them and removes it in the same step,
/// so that what is given an entry in between stays; the plan may be minutes old, since a question was asked.
struct GuardedRemoval {
    /// What is removed.
    enum Kind {
        case groups
        case consumers
    }

    let kind: Kind

    /// How many names of consumers one step looks at.
    static let batchSize = 500
    /// How many groups one step looks at, with their consumers.
    private static let groupsSize = 100
    /// Up to how many consumers a group may have for a script to look at all of them: for 50,000 that takes the server a third
    /// of a second.
    static let listedConsumers: UInt64 = 1_000
    /// How many pending entries one step takes off a list, or frees with its group.
    static let entriesSize: UInt64 = 1_000

    /// Removes what is planned. A request to stop is heeded between batches; after a lost connection a look settles what can be
    /// settled.
    ///
    /// - Parameter afterBatch: is told what became of them so far.
    func run(_ plan: Removal, on server: ReconnectingChannel, afterBatch: (Removal) -> Void) -> Removal {
        var removal = plan
        do throws(RedisError) {
            try server.beginWrites()
        } catch {
            removal.ending = .init(looking: error)
            return removal
        }
        if kind == .consumers {
            do throws(WriteEnding) { try lookAgain(&removal, on: server.connection) } catch { removal.ending = error }
        }
        var rest = removal.items.indices.filter { removal.items[$0].outcome == .planned }[...]
        while !rest.isEmpty, removal.ending == nil {
            let batch = self.batch(rest, of: removal)
            rest = rest.dropFirst(batch.count)
            do throws(WriteEnding) {
                try carryOut(batch, &removal, on: server.connection)
            } catch {
                note(error, of: batch, in: &removal, of: server)
            }
            afterBatch(removal)
        }
        return confirmed(removal, of: server)
    }

    private func note(
        _ ending: WriteEnding,
        of batch: [Int],
        in removal: inout Removal,
        of server: ReconnectingChannel
    ) {
        removal.ending = ending
        let open = batch.filter { removal.items[$0].outcome == .planned }
        switch ending {
        case .interrupted, .lost(_, isInDoubt: false): break
        case .refused(let refusal): for index in open { removal.items[index].outcome = .refused(refusal) }
        case .lost(let loss, isInDoubt: true): settle(open, &removal, after: loss, of: server)
        }
    }

    /// The next of them that one step looks at: of one stream, and of one group where they are consumers.
    private func batch(_ rest: ArraySlice<Int>, of removal: Removal) -> [Int] {
        guard let first = rest.first.map({ removal.items[$0] }) else { return [] }
        var weight: UInt64 = 0
        let size = kind == .groups ? Self.groupsSize : Self.batchSize
        let batch = rest.prefix(size).prefix { index in
            let item = removal.items[index]
            weight = weight.saturatingAdd(kind == .groups ? item.weight : 0)
            return item.stream == first.stream && (kind == .groups || item.group == first.group)
                && weight <= Self.entriesSize
        }
        return Array(batch.isEmpty ? rest.prefix(1) : batch)
    }

    // MARK: One batch

    private func carryOut(
        _ batch: [Int],
        _ removal: inout Removal,
        on connection: any CommandChannel
    ) throws(WriteEnding) {
        guard let first = batch.first.map({ removal.items[$0] }) else { return }
        var batch = batch
        if kind == .groups, first.weight > Self.entriesSize { try empty(&batch, &removal, on: connection) }
        guard !batch.isEmpty else { return }
        let items = batch.map { removal.items[$0] }
        let script = RemovalScript(stream: first.stream, minIdle: removal.minIdle)
        let outcomes: [RemovalOutcome]
        switch kind {
        case .groups: outcomes = try script.destroy(items, on: connection)
        case .consumers: outcomes = try script.remove(items, of: first.group, on: connection)
        }
        for (index, outcome) in zip(batch, outcomes) { removal.items[index].outcome = outcome }
    }

    /// Of groups with too many consumers for a script, sees once whether something was heard of them since the plan. Whether one
    /// holds anything is looked at by the script in any case.
    private func lookAgain(_ removal: inout Removal, on connection: any CommandChannel) throws(WriteEnding) {
        guard let minIdle = removal.minIdle else { return }
        var heard: [[[UInt8]]: Set<[UInt8]>] = [:]
        for (index, item) in removal.items.enumerated() where item.consumers > Self.listedConsumers {
            let place = [item.stream.key, item.group]
            if heard[place] == nil {
                let consumers = try consumers(of: item, on: connection)
                heard[place] = Set(consumers.lazy.filter { $0.idle < minIdle }.map(\.name))
            }
            guard item.outcome == .planned, let name = item.consumer, heard[place]?.contains(name) ?? false else {
                continue
            }
            removal.items[index].outcome = .heard
        }
    }

    private func consumers(
        of item: RemovalItem,
        on connection: any CommandChannel
    ) throws(WriteEnding) -> [ConsumerInfo] {
        if let signal = Interruption.signal { throw .interrupted(signal: signal) }
        do throws(RedisError) {
            return try connection.ask(XInfoConsumers(key: item.stream.key, group: item.group)).value ?? []
        } catch {
            throw WriteEnding(looking: error)
        }
    }

    /// Empties a group in steps before it is destroyed: to free millions of pending entries at once would hold up the server.
    private func empty(
        _ batch: inout [Int],
        _ removal: inout Removal,
        on connection: any CommandChannel
    ) throws(WriteEnding) {
        guard let index = batch.first else { return }
        let script = RemovalScript(stream: removal.items[index].stream, minIdle: removal.minIdle)
        let consumers = try consumers(of: removal.items[index], on: connection)
        if let minIdle = removal.minIdle, consumers.contains(where: { $0.idle < minIdle }) {
            removal.items[index].outcome = .heard
            return batch.removeAll()
        }
        var names = consumers.map(\.name)[...]
        while true {
            let item = removal.items[index]
            let isEmptied = item.forgotten >= item.pending ?? 0
            let page = isEmptied ? Array(names.prefix(Self.batchSize)) : []
            switch try script.empty(item, names: page, on: connection) {
            case .failure(let end):
                removal.items[index].outcome = end.outcome
                return batch.removeAll()
            case .success(let count) where !isEmptied && count > 0:
                removal.items[index].forgotten = item.forgotten.saturatingAdd(count)
            case .success:
                names = names.dropFirst(page.count)
                if names.isEmpty { return }
                if !isEmptied { removal.items[index].forgotten = item.pending ?? 0 }
            }
        }
    }

    // MARK: After a failover, after a lost connection

    /// Looks at the successor for what a server has done that is not the master any more.
    private func confirmed(_ removal: Removal, of server: ReconnectingChannel) -> Removal {
        let done = removal.items.indices.filter { removal.items[$0].outcome == .done }
        guard server.isWatched, !done.isEmpty else { return removal }
        var loss: RedisError?
        if case .lost(let error, _) = removal.ending {
            loss = error
        } else {
            do throws(RedisError) { try server.confirmWrites() } catch { loss = error }
        }
        guard let loss else { return removal }
        var seen = removal
        settle(done, &seen, after: loss, of: server)
        // It was handed on before the failover.
        return done.allSatisfy { seen.items[$0].outcome == .done } ? removal : seen
    }

    /// Notes what is still there of a batch whose reply was lost.
    private func settle(
        _ batch: [Int],
        _ removal: inout Removal,
        after loss: RedisError,
        of server: ReconnectingChannel
    ) {
        do throws(RedisError) {
            let items = batch.map { removal.items[$0] }
            let (isThere, isFinal) = try server.lookBack(after: loss) { connection throws(RedisError) in
                try presence(of: items, on: connection)
            }
            for (index, isThere) in zip(batch, isThere) {
                // What is still there, was not reached; once nothing of ours can come any more.
                removal.items[index].outcome = !isThere ? .done : isFinal ? .planned : .unknown
            }
        } catch {
            for index in batch { removal.items[index].outcome = .unknown }
            removal.unsettled = error
        }
        removal.ending = .lost(loss, isInDoubt: batch.contains { removal.items[$0].outcome == .unknown })
    }

    private func presence(of items: [RemovalItem], on connection: any CommandChannel) throws(RedisError) -> [Bool] {
        var known: [[[UInt8]]: Set<[UInt8]>] = [:]
        var found: [Bool] = []
        for item in items {
            let place = kind == .groups ? [item.stream.key] : [item.stream.key, item.group]
            if known[place] == nil {
                switch kind {
                case .groups:
                    let groups = try connection.ask(XInfoGroups(key: item.stream.key)).get(on: connection)
                    known[place] = Set(groups.map(\.name))
                case .consumers:
                    let request = XInfoConsumers(key: item.stream.key, group: item.group)
                    known[place] = Set(try connection.ask(request).get(on: connection).map(\.name))
                }
            }
            found.append(known[place]?.contains(item.consumer ?? item.group) ?? false)
        }
        return found
    }
}

extension RemovalItem {
    /// What the server has to free.
    fileprivate var weight: UInt64 { (pending ?? 0).saturatingAdd(consumers).saturatingAdd(1) }
}
