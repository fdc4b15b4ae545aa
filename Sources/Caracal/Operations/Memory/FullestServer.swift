import Redis

/// Of the servers of a cluster the one that is nearest to its `maxmemory`; without limits, the one that uses most.
package struct FullestServer: Sendable, Equatable {
    /// The server, as `Endpoint.description` names it; nil where there is only one.
    package let name: String?
    /// Its memory.
    package let memory: ServerMemory

    private static let info = Info("memory")

    /// Asks each of them. One that does not tell is taken for the fullest: it might be.
    static func find(among masters: [Connection]) throws(RedisError) -> FullestServer {
        var fullest = FullestServer(name: nil, memory: ServerMemory(.success(InfoFields([])), nil))
        for (index, master) in masters.enumerated() {
            let memory = try ServerMemory(master.ask(info), of: master)
            let next = FullestServer(name: master.endpoint.description, memory: memory)
            if next.memory.used.value == nil || next.memory.limit.value == nil { return next }
            if index == 0 || next.memory.fullness > fullest.memory.fullness { fullest = next }
        }
        return fullest
    }
}

extension ServerMemory {
    fileprivate var fullness: (Double, UInt64) { (usedShare ?? 0, used.value ?? 0) }
}
