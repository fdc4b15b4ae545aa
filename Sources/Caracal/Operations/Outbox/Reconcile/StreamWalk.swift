import Postgres
import Redis

/// How far a stream was read for the comparison with one outbox.
struct StreamWalk {
    /// Whether entries that have no row are to be told with this outbox, and not with the other one.
    let isOwn: Bool
    /// Whether a row names it.
    var isNamed = false
    /// Whether the entry of a row is certain to be trimmed.
    var hasTrimmed = false
    /// The first entry that was not read yet; nil where it is not read on.
    var first: EntryID?
    /// Where reading it began for the rows at hand.
    var start = EntryID.zero
    /// The last entry that is read: the last one just after the moment at which the table is read. nil where there is no stream.
    var last: EntryID?
    /// The last one just before that moment: what is not younger had its row then. nil where that was not looked at.
    private(set) var lastBefore: EntryID?
    /// How large pages are.
    var size = EntryPageSize()
    /// When a row was published at the latest, in Unix milliseconds, if its entry is certain to be trimmed; nil where none is.
    private var trimmedUntil: UInt64?

    init(_ stream: StreamDefinition, _ outbox: OutboxTable) {
        let owner = OutboxTable.allCases.first { table in table.streams.contains { $0.key == stream.key } }
        isOwn = owner.map { $0 == outbox } ?? (outbox == .api)
    }

    /// Begins to compare rows, as the stream stands just before they are read.
    mutating func begin(_ state: StreamState, _ run: ReconcileRun) {
        (lastBefore, trimmedUntil, hasTrimmed) = (state.info?.lastGeneratedID ?? .zero, nil, false)
        if let first { start = first }
        guard let info = state.info, let oldest = info.firstID, let added = info.entriesAdded, added > info.length
        else {
            return
        }
        let time = run.onDatabase(oldest.milliseconds)
        trimmedUntil = time - min(time, run.margin)
    }

    /// Whether the entry of a row is certain to be trimmed that was published at this time, in Unix milliseconds.
    func isTrimmed(_ published: @autoclosure () -> UInt64?) -> Bool {
        guard let trimmedUntil, let published = published() else { return false }
        return published < trimmedUntil
    }
}
