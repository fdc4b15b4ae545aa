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

            --verify shows the verdict on each entry's signature; with --quiet only entries with a problem are shown. --match \
            takes entries whose field has exactly that value, also among the newest ones shown at the start. On a \
            terminal, lines are cut at its width; -o ndjson has every entry whole, and caracalctl verify-sig --offline \
            reads it.

            A place is an id (ms or ms-seq), - or +, a time (RFC 3339), or a time ago (-2h).

              caracalctl tail
              caracalctl tail sessions.revoke --match zone_id=z-1 --verify
              caracalctl tail audit.events --from -1h --no-follow -o ndjson
            """
    )

    @Argument(help: .streams, completion: .streams)
    var streams: [String] = []

    @Option(
        name: [.customShort("n"), .customLong("count")],
        help: ArgumentHelp(
            "Start with this many of the newest entries, across all streams (default: 10).",
            valueName: "count"
        )
    )
    var count: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Start at this place instead.", valueName: "place"))
    var from: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show only entries with this field value; repeatable, all must match.",
            valueName: "field=value"
        )
    )
    var match: [String] = []

    @Flag(help: "Check the signature of each entry.")
    var verify = false

    @Flag(help: "Stop after the last entry instead of waiting for new ones.")
    var noFollow = false

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    /// No more entries than this are read backwards; for more there is --from.
    private static let countLimit = 1_000

    func validate() throws {
        if count != nil, from != nil { throw ValidationError("--count and --from exclude each other: give one") }
        if let count, Parse.number(count).map({ $0 > Self.countLimit }) ?? true {
            throw ValidationError("--count is a number from 0 to \(Self.countLimit) (--from reads more)")
        }
        _ = try OptionText.place(from, "--from")
        for text in match {
            guard let field = FieldMatch(text) else { throw ValidationError("--match is FIELD=VALUE") }
            // No field of the bus has a dot in its name: what is meant is a place inside a JSON value.
            guard anyStream || !field.hasDot else {
                throw ValidationError(
                    "--match compares whole fields, and cannot look into a JSON value (-o ndjson has it, for jq)"
                )
            }
        }
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        format.value == .json && !noFollow
            ? "-o json is one document, and tail has no end: say ndjson, or --no-follow" : nil
    }

    func run(in session: Session) throws -> ExitStatus {
        let streams = try StreamNames.resolve(streams, allowsAny: anyStream)
        let tail = try Tail(
            streams: streams,
            matches: match.compactMap(FieldMatch.init),
            signatures: try signatures(of: streams, session)
        )
        let start = try OptionText.place(from, "--from").map { Tail.Start.from($0) }
        var run = TailRun(session, tail, verifies: verify, follows: !noFollow)
        return try run.run(start ?? .newest(count.flatMap(Parse.number) ?? 10))
    }

    private func signatures(
        of streams: [StreamDefinition],
        _ session: Session
    ) throws -> (keys: SignatureKeys, rules: SignatureRules)? {
        guard verify else { return nil }
        let targets = streams.map { SignatureTarget(key: $0.key) }
        let keys = try VerificationKeys(for: targets, keyFile: nil, previousKeyFile: nil, source: session.source)
        for warning in keys.warnings { session.say(.warning, code: .keyFileReadable, "\(warning)") }
        return (keys.keys, SignatureRules(session.source))
    }
}
