import ArgumentParser
import Caracal
import Rendering
import Text

/// `caracalctl publish`
struct PublishCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "publish",
        _superCommandName: Caracalctl.name,
        abstract: "Publish signed messages to a stream, each of them once. [writes]",
        discussion: """
            Adds an outbox_id (a UUIDv7, by which consumers recognise a message delivered twice), signs with STREAMS_HMAC_KEY \
            (on audit.events with AUDIT_HMAC_KEY), and prints the new id. A stream that does not exist is not created. \
            Nothing is trimmed without --maxlen: trimming deletes entries that a slow group has not read. It warns where \
            of the newest 20 entries none that is signed verifies with the key (with another one consumers skip what is \
            published), or only some do. Of large entries fewer are read. This needs the right to XREVRANGE; without it only \
            the newest entry is tried (a warning says if that one is not signed), and each try is in the server's ACL LOG.

            After a lost connection nothing is sent again blindly: the old connection is closed on the server (this needs the \
            rights to CLIENT LIST and CLIENT KILL), the stream is searched for the unanswered messages, and only those \
            that were certainly never in it are sent again; not one that a consumer has removed since. On Redis 6, and \
            if the stream was empty, only INFO can tell (this needs the right to it). If the outcome cannot be known, \
            the command ends with status 74 and a file for --resume. So does a second Ctrl-C; the first one waits for \
            the replies to what was sent. Where --resume cannot know it either, as on a server that came back empty, it says how \
            all of the file is published again.

            With Sentinels a message counts as published once they confirm, after it was acknowledged, that its server is \
            still the master. Otherwise it is settled on the new master like an unanswered one.

            A master that fails can lose messages that it acknowledged before any replica had them. With --wait-replicas a \
            message counts as published once that many replicas have it; until then a failover settles it like an \
            unanswered one. A failover may promote a replica that is not among them: only the number of all replicas is \
            certain.

            With --json and --ndjson a string is published as it is, a number or a boolean as its text, an array or an \
            object as compact JSON; null is left out, and {"base64":"..."} stands for bytes.

            They also read entries as tail -o ndjson prints them: "fields" is the message, it is signed anew, and it keeps \
            its outbox_id, so that consumers who had it leave it out, unless --outbox-id new gives it another one. An entry \
            of another stream is refused, and one whose signature does not hold. So is a dead letter: dlq redrive returns it; only in a \
            cluster, where it cannot, the message inside is published, unchanged where its signature holds.

            --resign is for entries that consumers skipped because their signature does not hold, such as those of a \
            publisher that had another key. It takes them from the stream (--since, --id) or from a file (--ndjson), shows \
            them with what is wrong, and after a question publishes them again, signed anew. Look at what they say first: \
            an entry may be forged. It leaves out entries whose signature holds, copies from another stream, messages that \
            consumers would not take, and what was published again before: its outbox_id has a valid entry, or without \
            an outbox_id a later valid entry says the same. Of entries with one outbox_id it publishes one, and none where \
            they say different things. With DATABASE_URL it compares them with their rows in the outboxes, and leaves out \
            what its row contradicts, and what a dispatcher has yet to publish. With --outbox-id new a message is published \
            once more, as a new one, though it was published again before or is yet to be. It holds 64 MiB of entries at \
            once, and names the entry to continue with where there are more. It refuses (75) while another run signs the \
            same stream again; this needs the right to CLIENT LIST, and without it both would publish all.

            --resign refuses (78, --force) where the key may not be the consumers': the newest signatures of the other \
            streams, of the time in which this stream's did not hold, do not hold either, at least half of them; or there \
            are none, or they may not be read, and most of this stream's do not hold, or the newest five.

              caracalctl publish sessions.revoke zone_id=z-1 session_id=s-9 \\
                  reason=grant_revoked
              caracalctl publish policy.invalidate zone_id=z-1 --dry-run
              caracalctl publish keys.invalidate --ndjson messages.ndjson --rate 500
              caracalctl tail keys.invalidate --no-follow -o ndjson > entries.ndjson
              caracalctl publish keys.invalidate --ndjson entries.ndjson --dry-run
              caracalctl publish sessions.revoke --resign --since 2h --dry-run
              caracalctl publish --resume caracalctl-publish-20260103T124705-4711.ndjson
            """
    )

    @Argument(
        help: ArgumentHelp("The stream, with or without caracal. before it.", valueName: "stream"),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var stream: String?

    @Argument(help: ArgumentHelp("The fields of one message.", valueName: "field=value"))
    var fields: [String] = []

    @Option(
        help: ArgumentHelp("Read one message from a JSON object, - for standard input.", valueName: "file"),
        completion: .file()
    )
    var json: String?

    @Option(
        help: ArgumentHelp("Read messages from JSON objects, one a line, - for standard input.", valueName: "file"),
        completion: .file()
    )
    var ndjson: String?

    @Option(
        help: ArgumentHelp(
            "Signature scheme: fields or audit (default: what the stream's consumers expect).",
            valueName: "scheme"
        ),
        completion: .list(SignatureScheme.allCases.map(\.rawValue))
    )
    var scheme: String?

    @Flag(help: "Do not sign.")
    var unsigned = false

    @Option(
        help: ArgumentHelp(
            "The outbox_id: auto (the message's own, else a new one), new, none, or an id (default: auto).",
            valueName: "id"
        )
    )
    var outboxId: String?

    @Option(help: ArgumentHelp("Trim to about this many entries, or to the table's bound.", valueName: "table|count"))
    var maxlen: String?

    @Flag(help: "Allow a line feed in a value, which makes what was signed ambiguous.")
    var allowNewline = false

    @Flag(help: "Do not check the fields that the stream's consumers require.")
    var noSchema = false

    @Flag(help: "Send nothing; look at the stream, and show the fields, the signed bytes and the signature.")
    var dryRun = false

    @Flag(help: "Wait until the server has the message on disk (Redis 7.2, appendonly).")
    var waitAof = false

    @Option(
        help: ArgumentHelp("Count a message as published when this many replicas have it (WAIT).", valueName: "count")
    )
    var waitReplicas: String?

    @Option(help: ArgumentHelp("Send at most this many messages a second.", valueName: "count"))
    var rate: String?

    @Option(
        help: ArgumentHelp("Settle the messages of a run that ended with status 74.", valueName: "file"),
        completion: .file()
    )
    var resume: String?

    @Flag(help: "Publish entries again that consumers skipped for their signature: --since, --id or --ndjson.")
    var resign = false

    @Option(parsing: .unconditional, help: ArgumentHelp("With --resign: start at this place.", valueName: "place"))
    var since: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --resign: end at this place, inclusive.", valueName: "place")
    )
    var until: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("With --resign: these entries.", valueName: "id"))
    var id: [String] = []

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("With --resign: publish at most this many entries (default: 10000).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "With --resign: though most signatures in the stream were made with another key.")
    var force = false

    @Flag(
        name: [.short, .long],
        help: "Do not ask for confirmation (--resign, and --resume of a file of another server)."
    )
    var yes = false

    @Flag(help: "Accept a stream name that is not in the provisioning table.")
    var anyStream = false

    var isPreview: Bool { dryRun }

    /// The text of every option is read here, since every type of option costs the parser time at each start.
    func validate() throws {
        _ = try OptionText.count(rate, "--rate")
        _ = try OptionText.count(waitReplicas, "--wait-replicas")
        if scheme != nil, chosenScheme == nil { throw ValidationError("--scheme is fields or audit") }
        if outboxId?.isEmpty == true { throw ValidationError("--outbox-id is auto, new, none or an id") }
        if let maxlen, maxlen != "table", entryBound == nil {
            throw ValidationError("--maxlen is table or a number from 1")
        }
        try validateResign()
        if unsigned, scheme != nil { throw ValidationError("--unsigned and --scheme contradict each other: give one") }
        let sources = [!fields.isEmpty, json != nil, ndjson != nil].count { $0 }
        if resume != nil {
            guard sources == 0, stream == nil, !dryRun else {
                throw ValidationError("--resume takes stream and messages from its file: give nothing else")
            }
            if let option = optionsOfNewMessages.first {
                throw ValidationError("--resume sends what its file has, as it was signed: leave out \(option)")
            }
        } else {
            guard stream != nil else { throw ValidationError("name the stream to publish to") }
            guard sources > 0 || resign else {
                throw ValidationError("give the message: FIELD=VALUE, --json or --ndjson")
            }
            guard sources <= 1 else {
                throw ValidationError("FIELD=VALUE, --json and --ndjson exclude each other: give one")
            }
        }
        if case .given = outboxPolicy, ndjson != nil {
            throw ValidationError("--outbox-id gives every line the same id: leave it out, or have one in each line")
        }
    }

    func run(in session: Session) throws -> ExitStatus {
        if let resume { return try PublishRun(session, self).resume(resume) }
        let stream = try StreamNames.resolve(stream ?? "", allowsAny: anyStream)
        let rules = try rules(for: stream, session)
        let run = PublishRun(session, self)
        if resign { return try run.resign(rules) }
        if let ndjson { return dryRun ? try run.preview(ndjson, rules) : try run.publish(ndjson, rules) }
        let message = try json.map { try PublishInput.message(json: $0, rules) } ?? PublishInput.message(fields: fields)
        return dryRun ? try run.preview(message, rules) : try run.publish(message, rules)
    }

    private func rules(for stream: StreamDefinition, _ session: Session) throws -> PublishRules {
        PublishRules(
            stream: stream,
            signing: try signing(for: stream, session),
            outboxID: outboxPolicy,
            maxLength: try maxLength(for: stream),
            allowsNewlines: allowNewline,
            schema: noSchema ? nil : MessageSchema.of(stream: stream.key),
            acceptsUnsigned: !SignatureRules(session.source).requiresSignatures
        )
    }

    private func signing(
        for stream: StreamDefinition,
        _ session: Session
    ) throws -> (scheme: SignatureScheme, key: SigningKey)? {
        guard !unsigned, let scheme = chosenScheme ?? stream.defaultScheme else { return nil }
        guard let loaded = try KeySettings(session.source).load(scheme) else {
            let name = scheme.keyVariable
            throw CommandError(
                .configuration,
                "there is no key to sign with: set \(name) or \(name)_FILE, or say --unsigned; nothing was sent"
            )
        }
        if let warning = loaded.warning { session.say(.warning, code: .keyFileReadable, "\(warning)") }
        return (scheme, loaded.key)
    }

    private func maxLength(for stream: StreamDefinition) throws(CommandError) -> UInt64? {
        guard maxlen == "table" else { return entryBound }
        guard let bound = stream.bound else {
            throw CommandError(.usage, "the table has no bound for \(stream.name): give --maxlen a number")
        }
        return bound
    }
}

