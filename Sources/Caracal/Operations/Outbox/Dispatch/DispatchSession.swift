import Postgres
import Redis
import Text

/// The session with the tables, which is replaced where it was lost.
struct DispatchSession {
    /// The session of now.
    private(set) var database: PostgresConnection

    init(_ database: PostgresConnection) { self.database = database }

    /// Asks once.
    func ask<Value>(
        _ question: (PostgresConnection) throws(PostgresError) -> Value
    ) throws(DispatchEnding) -> Value {
        do throws(PostgresError) { return try question(database) } catch { throw DispatchEnding(error) }
    }

    /// Connects again, once, if the session was lost, or in any case.
    ///
    /// - Parameter heedsInterrupts: whether a first request to stop ends it.
    mutating func renew(always: Bool = false, heedsInterrupts: Bool = true) throws(DispatchEnding) {
        guard always || !database.isOpen else { return }
        database = try ask { (lost) throws(PostgresError) in
            try PostgresConnection.connect(
                to: lost.settings,
                timeouts: lost.timeouts,
                heedsInterrupts: heedsInterrupts
            )
        }
    }

    /// Records what became of rows, once more on another session where that was lost: what is not marked as published is published
    /// again, so that a first request to stop ends neither the tries nor what they need: the session, BEGIN and ROLLBACK.
    ///
    /// - Parameter result: see `RowClaims.record`.
    mutating func record(
        _ record: DispatchRecord,
        _ claims: RowClaims,
        _ result: inout DispatchRecord.Result
    ) throws(DispatchEnding) {
        var retries = Retries(times: RetryLimit.records, heedsInterrupts: false)
        var isFirst = true
        try retries.run(after: \.mayPass, stopped: { lost, _ in lost }) { () throws(DispatchEnding) in
            if !isFirst, !database.isOpen { try renewUntilDeadline() }
            isFirst = false
            try ask { (database) throws(PostgresError) in try claims.record(record, &result, on: database) }
        }
    }

    /// Connects again, for as long as an answer may take, through a first request to stop.
    private mutating func renewUntilDeadline() throws(DispatchEnding) {
        var deadline = Deadline.after(database.timeouts.command)
        deadline.heedsInterrupts = false
        var retries = Retries(by: deadline)
        try retries.run(after: \.mayPass, stopped: { lost, _ in lost }) { () throws(DispatchEnding) in
            try renew(heedsInterrupts: false)
        }
    }

    /// How many rows of a table are there to be taken, by stream; nil where that cannot be known.
    func available(to claims: RowClaims, until: Deadline) -> [(stream: [UInt8], count: UInt64)]? {
        guard database.isOpen, !database.isInTransaction else { return nil }
        return try? claims.available(on: database, until: until)
    }
}

extension DispatchRecord {
    /// What is to be recorded of rows.
    init(_ rows: [ClaimedRow], _ outcomes: [RowOutcome]) {
        for (row, outcome) in zip(rows, outcomes) {
            switch outcome {
            case .published: published.append(row.id)
            case .failed(let failure):
                failed.append(Failed(id: row.id, reason: Array(failure.text.text.utf8), attempts: row.attempts))
            }
        }
    }
}

extension DispatchReport {
    /// Counts rows whose outcomes were recorded.
    mutating func note(
        _ rows: [ClaimedRow],
        _ outcomes: [RowOutcome],
        _ result: DispatchRecord.Result,
        _ outbox: OutboxTable
    ) {
        let (dead, unmarked) = (Set(result.dead), Set(result.unmarked))
        for (row, outcome) in zip(rows, outcomes) {
            guard let place = place(outbox, row.stream) else { continue }
            switch outcome {
            case .published:
                lines[place].published += 1
                if unmarked.contains(row.id) { lines[place].unmarked += 1 }
            case .failed(let failure):
                lines[place].failures.note(failure)
                if failure == .doubtful { lines[place].doubtful += 1 }
                if dead.contains(row.id) { lines[place].dead += 1 }
            }
            lines[place].waiting = lines[place].waiting.map { $0 - min(1, $0) }
        }
    }
}
