import Redis

/// What checks make of the sample of signatures.
enum SignatureSample {
    /// A stream as it is typed in a command.
    static func word(_ key: String) -> String {
        ShellWord.quoted(
            Array((key.hasPrefix(StreamTable.prefix) ? String(key.dropFirst(StreamTable.prefix.count)) : key).utf8)
        )
    }
}

extension Examination {
    /// The findings about some of the streams that were sampled. What could not be checked is unknown, never ok.
    ///
    /// - Parameter fix: what to do about one of them, given its key.
    func signatureOutcomes(of streams: [CheckedStream], fix: (String) -> String) -> [CheckOutcome] {
        let names = Set(streams.map(\.target.key.readable))
        return signatures.findings.filter { $0.stream.map(names.contains) ?? false }.map { finding in
            let isUnknown = finding.code == "unchecked" || finding.code == "refused"
            return CheckOutcome(
                finding,
                as: isUnknown ? .unknown : nil,
                evidence: isUnknown ? nil : "the newest \(ServerLook.sampleSize) entries at most were looked at",
                fix: isUnknown ? nil : fix(finding.stream ?? "")
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
