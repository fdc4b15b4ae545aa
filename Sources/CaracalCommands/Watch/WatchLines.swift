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
                        maxDeliveries: audit.maxDeliveries
                    )
                    try session.stream.write(presentation.line)
                    left = left.map { $0 - 1 }
                    trouble = nil
                }
            } catch let error as RedisError {
                let message = Failure(error).message
                if let signal = Interruption.signal { return ExitStatus(signal: signal) }
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
        "s            sort by lag, rate, length, or as in the table",
        "p, space     pause and go on",
        "+ -          look more or less often",
        "up, down     mark a stream, scroll its page (k, j)",
        "Enter, right open a stream: its groups and consumers",
        "Esc, left    back",
        "",
        "LAG          entries its slowest group has yet to be given",
        "PEND         entries that all its groups hold and have not acknowledged",
        "OLDEST       since the oldest of them was delivered to anyone",
        "IN/s OUT/s   entries added, and given to the slowest group",
        "DEAD         dead letters; MEM bytes, an estimate",
        "~ ?          by the server's counters; the server does not tell",
    ]
}
