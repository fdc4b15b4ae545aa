import Caracal
import Redis
import Rendering
import Text

/// One run of `tail`: looks, shows, waits, and finds its way back after a lost connection.
struct TailRun {
    private let session: Session
    private let follows: Bool
    private var tail: Tail
    private var writer: TailWriter
    private var hasFailures = false

    init(_ session: Session, _ tail: Tail, verifies: Bool, follows: Bool) {
        self.session = session
        self.follows = follows
        self.tail = tail
        writer = TailWriter(session, verifies: verifies)
    }

    /// Runs until there is nothing more, where that is enough, or until it is interrupted.
    mutating func run(_ start: Tail.Start) throws -> ExitStatus {
        Interruption.catchSignals()
        var connection = try session.connect()
        let first = try tail.begin(start, on: connection, clock: WallClock.unsigned)
        if follows { setPolicy(of: connection) }
        let findings = tail.observed.compactMap(finding)
        session.say(Finding.untoldTime(tail.timeRefusal, "times are by the clock of this machine") + findings)
        try sayAbsent(start, on: connection)
        try show(first)
        var isDone = !follows && first.isCaughtUp
        while !isDone {
            do {
                let batch = try tail.next(on: connection, waits: follows)
                try show(batch)
                isDone = !follows && batch.isCaughtUp
                try session.stream.checkReader()
            } catch let error as RedisError {
                // Who follows ends it this way, so there is nothing to be told.
                if follows, let signal = Interruption.signal { return ExitStatus(signal: signal) }
                guard follows, Self.mayGoOn(connection, after: error) else { throw error }
                connection = try resume(connection, after: error)
            }
        }
        try writer.finish(ServerPresentation(connection))
        let status = ExitStatus(findings, refusals: tail.observed.compactMap(\.state.refusal))
        return status == .success && hasFailures ? .finding : status
    }

    /// Tries for as long as it takes: the operator decides when it has been too long.
    private mutating func resume(
        _ former: any CommandChannel,
        after error: RedisError
    ) throws -> any CommandChannel {
        session.say(.warning, code: .connectionLost, "\(Failure(error).message); trying again")
        let settings = session.settings
        let backoff = Backoff(first: .milliseconds(100), longest: .seconds(2))
        var retries = Retries(during: Deadline.distant.allowance, backoff: backoff)
        let (connection, batch) = try retries.run(after: { Self.mayGoOn(former, after: $0) }) { () throws(RedisError) in
            // A cluster knows more of its servers than the one that it was entered by.
            let connection = former.isCluster ? former : try settings.deployment.reopen(timeouts: settings.timeouts)
            setPolicy(of: connection)
            return (connection, try tail.resume(on: connection))
        }
        session.say(.warning, code: .reconnected, "connected to \(connection.place) again")
        try show(batch)
        return connection
    }

    /// Has the connection wait for a server that is not ready, and leave it to us to replace a lost one: what a stream lost
    /// in between is reported.
    private func setPolicy(of channel: any CommandChannel) {
        let session = session
        channel.retry = RetryPolicy { session.sayTryingAgain(after: $0) }
    }

    /// Whether reading may go on after an error: over another connection, or elsewhere in the cluster.
    private static func mayGoOn(_ channel: any CommandChannel, after error: RedisError) -> Bool {
        channel.recovers(from: error) || error.nextStep(isRepeatable: true) != .stop
    }

    private mutating func show(_ batch: TailBatch) throws {
        session.say(batch.gaps.map { $0.gap.finding($0.stream) })
        hasFailures = try writer.write(batch.entries) || hasFailures
    }

    /// Says that an exact id to begin at is in none of the streams: what comes first is another entry.
    private func sayAbsent(_ start: Tail.Start, on channel: any CommandChannel) throws {
        // Ids of the first millisecond are how one says "from the beginning".
        guard case .from(.id(let id)) = start, id.milliseconds > 0 else { return }
        let streams = tail.observed.filter { $0.state.info != nil }.map(\.definition)
        let answers = try channel.ask(streams.map { EntryExists(key: $0.key, id: id) })
        guard !answers.isEmpty, answers.allSatisfy({ $0.value == false }) else { return }
        let names = streams.count == 1 ? streams[0].name : "none of the \(streams.count) streams"
        session.say(
            .warning,
            code: .noSuchEntry,
            (streams.count == 1 ? "\(id) is not in \(names)" : "\(id) is in \(names)")
                + " (deleted, trimmed, or not added yet): what is shown begins with the next entry"
        )
    }

    /// What keeps a stream from being shown. One that is not there yet may come.
    private func finding(_ observed: ObservedStream) -> Finding? {
        guard follows, observed.state == .missing else { return observed.finding() }
        let name = observed.definition.name
        return Finding(
            .missing,
            .warning,
            stream: name,
            "\(name) does not exist yet\(observed.definition.creationAdvice)"
        )
    }
}

/// Writes entries as they come: a line each, in a table's manner or as JSON. A JSON document is gathered and written at the
/// end.
struct TailWriter {
    private let session: Session
    private let verifies: Bool
    private let rules: SignatureRules
    private var lines: TailLines
    private var gathered: [JSONValue] = []

    init(_ session: Session, verifies: Bool) {
        self.session = session
        self.verifies = verifies
        rules = SignatureRules(session.source)
        lines = TailLines(look: session.stream.look, verifies: verifies, rules: rules)
    }

    /// Writes entries; true when there is a failure among their signatures.
    mutating func write(_ entries: [TailEntry]) throws -> Bool {
        let isBad = { [rules] (entry: TailEntry) in entry.judgements.contains { $0.isFailure(by: rules) } }
        let wanted = session.output.isQuiet.value && verifies ? entries.filter { $0.needsAttention(rules) } : entries
        switch session.output.format.value {
        case .table, .prometheus: try session.stream.write(lines.text(wanted))
        case .ndjson: try session.stream.write(wanted.flatMap { $0.json(verifies: verifies).line() })
        case .json: gathered += wanted.map { $0.json(verifies: verifies) }
        }
        return entries.contains(where: isBad)
    }

    /// Writes the document, where one was asked for.
    func finish(_ server: ServerPresentation) throws {
        guard session.output.format.value == .json else { return }
        let envelope = Envelope(
            schema: "caracalctl.tail/1",
            at: WallClock.now,
            server: server.json,
            items: gathered,
            summary: ["shown": .integer(Int64(gathered.count))],
            warnings: []
        )
        try session.stream.write(envelope.json.prettyDocument())
    }
}

extension TailEntry {
    fileprivate func needsAttention(_ rules: SignatureRules) -> Bool {
        judgements.contains { $0.isFailure(by: rules) || $0.hasWarning }
    }

    /// The entry as it stands in every JSON output: what `verify-sig --offline` reads, and the verdicts.
    fileprivate func json(verifies: Bool) -> JSONValue {
        let entry = [
            JSONMember("stream", .bytes(stream.key)), JSONMember("id", .string("\(id)")),
            JSONMember("fields", .fields(message)),
        ]
        return .object(entry + (verifies ? [JSONMember("signatures", .array(judgements.map(\.json)))] : []))
    }
}
