import Redis

/// A dead letter with all that is in it: `dlq show`.
package struct DeadLetterDetail: Sendable, Equatable {
    /// The dead letter.
    package let item: DeadLetterList.Item
    /// Where its source entry came from.
    package let source: [UInt8]
    /// Its own fields, in their order.
    package let fields: Message
    /// Its own signature; nil for a shape that has none.
    package let signature: SignatureVerdict.Outcome?
    /// The source's fields as they were; nil when they cannot be restored.
    package let restored: Message?
    /// The fields of the event inside the source, nested ones as compact JSON; nil when there is no event in it.
    package let event: Message?

    /// Looks for dead letters with one of these ids in all streams of a selection.
    package static func find(
        _ ids: [StreamPosition],
        in targets: [SignatureTarget],
        on connection: any CommandChannel,
        keys: SignatureKeys,
        clock: UInt64
    ) throws -> [DeadLetterDetail] {
        var judge = try DeadLetterJudge(keys: keys)
        var verifier = try SignatureVerifier(keys: keys)
        var details: [DeadLetterDetail] = []
        var unseen: Refusal?
        for id in ids {
            let walk = DeadLetterWalk(DeadLetterSelection(targets: targets, since: id, until: id))
            for stream in try walk.look(on: connection, clock: clock).streams {
                let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) { visit, judge in
                    details.append(try DeadLetterDetail(visit, &judge, &verifier))
                    return true
                }
                guard let refusal else { continue }
                guard connection.isLost(stream.target.key) else {
                    throw connection.refused(refusal)
                }
                unseen = refusal
            }
        }
        // What was not found may lie with the server of a cluster that cannot be reached.
        let isFound = { (id: StreamPosition) in
            details.contains { id.first(now: 0) <= $0.item.id && $0.item.id <= id.last(now: 0) }
        }
        if let unseen, !ids.allSatisfy(isFound) { throw connection.refused(unseen) }
        return details
    }

    private init(
        _ visit: DeadLetterWalk.Visit,
        _ judge: inout DeadLetterJudge,
        _ verifier: inout SignatureVerifier
    ) throws {
        var restored: Message?
        let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: visit.stream.source) {
            fields,
            bytes,
            _ in
            restored = Message(fields, in: bytes)
        }
        item = DeadLetterList.Item(visit, letter)
        source = visit.stream.source.key
        fields = Message(visit.fields, in: visit.bytes)
        let isSigned = visit.head.shape == .service
        signature =
            isSigned
            ? try verifier.verify(stream: visit.stream.target.key, visit.fields, in: visit.bytes).outcome : nil
        event = restored.flatMap { restored in
            restored.lastIndex(of: FieldName.data).flatMap { Message(object: restored.value(at: $0)) }
        }
        self.restored = restored
    }
}

extension Message {
    /// A copy of fields that lie elsewhere.
    init(_ fields: [FieldRange], in bytes: [UInt8]) {
        for field in fields { append(name: bytes[field.name], value: bytes[field.value]) }
    }

    /// The members of a JSON object; nil when it is none.
    fileprivate init?(object text: ArraySlice<UInt8>) {
        var scanner = MessageScanner()
        var message = Message()
        do throws(JSONError) { try scanner.scan(Array(text), 0..<text.count, into: &message) } catch { return nil }
        self = message
    }
}
