/// What the scripts have in common that look at a stream and change it in the same step.
enum StepScript {
    /// Comes first. On Redis 6.2 what a script changed is replicated, and not the script, which would look at other data.
    /// `fields` makes a table of a flat list of names and values.
    static let prelude = """
        if redis.replicate_commands then redis.replicate_commands() end
        local key = KEYS[1]
        local function fields(list)
          local found = {}
          for i = 1, #list, 2 do found[list[i]] = list[i + 1] end
          return found
        end

        """

    /// Behind the prelude: ends the script with `ANEW` where the stream is gone, or an id or a counter of it went backwards since
    /// a plan, which shows that it was made anew. Leaves `stream`, what XINFO STREAM says, and `added`, which Redis 6.2 does not
    /// tell.
    ///
    /// Ids are compared by `ordered`, with leading zeros, since the server compares Lua's strings by its locale, and the ids have
    /// 64 bits.
    ///
    /// - Parameters:
    ///   - last: the argument that holds the last id as it was planned with.
    ///   - added: the one that holds the count of entries ever added; empty where that was not told.
    static func sameStream(last: Int, added: Int) -> String {
        """
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
        local added = stream['entries-added']
        if ordered(stream['last-generated-id']) < ordered(ARGV[\(last)]) then return {'ANEW'} end
        if added and ARGV[\(added)] ~= '' and added < tonumber(ARGV[\(added)]) then return {'ANEW'} end

        """
    }
}
