import Caracal
import Redis
import Rendering
import Text

/// How `publish` shows what it did.
struct PublishPresentation: Presentable {
    let report: PublishReport
    let stream: StreamDefinition
    let groups: [[UInt8]]?
    let server: ServerPresentation
    /// Whether one message was published, whose bare id is the result.
    let isSingle: Bool
    /// Where the messages are that remain open.
    let resumeFile: String?
    let findings: [Finding]
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        guard let ids = report.ids else { return "" }
        if isSingle { return "\(ids.upperBound)\n" }
        return
            "published \(Format.grouped(report.published)) to \(stream.shortName): \(ids.lowerBound) to \(ids.upperBound)\n"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.publish/1",
            at: at,
            server: server.json,
            items: item.map { [$0] } ?? [],
            summary: [
                "stream": .string(stream.name), "published": .integer(Int64(report.published)),
                "refused": .integer(Int64(report.rejected.count)),
                "unknown": .integer(Int64(report.unsettledError == nil ? 0 : report.unsettled.entries.count)),
                "first_id": JSONValue(report.ids?.lowerBound.description),
                "last_id": JSONValue(report.ids?.upperBound.description), "next_line": JSONValue(report.nextLine),
                "on_disk": JSONValue(report.isOnDisk), "unconfirmed": JSONValue(report.unconfirmed),
                "resume_file": JSONValue(resumeFile),
                "groups": groups.map { .array($0.map { .bytes($0) }) } ?? .null,
            ],
            warnings: findings.warnings
        )
    }

    /// The one message; a bulk run has a summary only, since it may be of any size.
    private var item: JSONValue? {
        guard isSingle else { return nil }
        return [
            "stream": .string(stream.name), "outcome": .string(report.outcomeOfOne),
            "id": JSONValue(report.ids?.upperBound.description), "outbox_id": JSONValue(bytes: report.outboxID),
        ]
    }
}

extension PublishReport {
    /// What became of the one message of a run, in a word. Without a refusal nobody has refused it: the run ended before.
    var outcomeOfOne: String {
        if ids != nil { return "new" }
        if unsettledError != nil { return "unknown" }
        return rejected.isEmpty ? "not_sent" : "refused"
    }
}

/// The line of `publish -o ndjson` for one message.
struct PublishReceipt {
    let stream: StreamDefinition
    /// The line of the input it was on.
    let line: Int
    let outcome: PublishOutcome

    var json: JSONValue {
        [
            "line": .integer(Int64(line)), "stream": .string(stream.name),
            "outcome": .string(id == nil ? "refused" : "new"), "id": JSONValue(id?.description),
            "reason": JSONValue(reason),
        ]
    }

    private var id: EntryID? {
        if case .published(let id) = outcome { id } else { nil }
    }

    private var reason: TerminalText? {
        switch outcome {
        case .published: nil
        case .refused(let refusal): refusal.text
        case .noStream: "no such stream"
        }
    }
}
