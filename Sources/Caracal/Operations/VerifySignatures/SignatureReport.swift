import Redis
import Text

/// What checking the signatures of some streams found.
package struct SignatureReport: Sendable, Equatable {
    /// The streams, in the order they were looked at.
    package internal(set) var streams: [CheckedStream] = []
    /// The first failures and warnings, as many as the rules say of each.
    package internal(set) var entries: [CheckedEntry] = []
    /// How many failures and warnings there were that are not among `entries`.
    package internal(set) var unlisted: UInt64 = 0
    /// How it ended.
    package internal(set) var ending = SignatureCheckEnding.complete
    /// Why places before now are by our own clock; nil when the server told its own, or none was meant.
    package internal(set) var timeRefusal: Refusal?
    /// The rules it was made by.
    package let rules: SignatureRules

    init(rules: SignatureRules) { self.rules = rules }

    /// All entries that no key could be found for.
    package var unchecked: UInt64 { streams.reduce(0) { $0 + $1.own.unchecked + $1.sources.unchecked } }
}

extension SignatureReport {
    /// What an operator should know, stream by stream.
    package var findings: [Finding] {
        streams.flatMap(findings) + Finding.unknownTime(timeRefusal, "times are by the clock of this machine")
    }

    private func findings(_ stream: CheckedStream) -> [Finding] {
        let name = stream.target.key.readable
        let title = TerminalText(stream.target.key)
        return stateFindings(stream, name, title)
            + tallyFindings(stream.own, name, title, of: stream)
            + tallyFindings(stream.sources, name, "\(title), source entries", of: stream)
            + (stream.hasForgotten ? [Self.forgotten(name, title)] : [])
    }

    private func stateFindings(_ stream: CheckedStream, _ name: String, _ title: TerminalText) -> [Finding] {
        switch stream.state {
        case .checked:
            return stream.absentIDs.map {
                Finding(.noEntry, .failure, stream: name, "\(title) has no entry \($0.text)")
            }
        case .missing: return [Finding(.missing, .failure, stream: name, "\(title) does not exist")]
        case .otherType(let type):
            return [Finding(.wrongType, .failure, stream: name, "\(title) is not a stream: it holds \(type.text)")]
        case .refused(let refusal):
            return [Finding(.refused, .failure, stream: name, "\(title): \(refusal.text)")]
        }
    }

    private func tallyFindings(
        _ tally: SignatureTally,
        _ stream: String,
        _ subject: TerminalText,
        of checked: CheckedStream
    ) -> [Finding] {
        var findings: [Finding] = []
        func note(_ count: UInt64, _ code: Finding.Code, _ severity: Finding.Severity, _ text: (UInt64) -> String) {
            guard count > 0 else { return }
            findings.append(Finding(code, severity, stream: stream, "\(subject): \(text(count))"))
        }
        note(tally.invalid, .invalidSignature, .failure) {
            let isEach = $0 == tally.entries && $0 > 1
            // Of a part nobody knows whether older ones are valid: then the key is not to blame.
            return isEach
                ? "all \($0) signatures are invalid\(checked.isWhole ? " (is this the right key?)" : "")"
                : "\($0) of \(tally.entries) \($0 == 1 ? "entries has an invalid signature" : "entries have invalid signatures")"
        }
        note(tally.unsigned - tally.unsignedByDesign, .unsigned, rules.requiresSignatures ? .failure : .note) {
            "\($0) of \(tally.entries) entries \($0 == 1 ? "is" : "are") unsigned"
        }
        note(tally.unchecked, .unchecked, .failure) {
            "\($0) of \(tally.entries) entries could not be checked: there is no key for their scheme"
        }
        note(tally.warned, .questionableSignature, rules.isStrict ? .failure : .warning) {
            "\($0) valid \($0 == 1 ? "signature draws" : "signatures draw") a warning"
        }
        return findings
    }

    private static func forgotten(_ name: String, _ title: TerminalText) -> Finding {
        Finding(
            .replayWindow,
            .warning,
            stream: name,
            "\(title) is long: a signature that comes again after more than a million others may go unnoticed"
        )
    }
}

/// What a check of signatures takes for a failure, and how much of it is kept.
package struct SignatureRules: Sendable, Equatable {
    /// Whether an entry without a signature is a failure, where it is not unsigned by design.
    package let requiresSignatures: Bool
    /// Whether a valid signature that draws a warning is a failure.
    package let isStrict: Bool
    /// How many failures, and how many warnings, are kept to be shown one by one.
    package let reportLimit: Int

    /// These rules.
    package init(requiresSignatures: Bool = true, isStrict: Bool = false, reportLimit: Int = 20) {
        self.requiresSignatures = requiresSignatures
        self.isStrict = isStrict
        self.reportLimit = reportLimit
    }
}