// MARK: - Signing anew

extension PublishCommand {
    private func validateResign() throws {
        _ = try OptionText.ids(id)
        _ = try OptionText.count(limit, "--limit")
        _ = try OptionText.place(since, "--since")
        _ = try OptionText.place(until, "--until")
        guard resign else {
            let others = [
                ("--since", since != nil), ("--until", until != nil), ("--id", !id.isEmpty), ("--limit", limit != nil),
                ("--force", force), ("--yes", yes && resume == nil),
            ]
            if let option = others.first(where: \.1)?.0 { throw ValidationError("\(option) goes with --resign") }
            return
        }
        if !fields.isEmpty || json != nil || unsigned || resume != nil {
            throw ValidationError(
                "--resign takes entries by --since, --id or --ndjson, and signs them: give nothing else"
            )
        }
        if case .given = outboxPolicy {
            throw ValidationError("--outbox-id gives every entry the same id: leave it out")
        }
        guard [since != nil || until != nil, !id.isEmpty, ndjson != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("say which entries: --resign with --since, --id or --ndjson, one of them")
        }
        _ = try resignedEntries
    }

    /// Which entries of the stream are meant.
    var resignedEntries: VerifySignatures.Selection {
        get throws {
            guard id.isEmpty else { return .ids(try OptionText.ids(id)) }
            let range = try OptionText.range(since, until, otherwise: "there is nothing between them")
            return .range(from: range.since, to: range.until)
        }
    }

