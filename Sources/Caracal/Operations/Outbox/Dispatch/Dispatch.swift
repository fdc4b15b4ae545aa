import Postgres
import RESP
import Redis
import Text

/// Publishes the rows that wait, as their services' dispatchers do and beside them: claim, XADD, record, batch by batch.
///
/// A row is recorded once it is known what became of its message: an XADD whose reply was lost is looked for in the stream first.
/// What is never certain is put back like a failed attempt. A process that is killed leaves what was in hand at most: the lock runs
/// out, or the transaction ends, and another dispatcher publishes it, perhaps again.
package struct Dispatch {
    /// What is dispatched, and how.
    package struct Setup {
        /// The tables, and how their services work.
        let outboxes: [(outbox: OutboxTable, rules: DispatchRules)]
        /// What entries are signed with (`_sig`); nil to leave them unsigned.
        let key: SigningKey?
        /// Whether a value may hold LF, which leaves open what was signed.
        let allowsNewlines: Bool
        /// Whether rows are published though the newest entries of their stream were signed with another key.
        let allowsOtherKey: Bool
        /// Opens a connection to Redis for one stream.
        let connect: () throws(RedisError) -> ReconnectingChannel
        /// What has to be certain before a message on a connection counts as published.
        let confirmation: (any CommandChannel) -> PublishConfirmation?

        package init(
            outboxes: [(outbox: OutboxTable, rules: DispatchRules)],
            key: SigningKey?,
            allowsNewlines: Bool,
            allowsOtherKey: Bool,
            connect: @escaping () throws(RedisError) -> ReconnectingChannel,
            confirmation: @escaping (any CommandChannel) -> PublishConfirmation?
        ) {
            self.outboxes = outboxes
            self.key = key
            self.allowsNewlines = allowsNewlines
            self.allowsOtherKey = allowsOtherKey
            self.connect = connect
            self.confirmation = confirmation
        }
    }

    /// What has come to pass so far.
    package private(set) var report = DispatchReport()
    private let setup: Setup
    private var database: PostgresConnection
    private var queues: [Queue]
    /// What the entries of before say of the key; nil where nothing is signed.
    private var trial: KeyTrial?

    /// One table.
    private struct Queue {
        let claims: RowClaims
        /// The ways to its streams, by key.
        var streams: [[UInt8]: DispatchStream] = [:]
        /// The streams for which rows are there to be taken; empty when that has to be looked at.
        var due: [[UInt8]] = []
        /// Streams that are left alone, until when.
        var shunned: [[UInt8]: ContinuousClock.Instant] = [:]

        var outbox: OutboxTable { claims.outbox }
    }

    /// For how long a stream that takes no rows is left alone by one who follows.
    private static let shunning = Duration.seconds(5)

    /// - Parameters:
    ///   - database: the session with the tables; it may be replaced.
    ///   - worker: who we are to other dispatchers: a name that nobody else has.
    package init(_ setup: Setup, on database: PostgresConnection, worker: [UInt8]) {
        self.setup = setup
        self.database = database
        trial = setup.key.map { KeyTrial($0) }
        queues = setup.outboxes.map { Queue(claims: RowClaims(outbox: $0.outbox, rules: $0.rules, worker: worker)) }
    }

    /// Looks at both sides: which rows wait, and whether their streams take them. Nothing is changed.
    package mutating func plan() throws(DispatchStop) {
        for index in queues.indices { try look(index) }
    }

    /// The commands that would be sent first, in their order; rows that cannot be published are left out, and counted as failed.
    package mutating func preview() throws(DispatchStop) -> [Command] {
        var commands: [Command] = []
        for queue in queues where !queue.due.isEmpty {
            let rows = try asking { () throws(PostgresError) in try queue.claims.next(of: queue.due, on: database) }
            for row in rows {
                guard let place = report.place(queue.outbox, row.stream) else { continue }
                switch message(of: row, queue.outbox) {
                case .failure(let failure): report.lines[place].failures.note(failure)
                case .success(let message):
                    do throws(PublishError) {
                        if let command = try queue.streams[row.stream]?.preview(message) { commands.append(command) }
                    } catch {
                        report.lines[place].failures.note(.unfit(error.text))
                    }
                }
            }
        }
        return commands
    }

    /// Publishes until nothing waits, or with `follows` until the process is asked to stop.
    ///
    /// - Parameters:
    ///   - trouble: is told why one who follows has to pause.
    ///   - afterRound: is told how far it is.
    package mutating func run(
        follows: Bool,
        trouble: (DispatchStop) -> Void = { _ in },
        afterRound: (DispatchReport) -> Void = { _ in }
    ) {
        var backoff = Backoff(first: .milliseconds(500), longest: .seconds(30))
        defer { recount() }
        while true {
            do throws(DispatchStop) {
                let taken = try round(afterRound)
                backoff = Backoff(first: .milliseconds(500), longest: .seconds(30))
                if taken > 0 { continue }
                if !follows { return }
                pause(for: .milliseconds(setup.outboxes.map(\.rules.interval).min() ?? 0))
            } catch {
                guard follows, error.passes else { return report.stop = error }
                trouble(error)
                pause(for: backoff.next())
                try? renew()
            }
        }
    }

    /// Counts at the end what is left to be taken: others publish too.
    private mutating func recount() {
        var until = Deadline.after(database.timeouts.command)
        until.heedsInterrupts = false
        for queue in queues where report.lines.contains(where: { $0.outbox == queue.outbox }) {
            let isAsked = database.isOpen && !database.isInTransaction
            let available = isAsked ? try? queue.claims.available(on: database, until: until) : nil
            for place in report.lines.indices where report.lines[place].outbox == queue.outbox {
                let stream = report.lines[place].stream.key
                report.lines[place].waiting = available.map { $0.first { $0.stream == stream }?.count ?? 0 }
            }
        }
    }

    /// A batch of each table; returns how many rows were taken.
    private mutating func round(_ afterRound: (DispatchReport) -> Void) throws(DispatchStop) -> Int {
        var taken = 0
        for index in queues.indices {
            if let signal = Interruption.signal { throw .interrupted(signal: signal) }
            if queues[index].due.isEmpty { try look(index) }
            guard !queues[index].due.isEmpty else { continue }
            let claims = queues[index].claims
            let start = ContinuousClock.now
            let due = queues[index].due
            let rows = try asking { () throws(PostgresError) in try claims.claim(due, on: database) }
            if rows.isEmpty {
                queues[index].due = []
                continue
            }
            taken += rows.count
            try publish(rows, index, start)
        }
        afterRound(report)
        return taken
    }

    private func pause(for duration: Duration) { try? Poll.sleep(until: .after(duration)) }

    /// Begins with new connections where one was lost.
    private mutating func renew() throws(DispatchStop) {
        for index in queues.indices { queues[index].due = [] }
        guard !database.isOpen else { return }
        let lost = database
        database = try asking { () throws(PostgresError) in
            try PostgresConnection.connect(to: lost.settings, timeouts: lost.timeouts)
        }
    }

    private func asking<Value>(_ ask: () throws(PostgresError) -> Value) throws(DispatchStop) -> Value {
        do throws(PostgresError) {
            return try ask()
        } catch {
            if case .link(.interrupted(let signal)) = error.cause { throw .interrupted(signal: signal) }
            throw .postgres(error)
        }
    }
}

