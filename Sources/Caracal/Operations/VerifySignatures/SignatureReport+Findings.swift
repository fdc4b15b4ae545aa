import Redis
import Text

extension SignatureReport {
    /// What an operator should know, stream by stream.
    package var findings: [Finding] {
        streams.flatMap(findings) + Finding.untoldTime(timeRefusal, "times are by the clock of this machine")
    }

    private func findings(_ stream: CheckedStream) -> [Finding] {
        let name = stream.target.key.readable
        let title = TerminalText(stream.target.key)
        return stateFindings(stream, name, title)
            + tallyFindings(stream.own, name, title)
            + tallyFindings(stream.sources, name, "\(title), source entries")
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

    private func tallyFindings(_ tally: SignatureTally, _ stream: String, _ subject: TerminalText) -> [Finding] {
        var findings: [Finding] = []
        func note(_ count: UInt64, _ code: Finding.Code, _ severity: Finding.Severity, _ text: (UInt64) -> String) {
            guard count > 0 else { return }
            findings.append(Finding(code, severity, stream: stream, "\(subject): \(text(count))"))
        }
        note(tally.invalid, .invalidSignature, .failure) {
            let isEach = $0 == tally.entries && $0 > 1
            return isEach
                ? "all \($0) signatures are invalid (is this the right key?)"
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
            .note,
            stream: name,
            "\(title) is long: a signature that comes again after more than a million others may go unnoticed"
        )
    }
}
