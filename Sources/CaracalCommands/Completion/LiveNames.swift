import ArgumentParser
import Caracal
import Postgres
import RESP
import Redis
import Rendering
import Text

/// What a value names that no description of the commands has.
enum LiveName {
    case stream, group, consumer, pendingID, deadLetterID, entryID, rowID, worker, reason, field, condition, path
    case context, column

    /// What the value of an argument names; nil for anything that is not known in advance.
    init?(_ argument: ArgumentDescription, in command: CommandDescription) {
        let family = command.topName
        switch (argument.typedNames.last, argument.valueName) {
        case ("--outbox-id", _): return nil
        case ("--context", _), ("--confirm", _): self = .context
        case (nil, "name") where family == "context" && command.commandName != "add": self = .context
        case (nil, "old") where command.topName == "context": self = .context
        case ("--columns", _), ("--sort", _): self = .column
        case ("--worker", _): self = .worker
        case ("--consumer", _), (_, "consumer"): self = .consumer
        case (_, "stream"): self = .stream
        case (_, "group"): self = .group
        case (_, "reason"): self = .reason
        case (_, "field"), (_, "field=value"): self = .field
        case (_, "path=value"): self = .condition
        case (_, "path"): self = .path
        case (nil, "what"): self = .entryID
        case (_, "id") where family == "dlq": self = .deadLetterID
        case (_, "id") where family == "outbox": self = .rowID
        case (_, "id") where ["ack", "claim"].contains(family): self = .pendingID
        case (_, "id") where family != "doctor": self = .entryID
        default: return nil
        }
    }
}

/// Names that only the server, the database and the configuration know: a few of them, soon, or none. What goes wrong while a word is
/// completed is not said.
final class LiveNames {
    /// How many dead letters of each stream are looked at.
    private static let deadLetterCount = 100
    /// How many entries are looked at, of a stream or of what a group has pending, and how many rows of the outboxes.
    private static let entryCount = 20
    /// How many paths into messages are offered, or a few more.
    private static let pathCount = 100
    /// How many pages of the keyspace are looked at: not all of it.
    private static let pageCount = 10
    /// How long an answer is good for.
    private static let lifetime = Duration.seconds(2)

    private let source: SettingsSource
    private let deadline: () -> Deadline
    private let open: (ConnectionOptions) throws -> any CommandChannel
    private let openDatabase: (ConnectionOptions) throws -> PostgresConnection
    private var answers: [[String]: (names: [Candidate], until: ContinuousClock.Instant)] = [:]

    /// - Parameters:
    ///   - source: where the contexts are.
    ///   - deadline: when an answer that is asked for now must be there.
    ///   - open: connects as the options of the line say, within that deadline too.
    ///   - openDatabase: the same for the database of the outboxes; what is asked there has to be answered by then too.
    init(
        _ source: SettingsSource,
        until deadline: @escaping () -> Deadline,
        _ open: @escaping (ConnectionOptions) throws -> any CommandChannel,
        database openDatabase: @escaping (ConnectionOptions) throws -> PostgresConnection
    ) {
        self.source = source
        self.deadline = deadline
        self.open = open
        self.openDatabase = openDatabase
    }

    /// What may be meant.
    func find(_ name: LiveName, at point: CompletionPoint) -> [Candidate] {
        let streams = (point.values["stream"] ?? []).compactMap { try? StreamNames.key(of: $0, allowsAny: true) }
        let group = point.values["group"]?.last.map { Array($0.utf8) }
        switch (name, streams.last, group) {
        case (.context, _, _): return contexts()
        case (.column, _, _): return columns(at: point)
        case (.stream, _, _): return self.streams(at: point)
        case (.group, let stream?, _): return ask("groups", [stream], point) { try groups(stream, $0) }
        case (.consumer, let stream?, let group?):
            return ask("consumers", [stream, group], point) { try consumers(stream, group, $0) }
        case (.pendingID, let stream?, let group?):
            return ask("pending", [stream, group], point) { try pending(stream, group, $0) }
        case (.deadLetterID, _, _): return ask("dead letters", streams, point) { try deadLetters(point, $0) }
        case (.reason, _, _): return ask("reasons", streams, point) { try reasons(point, $0) }
        case (.rowID, _, _): return askDatabase("rows", point) { try rows(for: point.command, $0) }
        case (.worker, _, _): return askDatabase("workers", point, workers)
        case (.entryID, let stream?, _): return ask("entries", [stream], point) { try entries(stream, $0) }
        case (.field, _?, _): return fields(streams, at: point)
        case (.condition, _?, _): return paths(streams, at: point).map { Candidate($0 + "=") }
        case (.path, _?, _): return paths(streams, at: point).map { Candidate($0) }
        default: return []
        }
    }

