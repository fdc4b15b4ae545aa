import Redis

/// `memory` of a cluster: each server that takes writes with the streams that it holds, against its own `maxmemory`.
package struct ClusterMemory: Sendable {
    /// One server's part.
    package struct Part: Sendable, Equatable {
        /// The server, as `Endpoint.description` names it.
        package let server: String
        /// What its memory goes to, and whether it will do.
        package let report: MemoryReport

        /// Its findings, each with the server's name before it.
        package var findings: [Finding] {
            report.findings.map { Finding($0.code, $0.severity, stream: $0.stream, "\(server): \($0.message)") }
        }
    }

    /// The streams to measure.
    package let streams: [StreamDefinition]
    /// What is asked for.
    package let rules: MemoryRules

    /// Describes a measurement of streams and of their dead letters.
    package init(streams: [StreamDefinition], rules: MemoryRules) {
        self.streams = streams
        self.rules = rules
    }

    /// Measures one server after the other, and watches all of them at once; nothing is changed.
    package func run(
        on channel: any CommandChannel,
        progress: @escaping (Duration) -> Void = { _ in }
    ) throws(RedisError) -> (parts: [Part], lost: [Finding]) {
        // Which servers there are no reports of, and so no streams.
        let look = try StreamLook(streams: streams, includesGroups: false).run(on: channel)
        let lost = look.streams.filter { channel.isLost($0.definition.key) }.compactMap { $0.finding() }
        var reports: [MemoryReport] = []
        var targets: [GrowthWatch.Target] = []
        for master in try channel.reachableMasters() {
            let held = try channel.streams(streams, heldBy: master)
            let dead = try channel.streams(streams.map { .unlisted($0.deadLetterName) }, heldBy: master)
            reports.append(try Memory(streams: held, deadLetters: dead, rules: rules).measure(on: master))
            targets.append(GrowthWatch.Target(streams: held, channel: channel, server: master))
        }
        if let period = rules.ratePeriod {
            let watched = try GrowthWatch(period: period, progress: progress).run(on: targets)
            for (index, growth) in watched.growth.enumerated() { reports[index].note(growth, endedBy: watched.signal) }
        }
        return (zip(targets, reports).map { Part(server: $0.server.endpoint.description, report: $1) }, lost)
    }
}
