import RESP

/// What a server has counted of commands that can take entries, or a whole stream, away: where two counts agree, nothing that
/// was there at the first one was taken away by a command before the second.
///
/// It rests on `INFO commandstats`, which counts commands inside scripts as well, and judges by what is known to be
/// harmless: a command that is not known counts. Needs the right to INFO.
package struct RemovalCount: Sendable, Equatable {
    /// The run of the server: after a restart or a failover its counts say nothing.
    package let runID: String
    /// The calls of all commands: fewer than before when the statistics were reset.
    package let commands: UInt64
    /// The calls of commands that may remove entries from a stream, other than the oldest ones (`XADD MAXLEN`).
    package let removals: UInt64
    /// The calls of commands that may remove or replace a whole key, and the keys that were evicted.
    package let replacements: UInt64

    /// Counts that were taken at one moment.
    package init(runID: String, commands: UInt64, removals: UInt64, replacements: UInt64) {
        self.runID = runID
        self.commands = commands
        self.removals = removals
        self.replacements = replacements
    }

    /// Whether no command has removed an entry from any stream since an earlier count, except for the oldest ones.
    package func showsNoRemoval(since earlier: RemovalCount) -> Bool {
        isComparable(with: earlier) && removals == earlier.removals
    }

    /// Whether no key was removed, replaced or evicted since an earlier count.
    package func showsNoReplacement(since earlier: RemovalCount) -> Bool {
        isComparable(with: earlier) && replacements == earlier.replacements
    }

    private func isComparable(with earlier: RemovalCount) -> Bool {
        runID == earlier.runID && commands >= earlier.commands
    }
}

// MARK: - Asking

extension RemovalCount {
    private static let requests = ["server", "stats", "commandstats"].map(Info.init)

    /// The commands that ask for it, to be sent together. Redis 6 takes one section at a time.
    package static var commands: [Command] { requests.map(\.command) }

    /// Reads the replies to `commands`; nil where the server would not tell, or leaves something out.
    package init?(_ replies: some Collection<Reply>) {
        let sections = zip(Self.requests, replies).map { request, reply in
            reply.root.error == nil ? request.read(reply.root) : nil
        }
        guard sections.count == 3, let server = sections[0], let stats = sections[1], let calls = sections[2],
            let runID = server.text("run_id"), let evicted = stats.unsigned("evicted_keys")
        else { return nil }
        var (all, removals, replacements) = (UInt64(0), UInt64(0), evicted)
        for (name, value) in calls.all {
            guard let (command, count) = Self.calls(name, value) else { continue }
            all &+= count
            if !Self.harmlessToKeys.contains(command) { replacements &+= count }
            if !Self.harmlessToKeys.contains(command) || Self.removing.contains(command) { removals &+= count }
        }
        self.init(runID: runID, commands: all, removals: removals, replacements: replacements)
    }

    /// `cmdstat_xgroup|create:calls=2,usec=…`: the command without its subcommand, and how often it was called.
    fileprivate static func calls(_ name: [UInt8], _ value: [UInt8]) -> (command: String, count: UInt64)? {
        let prefix = Array("cmdstat_".utf8)
        guard name.starts(with: prefix), value.starts(with: "calls=".utf8),
            let count = PlainNumber.unsigned(Array(value.dropFirst(6).prefix { $0 != UInt8(ascii: ",") }))
        else { return nil }
        let command = name.dropFirst(prefix.count).prefix { $0 != UInt8(ascii: "|") }
        return (String(decoding: command, as: UTF8.self).lowercased(), count)
    }

    /// Commands that remove entries of a stream and leave the stream there.
    private static let removing: Set = ["xdel", "xtrim", "xdelex", "xackdel"]

    /// Commands after which every key that was there is there, with the same type.
    private static let harmlessToKeys: Set = [
        "xadd", "xdel", "xtrim", "xdelex", "xackdel", "xack", "xread", "xreadgroup", "xrange", "xrevrange", "xlen",
        "xinfo",
        "xpending", "xclaim", "xautoclaim", "xgroup", "ping", "echo", "hello", "auth", "select", "client", "info",
        "command", "config", "role", "time", "dbsize", "wait", "waitaof", "replconf", "psync", "sync", "cluster",
        "asking",
        "readonly", "readwrite", "eval", "eval_ro", "evalsha", "evalsha_ro", "script", "fcall", "fcall_ro", "memory",
        "object", "type", "exists", "get", "mget", "strlen", "ttl", "pttl", "scan", "keys", "hget", "hgetall", "hmget",
        "hlen", "hset", "sismember", "smembers", "sadd", "zrange", "zcard", "zadd", "zscore", "incr", "incrby",
        "subscribe",
        "unsubscribe", "psubscribe", "punsubscribe", "publish", "multi", "exec", "watch", "unwatch", "discard",
        "slowlog",
        "latency", "acl", "monitor", "quit", "reset", "lastsave", "bgsave", "bgrewriteaof", "save",
    ]
}

/// How often commands that remove entries of streams, bring keys of elsewhere, or put groups elsewhere were called, by themselves or in
/// scripts, since the server started or its statistics were reset. `XADD MAXLEN` is not among them.
package struct RemovalCalls: Sendable, Equatable {
    /// `XTRIM`.
    package let trims: UInt64
    /// `XDEL` and its newer kin.
    package let deletions: UInt64
    /// `RESTORE`, which `MIGRATE` calls as well.
    package let restores: UInt64
    /// `XGROUP SETID`; nil before Redis 7, which does not count subcommands.
    package let positions: UInt64?
    /// `XGROUP DESTROY`; nil before Redis 7, which does not count subcommands.
    package let destroyedGroups: UInt64?
    /// Whether the statistics were reset (`CONFIG RESETSTAT`), which is counted right after it: then the counts are not of the time before.
    package let wereReset: Bool

    /// Reads `INFO commandstats`; nil where it lists no command at all, which no server that answers has.
    package init?(_ statistics: InfoFields) {
        var counts: [String: UInt64] = [:]
        for (name, value) in statistics.all {
            guard let (command, count) = RemovalCount.calls(name, value) else { continue }
            counts[command] = (counts[command] ?? 0) &+ count
        }
        guard !counts.isEmpty else { return nil }
        trims = counts["xtrim"] ?? 0
        deletions = ["xdel", "xdelex", "xackdel"].reduce(0) { $0 &+ (counts[$1] ?? 0) }
        restores = ["restore", "restore-asking"].reduce(0) { $0 &+ (counts[$1] ?? 0) }
        let countsSubcommands = statistics.all.contains { $0.key.contains(UInt8(ascii: "|")) }
        positions = countsSubcommands ? Self.calls("xgroup|setid", statistics) : nil
        destroyedGroups = countsSubcommands ? Self.calls("xgroup|destroy", statistics) : nil
        wereReset = Self.calls("config|resetstat", statistics) > 0
    }

    private static func calls(_ subcommand: String, _ statistics: InfoFields) -> UInt64 {
        let name = "cmdstat_\(subcommand)"
        return statistics.bytes(name).flatMap { RemovalCount.calls(Array(name.utf8), $0)?.count } ?? 0
    }
}
