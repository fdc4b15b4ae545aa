import Redis

/// How many keys of each kind db 1 holds: rate limits, step-up challenges, and what does not belong there.
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

    /// Counts keys.
    init(_ keys: [[UInt8]], isComplete: Bool) {
        rateLimits = keys.count { $0.starts(with: Array("rl:".utf8)) }
        challenges = keys.count { $0.starts(with: Array("chal:".utf8)) }
        others = keys.count - rateLimits - challenges
        strays = keys.count { $0.starts(with: Array(StreamTable.prefix.utf8)) }
        self.isComplete = isComplete
    }

    /// The database that holds them.
    static let database = 1
    /// How many are counted at most.
    static let limit = 10_000

    /// Walks over db 1 on a connection of its own, so that the other one stays where it is.
    ///
    /// Returns nil for a server that has no such database.
    static func run(beside connection: any CommandChannel) throws(RedisError) -> Result<KeyCounts?, Refusal> {
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
            // A cluster, and a server that was given one database, have no db 1.
            return refusal.isBadDatabase ? .success(nil) : .failure(refusal)
        }
    }
}
