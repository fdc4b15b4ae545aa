import Redis
import Text

/// Why the rows for a stream are left alone. Nothing was taken.
package enum DispatchProblem: Error, Sendable, Equatable {
    /// The stream is not there, or cannot be written to.
    case stream(StreamProblem)
    /// Its server refuses writes, every attempt would fail.
    case writesRefused(WriteProblem)
    /// The key is another one than entries were signed with, by what the newest of them tell.
    case otherKey(StreamDefinition, KeyVerdict)

    /// One clause, with what helps.
    package var text: TerminalText {
        switch self {
        case .stream(let problem): problem.text()
        case .writesRefused(let problem): problem.text(of: "Redis")
        case .otherKey(let stream, let verdict):
            "\(Self.evidence(verdict, on: stream)) signed with this STREAMS_HMAC_KEY (is it the services' key? --force publishes all the same)"
        }
    }

    private static func evidence(_ verdict: KeyVerdict, on stream: StreamDefinition) -> TerminalText {
        switch verdict {
        case .fitsNone(1): "the newest signed entry of \(stream.name) was not"
        case .fitsNone(let signed): "none of the newest \(signed) signed entries of \(stream.name) was"
        case .fitsFew(let fitting, let signed):
            "\(signed - fitting) of the newest \(signed) signed entries of \(stream.name) were not"
        case .fitsFewElsewhere(let fitting, let signed):
            "\(stream.name) has no signed entry, and \(signed - fitting) of the newest \(signed) of other streams were not"
        case .fits, .fitsSome, .refused, .unknown: "no entry shows that \(stream.name) is"
        }
    }
}

extension WriteProblem {
    /// Why the server of a key refuses writes, by what it says of itself; nil where it takes them, or does not tell. Nothing is
    /// changed.
    static func find(for key: [UInt8], on channel: any CommandChannel) throws(RedisError) -> WriteProblem? {
        let server = try channel.connection(for: key)
        let memory = Info("memory")
        let replies = try server.pipeline([memory.command] + WriteReadiness.commands)
        let isFull = try ServerMemory(server.read(replies[0], of: memory), of: server).refusesWrites
        if isFull { return .memory }
        for case .writesRefused(_, let problem) in try WriteReadiness(replies[1...], of: server, name: nil).faults {
            return problem
        }
        return nil
    }
}
