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
        /// A few entries, as far as each group loses none by it but those that the plan told.
        case forced(TrimLosses)
    }

    /// What came of a step.
    enum Outcome: Equatable {
        /// This many entries were removed, and this many are left in the stream.
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
        /// The first id that the step left; nil where nothing was looked at.
        let next: EntryID?
    }

    let plan: TrimPlan
    let minID: EntryID
    let extent: Extent

    /// How many entries a step removes at most that has to read them: to count what groups lose, or what is left.
    static let readSize = 100

    /// The script's call.
    var call: Eval {
        let mark = plan.mark
        var words = ["\(minID)", "\(mark.lastGeneratedID)"]
        words += [mark.entriesAdded, mark.entriesRemoved].map { $0.map { "\($0)" } ?? "" }
        words.append((plan.staysAtBound ? plan.stream.bound : nil).map { "\($0)" } ?? "")
        var told: [[UInt8]] = []
        switch extent {
        case .nodes: words += ["~", "\(TrimPlan.stepSize)"]
        case .rest: words += ["=", "\(Self.readSize)"]
        case .forced(let losses):
            words += ["forced", "\(Self.readSize)"]
            told = losses.words
        }
        return Eval(Self.script, keys: [plan.stream.key], arguments: words.map { Array($0.utf8) } + told)
    }

    /// Carries it out.
    func run(on connection: any CommandChannel) throws(WriteEnding) -> Outcome {
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
            let next = reply[4]?.text.flatMap { EntryID($0) }
            return .removed(Removal(count: count, length: length, isLast: isLast == 1, next: next))
        default: return nil
        }
    }

    /// Whatever else was done, no group loses what it has not acknowledged: each is asked for an entry that lies before
    /// the id, pending or not given to it. A forced step removes nothing as soon as one of these was no loss that the plan
    /// told: what a group had acknowledged and is to be given again, or has pending again. Where a bound is to stay, nothing
    /// below it goes, whatever others have deleted since.
    static let script =
        StepScript.prelude + StepScript.sameStream(last: 2, added: 3) + """
            local minid, length = ARGV[1], stream['length']
            if added and ARGV[3] ~= '' and added - length < tonumber(ARGV[4]) then return {'ANEW'} end
            local groups = {}
            for i, group in ipairs(redis.call('XINFO', 'GROUPS', key)) do groups[i] = fields(group) end
            local spare = ARGV[5] == '' and length or length - tonumber(ARGV[5])
            if spare <= 0 then return {'REMOVED', 0, length, 1} end
            local mode, size = ARGV[6], tonumber(ARGV[7])
            if mode ~= 'forced' then
              if #groups == 0 then return {'NOGROUPS'} end
              for _, group in ipairs(groups) do
                local name, at = group['name'], group['last-delivered-id']
                if ordered(at) > ordered(stream['last-generated-id']) then
                  return {'HELD', name, stream['first-entry'][1]}
                end
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
            local told, place = {}, 8
            while mode == 'forced' and ARGV[place] do
              local loss, count = {position = ordered(ARGV[place + 1])}, tonumber(ARGV[place + 2])
              for i = place + 3, place + 2 + count do loss[ARGV[i]] = true end
              told[ARGV[place]] = loss
              place = place + 3 + count
            end
            for _, group in ipairs(mode == 'forced' and groups or {}) do
              local name, position = group['name'], group['last-delivered-id']
              local loss, at = told[name] or {position = ordered(minid)}, ordered(position)
              if at < loss.position then
                local again = redis.call('XRANGE', key, '(' .. position, '(' .. minid, 'COUNT', 1)
                if #again > 0 and ordered(again[1][1]) <= loss.position then return {'HELD', name, again[1][1]} end
              end
              local lines = redis.call('XPENDING', key, name, page[1][1], page[#page][1], size)
              local pending = {}
              for _, line in ipairs(lines) do pending[line[1]] = true end
              for _, entry in ipairs(page) do
                local id = entry[1]
                local isTold = ordered(id) > loss.position or loss[id]
                local isPending = not isTold and (pending[id]
                  or #lines == size and #redis.call('XPENDING', key, name, id, id, 1) > 0)
                if isPending then return {'HELD', name, id} end
              end
            end
            local count = redis.call('XTRIM', key, 'MINID', '=', stop)
            return {'REMOVED', count, length - count, isLast, stop}
            """
}

/// What a forced trimming may still cost each group.
struct TrimLosses: Equatable {
    private struct Loss: Equatable {
        let name: [UInt8]
        let position: EntryID
        let pending: [EntryID]
        /// The first of `pending` that no step has gone past.
        var start = 0
    }

    private var groups: [Loss]
    /// How many pending entries of a group the next step is told of: at first as many as it reads.
    private var limit = TrimStep.readSize

    /// What the plan told.
    init(_ costs: [TrimPlan.GroupCost]) {
        groups = costs.map { Loss(name: $0.name, position: $0.position, pending: $0.pending) }
    }

    /// For each group its name, up to where it was given entries, and the next entries that it had pending.
    var words: [[UInt8]] {
        groups.flatMap { group in
            let next = group.pending[group.start...].prefix(limit)
            return [group.name, Array("\(group.position)".utf8), Array("\(next.count)".utf8)]
                + next.map { Array("\($0)".utf8) }
        }
    }

    /// Goes past what lies before `id`.
    mutating func drop(before id: EntryID) {
        limit = TrimStep.readSize
        for place in groups.indices {
            let group = groups[place]
            groups[place].start = group.pending[group.start...].firstIndex { $0 >= id } ?? group.pending.endIndex
        }
    }

    /// Tells the next step of more, where the plan has an entry that the last step was not told of: many that lie before it
    /// have been deleted since. False where the plan has it not.
    mutating func widen(to id: EntryID, of name: [UInt8]) -> Bool {
        guard let group = groups.first(where: { $0.name == name }),
            let place = group.pending[group.start...].firstIndex(of: id), place - group.start >= limit
        else { return false }
        limit = place - group.start + TrimStep.readSize
        return true
    }
}
