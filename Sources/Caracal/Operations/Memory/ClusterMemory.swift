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

    /// Measures one server after the other; nothing is changed. A request to stop leaves the servers after it out.
    package func run(
        on channel: any CommandChannel,
        progress: @escaping (Duration) -> Void = { _ in }
    ) throws(RedisError) -> [Part] {
        let dead = streams.map { StreamDefinition.unlisted($0.deadLetterName) }
        var parts: [Part] = []
        for master in try channel.masters() {
            let memory = Memory(
                streams: try held(by: master, streams, channel),
                deadLetters: try held(by: master, dead, channel),
                rules: rules
            )
            let report = try memory.run(on: master, progress: progress)
            parts.append(Part(server: master.endpoint.description, report: report))
            if report.signal != nil { break }
        }
        return parts
    }

    /// Those of the streams that a server holds, there or not.
    private func held(
        by master: Connection,
        _ streams: [StreamDefinition],
        _ channel: any CommandChannel
    ) throws(RedisError) -> [StreamDefinition] {
        var held: [StreamDefinition] = []
        for stream in streams where try channel.connection(for: stream.key) === master { held.append(stream) }
        return held
    }
}
