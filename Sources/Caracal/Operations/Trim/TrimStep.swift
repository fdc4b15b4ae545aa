import RESP
import Redis

/// One step of a trimming. The server looks at every group and trims in the same step, so that no group can be created, set
/// back or given something in between; what is planned may be minutes old, since a question was asked.
struct TrimStep {
    /// How entries are removed.
    enum Extent: Equatable {
        /// Whole nodes, `TrimPlan.stepSize` entries at most.
        case nodes
        /// Every last entry.
        case rest
        /// A few entries, as far as each group loses no more by it than this.
        case forced([TrimPlan.GroupCost])
    }

    /// What came of a step.
    enum Outcome: Equatable {
        /// So many entries were removed, and so many are left in the stream.
        case removed(Removal)
        /// A group has come to need an entry that was to go: the entry's id.
        case held(group: [UInt8], from: EntryID)
        /// The stream is another one than planned for, or gone.
        case anew
        /// The stream has lost its groups.
        case noGroups
    }

    /// What a step removed.
    struct Removal: Equatable {
        /// How many entries.
        let count: UInt64
        /// How many are left in the stream.
        let length: UInt64
        /// Whether nothing is left to do.
        let isLast: Bool
        /// Of a forced step: how many of the entries each group had not acknowledged.
        let losses: [(name: [UInt8], count: UInt64)]

        static func == (left: Removal, right: Removal) -> Bool {
            left.count == right.count && left.length == right.length && left.isLast == right.isLast
                && left.losses.elementsEqual(right.losses) { $0.name == $1.name && $0.count == $1.count }
        }
    }

    let plan: TrimPlan
    let minID: EntryID
    let extent: Extent

    /// How many entries a step removes at most that has to read them: to count what groups lose, or what is left.
    private static let readSize = 100

    /// The script's call.
    var call: Eval {
        let mark = plan.mark
        var words = ["\(minID)", "\(mark.lastGeneratedID)"]
        words += [mark.entriesAdded, mark.entriesRemoved].map { $0.map { "\($0)" } ?? "" }
        words.append((plan.staysAtBound ? plan.stream.bound : nil).map { "\($0)" } ?? "")
        var allowances: [[UInt8]] = []
        switch extent {
        case .nodes: words += ["~", "\(TrimPlan.stepSize)"]
        case .rest: words += ["=", "\(Self.readSize)"]
        case .forced(let groups):
            words += ["forced", "\(Self.readSize)"]
            for group in groups where group.atRisk > 0 { allowances += [group.name, Array("\(group.atRisk)".utf8)] }
        }
        return Eval(Self.script, keys: [plan.stream.key], arguments: words.map { Array($0.utf8) } + allowances)
    }

    /// Carries it out.
    func run(on connection: any CommandChannel) throws(WriteStop) -> Outcome {
        let reply = try connection.act(call, running: ["xrange", "xtrim"])
        guard let outcome = Self.outcome(of: reply.root) else {
            let cause = RedisError.Cause.unexpected("the reply to EVAL is none that the script gives")
            throw .lost(connection.failure(cause, .awaiting), isInDoubt: true)
        }
        return outcome
    }

    private static func outcome(of reply: ReplyValue) -> Outcome? {
        guard reply.kind == .array, let word = reply[0]?.text.map({ String(decoding: $0, as: UTF8.self) }) else {
            return nil
        }
        switch word {
        case "ANEW": return .anew
        case "NOGROUPS": return .noGroups
        case "HELD":
            guard let name = reply[1]?.text, let id = reply[2]?.text.flatMap({ EntryID($0) }) else { return nil }
            return .held(group: Array(name), from: id)
        case "REMOVED":
            guard let count = reply[1]?.unsigned, let length = reply[2]?.unsigned, let isLast = reply[3]?.unsigned
            else {
                return nil
            }
            var losses: [(name: [UInt8], count: UInt64)] = []
            for place in stride(from: 4, to: reply.count - 1, by: 2) {
                guard let name = reply[place]?.text, let count = reply[place + 1]?.unsigned else { return nil }
                losses.append((Array(name), count))
            }
            return .removed(Removal(count: count, length: length, isLast: isLast == 1, losses: losses))
        default: return nil
        }
    }

