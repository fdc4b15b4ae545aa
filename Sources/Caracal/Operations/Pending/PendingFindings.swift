import Redis
import Text

/// What is wrong with the groups of some streams.
struct PendingFindings {
    let limits: PendingLimits

    func findings(streams: [ObservedStream], groups: [GroupStanding]) -> [Finding] {
        streams.compactMap { $0.finding() } + groups.flatMap(findings) + rightsFindings(groups)
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
            return [failure(.missingGroup, stream, StreamProblem.noGroup(group.stream, group.name).text())]
        }
        if group.isLeftOver {
            let text: TerminalText =
                "\(name) is left over from a host that is gone: no alarm counts it (doctor says how to remove it)"
            return [Finding(.leftOver, .note, stream: stream, text)]
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
        let text: TerminalText = "\(name): the server would not tell how long its entries have been pending"
        return [failure(.idleUnknown, group.stream.name, text)]
    }

    private func lossFinding(_ group: GroupStanding, _ name: TerminalText) -> [Finding] {
        guard let loss = group.loss else { return [] }
        let text: TerminalText = "\(name) \(loss.text())"
        guard loss == .possible else {
            return [Finding(.lostEntries, limits.judgesLoss ? .failure : .warning, stream: group.stream.name, text)]
        }
        return limits.judgesLoss ? [Finding(.lossUnknown, .warning, stream: group.stream.name, text)] : []
    }

    private func failure(_ code: Finding.Code, _ stream: String, _ message: TerminalText) -> Finding {
        Finding(code, .failure, stream: stream, message)
    }
}
