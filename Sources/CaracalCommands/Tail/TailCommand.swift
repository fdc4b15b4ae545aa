import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl tail`
struct TailCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "tail",
        _superCommandName: Caracalctl.name,
        abstract: "Show entries as they arrive. [reads]",
        discussion: """
            Reads all streams in the order of their entries' ids and runs until Ctrl-C. It joins no group, and nothing counts \
            as delivered. After a lost connection it reconnects, continues behind the last entry, and reports what was \
            trimmed in between.

            A line has the time, the stream and the fields that matter; the audit event in data is opened. Signatures, \
            outbox_id and dedupe_key are left out: --ids and --sig show them. On a terminal, lines are cut at its width \
            (--wrap folds them); -o ndjson has every entry whole, and publish --ndjson and verify-sig --offline read it.

            Where a key is set, a mark shows what became of the signature: ✓ valid, ! valid with a warning, ✗ not valid, \
            ? not checked, - unsigned. With --sig the key must be there, a bad signature ends with status 1, and with \
            --quiet only entries with a problem are shown. --where takes PATH OP VALUE (caracalctl help where). Of the \
            newest entries at the start (--limit, of all streams taken together) those that match are shown, and none further \
            back; caracalctl find --newest searches all that is there.

            In --format, %{zone_id} is a field, %{data.event_type} a value inside a field's JSON (a number is the place in \
            an array), %{id}, %{time} and %{stream} are the entry's, and %% is a percent sign; \\t is a tab. What an entry \
            does not have is -. Control characters stay escaped.

            A place is a time (2h, 14:00, yesterday, 2026-11-28, RFC 3339), an id (ms or ms-seq), - or +.

              caracalctl tail
              caracalctl tail sessions.revoke --where zone_id=z-1 --sig
              caracalctl tail audit.events -f '%{time} %{data.event_type} %{data.decision}'
              caracalctl tail audit.events --since 1h --no-follow -o ndjson
            """
    )

    @Argument(help: .streams, completion: .streams)
    var streams: [String] = []

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp(
            "Start with this many of the newest entries, across all streams (default: 10).",
            valueName: "count"
        )
    )
    var limit: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Start at this place instead.", valueName: "place"))
    var since: String?

    @Option(name: .long, help: .condition("entries"))
    var `where`: [String] = []

    @Option(name: .long, help: ArgumentHelp("A field.", valueName: "field=value", visibility: .hidden))
    var match: [String] = []

    @Option(
        name: [.customShort("f"), .long],
        help: ArgumentHelp("Show each entry as this text, with places such as %{zone_id}.", valueName: "format")
    )
    var format: String?

    @Flag(help: "Show the ids of entries, outbox_id and dedupe_key.")
    var ids = false

    @Flag(help: "Check the signature of each entry, and show the signature fields.")
    var sig = false

    @Flag(help: .hidden)
    var verify = false

    @Flag(help: "Fold lines that are wider than the terminal instead of cutting them.")
    var wrap = false

    @Flag(help: "Stop after the last entry instead of waiting for new ones.")
    var noFollow = false

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    /// No more entries than this are read backwards; for more there is --since.
    private static let longest = 1_000

    func validate() throws {
        if limit != nil, since != nil { throw ValidationError("--limit and --since exclude each other: give one") }
        if let limit, Parse.number(limit).map({ $0 > Self.longest }) ?? true {
            throw ValidationError("--limit is a number from 0 to \(Self.longest) (--since reads more)")
        }
        _ = try OptionText.place(since, "--since")
        if let format {
            // As of tail(1), whose -f follows: the stream would be taken for the text to print.
            guard try TailFormat(format).hasPlaces else {
                throw ValidationError(
                    "--format has no place such as %{zone_id} (tail follows without an option: caracalctl tail STREAM)"
                )
            }
            if let option = viewOption { throw ValidationError("--format says what is shown: leave \(option) out") }
        }
        _ = try WhereText.selector(`where`)
        for text in match {
            guard let field = FieldMatch(text) else { throw ValidationError("--match is FIELD=VALUE") }
            // No field of the bus has a dot in its name: what is meant is a place inside a JSON value.
            guard anyStream || !field.hasDot else {
                throw ValidationError("--match compares whole fields: say --where, which looks into JSON")
            }
        }
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        if self.format != nil, format.value == .json || format.value == .ndjson {
            return "--format is for lines of text: leave --output or --format out"
        }
        return format.value == .json && !noFollow
            ? "-o json is one document, and tail has no end: say ndjson, or --no-follow" : nil
    }

    /// An option about lines that --format has no room for.
    private var viewOption: String? { ids ? "--ids" : wrap ? "--wrap" : nil }

    func run(in session: Session) throws -> ExitStatus {
        let streams = try StreamNames.resolve(streams, allowsAny: anyStream)
        let signatures = try EntryMarks.signatures(
            of: streams.map { SignatureTarget(key: $0.key) },
            isAskedFor: verifies,
            hasMarks: format == nil,
            session
        )
        let selector = try WhereText.selector(`where`, matches: match)
        let tail = try Tail(streams: streams, selector: selector, signatures: signatures)
        let start = try OptionText.place(since, "--since").map { Tail.Start.from($0) }
        let isWide = session.output.format.value == .wide
        let view = TailView(
            showsIDs: ids || isWide,
            showsSignature: verifies,
            wraps: wrap,
            isWhole: isWide,
            format: try format.map(TailFormat.init)
        )
        let writer = TailWriter(session, streams, view: view, verifies: verifies, marks: signatures != nil)
        var run = TailRun(session, tail, writer, follows: !noFollow)
        return try run.run(start ?? .newest(limit.flatMap(Parse.number) ?? 10))
    }

    /// Whether verdicts were asked for.
    private var verifies: Bool { sig || verify }
}
