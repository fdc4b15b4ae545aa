import Redis

/// How many keys of each kind a database holds: rate limits, step-up challenges, and what belongs into neither db 1 nor any other.
package struct KeyCounts: Sendable, Equatable {
    /// Keys that begin with `rl:`.
    package let rateLimits: Int
    /// Keys that begin with `chal:`.
    package let challenges: Int
    /// All others.
    package let others: Int
    /// Those among the others that are named like a stream of the bus, and belong into db 0.
    package let strays: Int
    /// Whether these are all; if not, only the first ones that SCAN gave were counted.
    package let isComplete: Bool
    /// What keys begin with, up to and with the first colon, the most frequent first: no more than three. Those of the bus are left
    /// out.
    package let prefixes: [Prefix]

    /// What some keys begin with.
    package struct Prefix: Sendable, Equatable {
        /// Their beginning; empty for those without a colon.
        package let name: [UInt8]
        /// How many they are.
        package let count: Int
    }

    /// All that were counted, those of the bus left out.
    package var total: Int { rateLimits + challenges + others - strays }

    /// Counts keys.
    init(_ keys: [[UInt8]], isComplete: Bool) {
        rateLimits = keys.count { $0.starts(with: Self.rateLimitPrefix) }
        challenges = keys.count { $0.starts(with: Array("chal:".utf8)) }
        others = keys.count - rateLimits - challenges
        strays = keys.count { $0.starts(with: Array(StreamTable.prefix.utf8)) }
        self.isComplete = isComplete
        var counts: [[UInt8]: Int] = [:]
        for key in keys where !key.starts(with: StreamTable.prefix.utf8) {
            let end = key.firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? 0
            counts[Array(key[..<end]), default: 0] += 1
        }
        let sorted = counts.sorted { ($1.value, $0.key.count) < ($0.value, $1.key.count) }
        prefixes = sorted.prefix(3).map { Prefix(name: $0.key, count: $0.value) }
    }

    /// What the names of rate limits begin with.
    static let rateLimitPrefix = Array("rl:".utf8)
    /// The database of rate limits and challenges.
    static let database = 1
    /// How many are counted at most.
    static let limit = 10_000

    /// Walks over a database on a connection of its own, so that the other one stays where it is.
    ///
    /// Returns nil for a server that has no such database.
    static func run(
        _ database: Int = database,
        beside connection: any CommandChannel
    ) throws(RedisError) -> Result<KeyCounts?, Refusal> {
        var endpoint = connection.endpoint
        endpoint.database = database
        do {
            let own = try Connection.open(endpoint, timeouts: connection.timeouts)
            defer { own.close() }
            return try KeyWalk(pattern: "*", limit: limit).run(on: own).map {
                KeyCounts($0.keys, isComplete: $0.isComplete)
            }
        } catch {
            guard let refusal = error.refusal else { throw error }
            // A cluster, and a server that was given one database, have no other.
            return refusal.isBadDatabase ? .success(nil) : .failure(refusal)
        }
    }
}
