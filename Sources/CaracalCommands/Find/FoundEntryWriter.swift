import Caracal
import Redis
import Rendering
import Text

/// Writes entries as they are found: a line each, as `tail` shows them or as JSON. A JSON document is gathered and written at
/// the end.
struct FoundEntryWriter {
    private let session: Session
    private let verifies: Bool
    private let rules: SignatureRules
    private var lines: TailLines
    private var text: [UInt8] = []
    private var json = JSONWriter()
    private var contents = EntryJSON()
    private var gathered: [JSONValue] = []
    private var rows: FoundRows
    /// Entries whose rows are to be asked for, together.
    private var asking: [FoundEntry] = []

    /// Whether a failure is among the signatures that were asked for.
    private(set) var hasFailures = false

    /// - Parameters:
    ///   - verifies: whether the operator asked for verdicts, so that they count for the exit status and are in JSON.
    ///   - marks: whether lines have a mark for them.
    /// - Throws: what is wrong with the settings of the database, where its rows are shown.
    init(_ session: Session, _ targets: [SignatureTarget], _ view: TailView, verifies: Bool, marks: Bool) throws {
        self.session = session
        rows = try FoundRows(session, isWanted: [.json, .ndjson].contains(session.output.format.value))
        self.verifies = verifies
        rules = SignatureRules(session.source)
        lines = TailLines(
            look: session.stream.look,
            view: view,
            streams: targets.map(\.stream),
            rules: marks ? rules : nil
        )
    }

    /// Adds an entry, which is written at the next `flush`.
    mutating func write(_ entry: FoundEntry) throws {
        let isBad = verifies && entry.judgements.contains { $0.isFailure(by: rules) }
        hasFailures = hasFailures || isBad
        switch session.output.format.value {
        case .table, .wide, .csv, .prometheus: text += lines.text([entry.line])
        case .ndjson, .json:
            asking.append(entry)
            if asking.count == Self.together { try settle() }
        }
        if text.count > Self.pending { try write() }
    }

    /// No more bytes than these wait for the end of a page.
    private static let pending = 1 << 16
    /// Of no more entries than these the rows are asked for together: more than a page has.
    private static let together = 1_000

    /// Asks for the rows of the entries that wait for that, after which they can be written.
    private mutating func settle() throws {
        guard !asking.isEmpty else { return }
        let found = try rows.rows(of: asking)
        for entry in asking {
            let row = entry.outboxID.flatMap { found[$0] }
            if session.output.format.value == .json {
                gathered.append(item(entry, row))
            } else {
                writeLine(entry, row)
                text += json.drain()
            }
        }
        asking.removeAll(keepingCapacity: true)
    }

    /// Writes what has gathered. On a terminal the line of the progress gives way to it.
    mutating func flush(_ progress: Progress) throws {
        try settle()
        guard !text.isEmpty else { return }
        progress.hide()
        try write()
    }

    private mutating func write() throws {
        try session.stream.write(asTheyAre: text)
        text.removeAll(keepingCapacity: true)
    }

    private mutating func writeLine(_ entry: FoundEntry, _ row: OutboxRow?) {
        Self.write(entry, tail(entry, row), &contents, to: &json)
        json.endLine()
    }

    private static func write(
        _ entry: FoundEntry,
        _ tail: [JSONMember],
        _ contents: inout EntryJSON,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            for member in entry.head { object.member(member.name, member.value) }
            contents.write(entry, to: &object)
            for member in tail { object.member(member.name, member.value) }
        }
    }

    private mutating func item(_ entry: FoundEntry, _ row: OutboxRow?) -> JSONValue {
        .object(entry.head + contents.members(entry) + tail(entry, row))
    }

    private func tail(_ entry: FoundEntry, _ row: OutboxRow?) -> [JSONMember] {
        let always = [
            JSONMember("outbox", row?.brief ?? .null), JSONMember("part", .string(entry.part.rawValue)),
        ]
        return verifies ? always + [JSONMember("signatures", .array(entry.judgements.map(\.json)))] : always
    }

    /// What is not known of the rows.
    var findings: [Finding] { rows.findings }

    /// Writes the document, where one was asked for.
    func finish(_ report: SearchReport, _ findings: [Finding], _ server: ServerPresentation) throws {
        guard session.output.format.value == .json else { return }
        let envelope = Envelope(
            schema: "caracalctl.find/1",
            at: WallClock.now,
            server: server.json,
            items: gathered,
            summary: .object([JSONMember("found", JSONValue(report.shown))] + report.members),
            warnings: findings.warnings
        )
        try session.stream.write(asTheyAre: envelope.json.prettyDocument())
    }
}

extension SearchReport {
    /// How much was searched, as it stands in every JSON document.
    var members: [JSONMember] {
        [
            JSONMember("searched", JSONValue(searched)), JSONMember("unreadable", JSONValue(unreadable)),
            JSONMember("complete", .bool(isComplete)),
        ]
    }
}

extension FoundEntry {
    /// As a line for a person shows it.
    fileprivate var line: TailEntry {
        TailEntry(stream: target.stream, id: id, message: message, judgements: judgements)
    }

    fileprivate var head: [JSONMember] {
        [
            JSONMember("stream", .bytes(target.key)), JSONMember("id", .string("\(id)")),
            JSONMember("at", JSONValue(Format.timestamp(milliseconds: id.milliseconds))),
        ]
    }
}

extension EntryJSON {
    fileprivate mutating func write(_ entry: FoundEntry, to writer: inout JSONWriter) {
        guard let inner = entry.inner else { return write(entry.message, to: &writer) }
        write(entry.message, holding: inner, to: &writer)
    }

    /// The fields, the message and the event of an entry that was found, those of the message inside where it is a dead letter.
    mutating func members(_ entry: FoundEntry) -> [JSONMember] {
        entry.inner.map { members(entry.message, holding: $0) } ?? members(entry.message)
    }
}
