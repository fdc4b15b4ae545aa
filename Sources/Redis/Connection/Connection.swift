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
    /// What the server said of itself when it authenticated us.
    package internal(set) var server = ServerIdentity()
    /// How often it sent something and waited for the replies, letting in included.
    package private(set) var roundTrips = 0

    /// The certificate the server has shown; nil without TLS.
    package var certificate: ServerCertificate? { link.certificate }
    /// What further connections of the same TLS policy can share; nil without TLS.
    var tlsContext: TLSContext? { (link as? TLSLink)?.context }
    /// Whether more can be asked of it: not once it was closed, by us or because something was wrong with it.
    package private(set) var isOpen = true

    /// What it does by itself when the server is not ready, or is lost; nil for nothing.
    package var retry: RetryPolicy?

    /// What it tells of its requests; nil where nobody wants to know.
    private var trace: RequestTrace?
    private var link: any Link
    private var encoder = CommandEncoder()
    private var parser: ReplyParser
    /// How many commands wait to be sent.
    private var waiting = 0
    /// How many replies are still to come.
    private var owed = 0
    /// Questions that were sent along with the handshake. Their replies are owed: the first `pipeline` of the same commands
    /// takes them.
    private var questionsAhead: [Command] = []
    /// Why nothing more can come from it; nil as long as it can be used.
    private var loss: RedisError.Cause?

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
        SentSecrets.note(endpoint.credentials?.password)
    }

    deinit {
        link.close()
    }

    // MARK: Sending

    /// Puts a command behind those that wait to be sent.
    package func enqueue(_ command: Command) {
        encoder.append(command)
        waiting += 1
    }

    /// Hands all waiting commands to the kernel, reading what arrives in between.
    package func flush(until deadline: Deadline) throws(RedisError) {
        guard waiting > 0 else { return }
        try dropQuestionsAhead(until: deadline)
        try sendWaiting(until: deadline)
    }

    /// The same, with questions behind the waiting commands. The next `pipeline` of the same questions takes their replies;
    /// before anything else is sent they are dropped.
    ///
    /// - Parameter questions: commands that only read.
    func flush(askingAhead questions: [Command], until deadline: Deadline) throws(RedisError) {
        for question in questions { enqueue(question) }
        try sendWaiting(until: deadline, ahead: questions.count)
        questionsAhead = questions
    }

    private func sendWaiting(until deadline: Deadline, ahead: Int = 0) throws(RedisError) {
        let frames = encoder.bytes
        try transmit(frames.span, commands: waiting, ahead: ahead, until: deadline)
        encoder.removeAll(keepingCapacity: true)
        waiting = 0
    }

    /// Hands commands that are encoded already to the kernel, reading what arrives in between; each of them is owed a reply
    /// from then on.
    package func send(_ frames: Span<UInt8>, commands: Int, until deadline: Deadline) throws(RedisError) {
        try dropQuestionsAhead(until: deadline)
        try transmit(frames, commands: commands, until: deadline)
    }

    /// - Parameter ahead: how many of the commands, the last ones, are questions that are sent ahead.
    private func transmit(
        _ frames: Span<UInt8>,
        commands: Int,
        ahead: Int = 0,
        until deadline: Deadline
    ) throws(RedisError) {
        if Trace.isOn { traceSending(frames, commands, ahead) }
        try prepareToSend()
        let deadline = timeouts.capped(deadline)
        let isFirst = owed == 0
        owed += commands
        roundTrips += 1
        var sent = 0
        while sent < frames.count {
            do throws(LinkError) {
                let count = try link.write(frames.extracting(sent...))
                sent += count
                if count > 0 { continue }
                try link.wait(toWrite: true, until: deadline)
                // A peer that sends on and on must not outlast the deadline.
                if try readAvailable(), deadline.hasPassed { throw LinkError.timedOut(after: deadline.allowance) }
            } catch {
                // Of one command an incomplete frame cannot run; of several, the first ones can.
                throw lost(error, while: isFirst && (commands == 1 || sent == 0) ? .sending : .awaiting)
            }
        }
    }

    /// Who begins to listen while replies are due would take them for those to what follows.
    private func traceSending(_ frames: Span<UInt8>, _ commands: Int, _ ahead: Int) {
        if trace == nil, owed == 0 { trace = RequestTrace(to: endpoint) }
        trace?.sent(frames, commands: commands, ahead: ahead)
    }

    /// Waits for the replies to questions that were sent ahead, and drops them: what is sent next has replies of its own.
    func dropQuestionsAhead(until deadline: Deadline) throws(RedisError) {
        guard !questionsAhead.isEmpty else { return }
        let count = questionsAhead.count
        questionsAhead = []
        for _ in 0..<count { _ = try receive(until: deadline) }
    }

    /// Nothing is sent where nothing can come back, and what arrived while nothing was owed must not be taken for the
    /// answer to what is sent next.
    private func prepareToSend() throws(RedisError) {
        if let loss { throw RedisError(endpoint, .sending, loss) }
        guard owed == 0, roundTrips > 0 else { return }
        try readAvailable(.sending)
        try refuseSurplus(.sending)
    }

    // MARK: Receiving

    /// The next reply, into storage that is used again; error replies are returned, pushes are dropped and do not extend the
    /// deadline.
    package func receive(into reply: inout Reply, until deadline: Deadline) throws(RedisError) {
        let deadline = timeouts.capped(deadline)
        var wasLate = false
        while try !takeReply(into: &reply) {
            // What lies there is looked at however late we come to it, once: a peer that sends on and on has no more time.
            if wasLate { throw failure(.link(.timedOut(after: deadline.allowance)), .awaiting) }
            wasLate = try awaitBytes(until: deadline)
        }
    }

    /// The next reply if it has arrived, into storage that is used again; false, without waiting, if it has not.
    package func receiveArrived(into reply: inout Reply) throws(RedisError) -> Bool {
        if try takeReply(into: &reply) { return true }
        try readAvailable(.awaiting)
        return try takeReply(into: &reply)
    }

    /// The next reply among the bytes at hand; false when there is none.
    private func takeReply(into reply: inout Reply) throws(RedisError) -> Bool {
        precondition(owed > 0, "a reply was asked for that no command is owed")
        while try parse(into: &reply, .awaiting) {
            if reply.kind(of: 0) == .push { continue }
            owed -= 1
            trace?.received(reply)
            if owed == 0 { try refuseSurplus(.awaiting) }
            return true
        }
        return false
    }

    /// Waits for bytes if none are there; whether some were, and the deadline had passed when they were looked for.
    private func awaitBytes(until deadline: Deadline) throws(RedisError) -> Bool {
        let isLate = deadline.hasPassed
        do {
            if try readAvailable() { return isLate }
            try link.wait(toWrite: false, until: deadline)
            return false
        } catch {
            throw failure(.link(error), .awaiting)
        }
    }

    private func readAvailable(_ phase: RedisError.Phase) throws(RedisError) {
        do { _ = try readAvailable() } catch { throw failure(.link(error), phase) }
    }

    /// Takes in what has arrived; whether there was anything. Throws when the peer has hung up.
    private func readAvailable() throws(LinkError) -> Bool {
        var progress = ReadProgress.nothingYet
        try parser.append(capacity: Self.readSize) { (buffer: inout OutputSpan<UInt8>) throws(LinkError) in
            progress = try link.read(into: &buffer)
        }
        if progress == .end { throw .disconnected(reason: nil) }
        return progress == .appended
    }

    /// When nothing is owed any more, what is left over was never asked for (pushes excepted).
    private func refuseSurplus(_ phase: RedisError.Phase) throws(RedisError) {
        var surplus = Reply()
        while !parser.isIdle, try parse(into: &surplus, phase) {
            if surplus.root.kind == .push { continue }
            throw failure(.unexpected("it sent a reply that no command had asked for"), phase)
        }
    }

    private func parse(into reply: inout Reply, _ phase: RedisError.Phase) throws(RedisError) -> Bool {
        do {
            return try parser.next(into: &reply)
        } catch {
            throw failure(.malformed(error), phase)
        }
    }

    // MARK: Ending, and beginning anew

    /// Whether it can take another command: it is open, owed nothing, and the server has not hung up.
    package var isReusable: Bool {
        isOpen && owed == 0 && parser.isIdle && (try? prepareToSend()) != nil
    }

    /// Ends the connection.
    package func close() {
        isOpen = false
        trace?.abandoned()
        link.close()
    }

    /// An error about this connection; it is closed, since nothing more can be trusted to come from it.
    package func failure(_ cause: RedisError.Cause, _ phase: RedisError.Phase) -> RedisError {
        let error = RedisError(endpoint, phase, cause)
        guard error.refusal == nil else { return error }
        trace?.lost(to: error)
        close()
        loss = cause
        return error
    }

    /// Takes the place of another connection, which is used up by that: what was owed on this one is forgotten.
    func adopt(_ other: Connection) {
        swap(&link, &other.link)
        endpoint = other.endpoint
        (server, isNamed) = (other.server, other.isNamed)
        parser = other.parser
        trace = other.trace
        encoder.removeAll(keepingCapacity: true)
        (waiting, owed, roundTrips) = (0, 0, roundTrips + other.roundTrips)
        questionsAhead = []
        (loss, isOpen) = (nil, true)
    }

    /// A server that turns a client away says why and closes, and our first write may fail before that is read.
    private func lost(_ error: LinkError, while phase: RedisError.Phase) -> RedisError {
        if case .disconnected = error, roundTrips == 1 {
            _ = try? readAvailable()
            do {
                if let refused = try parser.next()?.root.error {
                    let error = failure(.refused(Refusal(refused)), .connecting)
                    trace?.lost(to: error)
                    close()
                    return error
                }
            } catch {
                return failure(.malformed(error), .connecting)
            }
        }
        return failure(.link(error), phase)
    }
}