    private func ask(
        _ question: String,
        _ keys: [[UInt8]],
        _ point: CompletionPoint,
        _ answer: (any CommandChannel) throws -> [Candidate]
    ) -> [Candidate] {
        remember([question] + keys.map { "\($0)" }, point) { try answer(try open($0)) }
    }

    private func askDatabase(
        _ question: String,
        _ point: CompletionPoint,
        _ answer: (PostgresConnection) throws -> [Candidate]
    ) -> [Candidate] {
        remember([question, point.command.commandName], point) { try answer(try openDatabase($0)) }
    }

    private func remember(
        _ question: [String],
        _ point: CompletionPoint,
        _ find: (ConnectionOptions) throws -> [Candidate]
    ) -> [Candidate] {
        let connection = CommandLineWords(point.words).common.connection
        let question = question + connection.givenOptions
        if let answer = answers[question], answer.until > .now { return answer.names }
        guard let names = try? find(connection) else { return [] }
        answers[question] = (names, .now + Self.lifetime)
        return names
    }

    /// A name of the server's as a word; nil for one that no command line should hold.
    private static func word(_ name: some Collection<UInt8>) -> String? {
        guard (1...512).contains(name.count), name.first != UInt8(ascii: "-"),
            let word = String(validating: name, as: UTF8.self),
            !word.unicodeScalars.contains(where: UnprintableScalars.contains)
        else { return nil }
        return word
    }

    private static func candidate(_ name: [UInt8], _ note: TerminalText) -> Candidate? {
        word(name).map { Candidate($0, note) }
    }
}

// MARK: - Contexts, columns

extension LiveNames {
    private func contexts() -> [Candidate] {
        guard let file = try? ContextStore(source).read() else { return [] }
        return file.contexts.map { context in
            let marks = (context.name == file.current ? ["in use"] : []) + (context.isProtected ? ["protected"] : [])
            let words = [context.values[.description] ?? context.values[.url] ?? ""].filter { !$0.isEmpty } + marks
            return Candidate(context.name, TerminalText(words.joined(separator: ", ")))
        }
    }

    /// Those of the table that the line would show as it stands, where it could run.
    private func columns(at point: CompletionPoint) -> [Candidate] {
        let command = try? Caracalctl.parseAsRoot(CommandLineWords(point.words).words)
        return (command as? any BusCommand)?.tableColumns?.map { Candidate($0.key) } ?? []
    }
}

// MARK: - Streams, groups, consumers

extension LiveNames {
    /// The table is known without a server: what is asked for is streams outside it, and those of dead letters.
    private func streams(at point: CompletionPoint) -> [Candidate] {
        if point.given.contains("--any-stream") { return ask("streams", [], point) { try anyStreams($0) } }
        guard ["dlq", "verify-sig", "find", "get", "trace"].contains(point.command.topName) else { return [] }
        return ask("dead streams", [], point) { try deadStreams($0) }
    }

