import Caracal
import Redis
import Rendering
import Text

/// What a run of `dlq redrive` ends with: a status, and a word on everything that is not as planned.
struct DLQRedriveEndingText {
    private(set) var status = ExitStatus.success
    private(set) var findings: [Finding] = []

    init(_ report: RedriveReport) {
        let unclear = report.parts.reduce(0) { $0 + $1.movedUnclear }
        if unclear > 0 {
            note(
                .movedUnclear,
                .warning,
                "\(Format.count(unclear, "message is", "messages are")) back, put back by this run or by someone else: an answer "
                    + "was lost"
            )
        }
        let gone = report.parts.reduce(0) { $0 + $1.gone }
        if gone > 0 {
            note(.gone, .note, "\(Format.count(gone, "message")) had gone already: put back or purged by someone else")
        }
        let changed = report.parts.reduce(0) { $0 + $1.changed }
        if changed > 0 {
            status = .finding
            note(
                .changed,
                .failure,
                "\(Format.count(changed, "dead letter is another one", "dead letters are others")) by now under the same id, and "
                    + "\(changed == 1 ? "was" : "were") left alone: the same command plans anew"
            )
        }
        if let unverified = report.unverified {
            status = .finding
            findings.append(unverified.finding("put back"))
        }
        for part in report.parts { if let ending = part.ending { judge(ending, part.left, report) } }
        if let ending = report.ending {
            judge(ending, report.parts.filter { $0.ending == nil }.reduce(0) { $0 + $1.left }, report)
        }
        let doubt = report.parts.reduce(0) { $0 + $1.inDoubt }
        guard doubt > 0 else { return }
        status = .unknownOutcome
        note(
            .unknown,
            .failure,
            "of \(Format.count(doubt, "message")) it is unknown whether \(doubt == 1 ? "it is" : "they are") back: "
                + "each is in one place, and the same command settles it"
        )
    }

    private static func notDone(_ left: UInt64) -> TerminalText {
        "\(Format.count(left, "message was", "messages were")) not put back"
    }

    private mutating func judge(_ ending: RedriveEnding, _ left: UInt64, _ report: RedriveReport) {
        let them = left == 1 ? "it" : "them"
        let undone: TerminalText = left > 0 ? "; \(Self.notDone(left))" : ""
        let rest: TerminalText = left > 0 ? "\(undone), and the same command continues with \(them)" : ""
        switch ending {
        case .interrupted(let signal):
            status = ExitStatus(signal: signal)
            note(.interrupted, .failure, "interrupted\(rest)")
        case .exhausted(let key):
            // Again it would be refused again.
            status = .finding
            note(.exhausted, .failure, "\(key) has given its last id, and nothing can be added to it any more\(undone)")
        case .otherType(let key):
            status = .finding
            note(.wrongType, .failure, "\(key) is not a stream, and nothing can go back to it\(undone)")
        case .refused(let refusal):
            status = CommandError.status(ofWrite: refusal)
            note(.refused, .failure, "the server refused: \(refusal.text)\(rest)")
        case .noStream(let key):
            status = .finding
            let advice = StreamDefinition.creationAdvice(key)
            let wasThere = report.parts.contains { $0.plan.stream.source.key == key && $0.plan.obstacle != ending }
            note(.noStream, .failure, "\(key) does not exist\(wasThere ? " any more" : "")\(advice)\(rest)")
        case .failed(let reason):
            status = .internalError
            note(.failed, .failure, "\(reason)\(rest)")
        case .lost(let error):
            let failure = CommandError(error)
            status = failure.status
            note(.lost, .failure, "\(failure.message)\(rest)")
        }
    }

    private mutating func note(_ code: Finding.Code, _ severity: Finding.Severity, _ message: TerminalText) {
        findings.append(Finding(code, severity, message))
    }
}
