import Caracal
import Redis
import Rendering
import Text

/// One run of `watch` for programs: a line for each frame.
struct WatchLines {
    let session: Session
    let audit: AuditSettings
    let interval: UInt64
    /// How many frames; nil for no end.
    let count: UInt64?

    /// Writes frames until there were enough, or nobody reads them.
    func run() throws -> ExitStatus {
        Interruption.catchSignals()
        var feed = try WatchFeed(session, claimIdle: audit.claimIdle)
        var left = count
        var trouble: TerminalText?
        var due = Deadline.after(.milliseconds(interval))
        while left != 0 {
            do {
                if let frame = try feed.next() {
                    let server = ServerPresentation(feed.connection)
                    let presentation = WatchPresentation(
                        frame: frame,
                        server: server,
                        maxDeliveries: audit.maxDeliveries,
                        keys: feed.keys
                    )
                    try session.stream.write(asTheyAre: presentation.line)
                    left = left.map { $0 - 1 }
                    trouble = nil
                }
            } catch let error as RedisError {
                let message = CommandError(error).message
                if let signal = Interruption.signal { return ExitStatus(signal: signal) }
                guard error.mayPass else { throw error }
                if message != trouble { session.say(.warning, code: .lost, "\(message); trying again") }
                trouble = message
            }
            if left == 0 { break }
            do { try Poll.sleep(until: due) } catch { return ExitStatus(signal: Interruption.signal ?? 0) }
            due = .after(.milliseconds(interval))
        }
        return .success
    }
}

/// A column of a table on a screen, with its cells. The one of the lowest priority stays longest.
struct WatchColumn {
    let column: Column
    let cells: [Cell]

    init(
        _ title: String,
        _ alignment: Column.Alignment = .right,
        priority: Int,
        isFlexible: Bool = false,
        _ cells: [Cell]
    ) {
        column = Column(title, alignment, isFlexible: isFlexible, priority: priority)
        self.cells = cells
    }
}

/// What the keys and the columns of `watch` mean.
enum WatchHelp {
    static let lines = [
        "q            quit",
        "s            sort by lag, rate, length, as in the table, by age of what waits",
        "g            groups as rows, or streams; / shows names with these letters only",
        "p, space     pause and go on; + - look more or less often",
        "up, down     mark a row (k, j, page keys)",
        "Enter, right open a stream, a group's pending entries, an entry; d dead letters",
        "Esc, left    back",
        "",
        "LAG          entries still to be delivered to the slowest group",
        "BEHIND       age of the oldest entry that waits for a group; in 4d: an id ahead",
        "PEND         entries that all its groups hold and have not acknowledged",
        "OLDEST       since the oldest of them was delivered to anyone",
        "IN/s OUT/s   entries added, and given to the slowest group",
        "DRAINS       time until nothing waits, at these rates",
        "DEAD         dead letters; MEM bytes, an estimate",
        "NOTE         lost, skipped entries; gone: it holds entries; bad sig, where a key",
        "             is set: in the newest entries; future: an id ahead of the clock",
        "sigs         which signatures cannot be checked: a key is missing, or unusable",
        "~ ?          by the server's counters; the server does not tell",
    ]
}
