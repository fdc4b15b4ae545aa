import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `--outbox`
struct OutboxChoice: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only this table: api or coordinator (default: both).", valueName: "name"),
        completion: .list(OutboxTable.allCases.map(\.rawValue))
    )
    var outbox: String?

    func validate() throws {
        if let outbox, OutboxTable(rawValue: outbox) == nil {
            throw ValidationError("--outbox is api or coordinator")
        }
    }

    /// The tables that are meant.
    var tables: [OutboxTable] { OutboxTable.allCases.filter { outbox == nil || $0.rawValue == outbox } }
}

/// `--stream`
struct OutboxStreamOption: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Only rows for this stream; repeatable.", valueName: "stream"),
        completion: .streams
    )
    var stream: [String] = []

    /// The keys of the streams; none where none is named.
    func resolve(allowsAny: Bool) throws(CommandError) -> [[UInt8]] {
        try OutboxStreams.resolve(stream, allowsAny: allowsAny)
    }
}

/// Which rows: `--stream`, `--since`, `--until`.
struct OutboxRowOptions: ParsableArguments {
    @OptionGroup var streams: OutboxStreamOption

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only rows made at this time or later (default: all).", valueName: "time")
    )
    var since: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only rows made up to this time (default: all).", valueName: "time")
    )
    var until: String?

    /// When the rows were made, in Unix milliseconds; nil where that is open.
    ///
    /// - Parameter consequence: what would come of a range that ends before it begins, such as "nothing would be listed".
    func times(otherwise consequence: TerminalText) throws -> (since: UInt64?, until: UInt64?) {
        let (since, until) = try OptionText.range(since, until, otherwise: consequence)
        let clock = WallClock.unsigned
        return (
            since == .start ? nil : since.first(now: clock).milliseconds,
            until == .end ? nil : until.last(now: clock).milliseconds
        )
    }
}

/// The streams that rows are for, as a command line names them.
enum OutboxStreams {
    /// The keys of the streams; none where none is named. Rows may be for streams outside the table: a name that is none of it is
    /// refused with the option that takes it.
    static func resolve(_ names: [String], allowsAny: Bool) throws(CommandError) -> [[UInt8]] {
        guard !names.isEmpty else { return [] }
        do throws(CommandError) {
            return try StreamNames.resolve(names, allowsAny: allowsAny).map(\.key)
        } catch {
            throw CommandError(error.status, "\(error.message); --any-stream takes names outside the table as they are")
        }
    }
}

/// The ids of rows, as a command line names them.
enum OutboxIDs {
    /// The ids, each of them once. What is certainly the id of an entry is refused: it would be said to be missing.
    static func resolve(_ texts: [String]) throws -> [[UInt8]] {
        var ids: [[UInt8]] = []
        for text in texts {
            guard !text.isEmpty else { throw ValidationError("an id is empty") }
            guard EntryID(Array(text.utf8)) == nil else {
                throw ValidationError(
                    "\(TerminalText(text)) is the id of an entry: a row is named by its id, which is the entry's outbox_id"
                )
            }
            let id = Array(text.utf8)
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }
}

extension OutboxProblem {
    /// The status that problems come to. A table that is not there may be wanted so, as long as there is the other.
    static func status(_ problems: [OutboxProblem]) -> ExitStatus {
        if problems.contains(where: { $0.reason == .notPermitted }) { return .noRights }
        return problems.contains { $0.reason == .otherShape } ? .finding : .success
    }

    /// Ends the command where no table is left to look at.
    ///
    /// - Parameters:
    ///   - target: the database, as messages name it.
    ///   - tables: those that were to be looked at.
    static func requireOne(
        _ problems: [OutboxProblem],
        of tables: [OutboxTable] = OutboxTable.allCases,
        at target: String
    ) throws(CommandError) {
        guard tables.allSatisfy({ table in problems.contains { $0.outbox == table } }) else { return }
        throw CommandError(problems, at: target)
    }
}

extension CommandError {
    /// What ends a command to which no table is left.
    init(_ problems: [OutboxProblem], at target: String) {
        let areMissing = problems.allSatisfy { $0.reason == .missing }
        let status = areMissing ? ExitStatus.configuration : OutboxProblem.status(problems)
        let texts = problems.map(\.text).joined(separator: "; ")
        self.init(
            status,
            "\(target): \(texts)\(areMissing ? " (check DATABASE_URL: is it Caracal's database?)" : "")"
        )
    }
}
