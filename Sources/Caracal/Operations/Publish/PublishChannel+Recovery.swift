import Redis

/// What becomes of the unanswered messages after a lost connection.
extension PublishChannel {
    /// Connects again, settles what was not answered, and sends what is missing; over again when that connection is lost too.
    func recover(from first: RedisError) throws(PublishDoubt) {
        var error = first
        waitForDiverted()
        takeBackUnconfirmed()
        if waiting.isEmpty { return try startAnew(after: error) }
        while !waiting.isEmpty {
            guard case .link = error.cause else { throw .violation(error) }
            losses += 1
            guard losses <= Self.patience else { throw .noProgress(error) }
            let fresh = try openAgain()
            do {
                let missing = try settle(on: fresh)
                if missing.count == 0 { return }
                waiting.append(missing)
                do { return try handOver(missing) } catch let again { error = again }
                takeBackUnconfirmed()
            } catch .unreachable(let again) {
                error = again
            } catch {
                throw error
            }
        }
    }

    /// Nothing was on its way: a connection that was lost is replaced, and that is all.
    private func startAnew(after error: RedisError) throws(PublishDoubt) {
        guard case .link = error.cause else { throw .violation(error) }
        adopt(try openAgain())
    }

    private func openAgain() throws(PublishDoubt) -> any CommandChannel {
        do { return try reconnect() } catch { throw .unreachable(error) }
    }

    /// Reports the unanswered messages that are in the stream and returns those that are not.
    private func settle(on fresh: any CommandChannel) throws(PublishDoubt) -> FrameBatch {
        let unsettled = unsettled
        let found = try unsettled.lookUp(on: fresh)
        adopt(fresh)
        for (frame, id) in zip(waiting.frames, found) {
            guard let id else { continue }
            losses = 0
            guard confirmation == nil else {
                unconfirmed.append(frame.bytes, line: frame.line, id: id)
                continue
            }
            mark.note(id)
            report(frame.line, .published(id))
        }
        return waiting.removeAll { found[$0] == nil }
    }
}
