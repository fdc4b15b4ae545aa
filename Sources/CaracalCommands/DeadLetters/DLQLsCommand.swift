import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl dlq ls`
struct DLQLsCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List dead letters, oldest first. [reads]",
        discussion: """
              caracalctl dlq ls --stream audit.events --count 100
              caracalctl dlq ls --reason hmac_verify_failed --since -24h
            """
    )

    @OptionGroup var choice: DeadLetterOptions

    @Option(name: [.short, .long], help: ArgumentHelp("List at most this many (default: 20).", valueName: "count"))
    var count: String?

    func validate() throws {
        _ = try OptionText.count(count, "--count")
    }

    func run(in session: Session) throws -> ExitStatus {
        let limit = Int(clamping: try OptionText.count(count, "--count") ?? 20)
        let list = DeadLetterList(selection: try choice.selection(), limit: limit)
        var judge = try DeadLetterJudge(keys: try DeadLetterKeys.load(session))
        let connection = try session.connect()
        let report = try list.run(on: connection, &judge, clock: WallClock.unsigned)
        try session.present(DLQListPresentation(report: report, server: ServerPresentation(connection)))
        if report.hasMore {
            session.say([Finding(.more, .note, "there are more (--count \(limit * 10), or caracalctl dlq export)")])
        }
        session.say(report.findings)
        return ExitStatus(report.findings, refusals: report.refusals.map(\.refusal))
    }
}

/// How `dlq ls` shows its list.
struct DLQListPresentation: Presentable {
    let report: DeadLetterList.Report
    let server: ServerPresentation
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        var table = TextTable([
            Column("STREAM", isFlexible: true), Column("ID"), Column("AGE", .right), Column("REASON", isFlexible: true),
            Column("SOURCE ID", isDispensable: true), Column("SIGNATURE", isDispensable: true), Column("REPLAY"),
        ])
        for item in report.items { table.append(row(item)) }
        guard table.isEmpty else { return table.render(look) }
        guard report.refusals.isEmpty else { return "" }
        return DeadLetterWords.none(report.unmatched)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-ls/1",
            at: at,
            server: server.json,
            items: report.items.map(\.json),
            summary: ["listed": .integer(Int64(report.items.count)), "more": .bool(report.hasMore)],
            warnings: report.findings.warnings
        )
    }

    private func row(_ item: DeadLetterList.Item) -> [Cell] {
        let signature = DeadLetterWords.signature(item.letter)
        let age = Int(clamping: report.now) - Int(clamping: item.id.milliseconds)
        return [
            Cell(DeadLetterWords.name(item.stream)), Cell("\(item.id)"),
            Cell(Format.age(milliseconds: age)), Cell(bytes: item.reason ?? []),
            Cell(item.letter.head.sourceID?.description ?? "-"),
            Cell(signature ?? "malformed", style: signature == "valid" || signature == "unsigned" ? nil : .red),
            Cell(DeadLetterWords.replay(item.obstacle)),
        ]
    }
}

extension DeadLetterList.Report {
    /// The streams that the server would not let be read, and whose clock ages are by.
    var findings: [Finding] {
        refusals.map { stream, refusal in Finding(.refused, .failure, "\(stream): \(refusal.text)") }
            + Finding.untoldTime(timeRefusal, "ages are by the clock of this machine")
            + (unmatched.map { [$0.finding] } ?? [])
    }
}

extension DeadLetterList.Item {
    /// A dead letter as it stands in every JSON output.
    var json: JSONValue {
        [
            "stream": .bytes(stream), "id": .string("\(id)"), "shape": .string(letter.head.shape.rawValue),
            "reason": JSONValue(bytes: reason), "received_at": JSONValue(letter.head.receivedAt),
            "source_id": JSONValue(letter.head.sourceID?.description),
            "signature": JSONValue(DeadLetterWords.signature(letter)), "replayable": .bool(obstacle == nil),
            "obstacle": JSONValue(obstacle?.code), "why": JSONValue(obstacle?.text),
        ]
    }
}
