import Redis

extension Examination {
    /// The findings about some of the streams that were sampled. What could not be checked is unknown, never ok.
    ///
    /// - Parameter fix: what to do about one of them.
    func signatureOutcomes(of streams: [CheckedStream], fix: (Finding) -> String) -> [CheckOutcome] {
        let names = Set(streams.map(\.target.key.readable))
        return signatures.findings.filter { $0.stream.map(names.contains) ?? false }.map { finding in
            let isUnknown = finding.code == "unchecked" || finding.code == "refused"
            return CheckOutcome(
                finding,
                as: isUnknown ? .unknown : nil,
                evidence: isUnknown ? nil : "the newest \(ServerLook.sampleSize) entries at most were looked at",
                fix: isUnknown ? nil : fix(finding)
            )
        }
    }

    /// The schemes that there is no key for.
    var missingKeys: [CheckOutcome] {
        setup.keys.compactMap { key in
            let subject = "signatures of the \(key.scheme.rawValue) scheme were not checked"
            switch key.state {
            case .absent: return CheckOutcome(.unknown, "\(subject): \(key.variable) is not set")
            case .unusable: return CheckOutcome(.unknown, "\(subject): \(key.variable) cannot be used")
            case .usable, .exposed: return nil
            }
        }
    }
}
