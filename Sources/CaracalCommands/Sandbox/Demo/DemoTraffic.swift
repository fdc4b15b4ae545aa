import Caracal
import RESP
import Redis

/// The traffic of a demo: what happened on the bus before it began, and what goes on while it lasts.
struct DemoTraffic: SandboxTraffic {
    private let connection: Connection
    private var messages: DemoMessages
    /// Where the messages come from, if there is a database.
    private let outbox: DemoOutbox?
    /// How many rounds were made.
    private var round = 0
    /// What was read in the last round and is acknowledged in the next one, by reader.
    private var read: [[[UInt8]]] = []

    /// How many messages are published in a second.
    static let rate = 10
    /// How many in each round.
    private static let batch = 2
    /// How often a round is made.
    static let interval = Duration.milliseconds(1000 * batch / rate)

    /// - Parameters:
    ///   - endpoint: the sandbox.
    ///   - keys: the files of its signing keys, by scheme.
    ///   - database: its database, if it has one.
    init(to endpoint: Endpoint, keys: [SignatureScheme: String], database: SandboxDatabase?) throws {
        outbox = try database.map(DemoOutbox.init)
        connection = try Connection.open(endpoint, timeouts: Timeouts(command: .seconds(10)))
        messages = DemoMessages(try keys.mapValues { try KeyFile(path: $0).key })
    }

    // MARK: What happened before

    /// Puts the last four hours on a bus that is empty. On one that is not, as in a folder that was kept, it changes nothing.
    mutating func begin() throws {
        let length = try connection.ask(XLen(key: StreamTable["audit.events"].key)).value
        guard length == 0 else { return }
        let now = WallClock.unsigned
        var commands: [Command] = []
        var ids: [String: [String]] = [:]
        for (name, count, minutes) in DemoBus.history {
            let stream = StreamTable[name]
            let step = UInt64(minutes * 60_000 / count)
            for number in 0..<count {
                let time = now - step * UInt64(count - number)
                let fields = try messages.entry(number, of: stream, at: time)
                outbox?.remember(fields, on: stream, at: time)
                commands.append(Self.add(stream, "\(time)-0", fields))
                ids[name, default: []].append("\(time)-0")
            }
        }
        try outbox?.begin(&messages, now: now)
        commands.append(try forgery(now))
        commands += try DemoDeadLetters.commands(&messages, now: now)
        commands += Self.readings(ids)
        for reply in try connection.pipeline(commands) {
            if let error = reply.root.error { throw connection.refused(Refusal(error)) }
        }
        try silence(DemoBus.gone, since: now - 200 * 60_000)
    }

    /// A consumer that was not heard of for hours. Where the server's dumps are not what is expected it only holds its entries.
    private func silence(_ reader: DemoBus.Reader, since time: UInt64) throws {
        let key = reader.definition.key
        var dump = DumpedStream(Array(try connection.send(Command("DUMP", arguments: [key])).root.text ?? []))
        guard dump.silence([Array(reader.consumer.utf8)], since: time) == 1 else { return }
        _ = try connection.pipeline([
            Command("RESTORE", arguments: [key, Array("0".utf8), dump.bytes, Array("REPLACE".utf8)])
        ])
    }

    /// A message that somebody copied from another stream: its signature does not hold.
    private mutating func forgery(_ now: UInt64) throws -> Command {
        let time = now - 60_000
        let copied = try messages.entry(7, of: StreamTable["keys.invalidate"], at: time)
        return Self.add(StreamTable["policy.invalidate"], "\(time)-0", copied)
    }

