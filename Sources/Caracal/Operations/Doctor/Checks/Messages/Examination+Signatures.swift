import Redis
import Text

extension Examination {
    /// Looks at what was sampled of some streams. One that holds entries and was not sampled is unseen.
    ///
    /// - Parameters:
    ///   - codes: findings that are of no matter.
    ///   - fix: what to do about one of them.
    func inspectSignatures(
        of streams: [ObservedStream],
        leavingOut codes: Set<Finding.Code> = [],
        fix: (Finding) -> TerminalText
    ) -> Inspection {
        inspectStreams(streams, "the signatures") { stream in
            let name = stream.definition.name
            let isSampled = signatures.streams.contains { $0.target.key == stream.definition.key }
            if !isSampled, (stream.state.info?.length ?? 0) > 0 {
                return [CheckOutcome(.unknown, "the signatures of \(name) were not checked", stream: name)]
            }
            let course = signatures.streams.first { $0.target.key == stream.definition.key }?.course
            let told = codes.union(course == nil ? [] : [.invalidSignature, .unsigned])
            // Rows are chosen by when they were made, which an id from the future does not tell.
            let isDated = course.map { $0.first.milliseconds <= pending.now ?? 0 } ?? false
            let seesRows = isDated && OutboxInspection.sees(stream.definition.key, outboxes)
            let border = course.map { [$0.outcome(stream, seesRows: seesRows)] } ?? []
            return border
                + signatures.findings.filter { $0.stream == name && !told.contains($0.code) }.map { finding in
                    let isUnknown = finding.code == .unchecked || finding.code == .refused
                    return CheckOutcome(
                        finding,
                        as: isUnknown ? .unknown : nil,
                        evidence: isUnknown
                            ? nil : "the newest \(ServerLook.sampleSize) entries at most were looked at",
                        fix: isUnknown ? nil : fix(finding),
                        // A warning is about a signature that holds.
                        urgency: finding.severity == .failure ? nil : .later
                    )
                }
        }
    }

    /// Which signatures were not checked, and why: a sentence for each scheme that there is no key for.
    var missingKeys: [TerminalText] {
        setup.keys.compactMap { key in
            let subject: TerminalText = "signatures of the \(key.scheme.rawValue) scheme were not checked"
            switch key.state {
            case .absent: return "\(subject): \(key.variable) is not set"
            case .unusable: return "\(subject): \(key.variable) cannot be used"
            case .usable, .exposed: return nil
            }
        }
    }
}