// MARK: - Looking

extension Dispatch {
    /// Which streams of a table have rows that may be taken, and opens the ways to them.
    private mutating func look(_ index: Int) throws(DispatchStop) {
        let queue = queues[index]
        guard !report.lacks.contains(where: { $0.outbox == queue.outbox }) else { return }
        let available: [(stream: [UInt8], count: UInt64)]
        do throws(PostgresError) {
            available = try queue.claims.available(on: database)
        } catch {
            guard let lack = OutboxLack(error, of: queue.outbox) else {
                return try asking { () throws(PostgresError) in throw error }
            }
            return report.lacks.append(lack)
        }
        for place in report.lines.indices where report.lines[place].outbox == queue.outbox {
            report.lines[place].waiting = 0
        }
        queues[index].due = []
        for (stream, count) in available {
            let place = place(of: stream, index)
            report.lines[place].waiting = count
            if try open(stream, index, place) { queues[index].due.append(stream) }
        }
    }

    private mutating func place(of stream: [UInt8], _ index: Int) -> Int {
        let queue = queues[index]
        if let place = report.place(queue.outbox, stream) { return place }
        // The table has whole names: `sessions.revoke` would be another stream.
        let name = String(decoding: stream, as: UTF8.self)
        let definition = StreamTable.all.first { $0.key == stream } ?? .unlisted(name)
        report.lines.append(DispatchReport.Line(queue.outbox, definition, queue.claims.rules.maxLength))
        return report.lines.count - 1
    }

