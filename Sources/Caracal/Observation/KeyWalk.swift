import Redis

/// Walks over the keys that match a pattern with SCAN, up to a limit.
package struct KeyWalk: Sendable {
    /// The keys that were found.
    package struct Found: Sendable, Equatable {
        /// Each key once, sorted by bytes.
        package let keys: [[UInt8]]
        /// Whether the walk came to its end before one of its limits, on every server.
        package let isComplete: Bool
        /// Whether a server of the cluster could not be reached.
        package let isPartial: Bool
    }

    /// The glob that keys must match.
    package let pattern: String
    /// How many matching keys to collect at most.
    package let limit: Int

    /// How many keys the server looks at for one page: enough for few round trips, too few to hold it up.
    private static let pageSize = 1_000

    /// How many pages are asked for at most: neither a vast database nor a cursor without end may hold us up for ever.
    private static let pageLimit = 1_000

    /// Walks over every server that holds keys; nothing is changed. A refusal is of the SCAN itself.
    package func run(on channel: any CommandChannel) throws(RedisError) -> Result<Found, Refusal> {
        var keys: Set<[UInt8]> = []
        let masters = try channel.reachableMasters()
        let isPartial = !channel.hasAllMasters
        var isComplete = !isPartial
        for master in masters {
            switch try walk(over: master, &keys) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let isWhole): isComplete = isComplete && isWhole
            }
        }
        return .success(Found(keys: Self.sorted(keys), isComplete: isComplete, isPartial: isPartial))
    }

    /// Collects the keys of one server; whether those are all.
    private func walk(over server: Connection, _ keys: inout Set<[UInt8]>) throws(RedisError) -> Result<Bool, Refusal> {
        var cursor = Array("0".utf8)
        for _ in 0..<Self.pageLimit where keys.count < limit {
            switch try server.ask(Scan(cursor: cursor, pattern: pattern, count: Self.pageSize)) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let page):
                keys.formUnion(page.keys)
                cursor = page.cursor
                if page.isLast { return .success(true) }
            }
        }
        return .success(false)
    }

    private static func sorted(_ keys: Set<[UInt8]>) -> [[UInt8]] {
        keys.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
