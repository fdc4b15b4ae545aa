/// Why a Redis command is not sent by `raw`, whoever asks.
enum RawRefusal {
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
