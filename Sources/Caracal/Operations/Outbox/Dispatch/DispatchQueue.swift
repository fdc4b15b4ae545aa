import Postgres
import Redis

/// The rows of one table that wait, and the channels to their streams.
struct DispatchQueue {
    /// Takes the rows.
    let claims: RowClaims
    private let setup: Dispatch.Setup
    /// The channels to the streams, by key.
    private(set) var streams: [[UInt8]: DispatchStream] = [:]
    /// The streams for which rows are there to be taken; empty when that has to be looked at.
    private(set) var due: [[UInt8]] = []
    /// Streams that are left alone, until when.
    private var leftAlone: [[UInt8]: ContinuousClock.Instant] = [:]

    init(_ claims: RowClaims, _ setup: Dispatch.Setup) {
        self.claims = claims
        self.setup = setup
    }

    var outbox: OutboxTable { claims.outbox }

    /// Looks which streams have rows that may be taken, and opens channels to them.
    ///
    /// - Parameters:
    ///   - trial: what the entries of before say of the key; nil where nothing is signed.
    ///   - report: is told what is found.
    mutating func look(
        on database: PostgresConnection,
        _ trial: inout KeyTrial?,
        _ report: inout DispatchReport
    ) throws(DispatchEnding) {
        let available: [(stream: [UInt8], count: UInt64)]
        do throws(PostgresError) {
            available = try claims.available(on: database)
        } catch {
            return try noteProblem(error, isChange: false, &report)
        }
        // It may have been made, or granted, since.
        report.problems.removeAll { $0.outbox == outbox }
        for place in report.lines.indices where report.lines[place].outbox == outbox {
            report.lines[place].waiting = 0
        }
        due = []
        // What is tried again is judged by what the streams hold by now.
        let rested = leftAlone.filter { $0.value <= .now }.keys
        if !rested.isEmpty { trial?.forget() }
        for stream in rested { leftAlone[stream] = nil }
        for (stream, count) in available {
            let place = place(of: stream, &report)
            report.lines[place].waiting = count
            if try open(stream, &trial, &report.lines[place]) { due.append(stream) }
        }
    }

    /// Takes rows, none where the table lacks something: that is noted, and the table is looked at again before more are taken.
    mutating func claim(
        on database: PostgresConnection,
        _ report: inout DispatchReport
    ) throws(DispatchEnding) -> [ClaimedRow] {
        do throws(PostgresError) {
            return try claims.claim(due, on: database)
        } catch {
            try noteProblem(error, isChange: true, &report)
            return []
        }
    }

    /// Notes what is wrong with the table. Throws what is about something else.
    private mutating func noteProblem(
        _ error: PostgresError,
        isChange: Bool,
        _ report: inout DispatchReport
    ) throws(DispatchEnding) {
        guard let problem = OutboxProblem(error, of: outbox, isChange: isChange) else { throw DispatchEnding(error) }
        due = []
        report.problems.removeAll { $0.outbox == outbox }
        report.problems.append(problem)
        for place in report.lines.indices where report.lines[place].outbox == outbox {
            report.lines[place].waiting = nil
        }
    }

    private func place(of stream: [UInt8], _ report: inout DispatchReport) -> Int {
        if let place = report.place(outbox, stream) { return place }
        // The table has whole names: `sessions.revoke` would be another stream.
        let name = String(decoding: stream, as: UTF8.self)
        let definition = StreamTable.all.first { $0.key == stream } ?? .unlisted(name)
        report.lines.append(DispatchReport.Line(outbox, definition, claims.rules.maxLength))
        return report.lines.count - 1
    }

    /// Whether there is a channel to a stream now.
    private mutating func open(
        _ stream: [UInt8],
        _ trial: inout KeyTrial?,
        _ line: inout DispatchReport.Line
    ) throws(DispatchEnding) -> Bool {
        if let open = streams[stream], open.isUsable { return true }
        if leftAlone[stream] != nil { return false }
        let server: ReconnectingChannel
        do throws(RedisError) { server = try setup.connect() } catch { throw DispatchEnding(error) }
        let rules = PublishRules(
            stream: line.stream,
            signing: setup.key.map { (.fields, $0) },
            outboxID: .none,
            maxLength: claims.rules.maxLength,
            allowsNewlines: setup.allowsNewlines
        )
        switch try examine(rules.stream, over: server, &trial, &line) {
        case .success(let target):
            let confirmation = setup.confirmation(server.connection)
            streams[stream] = try .open(rules, target, over: server, confirmation: confirmation)
            line.problem = nil
            return true
        case .failure(.stream(.replica)): throw .replica
        case .failure(let problem):
            line.problem = problem
            leaveAlone(stream)
            return false
        }
    }

    /// Looks at a stream, its server, and with which key its newest entries were signed.
    private func examine(
        _ stream: StreamDefinition,
        over server: ReconnectingChannel,
        _ trial: inout KeyTrial?,
        _ line: inout DispatchReport.Line
    ) throws(DispatchEnding) -> Result<PublishTarget, DispatchProblem> {
        let target: PublishTarget
        switch try DispatchStream.look(at: stream, over: server) {
        case .failure(let problem): return .failure(problem)
        case .success(let seen): target = seen
        }
        try trial?.look(at: stream.key, on: server.connection)
        line.key = trial?.verdict(on: stream.key) ?? .unknown
        if line.key.isOfAnother, !setup.allowsOtherKey { return .failure(.otherKey(stream, line.key)) }
        line.trimming = TrimForecast(target, adding: line.waiting ?? 0, maxLength: line.maxLength)
        return .success(target)
    }

    /// Leaves a stream alone for a while.
    mutating func leaveAlone(_ stream: [UInt8]) {
        streams[stream] = nil
        due.removeAll { $0 == stream }
        leftAlone[stream] = .now + RetryLimit.streamRest
    }

    /// Looks again before rows are taken.
    mutating func forgetDue() { due = [] }
}
