import Redis

/// Whether a Redis command only looks. What the server does not vouch for counts as writing.
enum RawEffect {
    /// Asks the server about the command, and about its subcommand where there may be one.
    ///
    /// - Parameter words: the command and its arguments, in upper case.
    static func look(at words: [String], on channel: any CommandChannel) throws(RedisError) -> Traits {
        let names = [words[0]] + (words.count > 1 ? ["\(words[0])|\(words[1])"] : [])
        let answers = try channel.ask(names.filter(isName).map(CommandInfo.init))
        let known = answers.compactMap(\.value).filter(\.isKnown)
        // Before Redis 7 only the command itself is known, and says nothing of a subcommand: MEMORY reads, MEMORY PURGE does not.
        let isVouchedFor = isContainer(words) ? known.count > 1 : !known.isEmpty
        return Traits(
            isRead: isHarmless(words) || isVouchedFor && known.last?.flags.contains("readonly") == true,
            firstKey: known.last?.firstKey,
            refusal: answers.lazy.compactMap(\.refusal).first { $0.kind == .noPermission }
        )
    }

    /// What matters of a command.
    struct Traits: Equatable {
        /// Whether it changes nothing.
        let isRead: Bool
        /// Which argument is its key.
        let firstKey: Int?
        /// Why the server would not vouch for it; nil when it was asked and answered.
        let refusal: Refusal?
    }

    /// A name that COMMAND INFO may be asked about: an argument can be anything.
    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= 64 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Whether what a command does is up to its subcommand.
    private static func isContainer(_ words: [String]) -> Bool {
        harmless[words[0]]?.isEmpty == false
    }

    /// Commands that look at the server, and not at keys; Redis does not flag those as reading. Of a
    /// command with subcommands, which all do as they like, every one is here that only looks.
    private static func isHarmless(_ words: [String]) -> Bool {
        guard let subcommands = harmless[words[0]] else { return false }
        return subcommands.isEmpty || words.count > 1 && subcommands.contains(words[1])
    }

    /// Command, and the subcommands that change nothing; none for a command without subcommands.
    private static let harmless: [String: Set<String>] = [
        "PING": [], "ECHO": [], "TIME": [], "INFO": [], "ROLE": [], "LASTSAVE": [], "LOLWUT": [], "COMMAND": [],
        "CONFIG": ["GET", "HELP"], "CLIENT": ["LIST", "INFO", "ID", "GETNAME", "HELP"],
        "ACL": ["WHOAMI", "LIST", "USERS", "GETUSER", "CAT", "DRYRUN", "HELP"],
        "MEMORY": ["USAGE", "STATS", "DOCTOR", "MALLOC-STATS", "HELP"],
        "OBJECT": ["ENCODING", "FREQ", "IDLETIME", "REFCOUNT", "HELP"],
        "XINFO": ["STREAM", "GROUPS", "CONSUMERS", "HELP"],
        "SLOWLOG": ["GET", "LEN", "HELP"], "LATENCY": ["LATEST", "HISTORY", "DOCTOR", "GRAPH", "HISTOGRAM", "HELP"],
        "CLUSTER": [
            "INFO", "NODES", "SLOTS", "SHARDS", "LINKS", "KEYSLOT", "MYID", "COUNTKEYSINSLOT", "GETKEYSINSLOT", "HELP",
        ],
        "PUBSUB": ["CHANNELS", "NUMSUB", "NUMPAT", "SHARDCHANNELS", "SHARDNUMSUB", "HELP"],
        "MODULE": ["LIST", "HELP"], "SCRIPT": ["EXISTS", "HELP"], "FUNCTION": ["LIST", "STATS", "DUMP", "HELP"],
    ]
}

/// Why a Redis command is never sent by `raw`.
enum RawCommandProblem {
    /// The reason in a clause; nil when there is none.
    ///
    /// - Parameter words: the command and its arguments, in upper case.
    static func reason(_ words: [String]) -> String? {
        guard let name = words.first else { return nil }
        if changesConnection.contains(name)
            || words.dropFirst().first.map({ connectionSubcommands[name]?.contains($0) ?? false }) ?? false
        {
            return "\(name) would change what the connection means to the commands that follow"
        }
        if streaming.contains(name) { return "\(name) has no end; caracalctl tail shows what comes in" }
        if blocking.contains(name) || waits(words) {
            return "\(name) would wait on the server, with no answer in the meantime"
        }
        return nil
    }

    /// XREAD and XREADGROUP wait only where they are told to.
    private static func waits(_ words: [String]) -> Bool {
        guard ["XREAD", "XREADGROUP"].contains(words[0]) else { return false }
        return words.prefix { $0 != "STREAMS" }.contains("BLOCK")
    }

    private static let changesConnection: Set<String> = [
        "AUTH", "HELLO", "SELECT", "RESET", "QUIT", "MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "ASKING",
        "READONLY", "READWRITE",
    ]
    /// By its name the connection is told from others when a lost write has to be settled.
    private static let connectionSubcommands: [String: Set<String>] = [
        "CLIENT": ["REPLY", "TRACKING", "CACHING", "SETNAME"], "SCRIPT": ["DEBUG"],
    ]
    private static let streaming: Set<String> = [
        "MONITOR", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "SYNC",
        "PSYNC", "REPLCONF",
    ]
    private static let blocking: Set<String> = [
        "BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT", "WAITAOF",
    ]
}