// MARK: - Opening

extension Connection {
    /// Connects and is let in (HELLO, AUTH, SELECT), within `timeouts.connect`.
    ///
    /// - Parameters:
    ///   - name: the client name to take; one that no other connection has, unless given.
    ///   - questions: what will be asked first: commands that only read. They are sent along with HELLO, and the first `pipeline`
    ///     of the same commands takes their replies, which spares a round trip.
    package static func open(
        _ endpoint: Endpoint,
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName(),
        asking questions: [Command] = []
    ) throws(RedisError) -> Connection {
        try open(endpoint, timeouts: timeouts, name: name, asking: questions, until: .after(timeouts.connect))
    }

    /// The same under a deadline of its own, and with limits to what the peer may send.
    ///
    /// - Parameter context: that of a connection with the same TLS policy, whose files need not be read again then.
    static func open(
        _ endpoint: Endpoint,
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName(),
        asking questions: [Command] = [],
        until deadline: Deadline,
        limits: ReplyLimits = .standard,
        sharing context: TLSContext? = nil
    ) throws(RedisError) -> Connection {
        let deadline = timeouts.capped(deadline)
        let dial = { () throws(RedisError) -> Connection in
            do throws(LinkError) {
                let link = try Dial.open(endpoint, sharing: context, until: deadline)
                return Connection(endpoint: endpoint, timeouts: timeouts, name: name, link: link, limits: limits)
            } catch {
                throw RedisError(endpoint, .connecting, .link(error))
            }
        }
        let first = try dial()
        let handshake = Handshake(connection: first, deadline: deadline, questions: questions)
        guard case .hungUpOnHello(let refusal) = try handshake.run() else { return first }
        first.close()
        let second = try dial()
        do throws(RedisError) {
            try Handshake(connection: second, deadline: deadline, saysHello: false).run()
        } catch {
            // It hangs up on whatever is said: its words on HELLO are the only ones there are.
            if case .link(.disconnected) = error.cause { throw refusal }
            throw error
        }
        return second
    }
}

// MARK: - Several commands

extension Connection {
    /// Sends commands in one go; their replies are to be received.
    package func send(_ commands: [Command], until deadline: Deadline) throws(RedisError) {
        for command in commands { enqueue(command) }
        try flush(until: deadline)
    }

    /// The next reply, an error reply too.
    package func receive(until deadline: Deadline) throws(RedisError) -> Reply {
        var reply = Reply()
        try receive(into: &reply, until: deadline)
        return reply
    }

    /// Sends commands in one go and returns their replies, error replies included, in the same order.
    func exchange(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        // Of no commands nothing is sent, and the replies to the questions stay owed.
        if commands == questionsAhead { questionsAhead = [] } else { try send(commands, until: deadline) }
        var replies: [Reply] = []
        replies.reserveCapacity(commands.count)
        for _ in commands { replies.append(try receive(until: deadline)) }
        return replies
    }
}
