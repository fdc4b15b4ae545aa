import Caracal
import Postgres
import Text

/// The rows of the outboxes that found entries began as, where a database is set: a statement a table for all entries that are shown
/// together, and none where none of them names a row.
///
/// A database that cannot be asked keeps nobody from searching: it is told of once, and not asked again.
struct FoundRows {
    private let session: Session
    /// Whether there is a database, which has not failed yet.
    private var isAsked: Bool

    /// What could not be looked at.
    private(set) var findings: [Finding] = []

    /// - Parameter isWanted: whether rows are shown at all.
    /// - Throws: what is wrong with the settings of the database.
    init(_ session: Session, isWanted: Bool) throws {
        self.session = session
        isAsked = try isWanted && session.hasDatabase
    }

    /// Those of these entries, by their ids; the API's where both tables have one.
    mutating func rows(of entries: some Sequence<FoundEntry>) throws -> [[UInt8]: OutboxRow] {
        guard isAsked else { return [:] }
        let ids = Set(entries.compactMap(\.outboxID))
        guard !ids.isEmpty else { return [:] }
        do {
            let report = try OutboxRowLook(ids: Array(ids), hasPayload: false).run(on: try session.database())
            // Not every database has both tables: that one is missing matters where a row was not found.
            let areFound = ids.allSatisfy { id in report.rows.contains { $0.id == id } }
            let problems = report.problems.filter { $0.reason != .missing || !areFound }.map(\.finding)
            findings += problems.filter { !findings.contains($0) }
            return Dictionary(report.rows.map { ($0.id, $0) }) { first, _ in first }
        } catch let error as PostgresError {
            // After Ctrl-C, too, what was found is shown: the search notices by itself that it is to end.
            isAsked = false
            findings.append(
                Finding(
                    .outboxUnknown,
                    .warning,
                    "the rows of these messages are not known: \(CommandError(error).message)"
                )
            )
            return [:]
        }
    }
}
