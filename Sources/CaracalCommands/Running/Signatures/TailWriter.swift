import Caracal
import Rendering

/// Writes entries as they come: a line each, in a table's manner or as JSON. A JSON document is gathered and written at the
/// end.
struct TailWriter {
    private let session: Session
    private let verifies: Bool
    private let rules: SignatureRules
    private var lines: TailLines
    private var gathered: [JSONValue] = []

    init(_ session: Session, verifies: Bool) {
        self.session = session
        self.verifies = verifies
        rules = SignatureRules(session.source)
        lines = TailLines(look: session.stream.look, verifies: verifies, rules: rules)
    }

    /// Writes entries; true when there is a failure among their signatures.
    mutating func write(_ entries: [TailEntry]) throws -> Bool {
        let isBad = { [rules] (entry: TailEntry) in entry.judgements.contains { $0.isFailure(by: rules) } }
        let wanted = session.output.isQuiet.value && verifies ? entries.filter { $0.needsAttention(rules) } : entries
        switch session.output.format.value {
        case .table, .prometheus: try session.stream.write(lines.text(wanted))
        case .ndjson: try session.stream.write(wanted.flatMap { $0.json(verifies: verifies).line() })
        case .json: gathered += wanted.map { $0.json(verifies: verifies) }
        }
        return entries.contains(where: isBad)
    }

    /// Writes the document, where one was asked for.
    func finish(_ server: ServerPresentation) throws {
        guard session.output.format.value == .json else { return }
        let envelope = Envelope(
            schema: "caracalctl.tail/1",
            at: WallClock.now,
            server: server.json,
            items: gathered,
            summary: ["shown": .integer(Int64(gathered.count))],
            warnings: []
        )
        try session.stream.write(envelope.json.prettyDocument())
    }
}

extension TailEntry {
    fileprivate func needsAttention(_ rules: SignatureRules) -> Bool {
        judgements.contains { $0.isFailure(by: rules) || $0.hasWarning }
    }

    /// The entry as it stands in every JSON output: what `verify-sig --offline` reads, and the verdicts.
    fileprivate func json(verifies: Bool) -> JSONValue {
        let entry = [
            JSONMember("stream", .bytes(stream.key)), JSONMember("id", .string("\(id)")),
            JSONMember("fields", .fields(message)),
        ]
        return .object(entry + (verifies ? [JSONMember("signatures", .array(judgements.map(\.json)))] : []))
    }
}
