import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl dlq show`
struct DLQShowCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show dead letters with the message and the event inside. [reads]",
        discussion: """
              caracalctl dlq show 1767443990017-2
              caracalctl dlq show 1767443990017-2 --stream sessions.revoke -o json
              caracalctl dlq show --newest
              caracalctl dlq show --where data.session_id=s-9
            """
    )

    @Argument(help: ArgumentHelp("The dead letters' ids.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Instead of ids: the newest dead letter, with --where the newest of those.")
    var newest = false

    @Option(name: .long, help: .condition("dead letters"))
    var `where`: [String] = []

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("With --where: show at most this many (default: 20).", valueName: "count")
    )
    var limit: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Search only this stream; repeatable.", valueName: "stream"),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var stream: [String] = []

    func validate() throws {
        _ = try WhereText.selector(`where`)
        let choice = newest ? "--newest" : `where`.isEmpty ? nil : "--where"
        guard ids.isEmpty == (choice != nil) else {
            throw ValidationError(
                choice.map { "ids name the dead letters: leave out \($0)" }
                    ?? "name the dead letters, or choose them with --newest or --where"
            )
        }
        if limit != nil, newest || `where`.isEmpty {
            throw ValidationError("--limit goes with --where alone: leave it out")
        }
        _ = try OptionText.count(limit, "--limit")
        _ = try OptionText.ids(ids)
    }

    func run(in session: Session) throws -> ExitStatus {
        let targets = try DeadLetterStreams.resolve(stream)
        let selector = try WhereText.selector(`where`)
        let limit = Int(clamping: try OptionText.count(limit, "--limit") ?? 20)
        let keys = try DeadLetterKeys.load(session)
        let connection = try session.connect()
        let clock = WallClock.unsigned
        let (wanted, hasMore) =
            ids.isEmpty
            ? try DeadLetterDetail.ids(
                of: DeadLetterSelection(targets: targets, selector: selector),
                limit: newest ? 1 : limit,
                isNewestFirst: newest,
                on: connection,
                clock: clock
            ) : (try OptionText.ids(ids), false)
        let selection = DeadLetterSelection(targets: targets, ids: wanted, selector: selector)
        let report =
            wanted.isEmpty
            ? DeadLetterDetail.Report() : try DeadLetterDetail.find(selection, on: connection, keys: keys, clock: clock)
        // Who chose by something else has named none.
        let shared = ids.isEmpty ? [] : report.shared.map(\.finding)
        let remarks = report.details.map(\.item).keyDoubts + shared
        try session.present(
            DLQDetailPresentation(
                details: report.details,
                findings: remarks,
                server: ServerPresentation(connection),
                route: FixRoute(session, to: connection.endpoint)
            )
        )
        var findings = Finding.absent(report.absent) + report.wrongTypes + remarks
        if wanted.isEmpty {
            let nothing = selector.isAll ? "there are no dead letters" : "no dead letters match"
            findings.append(Finding(selector.isAll ? .noEntry : .noMatch, .failure, "\(nothing)"))
        }
        if hasMore, !newest {
            findings.append(Finding(.more, .note, "there are more (--limit \(limit * 10), or caracalctl dlq export)"))
        }
        session.say(findings)
        return ExitStatus(findings)
    }
}

/// How `dlq show` shows dead letters.
struct DLQDetailPresentation: Presentable {
    let details: [DeadLetterDetail]
    /// What else there is to say of them.
    let findings: [Finding]
    let server: ServerPresentation
    /// How the commands that it points to reach it.
    let route: FixRoute
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        details.map { text($0, look) }.joined(separator: "\n")
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-show/2",
            at: at,
            server: server.json,
            items: details.map(item),
            summary: ["found": .integer(Int64(details.count))],
            warnings: findings.warnings
        )
    }

    // MARK: Table

    private func text(_ detail: DeadLetterDetail, _ look: TerminalLook) -> ScreenText {
        let lines = DetailLines(look: look)
        let item = detail.item
        let body =
            item.restored.map { lines.text($0, titled: "the message inside") }
            ?? lines.text(item.fields, titled: "its fields, as they are")
        return lines.text(head(detail, lines)) + "\n" + body
    }

    private func head(_ detail: DeadLetterDetail, _ form: DetailLines) -> [(TerminalText, TerminalText)] {
        let item = detail.item
        let sourceID = item.letter.head.sourceID.map { " \($0)" } ?? ", its id is lost"
        var lines: [(TerminalText, TerminalText)] = [
            ("dead letter", "\(item.id)\(form.moment(item.id.milliseconds))"), ("in", TerminalText(detail.item.stream)),
            ("written by", writer(item.letter.head.shape)),
            ("reason", item.reason.map { TerminalText($0) } ?? "none given"),
            ("from", "\(detail.source)\(sourceID)"), ("signature", signature(item)),
            ("replay", DeadLetterWords.replay(item.problem)),
            ("next", route.text(MessageCommands.trace("\(item.id)", in: item.stream))),
        ]
        if let received = item.letter.head.receivedAt {
            lines.insert(("received at", "\(received)\(form.moment(received))"), at: 4)
        }
        if let own = detail.signature {
            lines.insert(("own signature", word(own)), at: 3)
        }
        return lines
    }

    private func writer(_ shape: DeadLetterShape) -> TerminalText {
        switch shape {
        case .audit: "the Audit service"
        case .service: "STS or Gateway"
        case .connector: "a revocation connector"
        case .unknown: "unknown"
        }
    }

    private func signature(_ item: DeadLetterList.Item) -> TerminalText {
        item.letter.judgement?.sentence ?? "none to check: the message cannot be read"
    }

    private func word(_ outcome: SignatureVerdict.Outcome) -> TerminalText {
        switch outcome {
        case .valid: "valid"
        case .invalid(let fault): "invalid: \(fault)"
        case .unsigned: "unsigned"
        case .unchecked: "unchecked"
        }
    }

    // MARK: JSON

    private func item(_ detail: DeadLetterDetail) -> JSONValue {
        .object(
            detail.item.members + [
                JSONMember("source", .bytes(detail.source)),
                JSONMember("own_signature", JSONValue(detail.signature.map(word))),
            ]
        )
    }
}
