import Caracal
import Redis
import Rendering

/// What a run of `publish` ends with: a status, and a word on everything that did not go as asked.
struct PublishEnding {
    private(set) var status = ExitStatus.success
    private(set) var findings: [Finding] = []

    init(_ report: PublishReport, stream: StreamDefinition, groups: [[UInt8]], resumeFile: String?, isSingle: Bool) {
        if let stop = report.stop { judge(stop, report, stream) }
        if report.isOnDisk == false {
            status = .finding
            note("not_on_disk", .failure, "published, but the server did not confirm in time that it is on its disk")
        }
        if let next = report.nextLine, !isSingle {
            note(
                "continue",
                .note,
                "\(Format.grouped(report.published)) published; lines from \(next) on were not read (tail -n +\(next))"
            )
        }
        if let resumeFile {
            note("resume", .failure, "settle the rest with: caracalctl publish --resume \(resumeFile)")
        }
        if report.published > 0 {
            let names = groups.map(\.readable).joined(separator: ", ")
            note(
                "receivers",
                groups.isEmpty ? .warning : .note,
                groups.isEmpty ? "no group reads \(stream.name)" : "\(stream.name) is read by \(names)"
            )
        }
    }

    private mutating func judge(_ stop: PublishReport.Stop, _ report: PublishReport, _ stream: StreamDefinition) {
        switch stop {
        case .badLine(let line, let reason):
            status = .malformedInput
            note("bad_line", .failure, "line \(line): \(reason)")
        case .badInput(let error):
            status = .malformedInput
            note("bad_input", .failure, "\(error)")
        case .noStream:
            status = .finding
            note(
                "no_stream",
                .failure,
                "\(stream.name) does not exist any more: nothing was written to it (caracalctl provision creates it)"
            )
        case .interrupted(let signal):
            status = ExitStatus(signal: signal)
            note("interrupted", .failure, "interrupted")
        case .doubt(let doubt):
            status = .unknownOutcome
            let count = report.unsettled?.entries.count ?? 0
            note(
                "unknown",
                .failure,
                "it is unknown whether \(count == 1 ? "the message" : "\(count) messages") arrived: \(doubt.text)"
            )
        case .refused:
            let refusal = report.refused.first?.refusal
            status = refusal.map(Failure.status(of:)) ?? .finding
            let reason = refusal?.message.readable ?? "no reason given"
            note(
                "refused",
                .failure,
                "the server refused \(Format.grouped(report.refused.count)) of the messages, which are not in the stream: \(reason)"
            )
        }
    }

    private mutating func note(_ code: String, _ severity: Finding.Severity, _ message: String) {
        findings.append(Finding(code, severity, message))
    }
}

extension PublishDoubt {
    /// Why it is unknown, in a clause.
    var text: String {
        switch self {
        case .unreachable(let error): "the connection was lost, and asking again failed: \(Failure(error).message)"
        case .violation(let error): Failure(error).message
        case .noFence:
            "the connection was lost, and the server never told its number, by which it could be closed for certain"
        case .refused(let refusal):
            "the connection was lost, and finding out needs CLIENT LIST, CLIENT KILL, XINFO and XRANGE: \(refusal.message.readable)"
        case .trimmed: "the connection was lost, and the stream was trimmed since, so that they cannot be looked for"
        case .unidentified: "the connection was lost, and without an outbox_id they cannot be looked for"
        case .noProgress(let error): "the connection was lost again and again: \(Failure(error).message)"
        }
    }
}
