/// The names of Redis commands that an operator of the bus may type by habit.
enum RedisCommandNames {
    /// Whether a word is one of them, in any case.
    static func contains(_ word: String) -> Bool { all.contains(word.lowercased()) }

    private static let all: Set<String> = [
        "acl", "append", "auth", "bgrewriteaof", "bgsave", "client", "cluster", "config", "dbsize", "debug", "decr",
        "echo", "eval", "exists", "expire", "failover", "flushall", "flushdb", "hello", "hget", "hgetall", "hset",
        "incr", "keys", "lastsave", "latency", "llen", "lrange", "mget", "monitor", "mset", "object", "persist", "ping",
        "psubscribe", "pttl", "randomkey", "replicaof", "role", "save", "scan", "scard", "select", "sentinel", "set",
        "shutdown", "slaveof", "slowlog", "smembers", "strlen", "subscribe", "time", "ttl", "type", "unlink", "wait",
        "xack", "xadd", "xautoclaim", "xclaim", "xdel", "xgroup", "xinfo", "xpending", "xrange", "xread",
        "xreadgroup", "xrevrange", "xsetid", "xtrim", "zcard", "zrange",
    ]
}
