import Caracal
import RESP
import Redis

extension Incident {
    /// Keys of db 1 that do not expire fill the memory, and writes are refused.
    ///
    /// - Parameter keys: how many.
    package static func fullMemory(keys: Int = 226_088) -> Incident {
        Incident(
            "publishing-fails",
            "The API answers with errors whenever it has to publish something.",
            page: "MEMORY NEAR FULL",
            check: "refused-writes"
        ) { bus in
            let fill = """
                for i = ARGV[1], ARGV[2] do
                    redis.call('SET', 'rl:zone-eu:provider-' .. i % 7 .. ':user-' .. i, string.rep('7', 40))
                end
                """
            // Some at a time, and out of the slow log on a busy machine too: a call that takes long would be something else to find.
            let portions = stride(from: 1, through: keys, by: 500).map { first in
                Command("EVAL", fill, "0", "\(first)", "\(min(first + 499, keys))")
            }
            let limit = { (value: String) in Command("CONFIG", "SET", "slowlog-log-slower-than", value) }
            try bus.send(
                [limit("-1"), Command("SELECT", "1")] + portions + [Command("SELECT", "0"), limit("10000")]
            )
            // The services kept to the limit until the last of them did not.
            let info = try bus.send("INFO", "memory")
            guard let used = InfoFields(info.root.text ?? []).unsigned("used_memory") else { return }
            try bus.send("CONFIG", "SET", "maxmemory", "\(used / 100 * 97)")
        }
    }
}
