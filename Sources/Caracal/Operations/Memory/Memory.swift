import Redis

/// What uses Redis's memory, and whether maxmemory is enough: `memory`. Each server that takes writes is measured with the streams
/// that it holds, against its own `maxmemory`.
///
/// Two round trips for the streams and the server, whatever their size; more only for the keys of db 1, and to watch. A cluster is
/// looked at once more, for servers that are lost.
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

    /// Measures one server after the other, and watches all of them at once; nothing is changed. `progress` is told how long the
    /// watch for growth has lasted.
    package func run(
        on channel: any CommandChannel,
        progress: @escaping (Duration) -> Void = { _ in }
    ) throws(RedisError) -> MemoryReport {
        var report = MemoryReport(lost: channel.isCluster ? try lostStreams(of: channel) : [])
        var targets: [GrowthWatch.Target] = []
        for server in try channel.reachableMasters() {
            let held = try channel.streams(streams, heldBy: server)
            let dead = try channel.streams(deadLetters, heldBy: server)
            let part = Memory(streams: held, deadLetters: dead, rules: rules)
            report.servers.append(try part.measure(part.look(on: server), on: server))
            if channel.isCluster { report.servers[targets.count].name = server.endpoint.description }
            targets.append(GrowthWatch.Target(streams: held, channel: channel, server: server))
        }
        if let period = rules.ratePeriod {
            let watched = try GrowthWatch(period: period, progress: progress).run(on: targets)
            for (index, growth) in watched.growth.enumerated() { report.servers[index].note(growth) }
            report.signal = watched.signal
        }
        return report
    }

    /// Measures streams that were just looked at, and their groups: one round trip for each server. Nothing is watched, and keys are
    /// only counted where `rules` say so.
    package func run(_ look: StreamLook.Seen, on channel: any CommandChannel) throws(RedisError) -> MemoryReport {
        var report = MemoryReport(lost: [])
        for server in try channel.reachableMasters() {
            let held = try channel.streams(look.streams.map(\.definition), heldBy: server)
            let own = look.streams.filter { held.contains($0.definition) }
            var part = try measure(StreamLook.Seen(streams: own, time: look.time), on: server)
            if channel.isCluster { part.name = server.endpoint.description }
            report.servers.append(part)
        }
        return report
    }

    /// Finds out which servers there can be no reports of, and so none of their streams.
    private func lostStreams(of channel: any CommandChannel) throws(RedisError) -> [Finding] {
        let look = try StreamLook(streams: streams, includesGroups: false).run(on: channel)
        return look.streams.filter { channel.isLost($0.definition.key) }.compactMap { $0.finding() }
    }

    /// Measures one server, with streams that were just looked at, and their groups; it does not watch for growth.
    func measure(
        _ look: StreamLook.Seen,
        on connection: any CommandChannel
    ) throws(RedisError) -> ServerMemoryReport {
        var generator = SystemRandomNumberGenerator()
        let second = MemoryLook(look.streams, samples: rules.samples, using: &generator)
        let seen = try second.run(on: connection)
        let server = try ServerMemory(seen.memory, of: connection)
        let keys = try otherKeys(seen.keyspace, beside: connection)
        let limits = NodeLimits(seen.limits.value)
        let measured = seen.streams.map {
            StreamMemory($0, limits: limits, allocator: server.allocator, version: connection.server.version)
        }
        let databases = seen.keyspace.map(DatabaseKeys.all)
        let isScarce = server.usedShare.map { $0 >= rules.maxUsed } ?? false
        let fill = try MemoryFill.find(measured, server, databases.value) { database throws(RedisError) in
            if database == KeyCounts.database { return keys.value ?? nil }
            return isScarce && rules.walksKeys ? try KeyCounts.run(database, beside: connection).value ?? nil : nil
        }
        return ServerMemoryReport(
            rules: rules,
            server: server,
            persistence: ServerPersistence(seen.persistence, seen.fsync, server: seen.server.value),
            streams: measured,
            otherKeys: ServerFact(keys) { $0 },
            databases: ServerFact(databases) { $0 },
            fill: fill,
            growth: nil,
            forecast: MemoryForecast(measured, server, headroom: rules.headroom, growth: nil),
            now: look.now,
            refusals: [seen.memory.refusal].compactMap { $0 } + measured.compactMap(\.observed.state.refusal),
            missingRight: MissingRight.together(
                seen.refusals + [keys.refusal, look.timeRefusal].compactMap { $0 },
                of: connection.endpoint
            )
        )
    }

    /// The streams, and the keys of dead letters that are seen to be there. Who may see no stream may still see the server.
    private func look(on connection: any CommandChannel) throws(RedisError) -> StreamLook.Seen {
        let all = StreamLook(streams: streams + deadLetters, includesGroups: true, believesEmptyReplica: false)
        let look = try all.runWithoutRights(on: connection)
        let dead = look.streams.dropFirst(streams.count).filter { stream in
            switch stream.state {
            // No dead letter can be written to a key of another type.
            case .stream, .otherType: true
            // Whether there is one is not known then, and the streams tell of the right that is missing.
            case .missing, .refused: false
            }
        }
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
        guard rules.walksKeys else { return .success(nil) }
        return try KeyCounts.run(beside: connection)
    }
}
