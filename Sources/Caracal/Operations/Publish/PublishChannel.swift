import RESP
import Redis

/// Sends batches of XADD commands to one stream and learns what became of each of them, whatever happens to the connection.
///
/// After a lost connection nothing is sent again blindly. The old connection is fenced (its unread bytes can never run
/// any more), the stream is searched for the unanswered messages from the last id that is known, and only what is not
/// there is sent again.
package final class PublishChannel {
    private let stream: [UInt8]
    private let reconnect: () throws(RedisError) -> Connection
    private let report: (_ line: Int, PublishOutcome) -> Void
    private var connection: Connection
    private var watermark: EntryID
    private var waiting: [FrameBatch] = []
    private var answered = 0
    private var reply = Reply()
    private var spare: [FrameBatch] = []
    private var fruitless = 0
    private var hasWritten = false

    /// The messages that the server refused, and why. The caller stops at the first, so there are never many.
    package private(set) var refused: [(entry: SentEntry, refusal: Refusal)] = []

    /// How often in a row a connection may be lost without any message getting through.
    private static let patience = 5

    /// A channel over an open connection.
    ///
    /// - Parameters:
    ///   - watermark: an entry that is in the stream before anything is sent, the newest one; `0-0` when it has none.
    ///   - reconnect: opens another connection to the same server.
    ///   - report: is told what became of each message, in the order of sending except after a lost connection.
    package init(
        stream: [UInt8],
        connection: Connection,
        watermark: EntryID,
        reconnect: @escaping () throws(RedisError) -> Connection,
        report: @escaping (_ line: Int, PublishOutcome) -> Void
    ) {
        self.stream = stream
        self.connection = connection
        self.watermark = watermark
        self.reconnect = reconnect
        self.report = report
    }

    /// The messages that were sent and of which it is unknown whether they arrived, with what to look for them by.
    package var unsettled: UnsettledMessages? {
        let entries = waiting.enumerated().flatMap { place, batch in
            ((place == 0 ? answered : 0)..<batch.count).compactMap { batch.entry(at: $0) }
        }
        guard !entries.isEmpty else { return nil }
        return UnsettledMessages(stream: stream, since: watermark, fence: ConnectionFence(connection), entries: entries)
    }

    /// An empty batch, of used storage where there is any.
    package func emptyBatch() -> FrameBatch {
        spare.popLast() ?? FrameBatch()
    }

    /// Sends a batch, and waits only for the answers to the batch before it: its own are on their way meanwhile.
    package func send(_ batch: FrameBatch) throws(PublishDoubt) {
        guard batch.count > 0 else { return }
        waiting.append(batch)
        do {
            try connection.send(batch.frames.bytes.span, commands: batch.count, until: deadline)
        } catch {
            return try recover(from: error)
        }
        while waiting.count > 1 { try collectFirst() }
    }

    /// Waits until every message is answered.
    package func finish() throws(PublishDoubt) {
        while !waiting.isEmpty { try collectFirst() }
    }

    /// Waits until what was published is on the server's disk; false when that is not known in time.
    ///
    /// On a connection that has written nothing the server answers at once, and it means nothing.
    package func waitForDisk(milliseconds: Int64) throws(RedisError) -> Bool {
        guard hasWritten else { return false }
        return try connection.ask(WaitAOF(milliseconds: milliseconds)).value ?? false
    }

    /// What was sent is waited for, come what may: giving up in between would leave it in doubt.
    private var deadline: Deadline {
        var deadline = Deadline.after(connection.timeouts.command)
        deadline.heedsInterrupts = false
        return deadline
    }

    private func collectFirst() throws(PublishDoubt) {
        while answered < waiting[0].count {
            do {
                try connection.receive(into: &reply, until: deadline)
                let outcome = try outcome(reply.root)
                if case .refused(let refusal) = outcome, let entry = waiting[0].entry(at: answered) {
                    refused.append((entry, refusal))
                }
                note(outcome, line: waiting[0].line(at: answered))
                hasWritten = true
            } catch {
                return try recover(from: error)
            }
            answered += 1
        }
        var batch = waiting.removeFirst()
        batch.removeAll()
        spare.append(batch)
        answered = 0
    }

    private func outcome(_ reply: ReplyValue) throws(RedisError) -> PublishOutcome {
        if reply.isNull { return .noStream }
        if let error = reply.error { return .refused(Refusal(error)) }
        guard reply.kind == .bulkString, let id = reply.text.flatMap({ EntryID($0) }) else {
            throw connection.failure(.unexpected("the reply to XADD is not an entry id"), .awaiting)
        }
        return .published(id)
    }

    private func note(_ outcome: PublishOutcome, line: Int) {
        if case .published(let id) = outcome {
            watermark = max(watermark, id)
            fruitless = 0
        }
        report(line, outcome)
    }

    // MARK: After a lost connection

    private func recover(from error: RedisError) throws(PublishDoubt) {
        guard case .link = error.cause else { throw .violation(error) }
        fruitless += 1
        guard fruitless <= Self.patience else { throw .noProgress(error) }
        guard let unsettled else { return }
        let fresh: Connection
        do { fresh = try reconnect() } catch { throw .unreachable(error) }
        let missing = sort(by: try unsettled.lookUp(on: fresh))
        connection = fresh
        hasWritten = false
        waiting.removeAll()
        answered = 0
        try send(missing)
    }

    /// Reports the unanswered messages that are in the stream and returns those that are not.
    private func sort(by found: [[UInt8]: EntryID]) -> FrameBatch {
        var missing = emptyBatch()
        for (place, batch) in waiting.enumerated() {
            for index in (place == 0 ? answered : 0)..<batch.count {
                if let id = batch.entry(at: index)?.outboxID.flatMap({ found[$0] }) {
                    note(.published(id), line: batch.line(at: index))
                } else {
                    missing.append(batch.frame(at: index), line: batch.line(at: index))
                }
            }
        }
        return missing
    }
}
