import Redis

/// What Redis's memory goes to, and whether it will do: `memory`.
///
/// Two round trips for the streams and the server, whatever their size; more only for the keys of db 1, and to watch.
package struct Memory: Sendable {
    /// The streams to measure.
    package let streams: [StreamDefinition]
    /// The dead-letter streams to measure where there are any.
    package let deadLetters: [StreamDefinition]
    /// What is asked for.
    package let rules: MemoryRules

    /// Describes a measurement of streams and of their dead letters.
    package init(streams: [StreamDefinition], rules: MemoryRules = MemoryRules()) {
        self.init(
            streams: streams,
            deadLetters: streams.map { StreamDefinition.unlisted($0.deadLetterName) },
            rules: rules
        )
    }

    /// Describes a measurement of exactly these streams.
    init(streams: [StreamDefinition], deadLetters: [StreamDefinition], rules: MemoryRules) {
        self.streams = streams
        self.deadLetters = deadLetters
        self.rules = rules
    }

    /// Measures; nothing is changed. `progress` is told how long the watch for growth has lasted.
    package func run(
        on connection: any CommandChannel,
        progress: @escaping (Duration) -> Void = { _ in }
    ) throws(RedisError) -> MemoryReport {
        var report = try measure(on: connection)
        if let period = rules.ratePeriod {
            let target = GrowthWatch.Target(streams: streams, channel: connection, server: connection)
            let watched = try GrowthWatch(period: period, progress: progress).run(on: [target])
            report.note(watched.growth[0], endedBy: watched.signal)
        }
        return report
    }

    /// The same, without a watch for growth.
    func measure(on connection: any CommandChannel) throws(RedisError) -> MemoryReport {
        try measure(look(on: connection), on: connection)
    }

    /// The same of streams that were just looked at, with their groups: a round trip less.
    func measure(
        _ look: StreamLook.Seen,
        on connection: any CommandChannel
    ) throws(RedisError) -> MemoryReport {
        var generator = SystemRandomNumberGenerator()
        let second = MemoryLook(look.streams, samples: rules.samples, using: &generator)
        let seen = try second.run(on: connection)
        let server = try ServerMemory(seen.memory, of: connection)
        let keys = try otherKeys(seen.keyspace, beside: connection)
        let limits = NodeLimits(seen.limits.value)
        let measured = seen.streams.map {
            StreamMemory($0, limits: limits, allocator: server.allocator, version: connection.server.version)
        }
        return MemoryReport(
            rules: rules,
            server: server,
            persistence: ServerPersistence(seen.persistence, seen.fsync),
            streams: measured,
            otherKeys: ServerFact(keys) { $0 },
            growth: nil,
            forecast: MemoryForecast(measured, server, headroom: rules.headroom, growth: nil),
            now: look.now,
            signal: nil,
            refusals: [seen.memory.refusal].compactMap { $0 } + measured.compactMap(\.observed.state.refusal),
            missingRight: Self.missingRight(
                seen.refusals + [keys.refusal, look.timeRefusal].compactMap { $0 },
                connection
            )
        )
    }

    /// All that the user may not run, in one.
    private static func missingRight(_ refusals: [Refusal], _ connection: any CommandChannel) -> MissingRight? {
        var commands: [String] = []
        for command in refusals.compactMap(\.missingRight).flatMap(\.commands) where !commands.contains(command) {
            commands.append(command)
        }
        let user = connection.endpoint.credentials?.user ?? "default"
        return commands.isEmpty ? nil : MissingRight(user: user, commands: commands)
    }

    /// The streams and the dead-letter streams that there are. Who may see no stream may still see the server.
    private func look(on connection: any CommandChannel) throws(RedisError) -> StreamLook.Seen {
        let all = StreamLook(streams: streams + deadLetters, includesGroups: true, believesEmptyReplica: false)
        let look = try all.runWithoutRights(on: connection)
        let dead = look.streams.dropFirst(streams.count).filter { $0.state.info != nil }
        return StreamLook.Seen(streams: look.streams.prefix(streams.count) + dead, time: look.time)
    }

    /// Counts db 1's keys, unless INFO says that it has none.
    private func otherKeys(
        _ keyspace: Result<InfoFields, Refusal>,
        beside connection: any CommandChannel
    ) throws(RedisError) -> Result<KeyCounts?, Refusal> {
        if let databases = keyspace.value, databases.bytes("db\(KeyCounts.database)") == nil {
            return .success(KeyCounts([], isComplete: true))
        }
        return try KeyCounts.run(beside: connection)
    }
}
