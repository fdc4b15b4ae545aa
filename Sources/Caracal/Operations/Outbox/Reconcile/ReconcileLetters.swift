import Redis

/// The dead letters of the streams that are compared: a row whose entry is inside one was published.
struct ReconcileLetters {
    private let run: ReconcileRun

    init(_ run: ReconcileRun) { self.run = run }

    /// Reads the dead letters of a stream.
    ///
    /// - Parameters:
    ///   - number: the number of the stream.
    ///   - each: is given the `outbox_id` of each, and how to learn why consumers skip the message inside: nil where they do not, or where
    ///     that is not known.
    func read(
        of number: Int,
        each: (_ id: Span<UInt8>, _ refusal: () throws -> SkipReason?) throws -> Void,
        betweenPages: () throws -> Void = {}
    ) throws {
        var letters = DeadLetterReader()
        for target in SignatureTarget.deadLetters where target.source?.key == run.streams[number].key {
            guard let source = target.source else { continue }
            let look = StreamLook(streams: [target.stream], includesGroups: false)
            let seen = try run.channel.run { connection throws(RedisError) in
                try look.runWithoutRights(on: connection)
            }.streams[0]
            run.note(seen)
            switch seen.state {
            case .missing, .stream: break
            // What is there now tells nothing of what was there.
            case .otherType: run.unreadable.insert(number)
            case .refused(let refusal):
                run.note(refusal, of: target.key)
                run.unreadable.insert(number)
            }
            guard seen.state.info != nil else { continue }
            var size = EntryPageSize()
            let isWhole = try run.scan(target.key, EntryID.zero...EntryID.maximum, size: &size) { _, fields, bytes in
                switch letters.read(fields, in: bytes, of: source) {
                case .none, .malformed: break
                case .inPlace:
                    guard let name = ReconcileRun.outboxID(letters.fields, bytes) else { return }
                    let fields = letters.fields
                    try each(bytes.span.extracting(name)) {
                        try run.refusal(ofSource: fields, bytes, from: source, of: number)
                    }
                case .copied:
                    let message = letters.message
                    guard let index = message.lastIndex(of: FieldName.outboxID) else { return }
                    try each(Array(message.value(at: index)).span) {
                        try run.refusal(ofSource: message.fields, message.bytes, from: source, of: number)
                    }
                }
            } betweenPages: {
                try betweenPages()
            }
            if !isWhole { run.unreadable.insert(number) }
        }
    }
}
