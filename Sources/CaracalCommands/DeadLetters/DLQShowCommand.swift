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
            """
    )

    @Argument(help: ArgumentHelp("The dead letters' ids.", valueName: "id"))
    var ids: [String]

    @Option(
        help: ArgumentHelp("Search only this stream; repeatable.", valueName: "stream"),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var stream: [String] = []

    func validate() throws {
        _ = try OptionText.ids(ids)
    }

    func run(in session: Session) throws -> ExitStatus {
        let wanted = try OptionText.ids(ids)
        let targets = try DeadLetterStreams.resolve(stream)
        let keys = try DeadLetterKeys.load(session)
        let connection = try session.connect()
        let details = try DeadLetterDetail.find(
            wanted,
            in: targets,
            on: connection,
            keys: keys,
            clock: WallClock.unsigned
        )
        try session.present(DLQDetailPresentation(details: details, server: ServerPresentation(connection)))
        let absent = wanted.filter { id in !details.contains { id.contains($0.item.id) } }
        let findings = absent.map { Finding(.noEntry, .failure, "there is no dead letter \($0.text)") }
        session.say(findings)
        return ExitStatus(findings)
    }
}

extension StreamPosition {
    /// Whether an id is the one that is named, or one of its millisecond.
    fileprivate func contains(_ id: EntryID) -> Bool { first(now: 0) <= id && id <= last(now: 0) }
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
            schema: "caracalctl.dlq-show/1",
            at: at,
            server: server.json,
            items: details.map(item),
            summary: ["found": .integer(Int64(details.count))],
            warnings: []
        )
    }

    // MARK: Table

    private func text(_ detail: DeadLetterDetail, _ look: TerminalLook) -> String {
        lines(head(detail), look) + "\n" + body(detail, look)
    }

    private func head(_ detail: DeadLetterDetail) -> [(TerminalText, TerminalText)] {
        let item = detail.item
        let time = Format.timestamp(milliseconds: item.id.milliseconds).map { "  (\($0))" } ?? ""
        let sourceID = item.letter.head.sourceID.map { " \($0)" } ?? ", its id is lost"
        var lines: [(TerminalText, TerminalText)] = [
            ("dead letter", "\(item.id)\(time)"), ("in", TerminalText(detail.item.stream)),
            ("written by", writer(item.letter.head.shape)),
            ("reason", item.reason.map { TerminalText($0) } ?? "none given"),
            ("from", "\(detail.source)\(sourceID)"), ("signature", signature(item)),
            ("replay", DeadLetterWords.replay(item.obstacle)),
        ]
        if let received = item.letter.head.receivedAt {
            let time = Format.timestamp(milliseconds: received).map { "  (\($0))" } ?? ""
            lines.insert(("received at", "\(received)\(time)"), at: 4)
        }
        if let own = detail.signature {
            lines.insert(("own signature", word(own)), at: 3)
        }
        return lines
    }

    private func body(_ detail: DeadLetterDetail, _ look: TerminalLook) -> String {
        guard let restored = detail.restored else {
            return "its fields, as they are\n" + lines(pairs(detail.fields), look, indent: 2)
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
        guard case .object(let members) = detail.item.json else { return .null }
        return .object(
            members + [
                JSONMember("source", .bytes(detail.source)),
                JSONMember("own_signature", JSONValue(detail.signature.map(word))),
                JSONMember("fields", .fields(detail.fields)),
                JSONMember("message", detail.restored.map { .fields($0) } ?? .null),
                JSONMember("event", detail.event.map { .fields($0) } ?? .null),
            ]
        )
    }
}
