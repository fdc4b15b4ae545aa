import RESP
import Redis

/// How the bus stands against limits: `check`.
///
/// Two round trips: the streams, dead letters and the server; then the groups (`PendingSummary`), and the newest entries where there
/// is a key for their signatures. One more where keys for dead letters hold no stream, and where a group looks as if it stood beyond its
/// stream's end (`StreamLook`). Others only where a figure that the server does not tell has to be counted before it can be judged,
/// and of a cluster, whose servers are asked one by one.
package struct Check {
    /// The streams, each with its dead letters.
    package let streams: [StreamDefinition]
    /// What to judge by.
    package let limits: CheckLimits
    /// The keys to check the newest signatures with.
    package let keys: SignatureKeys
    /// The schemes whose keys are set and cannot be used.
    package let unusableKeys: [SignatureScheme]
    /// Whether a missing signature is a failure.
    package let requiresSignatures: Bool
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package let claimIdle: UInt64

    package init(
        streams: [StreamDefinition] = StreamTable.all,
        limits: CheckLimits = CheckLimits(),
        keys: SignatureKeys = SignatureKeys(),
        unusableKeys: [SignatureScheme] = [],
        requiresSignatures: Bool = true,
        claimIdle: UInt64 = 30_000
    ) {
        self.streams = streams
        self.limits = limits
        self.keys = keys
        self.unusableKeys = unusableKeys
        self.requiresSignatures = requiresSignatures
        self.claimIdle = claimIdle
    }

    /// Looks; nothing is changed.
    ///
    /// - Parameter outboxes: what a look at the outboxes came to; nil where no database is set.
    package func run(
        on connection: any CommandChannel,
        outboxes: OutboxSight<OutboxStatus.Report>? = nil
    ) throws -> CheckReport {
        let pending = PendingLimits(
            maxIdle: limits.oldest.settled,
            lagLimit: limits.lag.settled ?? 0,
            claimIdle: claimIdle
        )
        // A replica that never received its master's data is a fault that is told, and not an error.
        let (table, rest) = (StreamLook(streams: streams, includesGroups: true), CheckLook(streams: streams))
        let questions = table.commands
        let replies = try connection.look(questions + rest.commands(isCluster: connection.isCluster))
        let seen = try table.read(replies.prefix(questions.count), of: connection)
        let others = try rest.read(replies.dropFirst(questions.count), of: connection)
        let signed = signedStreams(seen.streams)
        let (look, pages) = try PendingSummary(streams: streams, limits: pending)
            .run(seen, beside: signed.map(ServerLook.newest), on: connection)
        let groups = look.groups
        let signatures = try signatureFaults(signed, pages, on: connection)
        var faults = others.writes.flatMap { $0.faults }
        // A replica that never received its master's data is one thing that is wrong, and not one for each stream.
        let isReplica = faults.contains { if case .replica = $0 { true } else { false } }
        let isEmptyReplica = isReplica && look.streams.allSatisfy { $0.state == .missing }
        if !isEmptyReplica { faults += look.streams.compactMap(fault) }
        // Nor does it tell how many dead letters there are.
        let deadLetters = isEmptyReplica ? [] : others.deadLetters.map(measure)
        let rows = OutboxJudgement(outboxes, limits)
        let figures = groups.flatMap(measures) + deadLetters + [measure(others.memory)] + rows.measures
        if !isEmptyReplica { faults += try otherDeadLetters(others.deadLetters, on: connection) }
        faults += groups.compactMap(fault)
        faults += signatures.faults
        let isFull = others.memory.memory.refusesWrites
        var servers = others.writes
        for index in servers.indices where servers[index].server == others.memory.name {
            servers[index].isFull = isFull
        }
        if isFull { faults.append(.writesRefused(server: others.memory.name, .memory)) }
        faults += look.streams.compactMap { future($0, now: look.now) }
        faults += groups.compactMap { skipped($0, look.streams) }
        faults += groups.compactMap(silent)
        faults += rows.faults
        return CheckReport(
            streams: isEmptyReplica ? [] : look.streams,
            groups: groups,
            now: look.now,
            memory: others.memory.memory,
            servers: servers,
            signatures: signatures.streams,
            measures: figures,
            faults: faults,
            unlooked: unlooked(others.writes, look) + signatures.unlooked + unseenConsumers(groups)
                + untoldSkips(groups, look.streams) + rows.unlooked,
            outboxes: outboxes
        )
    }

    /// What is not known and has no figure of its own.
    private func unlooked(_ writes: [WriteReadiness], _ look: PendingReport) -> [Unlooked] {
        let unknownWrites = writes.compactMap { $0.unknownPart }.first.map { Unlooked(.writes, $0) }
        let clock = look.now == nil ? Unlooked(.clock, "ids of the future (no right to TIME)", right: "time") : nil
        let signatures = uncheckedSignatures.map { Unlooked(.signatures, wasAsked: false, $0) }
        return [unknownWrites, clock, signatures].compactMap { $0 }
    }

    /// Which signatures there is no key for, and why; nil where there is one for all.
    private var uncheckedSignatures: String? {
        let missing = SignatureScheme.allCases.filter { scheme in
            switch scheme {
            case .fields: keys.fields == nil
            case .audit: keys.audit == nil
            }
        }
        guard !missing.isEmpty else { return nil }
        let isOfAll = missing.count == SignatureScheme.allCases.count
        if isOfAll, !missing.contains(where: unusableKeys.contains) { return "signatures (no key)" }
        let parts = missing.map { scheme in
            let reason = unusableKeys.contains(scheme) ? "\(scheme.keyVariable) cannot be used" : "no key"
            return "of the \(scheme.rawValue) scheme (\(reason))"
        }
        return "signatures \(parts.joined(separator: " and "))"
    }

    /// Whose readers could not be looked at.
    private func unseenConsumers(_ groups: [GroupStanding]) -> [Unlooked] {
        let unseen = groups.filter { $0.isCounted && ($0.info?.consumers ?? 0) > 0 && $0.consumers == nil }
        let reasons = [
            unseen.contains { $0.hasUnlistedConsumers }
                ? Unlooked(
                    .consumers,
                    "consumers of groups with more than \(Words.number(PendingLimits.listedConsumers))"
                ) : nil,
            unseen.contains { !$0.hasUnlistedConsumers }
                ? Unlooked(.consumers, "consumers (no right to XINFO CONSUMERS)", right: "xinfo|consumers") : nil,
        ]
        return reasons.compactMap { $0 }
    }

    /// Which groups may have been put behind entries, and nobody can tell.
    private func untoldSkips(_ groups: [GroupStanding], _ streams: [ObservedStream]) -> [Unlooked] {
        let untold = groups.filter(\.isCounted).compactMap { group -> StreamInfo? in
            let stream = streams.first { $0.definition == group.stream }?.state.info
            return stream.flatMap { group.hasSkipped(in: $0) == nil ? $0 : nil }
        }
        let reasons = [
            untold.contains { $0.maxDeletedID == nil } ? "not counted before Redis 7" : nil,
            untold.contains { $0.maxDeletedID != nil } ? "entries were deleted one by one" : nil,
        ]
        return reasons.compactMap { $0 }.map { Unlooked(.skipped, "skipped entries (\($0))") }
    }

    /// The streams whose newest entries are checked, as far as there are keys.
    private func signedStreams(_ streams: [ObservedStream]) -> [ObservedStream] {
        guard keys.fields != nil || keys.audit != nil else { return [] }
        return streams.filter {
            ($0.state.info?.length ?? 0) > 0 && SignatureTarget(key: $0.definition.key).source == nil
        }
    }

    /// What is wrong with the signatures of the newest entries.
    private func signatureFaults(
        _ held: [ObservedStream],
        _ pages: [Reply],
        on connection: any CommandChannel
    ) throws -> (streams: [CheckedStream], faults: [CheckProblem], unlooked: [Unlooked]) {
        guard !held.isEmpty else { return ([], [], []) }
        let report = try ServerLook.checkSignatures(
            of: zip(held, pages).map { (stream: $0, page: $1) },
            keys,
            requiresSignatures: requiresSignatures,
            on: connection
        )
        let found = report.findings.filter {
            ![Finding.Code.unchecked, .refused].contains($0.code) && $0.severity != .note
        }
        var (faults, unlooked): ([CheckProblem], [Unlooked]) = (found.map { .signatures($0) }, [])
        // What may not be read is not known to be wrong.
        for stream in report.streams {
            guard case .refused(let refusal) = stream.state else { continue }
            if refusal.kind != .noPermission {
                faults.append(.stream(.refused(stream.target.stream, refusal)))
            } else if unlooked.isEmpty {
                unlooked = [Unlooked(.signatures, "signatures (no right to XREVRANGE)", right: "xrevrange")]
            }
        }
        return (report.streams, faults, unlooked)
    }

    private func future(_ observed: ObservedStream, now: UInt64?) -> CheckProblem? {
        if observed.state.info?.lastGeneratedID == .maximum { return .lastID(observed.definition) }
        guard let ahead = observed.idLead(at: now), ahead > FutureEntries.leeway else { return nil }
        return .futureID(observed.definition, ahead: ahead)
    }

    /// What is wrong with keys for dead letters that hold no stream: the services cannot write dead letters there. Those of the table are
    /// among the streams.
    private func otherDeadLetters(
        _ deadLetters: [CheckLook.DeadLetters],
        on connection: any CommandChannel
    ) throws(RedisError) -> [CheckProblem] {
        let others = deadLetters.filter { $0.refusal?.kind == .wrongType }.map(\.stream)
            .filter { stream in !streams.contains { $0.key == stream.key } }
        guard !others.isEmpty else { return [] }
        let types = try connection.ask(others.map { KeyType(key: $0.key) })
        return zip(others, types).map { .stream(.otherType($0, OtherType($1))) }
    }

    private func skipped(_ group: GroupStanding, _ streams: [ObservedStream]) -> CheckProblem? {
        let stream = streams.first { $0.definition == group.stream }?.state.info
        guard group.isCounted, let stream, group.hasSkipped(in: stream) == true else { return nil }
        if let end = group.end(beyond: stream) { return .beyondEnd(group.stream, group: group.name, end) }
        // What is not to come was read, or passed over.
        let passed: UInt64? =
            if case .exact(let lag) = group.lag { stream.length - min(stream.length, lag) } else { nil }
        return .skipped(group.stream, group: group.name, atMost: passed)
    }

    /// A reader is silent by the limits of a pending entry: both mean that nobody works on what is there. A group without consumers has
    /// been silent for as long as the oldest entry waits.
    private func silent(_ group: GroupStanding) -> CheckProblem? {
        let age = group.lag.isCertainly(atLeast: 1) ? group.behind.flatMap { UInt64(exactly: $0) } : nil
        let unread = age.map { SilentReader(silence: $0, waiting: group.lag, consumers: 0) }
        guard group.isCounted, let reader = group.consumers?.isEmpty == true ? unread : group.silentReader else {
            return nil
        }
        let state = limits.oldest.state(of: .exact(reader.silence))
        return state == .ok ? nil : .silentReader(group.stream, group: group.name, reader, state)
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

    private func fault(_ observed: ObservedStream) -> CheckProblem? {
        observed.problem.map { .stream($0) }
    }

    private func fault(_ group: GroupStanding) -> CheckProblem? {
        guard group.info != nil else {
            return group.isRequired ? group.definition.map { .missingGroup(group.stream, $0) } : nil
        }
        guard group.isCounted, group.canLose, let loss = group.loss else { return nil }
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
