import RESP
import Redis

/// How the bus stands against limits: `check`.
///
/// Four round trips at most: the streams, their groups (`PendingSummary`), dead letters and the server, and the newest entries where
/// there is a key for their signatures. More only where a figure that the server does not tell has to be counted before it can
/// be judged.
package struct Check {
    /// The streams, each with its dead letters.
    package let streams: [StreamDefinition]
    /// What to judge by.
    package let limits: CheckLimits
    /// The keys to check the newest signatures with.
    package let keys: SignatureKeys
    /// Whether a missing signature is a failure.
    package let requiresSignatures: Bool

    package init(
        streams: [StreamDefinition] = StreamTable.all,
        limits: CheckLimits = CheckLimits(),
        keys: SignatureKeys = SignatureKeys(),
        requiresSignatures: Bool = true
    ) {
        self.streams = streams
        self.limits = limits
        self.keys = keys
        self.requiresSignatures = requiresSignatures
    }

    /// Looks; nothing is changed.
    package func run(on connection: any CommandChannel) throws -> CheckReport {
        let pending = PendingLimits(maxIdle: limits.oldest.settled, lagLimit: limits.lag.settled ?? 0)
        // A replica that never received its master's data is a fault that is told, and not an error.
        let seen = try StreamLook(streams: streams, includesGroups: true).run(on: connection)
        let look = try PendingSummary(streams: streams, limits: pending).run(seen, on: connection)
        let groups = look.groups
        let others = try CheckLook(streams: streams).run(on: connection)
        let signatures = try signatureFaults(look.streams, on: connection)
        let isMemoryJudged = limits.memory != .off
        var faults = others.writes.flatMap { $0.faults }
        // A replica that never received its master's data is one thing that is wrong, and not one for each stream.
        let isReplica = faults.contains { if case .replica = $0 { true } else { false } }
        let isEmptyReplica = isReplica && look.streams.allSatisfy { $0.state == .missing }
        if !isEmptyReplica { faults += look.streams.compactMap(fault) }
        // Nor does it tell how many dead letters there are.
        let deadLetters = isEmptyReplica ? [] : others.deadLetters.map(measure)
        let figures = groups.flatMap(measures) + deadLetters + [measure(others.memory)]
        faults += groups.compactMap(fault)
        faults += signatures.faults
        // Where memory is judged, its figure says so.
        if !isMemoryJudged, others.memory.memory.refusesWrites {
            faults.append(.writesRefused(server: others.memory.name, .memory))
        }
        faults += look.streams.compactMap { future($0, now: look.now) }
        faults += groups.compactMap { skipped($0, look.streams) }
        return CheckReport(
            streams: isEmptyReplica ? [] : look.streams,
            groups: groups,
            memory: others.memory.memory,
            measures: figures,
            faults: faults,
            unlooked: unlooked(others.writes, look) + signatures.unlooked
        )
    }

    /// What is not known and has no figure of its own, in words.
    private func unlooked(_ writes: [WriteReadiness], _ look: PendingReport) -> [String] {
        let untold = writes.compactMap { $0.untold }.first
        let clock = look.now == nil ? "ids of the future (no right to TIME)" : nil
        let missing = [keys.fields == nil ? "fields" : nil, keys.audit == nil ? "audit" : nil].compactMap { $0 }
        let signatures =
            missing.isEmpty
            ? nil : missing.count == 2 ? "signatures (no key)" : "signatures of the \(missing[0]) scheme (no key)"
        return [untold, clock, signatures].compactMap { $0 }
    }

    /// What is wrong with the signatures of the newest entries, as far as there are keys.
    private func signatureFaults(
        _ streams: [ObservedStream],
        on connection: any CommandChannel
    ) throws -> (faults: [CheckFault], unlooked: [String]) {
        guard keys.fields != nil || keys.audit != nil else { return ([], []) }
        let held = streams.filter {
            ($0.state.info?.length ?? 0) > 0 && SignatureTarget(key: $0.definition.key).source == nil
        }
        let pages = try connection.pipeline(held.map(ServerLook.newest))
        let report = try ServerLook.checkSignatures(
            of: zip(held, pages).map { (stream: $0, page: $1) },
            keys,
            requiresSignatures: requiresSignatures,
            on: connection
        )
        let found = report.findings.filter {
            ![Finding.Code.unchecked, .refused].contains($0.code) && $0.severity != .note
        }
        var (faults, unlooked): ([CheckFault], [String]) = (found.map { .signatures($0) }, [])
        // What may not be read is not known to be wrong.
        for stream in report.streams {
            guard case .refused(let refusal) = stream.state else { continue }
            if refusal.kind != .noPermission {
                faults.append(.stream(.refused(stream.target.stream, refusal)))
            } else if unlooked.isEmpty {
                unlooked = ["signatures (no right to XREVRANGE)"]
            }
        }
        return (faults, unlooked)
    }

    private func future(_ observed: ObservedStream, now: UInt64?) -> CheckFault? {
        guard let now, let last = observed.state.info?.lastGeneratedID else { return nil }
        if last == .maximum { return .lastID(observed.definition) }
        let (ahead, isPast) = last.milliseconds.subtractingReportingOverflow(now)
        return isPast || ahead <= Self.leeway ? nil : .futureID(observed.definition, ahead: ahead)
    }

    /// So far ahead, in milliseconds, an id may be made by a clock that was set right since.
    private static let leeway: UInt64 = 2_000

    private func skipped(_ group: GroupStanding, _ streams: [ObservedStream]) -> CheckFault? {
        let stream = streams.first { $0.definition == group.stream }?.state.info
        guard group.isCounted, let stream, group.hasSkipped(in: stream) == true else { return nil }
        return .skipped(group.stream, group: group.name)
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
        observed.problem.map { .stream($0) }
    }

    private func fault(_ group: GroupStanding) -> CheckFault? {
        guard group.info != nil else {
            return group.definition.flatMap { $0.hasPublicConsumer ? .missingGroup(group.stream, $0) : nil }
        }
        guard group.isCounted, let loss = group.loss else { return nil }
        return .lost(group.stream, group: group.name, loss)
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
