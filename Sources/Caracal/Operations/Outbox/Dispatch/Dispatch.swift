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
    private var session: DispatchSession
    private var queues: [DispatchQueue]
    /// What the entries of before say of the key; nil where nothing is signed.
    private var trial: KeyTrial?

    /// - Parameters:
    ///   - database: the session with the tables; it may be replaced.
    ///   - worker: who we are to other dispatchers: a name that nobody else has.
    package init(_ setup: Setup, on database: PostgresConnection, worker: [UInt8]) {
        self.setup = setup
        session = DispatchSession(database)
        trial = setup.key.map { KeyTrial($0) }
        queues = setup.outboxes.map {
            DispatchQueue(RowClaims(outbox: $0.outbox, rules: $0.rules, worker: worker), setup)
        }
    }

    /// Looks at both sides: which rows wait, and whether their streams take them. Nothing is changed.
    package mutating func plan() throws(DispatchEnding) {
        for index in queues.indices { try look(index) }
    }

    /// Looks at Redis where no row is due, and `plan` had no reason to. Nothing is changed.
    package func lookAtRedis() throws(DispatchEnding) -> IdleLook {
        try IdleLook(at: setup.outboxes.map(\.outbox), setup.key, connect: setup.connect)
    }

    private mutating func look(_ index: Int) throws(DispatchEnding) {
        try queues[index].look(on: session.database, &trial, &report)
    }

    /// The commands that would be sent first, in their order; rows that cannot be published are left out, and counted as failed.
    package mutating func preview() throws(DispatchEnding) -> [Command] {
        var commands: [Command] = []
        for queue in queues where !queue.due.isEmpty {
            let rows = try session.ask { (database) throws(PostgresError) in
                try queue.claims.next(of: queue.due, on: database)
            }
            for row in rows {
                guard let place = report.place(queue.outbox, row.stream) else { continue }
                switch Self.message(of: row, queue.outbox) {
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
        trouble: (DispatchEnding) -> Void = { _ in },
        afterRound: (DispatchReport) -> Void = { _ in }
    ) {
        defer { recount() }
        do throws(DispatchEnding) {
            while true {
                let taken = try follows ? roundThatComesBack(trouble, afterRound) : round(afterRound)
                if taken > 0 { continue }
                if !follows { return }
                let interval = setup.outboxes.map(\.rules.interval).min() ?? 0
                // A request to stop ends the round that follows.
                try? Poll.sleep(until: .after(.milliseconds(interval)))
            }
        } catch {
            report.ending = error
        }
    }

    /// Makes a round, again after what may pass; each begins with a new look, on another session where that was lost.
    private mutating func roundThatComesBack(
        _ trouble: (DispatchEnding) -> Void,
        _ afterRound: (DispatchReport) -> Void
    ) throws(DispatchEnding) -> Int {
        var retries = Retries(during: Deadline.distant.allowance, backoff: .unattended)
        var last: DispatchEnding?
        let stopped = { (ending: DispatchEnding, link: LinkError) -> DispatchEnding in
            if case .interrupted(let signal) = link { .interrupted(signal: signal) } else { ending }
        }
        return try retries.run(after: \.mayPass, say: trouble, stopped: stopped) { () throws(DispatchEnding) in
            do throws(DispatchEnding) {
                if let last {
                    for index in queues.indices { queues[index].forgetDue() }
                    try session.renew(always: last.isOfStandby)
                }
                return try round(afterRound)
            } catch {
                last = error
                throw error
            }
        }
    }

    /// Counts at the end what is left to be taken: others publish too.
    private mutating func recount() {
        var until = Deadline.after(session.database.timeouts.command)
        until.heedsInterrupts = false
        for queue in queues where report.lines.contains(where: { $0.outbox == queue.outbox }) {
            let available = session.available(to: queue.claims, until: until)
            for place in report.lines.indices where report.lines[place].outbox == queue.outbox {
                let stream = report.lines[place].stream.key
                report.lines[place].waiting = available.map { $0.first { $0.stream == stream }?.count ?? 0 }
            }
        }
    }

    /// A batch of each table; returns how many rows were taken.
    private mutating func round(_ afterRound: (DispatchReport) -> Void) throws(DispatchEnding) -> Int {
        var taken = 0
        for index in queues.indices {
            if let signal = Interruption.signal { throw .interrupted(signal: signal) }
            if queues[index].due.isEmpty { try look(index) }
            guard !queues[index].due.isEmpty else { continue }
            let start = ContinuousClock.now
            let rows = try queues[index].claim(on: session.database, &report)
            if rows.isEmpty {
                queues[index].forgetDue()
                continue
            }
            taken += rows.count
            try publish(rows, index, start)
        }
        try requireTable()
        afterRound(report)
        return taken
    }

    /// Ends it where no table is left that rows can be taken from.
    private func requireTable() throws(DispatchEnding) {
        let problems = queues.compactMap { queue in report.problems.first { $0.outbox == queue.outbox } }
        if problems.count == queues.count { throw .noTable(problems, target: session.database.target) }
    }

    /// Publishes rows that were taken, and records what became of them.
    private mutating func publish(
        _ rows: [ClaimedRow],
        _ index: Int,
        _ start: ContinuousClock.Instant
    ) throws(DispatchEnding) {
        let queue = queues[index]
        var outcomes: [RowOutcome?] = Array(repeating: nil, count: rows.count)
        var messages: [[UInt8]: [(place: Int, message: Message)]] = [:]
        for (place, row) in rows.enumerated() {
            switch Self.message(of: row, queue.outbox) {
            case .success(let message): messages[row.stream, default: []].append((place, message))
            case .failure(let failure): outcomes[place] = .failed(failure)
            }
        }
        // The lock of what was taken long ago may run out while it is sent: it is left to others.
        let isOurs = ContinuousClock.now - start < .seconds(queue.claims.rules.lockSeconds) / 2
        if isOurs {
            for (stream, messages) in messages { queue.streams[stream]?.send(messages) }
        }
        var ending: DispatchEnding?
        for stream in messages.keys {
            guard isOurs, let channel = queue.streams[stream] else { continue }
            let (answers, unsettledError) = channel.finish()
            for (place, outcome) in answers { outcomes[place] = outcome }
            if let unsettledError { ending = .doubt(unsettledError) }
            if let unverified = channel.unverified { report.unverified = unverified }
            for case .failed(.refused(let refusal)) in answers.values where refusal.kind.isForNow {
                ending = ending ?? .refused(refusal)
            }
            if !channel.isUsable { queues[index].leaveAlone(stream) }
        }
        try record(rows, outcomes.map { $0 ?? .failed(.notSent) }, queue.claims)
        if let ending { throw ending }
    }

    /// Records what became of rows, and counts them; as unmarked what is not known to be marked.
    private mutating func record(
        _ rows: [ClaimedRow],
        _ outcomes: [RowOutcome],
        _ claims: RowClaims
    ) throws(DispatchEnding) {
        let record = DispatchRecord(rows, outcomes)
        var result = DispatchRecord.Result(unmarked: record.published)
        defer { report.note(rows, outcomes, result, claims.outbox) }
        try session.record(record, claims, &result)
    }

    private static func message(of row: ClaimedRow, _ outbox: OutboxTable) -> Result<Message, RowError> {
        do throws(OutboxPayloadError) {
            return .success(try row.message(of: outbox))
        } catch {
            return .failure(.unfit(error.text))
        }
    }
}
