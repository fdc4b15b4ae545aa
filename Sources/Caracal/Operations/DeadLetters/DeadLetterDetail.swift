import Redis

/// A dead letter with all that is in it: `dlq show`.
package struct DeadLetterDetail: Sendable, Equatable {
    /// The dead letter.
    package let item: DeadLetterList.Item
    /// Where its source entry came from.
    package let source: [UInt8]
    /// Its own signature; nil for a shape that has none.
    package let signature: SignatureVerdict.Outcome?
    /// The members of the event inside the source; nil when there is no event in it.
    package let event: Message?

    /// What was found of dead letters that were looked for.
    package struct Report: Sendable, Equatable {
        /// Those that were found.
        package internal(set) var details: [DeadLetterDetail] = []
        /// Those that are not there.
        package internal(set) var absent: [StreamPosition] = []
        /// Ids that were named, and of which several streams have dead letters.
        package internal(set) var shared: [SharedDeadLetterID] = []
        /// Keys that hold something else.
        package internal(set) var wrongTypes: [Finding] = []

        /// A report on no dead letters yet.
        package init() {}
    }

    /// Looks for the dead letters of a selection that names them.
    package static func find(
        _ selection: DeadLetterSelection,
        on connection: any CommandChannel,
        keys: SignatureKeys,
        clock: UInt64
    ) throws -> Report {
        var judge = try DeadLetterJudge(keys: keys)
        var verifier = try SignatureVerifier(keys: keys)
        var report = Report()
        var unseen: Refusal?
        let walk = DeadLetterWalk(selection)
        let streams = try walk.look(on: connection, clock: clock).streams
        for stream in streams {
            let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) { visit, judge in
                report.details.append(try DeadLetterDetail(visit, &judge, &verifier))
                return true
            }
            guard let refusal else { continue }
            guard connection.isLost(stream.target.key) else { throw connection.refused(refusal) }
            unseen = refusal
        }
        report.wrongTypes = streams.compactMap(\.wrongType)
        report.absent = selection.absent(among: report.details.map(\.item.id))
        report.shared = selection.shared(among: report.details.map { ($0.item.stream, $0.item.id) })
        // What was not found may lie with the server of a cluster that cannot be reached.
        if let unseen, !report.absent.isEmpty { throw connection.refused(unseen) }
        report.details = Self.ordered(report.details, as: selection.ids)
        return report
    }

    /// In the order in which they were named.
    private static func ordered(_ details: [DeadLetterDetail], as ids: [StreamPosition]) -> [DeadLetterDetail] {
        var rest = details
        return ids.flatMap { id in
            let named = rest.filter { id.contains($0.item.id) }
            rest.removeAll { id.contains($0.item.id) }
            return named
        }
    }

    /// The ids of the dead letters of a selection, and whether there are more than `limit`: the newest of all streams, or the oldest,
    /// stream by stream.
    package static func ids(
        of selection: DeadLetterSelection,
        limit: Int,
        isNewestFirst: Bool,
        on connection: any CommandChannel,
        clock: UInt64
    ) throws -> (ids: [StreamPosition], hasMore: Bool) {
        var judge = try DeadLetterJudge(keys: SignatureKeys())
        let list = DeadLetterList(selection: selection, limit: limit, isNewestFirst: isNewestFirst)
        let report = try list.run(on: connection, &judge, clock: clock)
        if let refusal = report.refusals.first?.refusal { throw connection.refused(refusal) }
        return (report.items.map { .id($0.id) }, report.hasMore)
    }

    private init(
        _ visit: DeadLetterWalk.Visit,
        _ judge: inout DeadLetterJudge,
        _ verifier: inout SignatureVerifier
    ) throws {
        item = try DeadLetterList.Item(visit, &judge)
        source = visit.stream.source.key
        let isSigned = visit.head.shape == .service
        signature =
            isSigned
            ? try verifier.verify(stream: visit.stream.target.key, visit.fields, in: visit.bytes).outcome : nil
        event = item.restored.flatMap { restored in
            restored.lastIndex(of: FieldName.data).flatMap { Message(object: restored.value(at: $0)) }
        }
    }
}

extension Message {
    /// A copy of fields that lie elsewhere.
    init(_ fields: [FieldRange], in bytes: [UInt8]) {
        self.init()
        reserve(fields.reduce(0) { $0 + $1.name.count + $1.value.count }, fields: fields.count)
        for field in fields { append(name: bytes[field.name], value: bytes[field.value]) }
    }
}
