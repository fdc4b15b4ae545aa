import Redis

/// How fast things grew while `--rate` watched.
package struct Growth: Sendable, Equatable {
    /// How long it watched, in milliseconds.
    package let milliseconds: UInt64
    /// Entries added in a second, by stream; before Redis 7, by how much it became longer. Streams that are not known to
    /// both looks are left out.
    package let added: [String: Double]
    /// By how many entries a stream becomes longer in a second: less than what is added where something trims it.
    package let longer: [String: Double]
    /// By how many bytes `used_memory` grows in a second; nil when unknown.
    package let usedBytes: Double?

    /// What changed between two looks; nil when no time lies between them.
    init?(from old: GrowthLook, to new: GrowthLook) {
        let seconds = (new.at - old.at) / .seconds(1)
        guard seconds > 0 else { return nil }
        milliseconds = UInt64((seconds * 1000).rounded())
        var added: [String: Double] = [:]
        var longer: [String: Double] = [:]
        for (name, info) in new.streams {
            guard let before = old.streams[name] else { continue }
            let difference = (Double(info.length) - Double(before.length)) / seconds
            longer[name] = difference
            added[name] = Self.added(before, info).map { $0 / seconds } ?? difference
        }
        self.added = added
        self.longer = longer
        usedBytes = old.used.flatMap { old in new.used.map { (Double($0) - Double(old)) / seconds } }
    }

    private static func added(_ old: StreamInfo, _ new: StreamInfo) -> Double? {
        guard let before = old.entriesAdded, let after = new.entriesAdded, after >= before else { return nil }
        return Double(after - before)
    }
}

/// One moment of the watch.
struct GrowthLook {
    let at: ContinuousClock.Instant
    let streams: [String: StreamInfo]
    let used: UInt64?

    init(_ target: GrowthWatch.Target) throws(RedisError) {
        let look = try StreamLook(streams: target.streams, includesGroups: false).run(on: target.channel)
        self.init(at: .now, look.streams, used: try Self.used(by: target))
    }

    /// Unknown of a server of a cluster that is lost: its streams are on another one then.
    private static func used(by target: GrowthWatch.Target) throws(RedisError) -> UInt64? {
        do throws(RedisError) {
            return try target.server.ask(Info("memory")).value?.unsigned("used_memory")
        } catch {
            guard target.channel.recovers(from: error) else { throw error }
            return nil
        }
    }

    init(at: ContinuousClock.Instant, _ streams: [ObservedStream], used: UInt64?) {
        self.at = at
        self.used = used
        self.streams = streams.reduce(into: [:]) { infos, stream in
            if let info = stream.state.info { infos[stream.definition.name] = info }
        }
    }
}

/// Watches for a while how fast streams and memory grow, on all servers at once. It looks once a second, so that an early
/// end leaves something.
struct GrowthWatch {
    /// A server, and the streams on it when the watch began.
    struct Target {
        let streams: [StreamDefinition]
        /// What leads to the streams, wherever they have moved since.
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
                guard let number = error.signal else { throw error }
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
