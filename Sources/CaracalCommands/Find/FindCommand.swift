import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl find`
struct FindCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "find",
        _superCommandName: Caracalctl.name,
        abstract: "Find messages by their fields and by values in their JSON. [reads]",
        discussion: """
            Searches the named streams, or all streams of the table, from the oldest entry to the newest, stream by stream; \
            --newest begins with the newest of all of them. In a dead letter the message inside is searched. Ends with \
            status 1 if nothing was found, and after Ctrl-C shows what was found so far.

            --where takes PATH OP VALUE: a field, or a path into the JSON in a field, and =, !=, ~ (* and ?), < or >. \
            caracalctl help where has the rules. An entry whose JSON cannot be read is counted, and no condition on it holds.

            -o ndjson has every entry whole, and publish --ndjson and verify-sig --offline read it; where DATABASE_URL is set, \
            also the row of the outbox that each came from (-o json too). --count-by searches \
            everything and counts what was found by a value, the most frequent first.

              caracalctl find --dead --where session_id=s-9
              caracalctl find audit.events --where data.decision=deny --newest
              caracalctl find audit.events --since 1h --count-by data.event_type
              caracalctl find audit.events --where 'data.event_type ~ auth*' -o ndjson
            """
    )

    @Argument(help: .streams, completion: .streams)
    var streams: [String] = []

    @Flag(help: "Also search the dead letters of these streams.")
    var dead = false

    @Option(name: .long, help: .condition("entries"))
    var `where`: [String] = []

    @OptionGroup var range: RangeOptions

    @Option(help: ArgumentHelp("Show no entries; count them by the value at this path.", valueName: "path"))
    var countBy: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Show at most this many entries, or values (default: 20).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "Show the newest first, of all streams together.")
    var newest = false

    @Flag(
        help: "Check the signature of each entry that is found, though not whether it came before, and show its fields."
    )
    var sig = false

    @Flag(help: "Fold lines that are wider than the terminal instead of cutting them.")
    var wrap = false

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    func validate() throws {
        _ = try OptionText.count(limit, "--limit")
        _ = try WhereText.selector(`where`)
        if let countBy {
            _ = try WhereText.path(countBy, "--count-by")
            let others = [("--newest", newest), ("--sig", sig), ("--wrap", wrap)]
            if let option = others.first(where: \.1)?.0 {
                throw ValidationError("--count-by shows no entries: leave \(option) out")
            }
        }
        _ = try places()
    }

    var tableColumns: [Column]? { countBy == nil ? nil : FindCountPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let places = try places()
        let named = try SignatureTarget.named(streams, allowsAny: anyStream)
        let search = EntrySearch(
            targets: dead ? named + SignatureTarget.deadLetters(of: named) : named,
            selector: try WhereText.selector(`where`),
            since: places.since,
            until: places.until,
            isNewestFirst: newest
        )
        let limit = Int(clamping: try OptionText.count(limit, "--limit") ?? 20)
        let run = FindRun(session, search, limit: limit, named: streams.isEmpty ? [] : named)
        if let countBy { return try run.count(by: try WhereText.path(countBy, "--count-by")) }
        let signatures = try signatures(of: search.targets, session)
        let isWide = session.output.format.value == .wide
        let view = TailView(showsIDs: true, showsSignature: sig, wraps: wrap, isWhole: isWide)
        return try run.find(view, signatures, verifies: sig)
    }

    private func places() throws -> PlaceRange { try range.places(otherwise: "nothing would be searched") }

    /// What signatures are checked with: where that was asked for, and where lines can have a mark for it and a key is set.
    private func signatures(
        of targets: [SignatureTarget],
        _ session: Session
    ) throws -> (keys: SignatureKeys, rules: SignatureRules)? {
        try EntryMarks.signatures(of: targets, isAskedFor: sig, hasMarks: true, session)
    }
}
