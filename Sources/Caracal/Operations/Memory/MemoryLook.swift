import Redis
import RESP

/// The second look of `memory`, in one round trip: INFO, CONFIG, and for each stream MEMORY USAGE and a sample of its entries.
struct MemoryLook {
    /// What the look comes to.
    struct Seen {
        var memory: Result<InfoFields, Refusal>
        var persistence: Result<InfoFields, Refusal>
        var server: Result<InfoFields, Refusal>
        var keyspace: Result<InfoFields, Refusal>
        var fsync: Result<ConfigValues, Refusal>
        var limits: Result<ConfigValues, Refusal>
        var streams: [MeasuredStream]
        /// For want of a right.
        var refusals: [Refusal]
    }

    private let streams: [ObservedStream]
    private let plans: [SamplePlan]

    /// MEMORY USAGE's own sample: a larger one was measured to be no nearer to the truth.
    static let serverSamples = 5
    private static let memory = Info("memory")
    private static let persistence = Info("persistence")
    private static let server = Info("server")
    private static let keyspace = Info("keyspace")
    private static let fsync = ConfigGet("appendfsync")
    private static let limits = ConfigGet("stream-node-max*")

    init(_ streams: [ObservedStream], samples: Int, using generator: inout some RandomNumberGenerator) {
        self.streams = streams
        var plans: [SamplePlan] = []
        for (stream, share) in zip(streams, SampleShare.of(streams, total: samples)) {
            let key = stream.definition.key
            plans.append(SamplePlan(stream.state.info, key: key, samples: share, using: &generator))
        }
        self.plans = plans
    }

    func run(on connection: any CommandChannel) throws(RedisError) -> Seen {
        let commands = commands
        var replies = try connection.pipeline(commands)[...]
        let refusals = zip(commands, replies).compactMap { command, reply in
            reply.root.error.map { Refusal($0).answering(command, of: connection.endpoint) }
        }
        return Seen(
            memory: try Self.take(&replies, Self.memory, connection),
            persistence: try Self.take(&replies, Self.persistence, connection),
            server: try Self.take(&replies, Self.server, connection),
            keyspace: try Self.take(&replies, Self.keyspace, connection),
            fsync: try Self.take(&replies, Self.fsync, connection),
            limits: try Self.take(&replies, Self.limits, connection),
            streams: try takeStreams(&replies, connection),
            refusals: refusals.filter { $0.kind == .noPermission }
        )
    }

    private var commands: [Command] {
        let server = [
            Self.memory.command, Self.persistence.command, Self.server.command, Self.keyspace.command,
            Self.fsync.command, Self.limits.command,
        ]
        return zip(streams, plans).reduce(into: server) { commands, pair in
            if pair.0.hasSize { commands.append(Self.usage(of: pair.0).command) }
            if pair.0.isUnseen { commands.append(XLen(key: pair.0.definition.key).command) }
            commands += pair.1.commands
        }
    }

    private static func usage(of stream: ObservedStream) -> MemoryUsage {
        MemoryUsage(key: stream.definition.key, samples: serverSamples)
    }

    private static func take<R: Request>(
        _ replies: inout ArraySlice<Reply>,
        _ request: R,
        _ connection: any CommandChannel
    ) throws(RedisError) -> Result<R.Response, Refusal> {
        try connection.read(replies.removeFirst(), of: request)
    }

    private func takeStreams(
        _ replies: inout ArraySlice<Reply>,
        _ connection: any CommandChannel
    ) throws(RedisError) -> [MeasuredStream] {
        var measured: [MeasuredStream] = []
        for (stream, plan) in zip(streams, plans) {
            var usage = ServerFact<UInt64>.unknown
            if stream.hasSize {
                usage = ServerFact(try Self.take(&replies, Self.usage(of: stream), connection)) { $0.bytes }
            }
            var length: UInt64?
            if stream.isUnseen {
                // A key that is not there has a length of 0 too; a stream without entries has a size.
                let told = try Self.take(&replies, XLen(key: stream.definition.key), connection).value
                length = told == 0 && usage.value == nil ? nil : told
            }
            let runs = replies.prefix(plan.commands.count)
            replies = replies.dropFirst(plan.commands.count)
            let refusals = zip(plan.commands, runs).compactMap { command, reply in
                reply.root.error.map { Refusal($0).answering(command, of: connection.endpoint) }
            }
            let sample = try EntrySample(Array(runs), plan, connection)
            measured.append(
                MeasuredStream(
                    observed: stream,
                    length: stream.state.info?.length ?? length,
                    serverEstimate: usage,
                    sample: sample,
                    refusal: refusals.first
                )
            )
        }
        return measured
    }
}

extension ObservedStream {
    /// Whether there is a key, or may be one, of which the server may tell the size.
    fileprivate var hasSize: Bool {
        switch state {
        case .stream, .otherType: true
        case .refused: isUnseen
        case .missing: false
        }
    }

    /// Whether the user lacks the right to look at it with XINFO, so that it takes XLEN to know how long it is.
    fileprivate var isUnseen: Bool { state.refusal?.missingRight?.kind == .command }
}

/// A stream, what the server thinks it takes, and the entries that were read of it.
package struct MeasuredStream: Sendable, Equatable {
    /// The stream and what was found under its key.
    package let observed: ObservedStream
    /// How many entries it has; nil when unknown.
    package let length: UInt64?
    /// MEMORY USAGE's answer.
    package let serverEstimate: ServerFact<UInt64>
    /// The entries that were read; none where XRANGE was refused.
    package let sample: EntrySample
    /// Why there are none, where XRANGE was refused.
    package let refusal: Refusal?
}
