import RESP
import Redis

/// Sends batches of XADD commands to one stream and learns what became of each of them, whatever happens to the connection.
///
/// After a lost connection nothing is sent again blindly. The old connection is fenced (its unread bytes can never run
/// any more), the stream is searched for the unanswered messages from the last id that is known, and only what is not
/// there is sent again.
package final class PublishChannel {
    let stream: [UInt8]
    let server: ReconnectingChannel
    let report: (_ line: Int, PublishOutcome) -> Void
    /// What the batches are sent on; nil until the first one, and when the stream has moved away from it.
    var connection: Connection?
    var mark: StreamMark
    /// The newest id that a message of ours got on this connection.
    private var newest: EntryID
    var waiting = UnansweredBatches()
    /// Whether the stream is being taken over by another server, whose replicas cannot be asked for by the stream's key yet.
    private(set) var isUnderway = false
    /// What was not carried out because the stream is on another server now.
    private var diverted = FrameBatch()
    private var reply = Reply()
    var hasWritten = false
    /// What has to be certain before a message counts as published; nil when the master's word is enough.
    let confirmation: PublishConfirmation?
    var unconfirmed = UnconfirmedMessages()
    /// Messages that were reported as published although no Sentinel could be asked whether their server is the master.
    package internal(set) var unverified: UnverifiedMessages?
    /// How many messages were acknowledged since the mark was taken.
    private var sinceMark = 0
    private var markTaken = ContinuousClock.now
    /// Whether all that was sent has been confirmed since the mark was taken.
    var hasConfirmed = false
    /// Whether the replicas did not come to it in time: nothing more should be sent.
    package internal(set) var isShortOfReplicas = false

    /// The messages that the server did not take. The caller stops at the first, so that there are never many.
    package private(set) var rejected: [RejectedMessage] = []

    /// How many messages may lie behind the mark: all that was added behind it is read after a loss.
    private static let markLimit = 65_536
    /// How old it may be.
    private let markAge: Duration

    /// A channel to a server.
    ///
    /// - Parameters:
    ///   - mark: where the stream ends before anything is sent.
    ///   - confirmation: what has to be certain before a message counts as published.
    ///   - markAge: how old the mark may be before a new one is taken.
    ///   - report: is told what became of each message, in the order of sending except after a lost connection.
    package init(
        stream: [UInt8],
        server: ReconnectingChannel,
        mark: StreamMark,
        confirmation: PublishConfirmation? = nil,
        markAge: Duration = .seconds(5),
        report: @escaping (_ line: Int, PublishOutcome) -> Void
    ) {
        self.stream = stream
        self.server = server
        self.mark = mark
        newest = mark.newest
        self.confirmation = confirmation
        self.markAge = markAge
        self.report = report
    }

    /// The channel in use.
    var channel: any CommandChannel { server.connection }

    /// The messages that were sent and did not get an answer, with what to look for them by.
    package var unsettled: UnsettledMessages {
        UnsettledMessages(stream: stream, since: mark, fence: ConnectionFence(channel), entries: waiting.entries)
    }

    /// An empty batch, of used storage where there is any.
    package func emptyBatch() -> FrameBatch {
        waiting.emptyBatch()
    }

    /// Sends a batch, and takes in the answers that have come so far; waits for answers only when too much is on its way.
    package func send(_ batch: FrameBatch) throws(UnsettledError) {
        guard batch.count > 0 else { return }
        let renewsMark = isMarkDue
        // Before anything can fail: from here on it is known what became of these messages, or they are unsettled.
        waiting.append(batch)
        do {
            if renewsMark { try renewMark() }
            try handOver(batch)
            try takeAnswers()
            try sendDiverted()
            if isConfirmationDue || sinceMark >= Self.markLimit {
                try takeAllAnswers()
                try sendDiverted()
                try confirm()
            }
        } catch {
            try recover(from: error)
        }
    }

    /// Whether to take a new mark before the next message is sent: nothing is on its way or unconfirmed, and much was added behind the
    /// old one, by us or, as time went by, by others.
    private var isMarkDue: Bool {
        guard waiting.isEmpty, unconfirmed.isEmpty else { return false }
        return hasConfirmed || sinceMark >= Self.markLimit || .now - markTaken >= markAge
    }

    /// Takes a new mark, at the end that the stream has before anything more of ours is sent.
    private func renewMark() throws(RedisError) {
        (sinceMark, markTaken, hasConfirmed) = (0, .now, false)
        let request = XInfoStream(key: stream)
        let reply = try channel.pipeline([request.command], until: channel.writeDeadline)[0]
        // A stream that has gone, or a server that would not tell, is met by the next message.
        guard let info = try channel.read(reply, of: request).value, info.lastGeneratedID >= mark.newest else { return }
        mark = StreamMark(info, removals: mark.removals)
    }

    /// Waits until every message is answered.
    package func finish() throws(UnsettledError) {
        while !waiting.isEmpty || !unconfirmed.isEmpty && !isShortOfReplicas {
            do {
                try takeAllAnswers()
                try sendDiverted()
                try confirm()
            } catch {
                try recover(from: error)
            }
        }
    }

    /// Waits until what was published is on the server's disk; false when that is not known in time.
    ///
    /// On a connection that has written nothing the server answers at once, and it means nothing.
    package func waitForDisk(milliseconds: Int64) throws(RedisError) -> Bool {
        guard hasWritten, let connection else { return false }
        let wait = WaitAOF(milliseconds: milliseconds)
        let reply = try connection.pipeline([wait.command], until: channel.writeDeadline)[0]
        return try connection.read(reply, of: wait).value ?? false
    }

    private func handOver(_ batch: FrameBatch) throws(RedisError) {
        try streamConnection().send(batch.frames.bytes.span, commands: batch.count, until: channel.writeDeadline)
    }

    /// Begins with another connection, whose server may have given other ids.
    private func adopt(_ fresh: any CommandChannel) {
        server.adopt(fresh)
        connection = nil
        hasWritten = false
        newest = mark.newest
    }

    /// The connection to the server that holds the stream.
    func streamConnection() throws(RedisError) -> Connection {
        if let connection { return connection }
        let found = try channel.connection(for: stream)
        try confirmation?.mastership?.begin(with: found)
        connection = found
        return found
    }

    private func takeAnswers() throws(RedisError) {
        guard let connection else { return }
        while !waiting.isEmpty {
            if waiting.isFull {
                try connection.receive(into: &reply, until: channel.writeDeadline)
            } else if try !connection.receiveArrived(into: &reply) {
                return
            }
            try take(try outcome())
        }
    }

    private func takeAllAnswers() throws(RedisError) {
        while !waiting.isEmpty, let connection {
            try connection.receive(into: &reply, until: channel.writeDeadline)
            try take(try outcome())
        }
    }

    /// Notes an answer, or puts the message aside that it sends elsewhere.
    private func take(_ outcome: PublishOutcome) throws(RedisError) {
        if case .refused(let refusal) = outcome, refusal.kind == .moved, !unconfirmed.isEmpty {
            // To a successor, perhaps, which does not have all that this server acknowledged.
            let cause = RedisError.Cause.link(.disconnected(reason: "the stream is on another server now"))
            throw connection?.failure(cause, .awaiting) ?? channel.failure(cause, .awaiting)
        }
        if case .refused(let refusal) = outcome, channel.recovers(from: channel.failure(.refused(refusal), .awaiting)) {
            isUnderway = refusal.kind == .ask
            diverted.append(waiting.frame, line: waiting.line)
            waiting.removeFirst()
        } else {
            isUnderway = false
            try note(outcome)
        }
    }

    /// Sends what was not carried out to where the stream is now, in order, once all that was sent is answered.
    private func sendDiverted() throws(RedisError) {
        guard diverted.count > 0 else { return }
        try takeAllAnswers()
        let commands = diverted.commands
        waitForDiverted()
        connection = nil
        hasWritten = false
        for answer in try channel.pipeline(commands, until: channel.writeDeadline) {
            reply = answer
            try note(try outcome())
        }
    }

    /// From now on what was put aside is unanswered like all that is sent.
    private func waitForDiverted() {
        guard diverted.count > 0 else { return }
        waiting.append(diverted)
        diverted = FrameBatch()
    }

    private func outcome() throws(RedisError) -> PublishOutcome {
        switch reply.kind(of: 0) {
        case .null: return .noStream
        case .simpleError, .bulkError:
            if let error = reply.root.error { return .refused(refusal(error)) }
        case .bulkString:
            // Ids only ever grow: one that does not is another message's answer.
            if let id = EntryID(reply.bytes.span.extracting(reply.payload(of: 0))), id > newest {
                return .published(id)
            }
        default: break
        }
        let cause = RedisError.Cause.unexpected("the reply to XADD is not the id of a new entry")
        throw connection?.failure(cause, .awaiting) ?? channel.failure(cause, .awaiting)
    }

    private func refusal(_ error: ErrorReply) -> Refusal {
        Refusal(error).answering(Command("XADD", arguments: [stream]).writing(key: 0), of: channel.endpoint)
    }

    /// Notes what became of the oldest unanswered message.
    private func note(_ outcome: PublishOutcome) throws(RedisError) {
        switch outcome {
        case .published(let id):
            server.noteProgress()
            hasWritten = true
            newest = id
            sinceMark += 1
            guard confirmation == nil else {
                unconfirmed.append(waiting.frame, line: waiting.line, id: id)
                return waiting.removeFirst()
            }
            mark.note(id)
        case .refused(let refusal): rejected.append(RejectedMessage(entry: waiting.entry, refusal: refusal))
        case .noStream: rejected.append(RejectedMessage(entry: waiting.entry, refusal: nil))
        }
        report(waiting.line, outcome)
        waiting.removeFirst()
    }
}

/// What becomes of the unanswered messages after a lost connection.
extension PublishChannel {
    /// Connects again, settles what was not answered, and sends what is missing; over again when that connection is lost too.
    private func recover(from first: RedisError) throws(UnsettledError) {
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

    private func successor(after error: RedisError) throws(UnsettledError) -> any CommandChannel {
        do throws(ReconnectingChannel.Ending) {
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
    private func settle(on fresh: any CommandChannel) throws(UnsettledError) -> FrameBatch {
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
