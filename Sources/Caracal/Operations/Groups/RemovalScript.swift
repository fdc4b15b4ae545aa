import RESP
import Redis

/// The scripts that look at groups or consumers and remove them in the same step.
struct RemovalScript {
    /// The stream of all of them.
    let stream: StreamDefinition
    /// Milliseconds for which nothing may have been heard of them; nil where that does not matter.
    let minIdle: UInt64?

    /// Destroys groups that stand where they were seen, hold no more than was told, and have no consumer that was heard of.
    func destroy(_ items: [RemovalItem], on connection: any CommandChannel) throws(WriteEnding) -> [RemovalOutcome] {
        var arguments: [[UInt8]] = []
        for item in items {
            // A long list of consumers was looked at a moment ago.
            let isShort = item.consumers <= GuardedRemoval.listedConsumers
            arguments += [item.group, position(of: item), Self.word(item.told), isShort ? idle : []]
        }
        let reply = try act(Self.destroyScript, arguments, running: ["xgroup|destroy"], on: connection)
        return try outcomes(reply.root, items.count, on: connection)
    }

    /// Removes names of consumers that hold nothing.
    func remove(
        _ items: [RemovalItem],
        of group: [UInt8],
        on connection: any CommandChannel
    ) throws(WriteEnding) -> [RemovalOutcome] {
        let isShort = items.allSatisfy { $0.consumers <= GuardedRemoval.listedConsumers }
        // Only the list tells whether a name is there still: DELCONSUMER answers the same either way.
        let look = minIdle == nil ? Array("list".utf8) : idle
        let arguments = [group, isShort ? look : []] + items.map { $0.consumer ?? [] }
        let reply = try act(Self.removeScript, arguments, running: ["xpending", "xgroup|delconsumer"], on: connection)
        return try outcomes(reply.root, items.count, on: connection)
    }

    /// Takes some entries off the list of a group that is to be destroyed; how many. Where none is left, removes the names.
    func empty(
        _ item: RemovalItem,
        names: [[UInt8]],
        on connection: any CommandChannel
    ) throws(WriteEnding) -> Result<UInt64, RemovalEnding> {
        let counts = [position(of: item), Self.word(item.told), Self.word(GuardedRemoval.entriesSize)]
        let rights = ["xpending", "xack", "xgroup|delconsumer"]
        let reply = try act(Self.emptyScript, [item.group] + counts + names, running: rights, on: connection).root
        if let count = reply.unsigned { return .success(count) }
        guard let outcome = Self.outcome(reply) else { throw Self.misshapen(connection) }
        return .failure(RemovalEnding(outcome: outcome))
    }

    /// Where the group has to stand; nothing for one of very many, all of which a script would list: there the silence of its
    /// consumers tells that it was given nothing since.
    private func position(of item: RemovalItem) -> [UInt8] {
        minIdle != nil && item.siblings > GuardedRemoval.listedConsumers ? [] : Self.word(item.position)
    }

    private var idle: [UInt8] { minIdle.map { Self.word($0) } ?? [] }

    private func act(
        _ script: String,
        _ arguments: [[UInt8]],
        running rights: [String],
        on connection: any CommandChannel
    ) throws(WriteEnding) -> Reply {
        let call = Eval(Self.prelude + script, keys: [stream.key], arguments: arguments)
        return try connection.act(call, running: rights)
    }

    private static func word(_ value: some CustomStringConvertible) -> [UInt8] { Array("\(value)".utf8) }

    private func outcomes(
        _ reply: ReplyValue,
        _ count: Int,
        on connection: any CommandChannel
    ) throws(WriteEnding) -> [RemovalOutcome] {
        let outcomes = reply.elements.compactMap(Self.outcome)
        guard reply.kind == .array, outcomes.count == count else { throw Self.misshapen(connection) }
        return outcomes
    }

    private static func misshapen(_ connection: any CommandChannel) -> WriteEnding {
        let cause = RedisError.Cause.unexpected("the reply to EVAL is none that the script gives")
        return .lost(connection.failure(cause, .awaiting), isInDoubt: true)
    }