    private func anyStreams(_ channel: any CommandChannel) throws -> [Candidate] {
        var names: [Candidate] = []
        var cursor = "0"
        for _ in 0..<Self.pageCount {
            let page = try reply(to: Command("SCAN", cursor, "COUNT", "1000", "TYPE", "stream").reading(), channel)
            let keys = page[1]?.elements.compactMap { $0.text.map(Array.init) } ?? []
            let others = keys.filter { key in !StreamTable.all.contains { $0.key == key } }
            names += others.compactMap(Self.word).map { Candidate($0) }
            cursor = page[0]?.text.map { String(decoding: $0, as: UTF8.self) } ?? "0"
            if cursor == "0" { break }
        }
        return names
    }

    private func deadStreams(_ channel: any CommandChannel) throws -> [Candidate] {
        let targets = SignatureTarget.deadLetters.filter(\.isOptional)
        let lengths = try channel.pipeline(targets.map { XLen(key: $0.key).command }, until: deadline())
        return zip(targets, lengths).compactMap { target, length in
            guard let count = length.root.unsigned, count > 0 else { return nil }
            return Candidate(DeadLetterWords.name(target.key).text, "\(Format.count(count, "dead letter"))")
        }
    }

    private func groups(_ stream: [UInt8], _ channel: any CommandChannel) throws -> [Candidate] {
        let request = XInfoGroups(key: stream)
        return request.read(try reply(to: request.command, channel))?.compactMap { group in
            Self.candidate(group.name, "\(Format.grouped(UInt(group.pending))) pending")
        } ?? []
    }

    private func consumers(
        _ stream: [UInt8],
        _ group: [UInt8],
        _ channel: any CommandChannel
    ) throws -> [Candidate] {
        let request = XInfoConsumers(key: stream, group: group)
        return request.read(try reply(to: request.command, channel))?.compactMap { consumer in
            let idle = Format.age(milliseconds: Int(clamping: consumer.idle))
            return Self.candidate(
                consumer.name,
                "\(Format.grouped(UInt(consumer.pending))) pending, last seen \(idle) ago"
            )
        } ?? []
    }

    private func reply(to command: Command, _ channel: any CommandChannel) throws -> ReplyValue {
        try channel.pipeline([command], until: deadline())[0].root
    }
}

// MARK: - Rows of the outboxes

extension LiveNames {
    /// The oldest rows that were not published: for `requeue` those that are dead.
    private func rows(for command: CommandDescription, _ database: PostgresConnection) throws -> [Candidate] {
        let isRequeue = command.commandName == OutboxRequeueCommand._commandName
        let filter = OutboxFilter(isRequeue ? .state(.dead) : .unpublished)
        let list = OutboxList(filter, selector: .all, limit: Self.entryCount, hasPayloads: false)
        let report = try list.run(on: database)
        return report.rows.compactMap { row in
            let age = row.age(at: report.now).map { ", made \(Format.age(milliseconds: $0)) ago" } ?? ""
            return Self.candidate(row.id, "\(DeadLetterWords.name(row.stream)), \(row.state.words)\(age)")
        }
    }

    /// Those that have rows in hand, or had last.
    private func workers(_ database: PostgresConnection) throws -> [Candidate] {
        try OutboxUnlock(worker: nil, streams: [], limit: 1).others(on: database).workers.compactMap(Self.word).map {
            Candidate($0)
        }
    }
}

// MARK: - Ids, reasons, fields

extension LiveNames {
    private func pending(
        _ stream: [UInt8],
        _ group: [UInt8],
        _ channel: any CommandChannel
    ) throws -> [Candidate] {
        let request = XPending(key: stream, group: group, count: Self.entryCount)
        return request.read(try reply(to: request.command, channel))?.map { entry in
            let idle = entry.idle.map { "idle \(Format.age(milliseconds: Int(clamping: $0))), " } ?? ""
            let tries = Format.count(entry.deliveries, "try", "tries")
            return Candidate("\(entry.id)", "\(entry.consumer), \(idle)\(tries)")
        } ?? []
    }

    private func entries(_ stream: [UInt8], _ channel: any CommandChannel) throws -> [Candidate] {
        let request = XRevRange(key: stream, count: Self.entryCount)
        guard var reader = request.read(try reply(to: request.command, channel)) else { return [] }
        var entries: [Candidate] = []
        while reader.advance() {
            guard let id = reader.id else { continue }
            entries.append(Candidate("\(id)", Format.timestamp(milliseconds: id.milliseconds).map { "\($0)" }))
        }
        return entries
    }

