import Redis

/// What a server says of its memory.
package struct ServerMemory: Sendable, Equatable {
    /// Bytes in use.
    package let used: ServerFact<UInt64>
    /// The most bytes that were ever in use.
    package let peak: ServerFact<UInt64>
    /// `maxmemory` in bytes; 0 for no limit.
    package let limit: ServerFact<UInt64>
    /// `maxmemory-policy`, as the server sends it.
    package let policy: ServerFact<[UInt8]>
    /// Resident memory against what was allocated, 1 for no loss.
    package let fragmentation: ServerFact<Double>
    /// What allocates.
    let allocator: Allocator

    /// Reads `INFO memory`; where that is refused, `CONFIG GET maxmemory*` tells the limit and the policy.
    init(_ info: Result<InfoFields, Refusal>, _ settings: Result<ConfigValues, Refusal>?) {
        used = ServerFact(info) { $0.unsigned("used_memory") }
        peak = ServerFact(info) { $0.unsigned("used_memory_peak") }
        fragmentation = ServerFact(info) { $0.double("mem_fragmentation_ratio") }
        allocator = Allocator(name: info.value?.bytes("mem_allocator"))
        let limit = ServerFact(info) { $0.unsigned("maxmemory") }
        let policy = ServerFact(info) { $0.bytes("maxmemory_policy") }
        self.limit = settings.map { limit.or(ServerFact($0) { $0.unsigned("maxmemory") }) } ?? limit
        self.policy = settings.map { policy.or(ServerFact($0) { $0.bytes("maxmemory-policy") }) } ?? policy
    }

    /// Reads a server's answer to `INFO memory`; where it refuses that, it is asked for its settings: a round trip more.
    init(_ info: Result<InfoFields, Refusal>, of server: any CommandChannel) throws(RedisError) {
        self.init(info, info.value == nil ? try server.ask(ConfigGet("maxmemory*")) : nil)
    }

    /// The share of `maxmemory` that is in use, 1 for all of it; nil without a limit or when either is not known.
    package var usedShare: Double? {
        guard let used = used.value, let limit = limit.value, limit > 0 else { return nil }
        return Double(used) / Double(limit)
    }
}
