import RESP

/// One connection to one server: commands in, replies out, in order.
///
/// Blocking calls over a non-blocking link, each under a deadline. A connection that broke a rule, timed out or lost
/// its peer is closed at once and never resynchronised, so that a late reply cannot reach the next command.
package final class Connection {
    /// Where it leads.
    package private(set) var endpoint: Endpoint
    /// How long it waits.
    package let timeouts: Timeouts
    /// The client name it gave itself: by it a lost connection is recognised.
    package let name: ConnectionName
    /// Whether the server has taken the name.
    package internal(set) var isNamed = false
    /// What the server said of itself when it let us in.
    package internal(set) var server = ServerIdentity()
    /// How often it sent something and waited for the replies, letting in included.
    package private(set) var roundTrips = 0

    /// The certificate the server has shown; nil without TLS.
    package var certificate: ServerCertificate? { link.certificate }
    /// Whether more can be asked of it: not once it was closed, by us or because something was wrong with it.
    package private(set) var isOpen = true

    /// What it does by itself when the server is not ready, or is lost; nil for nothing.
    package var perseverance: Perseverance?

    private var link: any Link
    private var encoder = CommandEncoder()
    private var parser: ReplyParser
    private var outstanding = 0
    /// Why nothing more can come from it; nil as long as it can be used.
    private var loss: RedisError?

    /// How many bytes one read asks for.
    private static let readSize = 65_536

    init(
        endpoint: Endpoint,
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName(),
        link: any Link,
        limits: ReplyLimits = .standard
    ) {
        self.endpoint = endpoint
        self.name = name
        self.timeouts = timeouts
        self.link = link
        parser = ReplyParser(limits: limits)
    }

    deinit {
        link.close()
    }

    /// Sends commands in one go and returns their replies, error replies included, in the same order.
    package func pipeline(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        guard perseverance != nil else { return try exchange(commands, until: deadline) }
        var trial = Trial(on: self, until: deadline)
        var deadline = deadline
        while true {
            do throws(RedisError) {
                if let loss { throw loss }
                let replies = try exchange(commands, until: deadline)
                guard let refusal = PassingRefusal.find(in: replies, to: commands),
                    try trial.mayRepeat(after: refusal)
                else { return replies }
            } catch {
                guard try trial.mayRepeat(after: error) else { throw error }
                deadline = .after(deadline.allowance)
            }
        }
    }

    private func exchange(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        try send(commands, until: deadline)
        var replies: [Reply] = []
        replies.reserveCapacity(commands.count)
        for _ in commands { replies.append(try receive(until: deadline)) }
        return replies
    }

    /// Sends commands in one go; their replies are to be received.
    package func send(_ commands: [Command], until deadline: Deadline) throws(RedisError) {
        try refuseUnasked()
        for command in commands { enqueue(command) }
        try flush(until: deadline)
    }

    /// Puts a command behind those that wait to be sent.
    package func enqueue(_ command: Command) {
        encoder.append(command)
        outstanding += 1
    }

    /// Hands all waiting commands to the kernel, reading what arrives meanwhile.
    package func flush(until deadline: Deadline) throws(RedisError) {
        if outstanding > 0 { roundTrips += 1 }
        try writeWaiting(until: timeouts.capped(deadline))
        encoder.removeAll(keepingCapacity: true)
    }

    /// Hands commands that are encoded already to the kernel; each of them is owed a reply from then on.
    package func send(_ frames: Span<UInt8>, commands: Int, until deadline: Deadline) throws(RedisError) {
        outstanding += commands
        roundTrips += 1
        try write(frames, until: deadline)
    }

    private func writeWaiting(until deadline: Deadline) throws(RedisError) {
        let waiting = encoder.bytes
        try write(waiting.span, until: deadline)
    }

    private func write(_ bytes: Span<UInt8>, until deadline: Deadline) throws(RedisError) {
        var sent = 0
        while sent < bytes.count {
            do {
                let count = try link.write(bytes.extracting(sent...))
                sent += count
                if count > 0 { continue }
                try link.wait(toWrite: true, until: deadline)
                try refuseStall(try readAvailable(), until: deadline)
            } catch {
                // Of one command an incomplete frame cannot run; of several, the first ones can.
                throw lost(error, while: outstanding > 1 && sent > 0 ? .awaiting : .sending)
            }
        }
    }

    /// The next reply; error replies are returned, pushes are dropped and do not extend the deadline.
    package func receive(until deadline: Deadline) throws(RedisError) -> Reply {
        var reply = Reply()
        try receive(into: &reply, until: deadline)
        return reply
    }

    /// The next reply, into storage that is used again.
    package func receive(into reply: inout Reply, until deadline: Deadline) throws(RedisError) {
        let deadline = timeouts.capped(deadline)
        while try !takeReply(into: &reply) { try awaitBytes(until: deadline) }
    }

    /// The next reply if it has arrived, into storage that is used again; false, without waiting, if it has not.
    package func receiveArrived(into reply: inout Reply) throws(RedisError) -> Bool {
        if try takeReply(into: &reply) { return true }
        do throws(LinkError) {
            if try readAvailable() == .end { throw LinkError.disconnected(reason: nil) }
        } catch {
            throw failure(.link(error), .awaiting)
        }
        return try takeReply(into: &reply)
    }

    /// The next reply among the bytes at hand; false when there is none.
    private func takeReply(into reply: inout Reply) throws(RedisError) -> Bool {
        precondition(outstanding > 0, "a reply was asked for that no command is owed")
        while try parse(into: &reply) {
            if reply.kind(of: 0) == .push { continue }
            outstanding -= 1
            if outstanding == 0 { try refuseSurplus(.awaiting) }
            return true
        }
        return false
    }

    /// Takes the place of another connection, which is used up by that: what was owed on this one is forgotten.
    func adopt(_ other: Connection) {
        swap(&link, &other.link)
        endpoint = other.endpoint
        (server, isNamed) = (other.server, other.isNamed)
        parser = other.parser
        encoder.removeAll(keepingCapacity: true)
        (outstanding, roundTrips) = (0, roundTrips + other.roundTrips)
        (loss, isOpen) = (nil, true)
    }

    /// Whether it can take another command: it is open, owed nothing, and the server has not hung up.
    package var isReusable: Bool {
        guard loss == nil, outstanding == 0, parser.isIdle else { return false }
        do {
            try refuseUnasked()
            return true
        } catch {
            return false
        }
    }

    /// Ends the connection.
    package func close() {
        isOpen = false
        link.close()
    }

    /// An error about this connection; it is closed, since nothing more can be trusted to come from it.
    package func failure(_ cause: RedisError.Cause, _ phase: RedisError.Phase) -> RedisError {
        let error = RedisError(target: endpoint.description, phase: phase, cause: cause).with(endpoint)
        guard error.refusal == nil else { return error }
        close()
        loss = error
        return error
    }

    private func awaitBytes(until deadline: Deadline) throws(RedisError) {
        do {
            let progress = try readAvailable()
            try refuseStall(progress, until: deadline)
            if progress == .nothingYet { try link.wait(toWrite: false, until: deadline) }
        } catch {
            throw failure(.link(error), .awaiting)
        }
    }

    /// A peer that sends on and on must not outlast the deadline, and one that hung up will not take what is left.
    private func refuseStall(_ progress: ReadProgress, until deadline: Deadline) throws(LinkError) {
        if progress == .end { throw .disconnected(reason: nil) }
        if progress == .appended && deadline.hasPassed { throw .timedOut(after: deadline.allowance) }
    }

    private func readAvailable() throws(LinkError) -> ReadProgress {
        var progress = ReadProgress.nothingYet
        try parser.append(capacity: Self.readSize) { (buffer: inout OutputSpan<UInt8>) throws(LinkError) in
            progress = try link.read(into: &buffer)
        }
        return progress
    }

    /// What arrived while nothing was owed must not be taken for the answer to what is sent next.
    private func refuseUnasked() throws(RedisError) {
        guard outstanding == 0, roundTrips > 0 else { return }
        do throws(LinkError) {
            if try readAvailable() == .end { throw LinkError.disconnected(reason: nil) }
        } catch {
            throw failure(.link(error), .sending)
        }
        try refuseSurplus(.sending)
    }

    /// When nothing is owed any more, what is left over was never asked for (pushes excepted).
    private func refuseSurplus(_ phase: RedisError.Phase) throws(RedisError) {
        var surplus = Reply()
        while !parser.isIdle, try parse(into: &surplus) {
            if surplus.root.kind == .push { continue }
            throw failure(.unexpected("it sent a reply that no command had asked for"), phase)
        }
    }

    private func parse(into reply: inout Reply) throws(RedisError) -> Bool {
        do {
            return try parser.next(into: &reply)
        } catch {
            throw failure(.malformed(error), .awaiting)
        }
    }

    /// A server that turns a client away says why and closes, and our first write may fail before that is read.
    private func lost(_ error: LinkError, while phase: RedisError.Phase) -> RedisError {
        if case .disconnected = error, roundTrips == 1 {
            _ = try? readAvailable()
            do {
                if let refused = try parser.next()?.root.error {
                    close()
                    return failure(.refused(Refusal(refused)), .connecting)
                }
            } catch {
                return failure(.malformed(error), .connecting)
            }
        }
        return failure(.link(error), phase)
    }
}
