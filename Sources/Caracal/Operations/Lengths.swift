import RESP
import Redis
import Text

/// How long each stream is, against its bound: `xlen`.
package struct Lengths: Sendable {
    /// The streams to measure.
    package let streams: [StreamDefinition]
    /// Whether to measure their dead-letter streams too, where there are any.
    package let includesDeadLetters: Bool
    /// The share of its bound from which a stream's length is a finding; nil for no such limit.
    package let maxFill: Double?

    package init(streams: [StreamDefinition], includesDeadLetters: Bool = false, maxFill: Double? = nil) {
        self.streams = streams
        self.includesDeadLetters = includesDeadLetters
        self.maxFill = maxFill
    }

    /// What is asked, for a connection that is opened for it.
    package var questions: [Command] { look.commands }

    private var look: StreamLook {
        let dead = includesDeadLetters ? streams.map { StreamDefinition.unlisted($0.deadLetterName) } : []
        return StreamLook(streams: streams + dead, includesGroups: false, believesEmptyReplica: false)
    }

    /// Measures in one round trip; nothing is changed.
    package func run(on connection: any CommandChannel) throws(RedisError) -> LengthsReport {
        let look = try look.run(on: connection)
        // Nothing provisions dead-letter streams: one that is not there holds no dead letter.
        let shown =
            look.streams.prefix(streams.count) + look.streams.dropFirst(streams.count).filter { $0.state != .missing }
        let unknown = Finding.unknownTime(look.timeRefusal, "the ages of entries are not known")
        return LengthsReport(streams: Array(shown), now: look.now, findings: shown.compactMap(finding) + unknown)
    }

    private func finding(_ observed: ObservedStream) -> Finding? {
        observed.finding() ?? observed.state.info.flatMap { fillFinding(observed.definition, $0) }
    }

    private func fillFinding(_ stream: StreamDefinition, _ info: StreamInfo) -> Finding? {
        guard let maxFill, let bound = stream.bound, bound > StreamTable.nodeEntries,
            Double(info.length) >= maxFill * Double(bound)
        else { return nil }
        return Finding(
            .overFill,
            .failure,
            stream: stream.name,
            "\(stream.name) holds \(info.length) of \(bound) entries, which crosses --max-fill"
        )
    }
}

/// How long each stream is.
package struct LengthsReport: Sendable, Equatable {
    /// The streams, in the order of the table, then their dead letters.
    package let streams: [ObservedStream]
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Missing streams, wrong types, refusals, crossed limits.
    package let findings: [Finding]

    package init(streams: [ObservedStream], now: UInt64?, findings: [Finding]) {
        self.streams = streams
        self.now = now
        self.findings = findings
    }
}