    /// Whether there is a way to a stream now.
    private mutating func open(_ stream: [UInt8], _ index: Int, _ place: Int) throws(DispatchStop) -> Bool {
        if let open = queues[index].streams[stream], open.isUsable { return true }
        if let until = queues[index].shunned[stream], until > .now { return false }
        let server: ReconnectingChannel
        do throws(RedisError) { server = try setup.connect() } catch {
            if case .link(.interrupted(let signal)) = error.cause { throw .interrupted(signal: signal) }
            throw .redis(error)
        }
        let rules = PublishRules(
            stream: report.lines[place].stream,
            signing: setup.key.map { (.fields, $0) },
            outboxID: .none,
            maxLength: queues[index].claims.rules.maxLength,
            allowsNewlines: setup.allowsNewlines
        )
        switch try examine(rules, place, over: server) {
        case .success(let target):
            let confirmation = setup.confirmation(server.connection)
            queues[index].streams[stream] = try .open(rules, target, over: server, confirmation: confirmation)
            report.lines[place].problem = nil
            return true
        case .failure(.stream(.replica)): throw .replica
        case .failure(let problem):
            report.lines[place].problem = problem
            shun(stream, index)
            return false
        }
    }

    /// Looks at a stream, its server, and with which key its newest entries were signed.
    private mutating func examine(
        _ rules: PublishRules,
        _ place: Int,
        over server: ReconnectingChannel
    ) throws(DispatchStop) -> Result<PublishTarget, DispatchProblem> {
        let stream = rules.stream
        let target: PublishTarget
        switch try DispatchStream.look(at: stream, over: server) {
        case .failure(let problem): return .failure(problem)
        case .success(let seen): target = seen
        }
        try trial?.look(at: stream.key, on: server.connection)
        report.lines[place].key = trial?.verdict(on: stream.key) ?? .untold
        let verdict = report.lines[place].key
        if verdict.isOfAnother, !setup.allowsOtherKey { return .failure(.otherKey(stream, verdict)) }
        report.lines[place].trimming = TrimForecast(
            target,
            adding: report.lines[place].waiting ?? 0,
            maxLength: report.lines[place].maxLength
        )
        return .success(target)
    }

    private mutating func shun(_ stream: [UInt8], _ index: Int) {
        queues[index].streams[stream] = nil
        queues[index].due.removeAll { $0 == stream }
        queues[index].shunned[stream] = .now + Self.shunning
    }
}

// MARK: - Publishing

extension Dispatch {
    private func message(of row: ClaimedRow, _ outbox: OutboxTable) -> Result<Message, RowFailure> {
        do throws(OutboxPayloadError) {
            return .success(try row.message(of: outbox))
        } catch {
            return .failure(.unfit(error.text))
        }
    }

