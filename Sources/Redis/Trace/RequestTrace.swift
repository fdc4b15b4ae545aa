import RESP

/// The requests of one connection that are still to be answered, in the order in which they were sent.
struct RequestTrace {
    private let target: String
    private let password: Secret
    private var batches: [Batch] = []

    /// Commands that were sent at once.
    private struct Batch {
        let start = ContinuousClock.now
        let count: Int
        /// Each of them; of many only the first.
        let commands: [ShownCommand]
        var answered = 0
        var bytes = 0
        var refused = 0
        var code: String?

        var isMany: Bool { count > RequestTrace.limit }
    }

    /// Of more commands that are sent at once only their number and the first one are told.
    private static let limit = 20

    init(to endpoint: Endpoint) {
        target = endpoint.description
        password = endpoint.credentials?.password ?? Secret([])
    }

    /// Notes that commands are sent, encoded as they are.
    ///
    /// - Parameter ahead: how many of them, the last ones, are questions that are sent ahead: a request of their own.
    mutating func sent(_ frames: Span<UInt8>, commands count: Int, ahead: Int = 0) {
        var parser = ReplyParser()
        parser.append(frames.withUnsafeBufferPointer { Array($0) })
        for count in [count - ahead, ahead] where count > 0 { note(count, &parser) }
    }

    private mutating func note(_ count: Int, _ parser: inout ReplyParser) {
        var commands: [ShownCommand] = []
        let wanted = count > Self.limit ? 1 : count
        while commands.count < wanted, let frame = try? parser.next() {
            commands.append(ShownCommand(frame.root.elements.map { Array($0.text ?? []) }, hiding: password))
        }
        while commands.count < wanted { commands.append(ShownCommand([])) }
        batches.append(Batch(count: count, commands: commands))
    }

    /// Notes the next reply, and tells of the request when it is the last one due.
    mutating func received(_ reply: Reply) {
        guard !batches.isEmpty else { return }
        batches[0].answered += 1
        batches[0].bytes += reply.bytes.count
        let refusal = reply.root.error.map(Refusal.init)
        if let refusal {
            batches[0].refused += 1
            batches[0].code = batches[0].code ?? refusal.code
        }
        let batch = batches[0]
        if !batch.isMany {
            tell(
                batch,
                at: batch.answered - 1,
                refusal.map { refused($0, batch.commands[batch.answered - 1]) } ?? Self.outcome(reply)
            )
        } else if batch.answered == batch.count {
            tell(batch, at: 0, .replies(batch.count, bytes: batch.bytes, refused: batch.refused, code: batch.code))
        }
        if batch.answered == batch.count { batches.removeFirst() }
    }

    /// Tells that there will be no replies to what is left.
    mutating func lost(to error: RedisError) {
        let password = password
        close { answered in
            if let refusal = error.refusal { return .refused(refusal.blanking(password).message) }
            return .failed(error, answered: answered)
        }
    }

    /// Tells that nobody waits for what is left.
    mutating func abandoned() { close { .abandoned(answered: $0) } }

    private mutating func close(_ outcome: (Int) -> TraceEvent.Outcome) {
        for batch in batches {
            if batch.isMany {
                tell(batch, at: 0, outcome(batch.answered))
            } else {
                for place in batch.answered..<batch.count { tell(batch, at: place, outcome(0)) }
            }
        }
        batches = []
    }

    private func tell(_ batch: Batch, at place: Int, _ outcome: TraceEvent.Outcome) {
        let command = batch.commands[place]
        Trace.tell(
            TraceEvent(
                target: target,
                subject: batch.isMany
                    ? .pipeline(first: command, count: batch.count)
                    : .command(command, number: place + 1, of: batch.count),
                duration: batch.start.duration(to: .now),
                outcome: outcome
            )
        )
    }

    /// Servers may repeat what they were sent.
    private func refused(_ refusal: Refusal, _ command: ShownCommand) -> TraceEvent.Outcome {
        .refused(command.blanking(refusal).message)
    }

    private static func outcome(_ reply: Reply) -> TraceEvent.Outcome {
        .reply(reply.kind(of: 0), values: reply.count(of: 0), bytes: reply.bytes.count, number: reply.root.integer)
    }
}

extension Refusal {
    /// The first word of what the server said, where it is one of its own: upper-case letters.
    fileprivate var code: String {
        let word = message.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        return word.isEmpty ? "ERR" : String(decoding: word.prefix(24), as: UTF8.self)
    }
}
