import Redis

/// What a page of `watch` is about that no frame has: the oldest pending entries of a group, the newest dead letters of a stream, one
/// entry.
package enum WatchTarget: Sendable, Equatable {
    /// The pending entries of a group, of one consumer or of all.
    case pending(StreamDefinition, group: [UInt8], consumer: [UInt8]?)
    /// The dead letters of a stream.
    case deadLetters(StreamDefinition)
    /// One entry.
    case entry(key: [UInt8], EntryID)

    /// How many lines of a list are asked for.
    package static let limit = 100

    /// Looks, in one round trip; nothing is changed.
    package func look(on connection: any CommandChannel) throws(RedisError) -> WatchDetail {
        switch self {
        case .pending(let stream, let group, let consumer):
            let request = XPending(key: stream.key, group: group, count: Self.limit, consumer: consumer)
            return WatchDetail(try connection.ask(request)) { .pending($0) }
        case .deadLetters(let stream):
            let targets = Self.deadLetters(of: stream)
            var items: [DeadLetterGlance.Item] = []
            let answers = try connection.ask(targets.map { XRevRange(key: $0.key, count: Self.limit) })
            for (target, answer) in zip(targets, answers) {
                if let refusal = answer.refusal { return .refused(refusal) }
                items += answer.value.map { DeadLetterGlance.items($0, of: target) } ?? []
            }
            return .deadLetters(items.sorted { $0.id > $1.id })
        case .entry(let key, let id):
            let answer = try connection.ask(XRange(key: key, first: id, last: id, count: 1))
            return WatchDetail(answer) { list in
                var entries = list
                return .entry(entries.advance() ? Message(entries.fields, in: entries.bytes) : nil)
            }
        }
    }

    /// The audit events have two streams of them.
    private static func deadLetters(of stream: StreamDefinition) -> [SignatureTarget] {
        let own = SignatureTarget(key: stream.key)
        guard own.source == nil else { return [own] }
        let isAudit = stream.name.utf8.elementsEqual(StreamTable.auditEvents.utf8)
        return ([stream.deadLetterName] + (isAudit ? [StreamTable.auditDeadLetters] : [])).map {
            SignatureTarget(key: Array($0.utf8))
        }
    }
}

/// What was found of a `WatchTarget`.
package enum WatchDetail: Sendable, Equatable {
    /// The oldest pending entries.
    case pending([PendingEntry])
    /// The newest dead letters, the newest first.
    case deadLetters([DeadLetterGlance.Item])
    /// An entry; nil when it is not there.
    case entry(Message?)
    /// The server would not say.
    case refused(Refusal)

    fileprivate init<Value>(_ answer: Result<Value, Refusal>, _ detail: (Value) -> WatchDetail) {
        switch answer {
        case .success(let value): self = detail(value)
        case .failure(let refusal): self = .refused(refusal)
        }
    }
}
