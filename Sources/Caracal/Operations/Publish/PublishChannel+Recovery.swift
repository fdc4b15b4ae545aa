import Redis

/// What becomes of the unanswered messages after a lost connection.
extension PublishChannel {
    /// Connects again, settles what was not answered, and sends what is missing; over again when that connection is lost too.
    func recover(from first: RedisError) throws(PublishDoubt) {
        var error = first
        waitForDiverted()
        takeBackUnconfirmed()
        while !waiting.isEmpty {
            let fresh = try successor(after: error)
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

    private func successor(after error: RedisError) throws(PublishDoubt) -> any CommandChannel {
        do throws(ReconnectingChannel.End) {
            return try server.successor(after: error)
        } catch {
            switch error {
            case .noProgress(let error): throw .noProgress(error)
            case .unreachable(let error): throw .unreachable(error)
            case .stop(let error):
                if case .link = error.cause { throw .unreachable(error) }
                throw .violation(error)
            }
        }
    }

    /// Reports the unanswered messages that are in the stream and returns those that are not, in the order of the input.
    private func settle(on fresh: any CommandChannel) throws(PublishDoubt) -> FrameBatch {
        let unsettled = unsettled
        let found = try unsettled.lookUp(on: fresh)
        adopt(fresh)
        for (frame, id) in zip(waiting.frames, found) {
            guard let id else { continue }
            server.noteProgress()
            guard confirmation == nil else {
                unconfirmed.append(frame.bytes, line: frame.line, id: id)
                continue
            }
            mark.note(id)
            report(frame.line, .published(id))
        }
        // What was put aside for another server stands behind what was sent after it.
        return waiting.removeAll { found[$0] == nil }.inOrderOfLines
    }
}
