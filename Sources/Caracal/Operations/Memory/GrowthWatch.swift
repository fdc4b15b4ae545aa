import Redis

/// Watches for a while how fast streams and memory grow, on all servers at once. It looks once a second, so that an early
/// end leaves something.
struct GrowthWatch {
    /// A server, and the streams on it when the watch began.
    struct Target {
        let streams: [StreamDefinition]
        /// What leads to the streams, wherever they have moved meanwhile.
        let channel: any CommandChannel
        let server: any CommandChannel
    }

    /// What came of it.
    struct Outcome {
        /// What was measured at each target, in their order; nil when there was no time for it.
        let growth: [Growth?]
        /// The signal that ended the watch early; nil for its regular end.
        let signal: Int32?
    }

    let period: Duration
    /// Told how long it has watched.
    let progress: (Duration) -> Void

    private static let pause = Duration.seconds(1)

    func run(on targets: [Target]) throws(RedisError) -> Outcome {
        let first = try Self.look(at: targets)
        let (start, end) = (ContinuousClock.now, Deadline.after(period))
        var last = first
        var signal: Int32?
        while !end.hasPassed, signal == nil {
            do throws(RedisError) {
                try Self.sleep(until: .after(Self.pause).orEarlier(end))
                last = try Self.look(at: targets)
                progress(.now - start)
            } catch {
                guard case .link(.interrupted(let number)) = error.cause else { throw error }
                signal = number
            }
        }
        return Outcome(growth: zip(first, last).map { Growth(from: $0, to: $1) }, signal: signal)
    }

    private static func look(at targets: [Target]) throws(RedisError) -> [GrowthLook] {
        var looks: [GrowthLook] = []
        for target in targets { looks.append(try GrowthLook(target)) }
        return looks
    }

    private static func sleep(until deadline: Deadline) throws(RedisError) {
        do { try Poll.sleep(until: deadline) } catch {
            throw RedisError(target: "", phase: .awaiting, cause: .link(error))
        }
    }
}
