import RESP
import Redis

/// Changes the planned entries of a group, batch by batch. The server compares each entry with the plan and changes it in the
/// same step, so that nothing can come in between; the plan may be minutes old, since a question was asked.
struct GuardedChange {
    /// What is done to an entry.
    enum Action {
        /// It is taken off the list; perhaps only if it is not in the stream.
        case acknowledge(onlyGone: Bool)
        /// It is handed to a consumer, who may have to be created for it.
        case claim(consumer: [UInt8], creates: Bool)
    }

    let stream: StreamDefinition
    let group: [UInt8]
    let action: Action

    /// How many entries one step changes: to claim one the server has to read it.
    private var batchSize: Int {
        if case .claim = action { 100 } else { PendingLook.batchSize }
    }

    /// Changes what is planned. A request to stop is heeded between batches; after a lost connection a look at the list
    /// settles what can be settled.
    ///
    /// - Parameter afterBatch: is told what became of the entries so far.
    func run(
        _ plan: GroupChange,
        on server: ReconnectingChannel,
        afterBatch: (GroupChange) -> Void
    ) -> GroupChange {
        do throws(RedisError) {
            try server.beginWrites()
        } catch {
            var change = plan
            change.ending = .write(WriteEnding(looking: error))
            return change
        }
        return confirmed(carryOut(plan, on: server, afterBatch: afterBatch), of: server)
    }