    /// All groups have read everything, and acknowledged it but for what those in trouble hold.
    private static func readings(_ ids: [String: [String]]) -> [Command] {
        let gateway = DemoBus.gateway
        var commands = [Command("XGROUP", "CREATE", gateway.definition.name, gateway.group, "0")]
        let gone = (reader: DemoBus.gone, ids: Array((ids[DemoBus.gone.stream] ?? []).prefix(4)))
        let stuck = (reader: DemoBus.stuck, ids: Array((ids[DemoBus.stuck.stream] ?? []).suffix(30).prefix(3)))
        for reader in DemoBus.readers {
            commands.append(reading(reader, count: 10_000, from: ">"))
            let held = [gone, stuck].filter { $0.reader.group == reader.group }.flatMap(\.ids)
            let done = (ids[reader.stream] ?? []).filter { !held.contains($0) }
            commands.append(acknowledgement(reader, done.map { Array($0.utf8) }))
        }
        for (id, tries) in zip(gone.ids, [7, 2, 1, 1]) {
            commands.append(holding(gone.reader, id, minutes: 200, tries: tries))
        }
        for id in stuck.ids { commands.append(holding(stuck.reader, id, minutes: 8, tries: 3)) }
        // Gone before it was acknowledged.
        if let lost = gone.ids.last { commands.append(Command("XDEL", gone.reader.definition.name, lost)) }
        return commands
    }

    private static func holding(_ reader: DemoBus.Reader, _ id: String, minutes: Int, tries: Int) -> Command {
        Command(
            "XCLAIM",
            reader.definition.name,
            reader.group,
            reader.consumer,
            "0",
            id,
            "IDLE",
            "\(minutes * 60_000)",
            "RETRYCOUNT",
            "\(tries)",
            "JUSTID"
        )
    }

    // MARK: What goes on

    /// Publishes, reads and acknowledges once.
    mutating func makeRound() throws(RedisError) {
        let now = WallClock.unsigned
        // The user of the sandbox may have changed its tables: messages go on.
        try? outbox?.markPublished()
        var commands: [Command] = []
        var made: [DemoOutbox.Content] = []
        for turn in 0..<Self.batch {
            let number = round * Self.batch + turn
            let stream = StreamTable[DemoBus.turns[number % DemoBus.turns.count]]
            // Numbers go on behind those of the history.
            guard let fields = try? messages.entry(1000 + number, of: stream, at: now) else { continue }
            made.append((fields, stream))
        }
        for (fields, stream) in (try? outbox?.take(made, at: now)) ?? made {
            commands.append(Self.add(stream, "*", fields))
        }
        if round % 50 == 49,
            let letter = try? DemoDeadLetters.audit(
                round,
                "transient_exceeded_max_deliveries: connection refused",
                &messages,
                at: now,
                id: "*"
            )
        {
            commands.append(letter)
        }
        for (reader, ids) in zip(DemoBus.readers, read) where !ids.isEmpty {
            commands.append(Self.acknowledgement(reader, ids))
        }
        // Behind all that it holds: it was heard of, and is delivered nothing again. The greatest id of all means new entries.
        let behind = EntryID(milliseconds: .max, sequence: 0)
        commands.append(Self.reading(DemoBus.stuck, count: 1, from: "\(behind)"))
        commands += DemoBus.readers.map { Self.reading($0, count: 100, from: ">") }
        let replies = try connection.pipeline(commands)
        read = zip(DemoBus.readers, replies.suffix(DemoBus.readers.count)).map { Self.ids(in: $1.root, of: $0) }
        round += 1
    }

    static func reading(_ reader: DemoBus.Reader, count: Int, from id: String) -> Command {
        Command(
            "XREADGROUP",
            "GROUP",
            reader.group,
            reader.consumer,
            "COUNT",
            "\(count)",
            "STREAMS",
            reader.definition.name,
            id
        )
    }

    static func acknowledgement(_ reader: DemoBus.Reader, _ ids: [[UInt8]]) -> Command {
        Command("XACK", arguments: [reader.definition.key, Array(reader.group.utf8)] + ids)
    }

    static func add(_ stream: StreamDefinition, _ id: String, _ fields: DemoMessages.Fields) -> Command {
        let bound = ["NOMKSTREAM", "MAXLEN", "~", "\(stream.bound ?? 10_000)", id]
        return Command(
            "XADD",
            arguments: [stream.key] + bound.map { Array($0.utf8) } + fields.flatMap { [$0.name, $0.value] }
        )
    }

    /// The ids of the entries that a reading brought: a map in RESP3, a list of pairs in RESP2.
    static func ids(in reply: ReplyValue, of reader: DemoBus.Reader) -> [[UInt8]] {
        let entries = reply.kind == .map ? reply[field: reader.definition.name] : reply[0]?[1]
        return entries?.elements.compactMap { $0[0]?.text.map(Array.init) } ?? []
    }
}