    /// Ids are compared with leading zeros, since the server compares Lua's strings by its locale, and the ids have 64 bits.
    ///
    /// A stream of the same name that was made anew shows in ids that went backwards and, from Redis 7 on, in counters that
    /// did. Whatever else was done, no group loses what it has not acknowledged: each is asked for an entry that lies before
    /// the id, pending or not given to it. A forced step counts these among the few entries that it removes, and does
    /// nothing when they are more than the plan told. Where a bound is to stay, nothing below it goes, whatever others have
    /// deleted since.
    static let script = """
        if redis.replicate_commands then redis.replicate_commands() end
        local key, minid = KEYS[1], ARGV[1]
        local function fields(list)
          local found = {}
          for i = 1, #list, 2 do found[list[i]] = list[i + 1] end
          return found
        end
        local function ordered(id)
          local ms, seq = string.match(id, '^(%d+)%-(%d+)$')
          return string.rep('0', 20 - #ms) .. ms .. string.rep('0', 20 - #seq) .. seq
        end
        local info = redis.pcall('XINFO', 'STREAM', key)
        if info.err then
          if string.find(info.err, 'no such key', 1, true) then return {'ANEW'} end
          return info
        end
        local stream = fields(info)
        local length, added = stream['length'], stream['entries-added']
        if ordered(stream['last-generated-id']) < ordered(ARGV[2]) then return {'ANEW'} end
        if added and ARGV[3] ~= '' and (added < tonumber(ARGV[3]) or added - length < tonumber(ARGV[4])) then
          return {'ANEW'}
        end
        local groups = {}
        for i, group in ipairs(redis.call('XINFO', 'GROUPS', key)) do groups[i] = fields(group) end
        local spare = ARGV[5] == '' and length or length - tonumber(ARGV[5])
        if spare <= 0 then return {'REMOVED', 0, length, 1} end
        local mode, size = ARGV[6], tonumber(ARGV[7])
        if mode ~= 'forced' then
          if #groups == 0 then return {'NOGROUPS'} end
          for _, group in ipairs(groups) do
            local name, at = group['name'], group['last-delivered-id']
            if ordered(at) < ordered(minid) then
              local undelivered = redis.call('XRANGE', key, '(' .. at, '(' .. minid, 'COUNT', 1)
              if #undelivered > 0 then return {'HELD', name, undelivered[1][1]} end
            end
            local pending = redis.call('XPENDING', key, name, stream['first-entry'][1], '(' .. minid, 1)
            if #pending > 0 then return {'HELD', name, pending[1][1]} end
          end
          if mode == '~' then
            local count = redis.call('XTRIM', key, 'MINID', '~', minid, 'LIMIT', math.min(size, spare))
            return {'REMOVED', count, length - count, 0}
          end
          if ARGV[5] == '' then
            local count = redis.call('XTRIM', key, 'MINID', '=', minid)
            return {'REMOVED', count, length - count, 1}
          end
        end
        size = math.min(size, spare)
        local page = redis.call('XRANGE', key, '-', '(' .. minid, 'COUNT', size + 1)
        if #page == 0 then return {'REMOVED', 0, length, 1} end
        local stop, isLast = minid, 1
        if #page > size then
          stop, isLast = page[size + 1][1], size == spare and 1 or 0
          page[size + 1] = nil
        end
        local allowed, result = {}, {'REMOVED', 0, 0, isLast}
        for i = 8, #ARGV, 2 do allowed[ARGV[i]] = tonumber(ARGV[i + 1]) end
        for _, group in ipairs(mode == 'forced' and groups or {}) do
          local name, at = group['name'], ordered(group['last-delivered-id'])
          local lines = redis.call('XPENDING', key, name, page[1][1], page[#page][1], size)
          local pending, risk, from = {}, 0, nil
          for _, line in ipairs(lines) do pending[line[1]] = true end
          for _, entry in ipairs(page) do
            local id = entry[1]
            local isHeld = ordered(id) > at or pending[id]
              or #lines == size and #redis.call('XPENDING', key, name, id, id, 1) > 0
            if isHeld then
              risk = risk + 1
              if risk > (allowed[name] or 0) then return {'HELD', name, id} end
            end
          end
          if risk > 0 then
            result[#result + 1] = name
            result[#result + 1] = risk
          end
        end
        local count = redis.call('XTRIM', key, 'MINID', '=', stop)
        result[2], result[3] = count, length - count
        return result
        """
}

/// How a trimming is carried out.
extension Trim {
    /// Trims step by step. Each step looks at the groups anew and does nothing once the plan does not hold any more.
    ///
    /// - Parameter afterStep: is told how many entries were removed so far.
    package func apply(
        _ plan: TrimPlan,
        on server: ReconnectingChannel,
        afterStep: (UInt64) -> Void = { _ in }
    ) -> TrimReport {
        guard let minID = plan.minID else {
            return TrimReport(plan: plan, removed: nil, length: plan.length, isDone: true)
        }
        var report = TrimReport(plan: plan, removed: 0, length: plan.length, isDone: false)
        var extent = isForced ? TrimStep.Extent.forced(plan.groups) : .nodes
        while !report.isDone {
            do throws(WriteStop) {
                switch try TrimStep(plan: plan, minID: minID, extent: extent).run(on: server.connection) {
                case .removed(let removal):
                    report.removed = report.removed?.saturatingAdd(removal.count)
                    report.length = removal.length
                    report.isDone = removal.isLast
                    extent = Self.next(extent, after: removal)
                    afterStep(report.removed ?? 0)
                case .held(let group, let id): return report.stopped(.held(group: group, from: id))
                case .anew:
                    // What was counted belongs to a stream that is not there any more.
                    report.length = nil
                    return report.stopped(.anew)
                case .noGroups: return report.stopped(.noGroups)
                }
            } catch {
                let report = report.stopped(.write(error))
                guard case .lost(let loss, isInDoubt: true) = error else { return report }
                return settled(report, minID, after: loss, of: server)
            }
        }
        return report
    }

    private static func next(_ extent: TrimStep.Extent, after removal: TrimStep.Removal) -> TrimStep.Extent {
        switch extent {
        case .nodes: return removal.count == 0 ? .rest : .nodes
        case .rest: return .rest
        case .forced(var groups):
            for (name, count) in removal.losses {
                for place in groups.indices where groups[place].name == name { groups[place].spend(count) }
            }
            return .forced(groups)
        }
    }

    /// After a lost reply a look tells whether the stream begins behind the plan's id by now; never how many entries of it
    /// went by this trimming.
    private func settled(
        _ report: TrimReport,
        _ minID: EntryID,
        after loss: RedisError,
        of server: ReconnectingChannel
    ) -> TrimReport {
        var report = report
        (report.removed, report.length) = (nil, nil)
        do throws(RedisError) {
            let connection = try server.open(after: loss)
            switch try connection.ask(XInfoStream(key: stream.key)) {
            case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
            case .success(let info):
                report.length = info.length
                report.isDone = info.firstID.map { $0 >= minID } ?? true
            }
        } catch {
            report.unsettled = error
        }
        return report
    }
}
