import Caracal
import Postgres
import Redis
import Rendering
import Text

/// The rows of the outboxes that a message began as, as far as they were asked for.
enum TraceRows {
    /// No database is set.
    case notAsked
    /// Nothing is known by which a row could be found.
    case unnamed
    /// It was asked, or could not be.
    case asked(OutboxSight<OutboxRowLook.Report>)

    /// Asks for the rows of a message, where a database is set.
    ///
    /// - Parameter name: what was asked for.
    init(of report: TraceReport, _ name: MessageName, in session: Session) throws {
        var (ids, eventID): ([[UInt8]], [UInt8]?) = (report.outboxIDs, nil)
        if case .produced(let id, _) = name {
            if !ids.contains(id) { ids.append(id) }
            eventID = id
        }
        try self.init(ids: ids, eventID: eventID, in: session)
    }

    /// Asks for the rows of these ids, where a database is set; without ids there is nothing to ask for.
    init(ids: [[UInt8]], eventID: [UInt8]? = nil, in session: Session) throws {
        guard try session.hasDatabase, !ids.isEmpty else {
            self = try session.hasDatabase ? .unnamed : .notAsked
            return
        }
        let look = OutboxRowLook(ids: ids, eventID: eventID)
        self = .asked(
            try session.lookingAtOutboxes { database throws(PostgresError) in try look.run(on: database) }
        )
    }

    /// The rows that were found.
    var rows: [OutboxRow] {
        if case .asked(.seen(let report)) = self { report.rows } else { [] }
    }

    /// What could not be looked at.
    var findings: [Finding] {
        switch self {
        case .notAsked, .unnamed: []
        case .asked(.unreachable(let reason)):
            [Finding(.outboxUnknown, .warning, "the row of this message is not known: \(reason)")]
        case .asked(.seen(let report)):
            // Not every database has both tables: that one is missing matters where no row was found.
            report.problems.filter { $0.reason != .missing || report.rows.isEmpty }.map(\.finding)
        }
    }

    /// The tables that could not be looked at, and may have the row; none where one was found.
    var gaps: [OutboxProblem] {
        guard case .asked(.seen(let report)) = self, report.rows.isEmpty else { return [] }
        return report.problems
    }

    /// That nobody knows whether there is a row, in a clause that names those tables; nil where all were looked at.
    var doubt: TerminalText? {
        guard !gaps.isEmpty else { return nil }
        let names = gaps.map { "\($0.outbox.name)" as TerminalText }.joined(separator: " and ")
        return "unknown whether there is a row: \(names) could not be looked at"
    }

    /// What is to be said of an entry whose signature is bad: that it was not made from its row; empty where it was, or where that is not known.
    func contradiction(of entry: FoundEntry) -> TerminalText {
        switch comparison(with: entry) {
        case .other(let row): "; its row in \(row.outbox.name) says something else: it was forged, or altered"
        case .none: "; no row has it: it was forged, or published past the outbox"
        case .unknown: "; it could not be compared with its row: do that first"
        case .impossible, .same, .forgotten: ""
        }
    }

    /// Compares an entry with the row that it names.
    func comparison(with entry: FoundEntry) -> RowComparison {
        let isReadable = entry.target.source == nil || entry.inner != nil
        guard case .asked(let sight) = self, let id = entry.outboxID, isReadable else { return .impossible }
        guard case .seen(let seen) = sight else { return .unknown(id) }
        if let row = seen.rows.first(where: { $0.id == id }) {
            return row.agrees(with: entry).map { $0 ? .same : .other(row) } ?? .unknown(id)
        }
        guard seen.problems.isEmpty else { return .unknown(id) }
        let stream = entry.target.source?.key ?? entry.target.key
        let outbox = OutboxTable.allCases.first { $0.streams.contains { $0.key == stream } }
        // What comes through no outbox has no row.
        guard let outbox else { return .impossible }
        let isForgotten = outbox == .coordinator && Self.mayBeForgotten(id, at: entry.id.milliseconds, now: seen.now)
        return isForgotten ? .forgotten : .none
    }

    /// Whether the Coordinator may have deleted the row of this id: it keeps what was published for a week.
    ///
    /// - Parameter time: when it was made, in Unix milliseconds, where the id does not tell.
    static func mayBeForgotten(_ id: [UInt8], at time: UInt64?, now: UInt64) -> Bool {
        guard let made = MessageName.milliseconds(ofUUID: id) ?? time else { return true }
        return now > made.saturatingAdd(7 * 86_400_000)
    }

    /// Whether the message has not come to its stream yet.
    var areUnpublished: Bool { !rows.isEmpty && rows.allSatisfy { $0.state != .published } }

    /// What can be done for rows that were given up, as it is typed.
    var advice: [TerminalText] {
        rows.filter { $0.state == .dead }.map { "caracalctl outbox requeue \(ShellWord.last($0.id))" }
    }
}

/// What the row that an entry names says of the entry.
enum RowComparison {
    /// There is nothing to compare it with: no database is set, the entry names no row, or its stream has no outbox.
    case impossible
    /// It says the same.
    case same
    /// It says something else, or is for another stream.
    case other(OutboxRow)
    /// Both tables were read, and no row has this id.
    case none
    /// The same, but a row of that age may have been deleted.
    case forgotten
    /// The row of this id could not be read, or holds nothing that could be published.
    case unknown([UInt8])
}

extension OutboxRow {
    /// What is known of it beside the entry that it became, as JSON.
    var brief: JSONValue {
        let time = { (time: UInt64?) in JSONValue(time.flatMap { Format.timestamp(milliseconds: $0) }) }
        return [
            "outbox": .string(outbox.rawValue), "id": .bytes(id), "state": .string(state.rawValue),
            "attempts": .integer(attempts), "created_at": time(createdAt), "published_at": time(publishedAt),
        ]
    }

    /// How it stands, in a clause: `event_outbox, published +212ms, 1 attempt`.
    ///
    /// - Parameter now: the clock of the database in Unix milliseconds.
    func evidence(at now: UInt64) -> TerminalText {
        let tries = Format.count(Int(clamping: attempts), "attempt")
        let error: TerminalText = lastError.map { ": \($0)" } ?? ""
        switch state {
        case .published:
            let wait = createdAt.flatMap { made in publishedAt.map { Int(clamping: $0) - Int(clamping: made) } }
            let time = wait.map { " +\(Format.duration(milliseconds: max(0, $0)))" } ?? ""
            return "\(outbox.name), published\(time), \(tries)"
        case .dead: return "\(outbox.name), dead after \(tries)\(error)"
        case .inHand:
            let worker: TerminalText = lockedBy.map { " of \($0)" } ?? ""
            return "\(outbox.name), in the hand\(worker), \(tries)"
        case .retrying:
            let time = availableAt.map { Format.duration(milliseconds: Int(clamping: $0 - min($0, now))) } ?? ""
            return "\(outbox.name), tried again in \(time), \(tries)\(error)"
        case .waiting:
            let time = age(at: now).map { " for \(Format.duration(milliseconds: max(0, $0)))" } ?? ""
            return "\(outbox.name), waiting\(time), \(tries)\(error)"
        }
    }
}
