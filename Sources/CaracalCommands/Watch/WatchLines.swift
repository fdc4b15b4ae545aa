import Caracal
import Redis
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