    /// Publishes rows that were taken, and records what became of them.
    private mutating func publish(
        _ rows: [ClaimedRow],
        _ index: Int,
        _ start: ContinuousClock.Instant
    ) throws(DispatchStop) {
        let queue = queues[index]
        var outcomes: [RowOutcome?] = Array(repeating: nil, count: rows.count)
        var messages: [[UInt8]: [(place: Int, message: Message)]] = [:]
        for (place, row) in rows.enumerated() {
            switch message(of: row, queue.outbox) {
            case .success(let message): messages[row.stream, default: []].append((place, message))
            case .failure(let failure): outcomes[place] = .failed(failure)
            }
        }
        // The lock of what was taken long ago may run out while it is sent: it is left to others.
        let isOurs = ContinuousClock.now - start < .seconds(queue.claims.rules.lockSeconds) / 2
        if isOurs {
            for (stream, messages) in messages { queue.streams[stream]?.send(messages) }
        }
        var stop: DispatchStop?
        for stream in messages.keys {
            guard isOurs, let way = queue.streams[stream] else { continue }
            let (answers, doubt) = way.finish()
            for (place, outcome) in answers { outcomes[place] = outcome }
            if let doubt { stop = .doubt(doubt) }
            if let unverified = way.unverified { report.unverified = unverified }
            for case .failed(.refused(let refusal)) in answers.values where refusal.kind.isForNow {
                stop = stop ?? .refused(refusal)
            }
            if !way.isUsable { shun(stream, index) }
        }
        try record(rows, outcomes.map { $0 ?? .failed(.notSent) }, index)
        if let stop { throw stop }
    }

    private mutating func record(_ rows: [ClaimedRow], _ outcomes: [RowOutcome], _ index: Int) throws(DispatchStop) {
        let claims = queues[index].claims
        var record = DispatchRecord()
        for (row, outcome) in zip(rows, outcomes) {
            switch outcome {
            case .published: record.published.append(row.id)
            case .failed(let failure): record.failed.append((row.id, Array(failure.text.text.utf8)))
            }
        }
        let result: DispatchRecord.Result
        do throws(DispatchStop) {
            result = try settle(record, claims)
        } catch {
            note(rows, outcomes, DispatchRecord.Result(unmarked: record.published), claims.outbox)
            throw error
        }
        note(rows, outcomes, result, claims.outbox)
    }

    /// Records, once more on another session where that was lost: what is not marked as published is published again.
    private mutating func settle(
        _ record: DispatchRecord,
        _ claims: RowClaims
    ) throws(DispatchStop) -> DispatchRecord.Result {
        do throws(DispatchStop) {
            return try asking { () throws(PostgresError) in try claims.record(record, on: database) }
        } catch {
            guard error.passes else { throw error }
            if !database.isOpen { try renewPatiently() }
            return try asking { () throws(PostgresError) in try claims.record(record, on: database) }
        }
    }

    /// Connects to Postgres again, for as long as an answer may take.
    private mutating func renewPatiently() throws(DispatchStop) {
        let deadline = Deadline.after(database.timeouts.command)
        var backoff = Backoff()
        while true {
            do throws(DispatchStop) {
                return try renew()
            } catch {
                guard error.passes, !deadline.hasPassed, (try? backoff.rest(until: deadline)) != nil else {
                    throw error
                }
            }
        }
    }

    private mutating func note(
        _ rows: [ClaimedRow],
        _ outcomes: [RowOutcome],
        _ result: DispatchRecord.Result,
        _ outbox: OutboxTable
    ) {
        let (dead, unmarked) = (Set(result.dead), Set(result.unmarked))
        for (row, outcome) in zip(rows, outcomes) {
            guard let place = report.place(outbox, row.stream) else { continue }
            switch outcome {
            case .published:
                report.lines[place].published += 1
                if unmarked.contains(row.id) { report.lines[place].unmarked += 1 }
            case .failed(let failure):
                report.lines[place].failures.note(failure)
                if failure == .doubtful { report.lines[place].doubtful += 1 }
                if dead.contains(row.id) { report.lines[place].dead += 1 }
            }
            report.lines[place].waiting = report.lines[place].waiting.map { $0 - min(1, $0) }
        }
    }
}