    private func glance(_ point: CompletionPoint, _ channel: any CommandChannel) throws -> [DeadLetterGlance.Item] {
        let targets = try DeadLetterStreams.resolve(point.values["stream"] ?? [])
        return try DeadLetterGlance(targets: targets, count: Self.deadLetterCount).run(on: channel, until: deadline())
    }

    private func deadLetters(_ point: CompletionPoint, _ channel: any CommandChannel) throws -> [Candidate] {
        try glance(point, channel).sorted { $0.id > $1.id }.prefix(Self.entryCount).map { item in
            Candidate("\(item.id)", "\(DeadLetterWords.name(item.stream)): \(item.reasonKind)")
        }
    }

    private func reasons(_ point: CompletionPoint, _ channel: any CommandChannel) throws -> [Candidate] {
        var counts: [[UInt8]: UInt64] = [:]
        for item in try glance(point, channel) { counts[item.reasonKind, default: 0] += 1 }
        return counts.sorted { $0.value > $1.value || $0.value == $1.value && $0.key.lexicographicallyPrecedes($1.key) }
            .compactMap { Self.candidate($0.key, "\(Format.count($0.value, "dead letter"))") }
    }

    /// The fields that consumers require, and those of the newest entries.
    private func fields(_ streams: [[UInt8]], at point: CompletionPoint) -> [Candidate] {
        // A message to publish has neither a signature nor an id yet.
        let isNew = point.command.commandName == PublishCommand._commandName
        let schemas = streams.compactMap { MessageSchema.of(stream: $0) }
        let note: TerminalText? = isNew ? "required" : nil
        let required = schemas.flatMap { schema in
            schema.required.map { Candidate($0 + "=", note) } + schema.anchors.map { Candidate($0 + "=") }
        }
        let seen = ask("fields", streams, point) { channel in
            let requests = streams.map { XRevRange(key: $0, count: Self.entryCount) }
            let replies = try channel.pipeline(requests.map(\.command), until: deadline())
            return zip(requests, replies).compactMap { $0.read($1.root) }.flatMap(Self.names).map {
                Candidate($0 + "=")
            }
        }
        let own = ["_sig=", "sig=", "outbox_id="]
        return (required + seen).filter { !isNew || !own.contains($0.word) }
    }

    /// Paths to the fields of the newest entries, and to what is in their JSON.
    private func paths(_ streams: [[UInt8]], at point: CompletionPoint) -> [String] {
        ask("paths", streams, point) { channel in
            let requests = streams.map { XRevRange(key: $0, count: Self.entryCount) }
            let replies = try channel.pipeline(requests.map(\.command), until: deadline())
            let found = zip(requests, replies).compactMap { $0.read($1.root) }.flatMap(Self.paths)
            return found.map { Candidate($0) }
        }.map(\.word)
    }

    private static func paths(_ entries: EntryReader) -> [String] {
        var reader = entries
        var paths: [String] = []
        while reader.advance() {
            for field in reader.fields where paths.count < pathCount {
                guard let name = word(reader.bytes[field.name]).map(MessagePath.quoted) else { continue }
                let event = Message(object: reader.bytes[field.value])
                let keys = event.map { event in event.fields.indices.compactMap { word(event.name(at: $0)) } } ?? []
                let found = keys.isEmpty ? [name] : keys.map { "\(name).\(MessagePath.quoted($0))" }
                paths += found.prefix(pathCount).filter { !paths.contains($0) }
            }
        }
        return paths
    }

    private static func names(_ entries: EntryReader) -> [String] {
        var reader = entries
        var names: [String] = []
        while reader.advance() {
            let found = reader.fields.compactMap { word(reader.bytes[$0.name]) }.filter { !$0.contains("=") }
            names += found.filter { !names.contains($0) }
        }
        return names
    }
}
