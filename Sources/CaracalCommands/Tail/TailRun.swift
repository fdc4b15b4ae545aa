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

    init(_ session: Session, _ tail: Tail, _ writer: TailWriter, follows: Bool) {
        self.session = session
        self.follows = follows
        self.tail = tail
        self.writer = writer
    }

    /// Runs until there is nothing more, where that is enough, or until it is interrupted.
    mutating func run(_ start: Tail.Start) throws -> ExitStatus {
        Interruption.catchSignals()
        var connection = try session.connect()
        let first = try tail.begin(start, on: connection, clock: WallClock.unsigned)
        if follows { setPolicy(of: connection) }
        let findings = tail.observed.compactMap(finding)
        session.say(Finding.unknownTime(tail.timeRefusal, "times are by the clock of this machine") + findings)
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
                guard follows, error.mayPass else { throw error }
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
        session.say(.warning, code: .connectionLost, "\(CommandError(error).message); trying again")
        let settings = session.settings
        var retries = Retries(during: Deadline.distant.allowance, backoff: .forReturn)
        let (connection, batch) = try retries.run(after: \.mayPass) { () throws(RedisError) in
            // A cluster knows more of its servers than the one that it was entered by.
            let connection =
                former.isCluster
                ? former : try settings.deployment.reopen(timeouts: settings.timeouts)
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
    private var json = JSONWriter()
    private var contents = EntryJSON()
    private var gathered: [JSONValue] = []

    /// - Parameters:
    ///   - verifies: whether the operator asked for verdicts, so that they count for the exit status and are in JSON.
    ///   - marks: whether lines have a mark for them.
    init(_ session: Session, _ streams: [StreamDefinition], view: TailView, verifies: Bool, marks: Bool) {
        self.session = session
        self.verifies = verifies
        rules = SignatureRules(session.source)
        lines = TailLines(look: session.stream.look, view: view, streams: streams, rules: marks ? rules : nil)
    }

    /// Writes entries; true when there is a failure among their signatures.
    mutating func write(_ entries: [TailEntry]) throws -> Bool {
        let isBad = { [rules] (entry: TailEntry) in entry.judgements.contains { $0.isFailure(by: rules) } }
        let wanted = session.output.isQuiet.value && verifies ? entries.filter { $0.needsAttention(rules) } : entries
        switch session.output.format.value {
        case .table, .wide, .csv, .prometheus: try session.stream.write(asTheyAre: lines.text(wanted))
        case .ndjson:
            for entry in wanted { writeLine(entry) }
            try session.stream.write(asTheyAre: json.drain())
        case .json: gathered += wanted.map { item($0) }
        }
        return verifies && entries.contains(where: isBad)
    }

    /// An entry as it stands in every JSON output: what `verify-sig --offline` and `publish --ndjson` read, and the verdicts.
    private mutating func writeLine(_ entry: TailEntry) {
        Self.write(entry, &contents, verifies: verifies, to: &json)
        json.endLine()
    }

    private static func write(
        _ entry: TailEntry,
        _ contents: inout EntryJSON,
        verifies: Bool,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            for member in entry.head { object.member(member.name, member.value) }
            contents.write(entry.message, to: &object)
            if verifies { object.member("signatures", entry.signatures) }
        }
    }

    private mutating func item(_ entry: TailEntry) -> JSONValue {
        let signatures = verifies ? [JSONMember("signatures", entry.signatures)] : []
        return .object(entry.head + contents.members(entry.message) + signatures)
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
        try session.stream.write(asTheyAre: envelope.json.prettyDocument())
    }
}

extension TailEntry {
    fileprivate func needsAttention(_ rules: SignatureRules) -> Bool {
        judgements.contains { $0.isFailure(by: rules) || $0.hasWarning }
    }

    fileprivate var head: [JSONMember] {
        [JSONMember("stream", .bytes(stream.key)), JSONMember("id", .string("\(id)"))]
    }

    fileprivate var signatures: JSONValue { .array(judgements.map(\.json)) }
}
