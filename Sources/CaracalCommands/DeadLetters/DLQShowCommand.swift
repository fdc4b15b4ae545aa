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
            """
    )

    @Argument(help: ArgumentHelp("The dead letters' ids.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Instead of ids: the newest dead letter.")
    var newest = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Search only this stream; repeatable.", valueName: "stream"),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var stream: [String] = []

    func validate() throws {
        if ids.isEmpty != newest { throw ValidationError("name the dead letters, or give --newest: one of the two") }
        _ = try OptionText.ids(ids)
    }

    func run(in session: Session) throws -> ExitStatus {
        let targets = try DeadLetterStreams.resolve(stream)
        let keys = try DeadLetterKeys.load(session)
        let connection = try session.connect()
        let clock = WallClock.unsigned
        let wanted =
            newest
            ? try DeadLetterDetail.newest(of: targets, on: connection, clock: clock).map { [$0] } ?? []
            : try OptionText.ids(ids)
        let selection = DeadLetterSelection(targets: targets, ids: wanted)
        let report =
            wanted.isEmpty
            ? DeadLetterDetail.Report() : try DeadLetterDetail.find(selection, on: connection, keys: keys, clock: clock)
        try session.present(DLQDetailPresentation(details: report.details, server: ServerPresentation(connection)))
        let nothing = wanted.isEmpty ? [Finding(.noEntry, .failure, "there are no dead letters")] : []
        let findings = Finding.absent(report.absent) + report.wrongTypes + nothing
        session.say(findings)
        return ExitStatus(findings)
    }
}

/// How `dlq show` shows dead letters.
struct DLQDetailPresentation: Presentable {
    let details: [DeadLetterDetail]
    let server: ServerPresentation
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        details.map { text($0, look) }.joined(separator: "\n")
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-show/2",
            at: at,
            server: server.json,
            items: details.map(item),
            summary: ["found": .integer(Int64(details.count))],
            warnings: []
        )
    }

    // MARK: Table

    private func text(_ detail: DeadLetterDetail, _ look: TerminalLook) -> String {
        lines(head(detail, look), look) + "\n" + body(detail, look)
    }

    private func head(_ detail: DeadLetterDetail, _ look: TerminalLook) -> [(TerminalText, TerminalText)] {
        let item = detail.item
        let time = look.zone.timestamp(milliseconds: item.id.milliseconds).map { "  (\($0))" } ?? ""
        let sourceID = item.letter.head.sourceID.map { " \($0)" } ?? ", its id is lost"
        var lines: [(TerminalText, TerminalText)] = [
            ("dead letter", "\(item.id)\(time)"), ("in", TerminalText(detail.item.stream)),
            ("written by", writer(item.letter.head.shape)),
            ("reason", item.reason.map { TerminalText($0) } ?? "none given"),
            ("from", "\(detail.source)\(sourceID)"), ("signature", signature(item)),
            ("replay", DeadLetterWords.replay(item.obstacle)),
        ]
        if let received = item.letter.head.receivedAt {
            let time = look.zone.timestamp(milliseconds: received).map { "  (\($0))" } ?? ""
            lines.insert(("received at", "\(received)\(time)"), at: 4)
        }
        if let own = detail.signature {
            lines.insert(("own signature", word(own)), at: 3)
        }
        return lines
    }

    private func body(_ detail: DeadLetterDetail, _ look: TerminalLook) -> String {
        guard let restored = detail.item.restored else {
            return "its fields, as they are\n" + lines(pairs(detail.item.fields), look, indent: 2)
        }
        let message = "the message inside\n" + lines(pairs(restored, without: detail.event != nil), look, indent: 2)
        guard let event = detail.event else { return message }
        return message + "  data, the event\n" + lines(pairs(event), look, indent: 4)
    }

    private func lines(_ pairs: [(TerminalText, TerminalText)], _ look: TerminalLook, indent: Int = 0) -> String {
        // Long values are there to be read whole: lines are not cut at the terminal's width.
        var table = TextTable([Column(""), Column("")])
        let blanks = String(repeating: " ", count: indent)
        for (name, value) in pairs {
            table.append([Cell("\(blanks)\(name)"), Cell(value)])
        }
        return table.render(TerminalLook(usesColour: look.usesColour, width: nil))
    }

    private func pairs(_ message: Message, without hidesData: Bool = false) -> [(TerminalText, TerminalText)] {
        message.fields.indices
            .filter { !hidesData || !message.name(at: $0).elementsEqual(FieldName.data) }
            .map { (TerminalText(message.name(at: $0)), TerminalText(message.value(at: $0))) }
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
        guard let judgement = item.letter.judgement else { return "none to check: the message cannot be read" }
        let remarks = ([judgement.reason].compactMap(\.self) + judgement.remarks).joined(separator: "; ")
        return "\(judgement.verdict)\(remarks.isEmpty ? "" : ": \(remarks)")"
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
