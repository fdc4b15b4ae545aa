import Redis
import Text

/// What every group holds.
package struct PendingReport: Sendable, Equatable {
    /// The streams, as they were found.
    package let streams: [ObservedStream]
    /// A line for each group, in the order of the table, groups outside it behind those of the table.
    package let groups: [GroupStanding]
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Missing streams and groups, crossed limits, losses.
    package let findings: [Finding]

    /// What the server would not tell: of a stream, or of a group.
    package var refusals: [Refusal] {
        streams.compactMap(\.state.refusal) + groups.flatMap(\.refusals)
    }
}

/// What is wrong with the groups of some streams.
struct PendingFindings {
    let limits: PendingLimits

    func findings(streams: [ObservedStream], groups: [GroupStanding]) -> [Finding] {
        streams.compactMap { $0.finding() } + groups.flatMap(findings) + streams.compactMap { leftOver($0, groups) }
            + groups.compactMap(unlisted) + rightsFindings(groups)
    }

    /// That nobody looked at the consumers of a group.
    private func unlisted(_ group: GroupStanding) -> Finding? {
        guard group.hasUnlistedConsumers, let count = group.info?.consumers else { return nil }
        let text: TerminalText =
            "\(group.name) on \(group.stream.name) has \(Words.number(count)) consumers, too many to look at each: "
            + "caracalctl consumer prune removes names that are left over"
        return Finding(.manyConsumers, .note, stream: group.stream.name, text)
    }

    /// The groups of a stream that are left over, in one note: there may be thousands.
    private func leftOver(_ stream: ObservedStream, _ groups: [GroupStanding]) -> Finding? {
        let left = groups.filter { $0.isLeftOver && $0.stream == stream.definition }
        guard let first = left.first else { return nil }
        let name = stream.definition.name
        let text: TerminalText =
            left.count == 1
            ? "\(first.name) on \(name) is left over from a host that is gone: no alarm counts it (doctor says how to remove it)"
            : "\(left.count) groups on \(name) are left over from hosts that are gone, \(first.name) among them: no alarm "
                + "counts them (doctor says how to remove them)"
        return Finding(.leftOver, .note, stream: name, text)
    }

    /// What the server would not tell, once for each right that is missing.
    private func rightsFindings(_ groups: [GroupStanding]) -> [Finding] {
        var named: [[String]] = []
        var findings: [Finding] = []
        for refusal in groups.flatMap(\.refusals) {
            let commands = refusal.missingRight?.commands ?? []
            guard !named.contains(commands) else { continue }
            named.append(commands)
            findings.append(Finding(.notPermitted, .warning, refusal.text))
        }
        return findings
    }

    private func findings(_ group: GroupStanding) -> [Finding] {
        let stream = group.stream.name
        let name: TerminalText = "\(group.name) on \(stream)"
        guard let info = group.info else {
            let text = StreamProblem.noGroup(group.stream, group.name).text()
            return [Finding(.missingGroup, group.isRequired ? .failure : .warning, stream: stream, text)]
        }
        guard group.isCounted else { return [] }
        var findings: [Finding] = []
        if let limit = limits.maxPending, info.pending > limit {
            findings.append(
                failure(
                    .overPending,
                    stream,
                    "\(name) holds \(info.pending) pending entries, which crosses --max-pending"
                )
            )
        }
        findings += idleFinding(group, name) + lossFinding(group, name)
        return findings
    }

    private func idleFinding(_ group: GroupStanding, _ name: TerminalText) -> [Finding] {
        guard let limit = limits.maxIdle, let idle = group.oldestIdle else { return [] }
        if idle.isCertainly(atLeast: limit) {
            let text: TerminalText =
                "\(name) has an entry pending for \((idle.value ?? limit) / 1000) s, which crosses --max-idle"
            return [failure(.overIdle, group.stream.name, text)]
        }
        if case .exact = idle { return [] }
        let text: TerminalText =
            if case .atLeast = idle {
                "\(name): more entries are pending than could be looked at in time for how long they have been"
            } else {
                "\(name): the server would not tell how long its entries have been pending"
            }
        return [failure(.idleUnknown, group.stream.name, text)]
    }

    private func lossFinding(_ group: GroupStanding, _ name: TerminalText) -> [Finding] {
        guard group.canLose, let loss = group.loss else { return [] }
        let text: TerminalText = "\(name) \(loss.text())"
        guard loss.isOpen else {
            return [Finding(.lostEntries, limits.judgesLoss ? .failure : .warning, stream: group.stream.name, text)]
        }
        return limits.judgesLoss ? [Finding(.lossUnknown, .warning, stream: group.stream.name, text)] : []
    }

    private func failure(_ code: Finding.Code, _ stream: String, _ message: TerminalText) -> Finding {
        Finding(code, .failure, stream: stream, message)
    }
}

/// From when on what is pending is a finding.
package struct PendingLimits: Sendable, Equatable {
    /// More pending entries than this cross the limit; nil for no limit.
    package var maxPending: UInt64?
    /// An entry that waits for this many milliseconds crosses the limit; nil for no limit.
    package var maxIdle: UInt64?
    /// How many entries behind a group's position are counted: a greater lag is "at least" this. Nil to count only where the server says
    /// nothing of it.
    package var lagLimit: UInt64?
    /// How many pending entries of a group are looked at, the oldest first, where one page does not hold its list.
    package var walked: UInt64
    /// Whether entries that were removed before they were delivered are a failure, rather than a warning.
    package var judgesLoss: Bool
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package var claimIdle: UInt64
    /// How often the Audit service has an entry delivered before it gives up on it (`AUDIT_MAX_DELIVERIES`); nil where nobody asks
    /// which entries are near that.
    package var maxDeliveries: UInt64?
    /// The consumers of a group that has more are not listed.
    package var consumerLimit: UInt64

    /// How many consumers of a group are listed: for 50,000 names XINFO CONSUMERS, which has no pages, keeps a server busy for up to
    /// 140 ms, and they are read and weighed here besides.
    package static let listedConsumers: UInt64 = 20_000

    /// No limits.
    package init(
        maxPending: UInt64? = nil,
        maxIdle: UInt64? = nil,
        lagLimit: UInt64? = nil,
        walked: UInt64 = 0,
        judgesLoss: Bool = false,
        claimIdle: UInt64 = 30_000,
        maxDeliveries: UInt64? = nil,
        consumerLimit: UInt64 = listedConsumers
    ) {
        self.maxPending = maxPending
        self.maxIdle = maxIdle
        self.lagLimit = lagLimit
        self.walked = walked
        self.judgesLoss = judgesLoss
        self.claimIdle = claimIdle
        self.maxDeliveries = maxDeliveries
        self.consumerLimit = consumerLimit
    }
}
