import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl verify-sig`
struct VerifySigCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "verify-sig",
        _superCommandName: Caracalctl.name,
        abstract: "Check the signatures of messages. [reads]",
        discussion: """
            Checks every entry of the named streams (without a name, or with --all: of all streams and their dead letters) \
            with STREAMS_HMAC_KEY, and audit events with AUDIT_HMAC_KEY. In dead letters, the original entry is checked \
            as well. Without a key for a stream it ends with status 78; nothing unchecked is called valid.

            An invalid signature ends with status 1, and so does a missing one unless CARACAL_MODE is dev (--require \
            overrides that). A valid signature gets a warning if the signed form is ambiguous (a value with a line feed) \
            or the signature was seen before; --strict makes that a failure.

            A place is a time (2h, 14:00, yesterday, 2026-11-28, RFC 3339), an id (ms or ms-seq), - or +.

              caracalctl verify-sig sessions.revoke
              caracalctl verify-sig --all --previous-key-file old.hex
              caracalctl verify-sig audit.events --since 2h --each
              caracalctl verify-sig sessions.revoke --id 1767443990017-2
              caracalctl verify-sig --offline entries.ndjson
            """
    )

    @Argument(
        help: ArgumentHelp("The streams, with or without caracal. before them (default: all).", valueName: "stream"),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var names: [String] = []

    @Flag(help: "Check all streams of the table, and the .dead streams that exist.")
    var all = false

    @OptionGroup var range: RangeOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Check these entries of the one stream named.", valueName: "id")
    )
    var id: [String] = []

    @Option(help: ArgumentHelp("Read the key from this file.", valueName: "file"), completion: .file())
    var keyFile: String?

    @Option(
        help: ArgumentHelp("The key before the last rotation, to explain failures.", valueName: "file"),
        completion: .file()
    )
    var previousKeyFile: String?

    @Flag(help: "Print the verdict on each entry, one JSON object a line.")
    var each = false

    @Flag(help: "End with status 1 if an entry is unsigned (default, unless CARACAL_MODE is dev).")
    var require = false

    @Flag(help: "End with status 1 if a valid signature has a warning.")
    var strict = false

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("List at most this many failures and this many warnings (default: 20).", valueName: "count")
    )
    var limit: String?

    @Option(
        help: ArgumentHelp(
            "Check entries from a file, one JSON object a line, - for standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    var offline: String?

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    func validate() throws {
        if all, !names.isEmpty { throw ValidationError("--all checks every stream: leave the names out") }
        if !id.isEmpty, names.count != 1 { throw ValidationError("--id is about one stream: name it") }
        if !id.isEmpty, range.isGiven {
            throw ValidationError("--id and --since or --until exclude each other")
        }
        if offline != nil, all || range.isGiven || !id.isEmpty {
            throw ValidationError("--offline checks the file as it is: leave --all, --since, --until and --id out")
        }
        _ = try OptionText.number(limit, "--limit")
        _ = try OptionText.ids(id)
        _ = try places()
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        each && format.origin != .standard && format.value != .ndjson
            ? "--each prints NDJSON: leave --output out, or say ndjson" : nil
    }

    var tableColumns: [Column]? { each ? nil : VerifyPresentation.columns() }

    func run(in session: Session) throws -> ExitStatus {
        let targets = try SignatureTarget.resolve(names, allowsAny: anyStream)
        let chosen = targets.isEmpty && offline == nil ? SignatureTarget.all : targets
        let keys = try VerificationKeys(
            for: chosen,
            keyFile: keyFile,
            previousKeyFile: previousKeyFile,
            source: session.source
        )
        for warning in keys.warnings { session.say(.warning, code: .keyFileReadable, "\(warning)") }
        let run = VerifySigRun(session, rules: try rules(session.source), prefersLines: each)
        if let offline { return try run.check(file: offline, chosen, keys.keys) }
        return try run.check(VerifySignatures(targets: chosen, selection: try selection()), keys.keys)
    }

    private func rules(_ source: SettingsSource) throws -> SignatureRules {
        SignatureRules(
            requiresSignatures: require || SignatureRules(source).requiresSignatures,
            isStrict: strict,
            reportLimit: Int(clamping: try OptionText.number(limit, "--limit") ?? 20)
        )
    }

    private func selection() throws -> VerifySignatures.Selection {
        guard id.isEmpty else { return .ids(try OptionText.ids(id)) }
        let places = try places()
        return .range(from: places.since, to: places.until)
    }

    private func places() throws -> PlaceRange { try range.places(otherwise: "nothing would be checked") }
}