    /// How many entries are published.
    var resignLimit: Int {
        get throws { Int(clamping: try OptionText.count(limit, "--limit") ?? 10_000) }
    }
}

extension PublishCommand {
    /// The options given that say how messages are made, which those of a file are already.
    private var optionsOfNewMessages: [String] {
        [
            ("--scheme", scheme != nil), ("--unsigned", unsigned), ("--outbox-id", outboxId != nil),
            ("--maxlen", maxlen != nil), ("--allow-newline", allowNewline), ("--no-schema", noSchema),
            ("--any-stream", anyStream),
        ]
        .filter(\.1).map(\.0)
    }

    /// How many messages a second may be sent; nil for as many as the server takes.
    var messageRate: Int? { rate.flatMap(Parse.number).flatMap { $0 > 0 ? $0 : nil } }

    /// How many replicas must have a message before it counts as published; nil when the master's word is enough.
    var replicaCount: Int? { waitReplicas.flatMap(Parse.number).flatMap { $0 > 0 ? $0 : nil } }

    private var entryBound: UInt64? { maxlen.flatMap(Parse.number).flatMap { $0 > 0 ? UInt64($0) : nil } }

    private var chosenScheme: SignatureScheme? { scheme.flatMap(SignatureScheme.init(rawValue:)) }

    private var outboxPolicy: PublishRules.OutboxID {
        switch outboxId {
        case nil, "auto": .automatic
        case "new": .new
        case "none": .none
        case .some(let id): .given(Array(id.utf8))
        }
    }
}

extension StreamDefinition {
    /// How messages are signed unless the command line says otherwise: streams of the table that are unsigned by design
    /// are, any other stream outside the table is not.
    var defaultScheme: SignatureScheme? {
        StreamTable.all.contains(self) ? scheme : .fields
    }
}
