import Caracal
import Redis
import Rendering
import Text

/// Watches the bus for a report.
struct ReportRecorder {
    let session: Session
    /// How long, and how far apart looks are, in milliseconds.
    let time: UInt64
    let interval: UInt64

    /// Looks until the time is over or a signal comes. Each frame is read as `watch` prints it, so that a report of a file and one of a
    /// recording cannot differ. When the server could not be asked in between is kept too.
    func run() throws -> ReportFrames {
        let audit = try AuditSettings()
        var frames = ReportFrames(.recording(time))
        let progress = Progress(session)
        var trouble: TerminalText?
        defer { progress.clear() }
        let (start, end) = (ContinuousClock.now, Deadline.after(.milliseconds(time)))
        do {
            var feed = try WatchFeed(session, claimIdle: audit.claimIdle)
            var due = Deadline.after(.milliseconds(interval))
            while true {
                try look(&feed, audit, &frames, progress, &trouble)
                while !due.hasPassed, !end.hasPassed {
                    progress.show("recording".utf8, elapsed: ContinuousClock.now - start, of: .milliseconds(time))
                    try Poll.sleep(until: Deadline.after(.milliseconds(200)).orEarlier(due).orEarlier(end))
                }
                guard !end.hasPassed else { return frames }
                due = .after(.milliseconds(interval))
            }
        } catch {
            // Without a first connection, and once the server lets nobody in, there is nothing to watch; the look that follows tells
            // why.
            if Interruption.signal == nil { frames.remark(CommandError(error).message) }
            return frames
        }
    }

    private func look(
        _ feed: inout WatchFeed,
        _ audit: AuditSettings,
        _ frames: inout ReportFrames,
        _ progress: Progress,
        _ trouble: inout TerminalText?
    ) throws(RedisError) {
        do throws(RedisError) {
            guard let frame = try feed.next() else { return }
            let line = WatchPresentation(
                frame: frame,
                server: ServerPresentation(feed.connection),
                maxDeliveries: audit.maxDeliveries,
                keys: feed.keys
            ).line
            frames.add(line, 0..<line.count - 1, number: frames.recording.frames + 1)
            trouble = nil
        } catch {
            guard Interruption.signal == nil else { return }
            let message = CommandError(error).message
            frames.lose(message)
            guard error.mayPass else { throw error }
            guard message != trouble else { return }
            trouble = message
            progress.hide()
            session.say(.warning, code: .lost, "\(message); trying again")
        }
    }
}