    private func carryOut(
        _ plan: GroupChange,
        on server: ReconnectingChannel,
        afterBatch: (GroupChange) -> Void
    ) -> GroupChange {
        var change = plan
        var rest = plan.planned[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(batchSize))
            rest = rest.dropFirst(batch.count)
            do throws(WriteEnding) {
                change.ending = try carryOut(batch, &change, on: server.connection)
                if change.ending != nil { return change }
            } catch {
                change.ending = .write(error)
                switch error {
                case .interrupted, .lost(_, isInDoubt: false): break
                case .refused(let refusal): for index in batch { change.changes[index].outcome = .refused(refusal) }
                case .lost(let loss, isInDoubt: true):
                    let isSettled = settle(batch, &change, after: loss, of: server)
                    change.ending = .write(.lost(loss, isInDoubt: !isSettled))
                }
                return change
            }
            afterBatch(change)
        }
        return change
    }

    // MARK: One step

    /// Changes one batch; why it could not be, where nothing was changed for want of the group or of the consumer.
    private func carryOut(
        _ batch: [Int],
        _ change: inout GroupChange,
        on connection: any CommandChannel
    ) throws(WriteEnding) -> GroupChangeEnding? {
        let call = call(for: batch.map { change.changes[$0] }, since: change.madeAt)
        let reply = try connection.act(call, running: rights).root
        if let word = reply.text {
            if word.elementsEqual("NOCONSUMER".utf8) { return .noConsumer }
            if word.elementsEqual("NOGROUP".utf8) { return .noGroup }
        }
        let outcomes = reply.elements.compactMap(outcome)
        guard reply.kind == .array, outcomes.count == batch.count else {
            let cause = RedisError.Cause.unexpected("the reply to EVAL is none that the script gives")
            throw .lost(connection.failure(cause, .awaiting), isInDoubt: true)
        }
        for (index, outcome) in zip(batch, outcomes) { change.changes[index].outcome = outcome }
        return nil
    }

    /// The right to look at the list was needed for the plan.
    private var rights: [String] {
        switch action {
        case .acknowledge(onlyGone: true): ["xrange", "xack"]
        case .acknowledge(onlyGone: false): ["xack"]
        case .claim: ["xrange", "xclaim"]
        }
    }

    private func call(for changes: [EntryChange], since start: ContinuousClock.Instant) -> Eval {
        var arguments = [group]
        switch action {
        case .acknowledge(let onlyGone): arguments += [Array("ack".utf8), [], Array((onlyGone ? "gone" : "").utf8)]
        case .claim(let consumer, let creates):
            arguments += [Array("claim".utf8), consumer, Array((creates ? "create" : "").utf8)]
        }
        for change in changes {
            let entry = change.entry
            let idle = entry?.idle.map { "\(Self.idle($0, since: start))" } ?? "-1"
            arguments += [Array("\(change.id)".utf8), entry?.consumer ?? []]
            arguments += [Array("\(entry?.deliveries ?? 0)".utf8), Array(idle.utf8)]
        }
        return Eval(Self.script, keys: [stream.key], arguments: arguments)
    }

    /// How long an entry must have been idle by now if nobody has touched it since the plan. A second is left to clocks that
    /// do not run alike.
    private static func idle(_ planned: UInt64, since start: ContinuousClock.Instant) -> UInt64 {
        let passed = max(.zero, start.duration(to: .now) - .seconds(1))
        let milliseconds = UInt64(clamping: passed.components.seconds).multipliedReportingOverflow(by: 1_000)
        return milliseconds.overflow ? planned : planned.saturatingAdd(milliseconds.partialValue)
    }

    private func outcome(_ result: ReplyValue) -> EntryOutcome? {
        guard let word = result[0]?.text.map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
        switch word {
        case "DONE": return .done
        case "SETTLED": return .settledMeanwhile
        case "TAKEN": return result[1]?.text.map { .taken(by: Array($0)) }
        case "DELETED": return .gone(.deleted)
        case "TRIMMED": return .gone(.trimmed)
        case "THERE": return .reappeared
        default: return nil
        }
    }

    /// An entry is as planned if it is pending, with the same holder, who was given it equally often and not since. What is
    /// to be claimed must be in the stream: claiming one that is gone would take it off the list, from Redis 7 on.
    static let script = """
        if redis.replicate_commands then redis.replicate_commands() end
        local key, group, action, consumer, flag = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
        local probe = redis.pcall('XPENDING', key, group, '0-0', '0-0', 1)
        if probe.err then
          if string.find(probe.err, 'NOGROUP', 1, true) == 1 then return 'NOGROUP' end
          return probe
        end
        if action == 'claim' and flag ~= 'create' then
          local isKnown = false
          for _, line in ipairs(redis.call('XINFO', 'CONSUMERS', key, group)) do
            for i = 1, #line, 2 do
              if line[i] == 'name' and line[i + 1] == consumer then isKnown = true end
            end
          end
          if not isKnown then return 'NOCONSUMER' end
        end
        local results = {}
        for i = 5, #ARGV, 4 do
          local id, holder, deliveries, idle = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
          local line = redis.call('XPENDING', key, group, id, id, 1)[1]
          local result
          if not line then
            result = {'SETTLED'}
          elseif line[2] ~= holder or line[4] ~= deliveries or line[3] < idle then
            result = {'TAKEN', line[2]}
          elseif action == 'ack' then
            if flag == 'gone' and #redis.call('XRANGE', key, id, id) > 0 then
              result = {'THERE'}
            else
              redis.call('XACK', key, group, id)
              result = {'DONE'}
            end
          elseif #redis.call('XRANGE', key, id, id) == 0 then
            result = {#redis.call('XRANGE', key, '-', id, 'COUNT', 1) > 0 and 'DELETED' or 'TRIMMED'}
          else
            redis.call('XCLAIM', key, group, consumer, idle < 0 and '0' or ARGV[i + 3], id, 'JUSTID')
            result = {'DONE'}
          end
          results[#results + 1] = result
        end
        return results
        """

    // MARK: After a failover

    /// Looks at the successor for what a server has done that is not the master any more.
    private func confirmed(_ change: GroupChange, of server: ReconnectingChannel) -> GroupChange {
        let done = change.changes.indices.filter { change.changes[$0].outcome == .done }
        guard server.isWatched, !done.isEmpty else { return change }
        var loss: RedisError?
        if case .write(.lost(let error, _)) = change.ending {
            loss = error
        } else {
            do throws(RedisError) { try server.confirmWrites() } catch { loss = error }
        }
        guard let loss else { return change }
        var seen = change
        let isSettled = settle(done, &seen, after: loss, of: server)
        // It was handed on before the failover.
        if isSettled, done.allSatisfy({ seen.changes[$0].outcome == .done }) { return change }
        seen.ending = .write(.lost(loss, isInDoubt: seen.changes.contains { $0.outcome == .unknown }))
        return seen
    }

    // MARK: After a lost connection

    /// Notes what the list shows of a batch whose reply was lost; whether that is certain for all of it.
    private func settle(
        _ batch: [Int],
        _ change: inout GroupChange,
        after loss: RedisError,
        of server: ReconnectingChannel
    ) -> Bool {
        let check = LostReplyCheck(key: stream.key, group: group)
        let seen: LostReplyCheck.Seen
        do throws(RedisError) {
            seen = try check.look(at: batch.map { change.changes[$0].id }, after: loss, of: server)
        } catch {
            for index in batch { change.changes[index].outcome = .unknown }
            change.unsettled = error
            return false
        }
        for (position, index) in batch.enumerated() {
            let outcome = settled(change.changes[index].entry, now: seen.entries[position])
            // What is still as it was, was not reached; once nothing of ours can come any more.
            change.changes[index].outcome = outcome == .planned && !seen.isFinal ? .unknown : outcome
        }
        return batch.allSatisfy { change.changes[$0].outcome != .unknown }
    }

    private func settled(_ planned: PendingEntry?, now entry: PendingEntry?) -> EntryOutcome {
        switch (action, entry) {
        // By us or by somebody: it is off the list.
        case (.acknowledge, nil): .done
        case (.acknowledge, _): .planned
        case (.claim, nil): .settledMeanwhile
        case (.claim(let consumer, _), let entry?) where entry.consumer == consumer: .done
        case (.claim, let entry?): entry.consumer == planned?.consumer ? .planned : .taken(by: entry.consumer)
        }
    }
}
