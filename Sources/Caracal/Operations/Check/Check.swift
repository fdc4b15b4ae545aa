import RESP
import Redis

/// How the bus stands against limits: `check`.
///
/// Three round trips at most: the streams, their groups (`PendingSummary`), dead letters and memory. More only where a figure that
/// the server does not tell has to be counted before it can be judged.
package struct Check: Sendable {
    /// The streams, each with its dead letters.
    package let streams: [StreamDefinition]
    /// What to judge by.
    package let limits: CheckLimits

    /// Describes a check.
    package init(streams: [StreamDefinition] = StreamTable.all, limits: CheckLimits = CheckLimits()) {
        self.streams = streams
        self.limits = limits
    }

    /// Looks; nothing is changed.
    package func run(on connection: any CommandChannel) throws(RedisError) -> CheckReport {
        let pending = PendingLimits(maxIdle: limits.oldest.settled)
        let look = try PendingSummary(streams: streams, limits: pending).run(on: connection)
        var groups = look.groups
        for index in groups.indices where groups[index].isCounted {
            try LagCount(threshold: limits.lag).settle(&groups[index], on: connection)
        }
        let others = try CheckLook(streams: streams).run(on: connection)
        return CheckReport(
            streams: look.streams,
            groups: groups,
            memory: others.memory.memory,
            measures: groups.flatMap(measures) + others.deadLetters.map(measure) + [measure(others.memory)],
            faults: look.streams.compactMap(fault) + groups.compactMap(fault)
        )
    }

    private func measures(_ group: GroupStanding) -> [CheckMeasure] {
        guard let info = group.info, group.isCounted else { return [] }
        let measure = { (figure: CheckMeasure.Figure, quantity: Quantity, threshold: Threshold, command: String) in
            let refusal = group.refusals.first { $0.missingRight?.commands.contains(command) == true }
            return CheckMeasure(figure, stream: group.stream, group: group.name, quantity, threshold, refusal: refusal)
        }
        return [
            measure(.lag, group.lag, limits.lag, "xrange"),
            measure(.pending, .exact(info.pending), limits.pending, "xpending"),
            measure(.oldest, group.oldestIdle ?? .exact(0), limits.oldest, "xpending"),
        ]
    }

    private func measure(_ deadLetters: CheckLook.DeadLetters) -> CheckMeasure {
        CheckMeasure(
            .deadLetters,
            stream: deadLetters.stream,
            deadLetters.count,
            limits.deadLetters,
            refusal: deadLetters.refusal
        )
    }

    /// Without `maxmemory` nothing can be judged; without the knowledge whether there is one, nothing is known.
    private func measure(_ server: FullestServer) -> CheckMeasure {
        let memory = server.memory
        let used = memory.used.value.map { Quantity.exact($0) } ?? .unknown
        switch memory.limit.value {
        case 0: return CheckMeasure(.memory, server: server.name, used, .off)
        case let limit?:
            return CheckMeasure(.memory, server: server.name, used, maximum: limit, limits.memory.share(of: limit))
        case nil:
            return CheckMeasure(.memory, server: server.name, used, .off, state: limits.memory == .off ? .ok : .unknown)
        }
    }

    private func fault(_ observed: ObservedStream) -> CheckFault? {
        switch observed.state {
        case .stream: nil
        case .missing: .missingStream(observed.definition)
        case .otherType(let type): .otherType(observed.definition, type)
        case .refused(let refusal): .refused(observed.definition, refusal)
        }
    }

    private func fault(_ group: GroupStanding) -> CheckFault? {
        guard group.info != nil else {
            return group.definition.flatMap { $0.hasPublicConsumer ? .missingGroup(group.stream, $0) : nil }
        }
        guard group.isCounted, case .exact(let count) = group.lost, count > 0 else { return nil }
        return .lost(group.stream, group: group.name, count: count)
    }
}

extension Threshold {
    /// Of limits in millionths, those of a whole.
    fileprivate func share(of whole: UInt64) -> Threshold {
        Threshold(warning: warning.map { Self.share($0, whole) }, critical: critical.map { Self.share($0, whole) })
    }

    private static func share(_ millionths: UInt64, _ whole: UInt64) -> UInt64 {
        let product = whole.multipliedFullWidth(by: millionths)
        return product.high < 1_000_000 ? UInt64(1_000_000).dividingFullWidth(product).quotient : .max
    }
}
