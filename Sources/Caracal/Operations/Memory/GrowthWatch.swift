import Redis

/// Watches for a while how fast streams and memory grow. It looks once a second, so that an early end leaves something.
struct GrowthWatch {
    /// What came of it.
    struct Outcome {
        /// What was measured; nil when there was no time for it.
        let growth: Growth?
        /// The signal that ended the watch early; nil for its regular end.
        let signal: Int32?
    }

    let streams: [StreamDefinition]
    let period: Duration
    /// Told how long it has watched.
    let progress: (Duration) -> Void

    private static let pause = Duration.seconds(1)

    func run(on connection: any CommandChannel) throws(RedisError) -> Outcome {
        let first = try GrowthLook(streams, on: connection)
        let end = Deadline.after(period)
        var last = first
        while !end.hasPassed {
            do throws(RedisError) {
                try Self.sleep(connection, until: .after(Self.pause).orEarlier(end))
                last = try GrowthLook(streams, on: connection)
            } catch {
                guard case .link(.interrupted(let signal)) = error.cause else { throw error }
                return Outcome(growth: Growth(from: first, to: last), signal: signal)
            }
            progress(last.at - first.at)
        }
        return Outcome(growth: Growth(from: first, to: last), signal: nil)
    }

    private static func sleep(_ connection: any CommandChannel, until deadline: Deadline) throws(RedisError) {
        do {
            try Poll.sleep(until: deadline)
        } catch {
            throw RedisError(target: connection.endpoint.description, phase: .awaiting, cause: .link(error))
        }
    }
}