    private static func outcome(_ reply: ReplyValue) -> RemovalOutcome? {
        let word = reply.kind == .array ? reply[0]?.text : reply.text
        switch word.map({ String(decoding: $0, as: UTF8.self) }) {
        case "DONE": return .done
        case "HOLDS": return .holds
        case "HEARD": return .heard
        case "GONE": return .gone
        case "MOVED": return reply[1]?.text.flatMap { EntryID($0) }.map { .movedOn($0) }
        default: return nil
        }
    }

    // MARK: In Lua

    private static let prelude =
        StepScript.prelude + """
            local known
            local function groups()
              if known then return known end
              known = {}
              local lines = redis.pcall('XINFO', 'GROUPS', key)
              if lines.err then
                if string.find(lines.err, 'no such key', 1, true) then return known end
                lines = redis.call('XINFO', 'GROUPS', key)
              end
              for _, line in ipairs(lines) do known[line[2]] = line end
              return known
            end
            local function pending(name)
              local summary = redis.pcall('XPENDING', key, name)
              if not summary.err then return summary[1] end
              if string.find(summary.err, 'NOGROUP', 1, true) ~= 1 then redis.call('XPENDING', key, name) end
            end
            local function fault(name, at, told)
              local count
              if at == '' then
                count = pending(name)
              else
                local group = groups()[name]
                group = group and fields(group)
                count = group and group['pending']
                if group and group['last-delivered-id'] ~= at then return {'MOVED', group['last-delivered-id']} end
              end
              if not count then return {'GONE'} end
              if count > tonumber(told) then return {'HOLDS'} end
            end

            """

    private static let destroyScript = """
        local results = {}
        for i = 1, #ARGV, 4 do
          local name, idle = ARGV[i], tonumber(ARGV[i + 3])
          local result = fault(name, ARGV[i + 1], ARGV[i + 2])
          if not result and idle then
            for _, line in ipairs(redis.call('XINFO', 'CONSUMERS', key, name)) do
              if fields(line)['idle'] < idle then result = {'HEARD'} end
            end
          end
          if not result then
            redis.call('XGROUP', 'DESTROY', key, name)
            result = {'DONE'}
          end
          results[#results + 1] = result
        end
        return results
        """

    /// Of a group without consumers that were to be listed it is not known whether the name is there.
    private static let removeScript = """
        local name, isListed, idle = ARGV[1], ARGV[2] ~= '', tonumber(ARGV[2])
        local probe = redis.pcall('XPENDING', key, name, '0-0', '0-0', 1)
        local isThere = not probe.err
        if not isThere and string.find(probe.err, 'NOGROUP', 1, true) ~= 1 then return probe end
        local silence = {}
        if isThere and isListed then
          for _, line in ipairs(redis.call('XINFO', 'CONSUMERS', key, name)) do
            local consumer = fields(line)
            silence[consumer['name']] = consumer['idle']
          end
        end
        local results = {}
        for i = 3, #ARGV do
          local consumer, result = ARGV[i], 'DONE'
          if not isThere or isListed and not silence[consumer] then
            result = 'GONE'
          elseif #redis.call('XPENDING', key, name, '-', '+', 1, consumer) > 0 then
            result = 'HOLDS'
          elseif idle and silence[consumer] < idle then
            result = 'HEARD'
          else
            redis.call('XGROUP', 'DELCONSUMER', key, name, consumer)
          end
          results[#results + 1] = result
        end
        return results
        """

    private static let emptyScript = """
        local name = ARGV[1]
        local result = fault(name, ARGV[2], ARGV[3])
        if result then return result end
        local ids = {}
        for i, line in ipairs(redis.call('XPENDING', key, name, '-', '+', ARGV[4])) do ids[i] = line[1] end
        if #ids > 0 then return redis.call('XACK', key, name, unpack(ids)) end
        for i = 5, #ARGV do redis.call('XGROUP', 'DELCONSUMER', key, name, ARGV[i]) end
        return 0
        """
}

/// Why a group was not emptied.
struct RemovalEnding: Error {
    /// What became of it.
    let outcome: RemovalOutcome
}

extension RemovalItem {
    /// How many entries it may hold at most: what was seen, less what was taken off.
    fileprivate var told: UInt64 { (pending ?? 0) - min(forgotten, pending ?? 0) }
}
