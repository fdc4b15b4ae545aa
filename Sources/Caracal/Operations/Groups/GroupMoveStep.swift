import RESP
import Redis

/// The step that moves a group, or creates it. The server compares the group with the plan and moves it in the same step; the
/// plan may be minutes old, since a question was asked.
struct GroupMoveStep {
    let plan: GroupMovePlan

    /// The script's call.
    var call: Eval {
        let info = plan.info
        let removed = info.entriesAdded.map { $0 - min($0, info.length) }
        let from = plan.seen.map { "\($0.lastDeliveredID)" } ?? ""
        let counts: [UInt64?] = [info.entriesAdded, removed, plan.entriesRead]
        var words = ["\(plan.position)", from, "\(info.lastGeneratedID)"]
        words += counts.map { $0.map { "\($0)" } ?? "" }
        return Eval(Self.script, keys: [plan.stream.key], arguments: [plan.group] + words.map { Array($0.utf8) })
    }

    /// Carries it out.
    func run(on connection: any CommandChannel) throws(WriteEnding) -> GroupMovePlan.Outcome {
        let right = plan.seen == nil ? "xgroup|create" : "xgroup|setid"
        let reply = try connection.act(call, running: [right])
        guard let outcome = Self.outcome(of: reply.root) else {
            let cause = RedisError.Cause.unexpected("the reply to EVAL is none that the script gives")
            throw .lost(connection.failure(cause, .awaiting), isInDoubt: true)
        }
        return outcome
    }

    private static func outcome(of reply: ReplyValue) -> GroupMovePlan.Outcome? {
        guard reply.kind == .array, let word = reply[0]?.text.map({ String(decoding: $0, as: UTF8.self) }) else {
            return nil
        }
        switch word {
        case "DONE": return .done
        case "MOVED": return reply[1]?.text.flatMap { EntryID($0) }.map { .movedOn($0) }
        case "EXISTS": return .exists
        case "NOGROUP": return .noGroup
        case "ANEW": return .anew
        default: return nil
        }
    }

    /// The count of entries read is right as long as nothing was removed since: what is added raises what waits and what was ever added alike.
    ///
    /// No command tells of one group alone. Of the list, whose lines begin with the name, only the one line is looked into: with
    /// 10,000 groups the rest of it would take as long as the list itself.
    static let script =
        StepScript.prelude + StepScript.sameStream(last: 4, added: 5) + """
            local name, to, from = ARGV[1], ARGV[2], ARGV[3]
            local words = {from == '' and 'CREATE' or 'SETID', key, name, to}
            if added and ARGV[7] ~= '' and added - stream['length'] == tonumber(ARGV[6]) then
              words[5], words[6] = 'ENTRIESREAD', ARGV[7]
            end
            if from == '' then
              local reply = redis.pcall('XGROUP', unpack(words))
              if not reply.err then return {'DONE'} end
              return string.find(reply.err, 'BUSYGROUP', 1, true) == 1 and {'EXISTS'} or reply
            end
            local at
            for _, line in ipairs(redis.call('XINFO', 'GROUPS', key)) do
              if line[2] == name then at = fields(line)['last-delivered-id'] end
            end
            if not at then return {'NOGROUP'} end
            if at ~= from then return {'MOVED', at} end
            redis.call('XGROUP', unpack(words))
            return {'DONE'}
            """
}

/// How a move is carried out.
extension GroupMove {
    /// Moves the group, if everything still is as it was seen. After a lost connection a look settles what can be settled.
    package func apply(_ plan: GroupMovePlan, on server: ReconnectingChannel) -> GroupMovePlan {
        var plan = plan
        do throws(RedisError) {
            try server.beginWrites()
        } catch {
            plan.ending = WriteEnding(looking: error)
            return plan
        }
        do throws(WriteEnding) {
            plan.outcome = try GroupMoveStep(plan: plan).run(on: server.connection)
        } catch {
            plan.ending = error
            if case .lost(let loss, isInDoubt: true) = error { settle(&plan, after: loss, of: server) }
            return plan
        }
        guard server.isWatched, plan.outcome == .done else { return plan }
        do throws(RedisError) { try server.confirmWrites() } catch {
            var seen = plan
            settle(&seen, after: error, of: server)
            // It was handed on before the failover.
            if seen.outcome != .done { plan = seen }
        }
        return plan
    }

    private func settle(_ plan: inout GroupMovePlan, after loss: RedisError, of server: ReconnectingChannel) {
        do throws(RedisError) {
            let (group, isFinal) = try server.lookBack(after: loss) { connection throws(RedisError) in
                try connection.ask(XInfoGroups(key: stream.key)).get(on: connection).first { $0.name == plan.group }
            }
            if group?.lastDeliveredID == plan.position {
                plan.outcome = .done
            } else if group?.lastDeliveredID == plan.seen?.lastDeliveredID {
                // What is still as it was, was not reached; once nothing of ours can come any more.
                plan.outcome = isFinal ? .planned : .unknown
            } else {
                plan.outcome = .unknown
            }
        } catch {
            plan.outcome = .unknown
            plan.unsettled = error
        }
        plan.ending = .lost(loss, isInDoubt: plan.outcome == .unknown)
    }
}

extension ReconnectingChannel {
    /// Looks over another connection at what became of commands whose replies were lost, once the lost one can do nothing
    /// more; and whether that is final. Throws why that cannot be had.
    func lookBack<Value>(
        after loss: RedisError,
        _ look: (any CommandChannel) throws(RedisError) -> Value
    ) throws(RedisError) -> (seen: Value, isFinal: Bool) {
        let fresh = try open(after: loss)
        try confirm(fresh)
        var isFinal = false
        if let fence = ConnectionFence(connection), case .success = try fence.raise(on: fresh) { isFinal = true }
        return (try look(fresh), isFinal)
    }
}
