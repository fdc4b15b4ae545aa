import RESP
import Redis

/// The server's own facts and the newest entries of each stream, in one round trip.
struct ServerLook {
    /// What the look comes to.
    struct Seen {
        let settings: ServerSettings
        let writes: WriteReadiness
        let replication: Result<InfoFields, Refusal>
        let keyspace: Result<InfoFields, Refusal>
        /// `INFO server`.
        let process: Result<InfoFields, Refusal>
        let removals: ServerFact<RemovalCalls>
        let slowCalls: ServerFact<[SlowCall]>
        let clients: Result<[ClientInfo], Refusal>
        let clock: ServerFact<ClockReading>
        /// The newest entries of each stream, newest first.
        let samples: [(stream: ObservedStream, page: Reply)]
    }

    /// How many of a stream's newest entries are looked at.
    static let sampleSize = 20
    /// No sample should have many more bytes than this; entries may be of any size.
    private static let sampleBytes = 1 << 20

    private let streams: [ObservedStream]
    private static let keyspace = Info("keyspace")
    private static let process = Info("server")
    private static let statistics = Info("commandstats")
    private static let slowLog = SlowLog(count: HealthCheck.slowCallsSize)

    init(_ streams: [ObservedStream]) {
        self.streams = streams.filter { ($0.state.info?.length ?? 0) > 0 }
    }

    func run(on connection: any CommandChannel, clock: () -> UInt64) throws(RedisError) -> Seen {
        let settings = ServerSettings.names.map { ConfigGet($0) }
        let facts = [
            ServerTime().command, Self.keyspace.command, ConnectedClients().command, Self.slowLog.command,
            Self.process.command,
        ]
        let writes = WriteReadiness.commands
        let commands =
            facts + writes + settings.map(\.command) + [Self.statistics.command] + streams.map(Self.newest)
        let before = clock()
        let replies = try connection.pipeline(commands)
        let after = clock()
        let time = try connection.read(replies[0], of: ServerTime())
        var answers: [String: Result<ConfigValues, Refusal>] = [:]
        let ofWrites = replies.dropFirst(facts.count).prefix(writes.count)
        for (setting, reply) in zip(settings, replies.dropFirst(facts.count + writes.count)) {
            answers[setting.pattern] = try connection.read(reply, of: setting)
        }
        let statistics = try connection.read(replies[replies.count - streams.count - 1], of: Self.statistics)
        return Seen(
            settings: ServerSettings(answers: answers),
            writes: try WriteReadiness(ofWrites, of: connection, name: nil),
            replication: try connection.read(ofWrites[ofWrites.endIndex - 1], of: WriteReadiness.replication),
            keyspace: try connection.read(replies[1], of: Self.keyspace),
            process: try connection.read(replies[4], of: Self.process),
            removals: ServerFact(statistics) { RemovalCalls($0) },
            slowCalls: ServerFact(try connection.read(replies[3], of: Self.slowLog)) { $0 },
            clients: try connection.read(replies[2], of: ConnectedClients()),
            clock: ServerFact(time) { ClockReading(before: before, server: $0, after: after) },
            samples: Array(zip(streams, replies.suffix(streams.count)).map { (stream: $0, page: $1) })
        )
    }

    /// Asks for the newest entries of a stream. Fewer entries where the stream's ends are large.
    static func newest(_ stream: ObservedStream) -> Command {
        newest(stream.definition.key, stream.state.info).command
    }

    /// The same of a stream by its key.
    static func newest(_ key: [UInt8], _ info: StreamInfo?) -> XRevRange {
        XRevRange(key: key, count: max(1, min(sampleSize, sampleBytes / max(1, info?.endBytes ?? 1))))
    }
}

extension ServerLook {
    /// What the signatures of samples come to.
    static func checkSignatures(
        of samples: [(stream: ObservedStream, page: Reply)],
        _ keys: SignatureKeys,
        requiresSignatures: Bool,
        on connection: any CommandChannel
    ) throws -> SignatureReport {
        var check = try SignatureCheck(keys: keys, rules: SignatureRules(requiresSignatures: requiresSignatures))
        for (stream, page) in samples {
            check.begin(SignatureTarget(key: stream.definition.key))
            if let error = page.root.error {
                check.stream.state = .refused(Refusal(error))
            } else {
                guard var entries = EntryReader(page.root, of: "XREVRANGE") else {
                    throw connection.misshapen("XREVRANGE")
                }
                while try entries.advance(on: connection) {
                    try check.check(id: entries.bytes[entries.idRange], entries.fields, in: entries.bytes)
                }
            }
            check.stream.isWhole = false
            check.stream.course = try course(check.stream, stream.state.info, keys, requiresSignatures, on: connection)
            check.end()
        }
        if let key = keys.fields { try tryKey(key, &check.report, on: connection) }
        return check.report
    }

    /// Notes of each stream whose signatures do not hold what the entries of the others say of the key for that time: two round trips,
    /// and the same look as of those who act on it.
    private static func tryKey(
        _ key: SigningKey,
        _ report: inout SignatureReport,
        on connection: any CommandChannel
    ) throws(RedisError) {
        for place in report.streams.indices {
            let target = report.streams[place].target
            guard let course = report.streams[place].course, course.first <= course.last,
                target.definition?.scheme == .fields
            else { continue }
            report.streams[place].course?.elsewhere = try KeyElsewhere { () throws(RedisError) in
                let time = course.first...course.last
                return try KeyTrial.elsewhere(than: target.key, during: time, key, on: connection)
            }
        }
    }

    /// From where on signatures of a stream do not hold, once one of the newest does not.
    private static func course(
        _ stream: CheckedStream,
        _ info: StreamInfo?,
        _ keys: SignatureKeys,
        _ requiresSignatures: Bool,
        on connection: any CommandChannel
    ) throws -> SignatureCourse? {
        let own = stream.own
        let isBad = own.invalid > 0 || requiresSignatures && own.unsigned > own.unsignedByDesign
        // Dead letters come from anywhere: there is no border among them. Without a key nothing is valid.
        guard let info, isBad, own.unchecked == 0, stream.target.source == nil else { return nil }
        var border = try SignatureBorder(stream.target, info, keys, requiresSignatures: requiresSignatures)
        return try border.find(on: connection)
    }
}
