import Caracal
import RESP
import Redis
import RedisSandbox
import Text

/// The bus on which incidents are prepared: a private server with every stream, the services' consumers, and signed messages that they
/// have read. Several incidents can be prepared on one.
package final class IncidentSandbox {
    /// Who signs a message.
    enum Signer {
        /// The services, with the keys that the sandbox has.
        case services
        /// A publisher with a key that nobody else has.
        case stranger
    }

    /// The server.
    package let server: SandboxServer
    /// The program that it runs.
    let program: String
    /// A connection to it, in db 0.
    private(set) var connection: Connection
    /// The rows of the outboxes, where there is a database.
    let outbox: SandboxOutboxes?
    /// When the preparation began, in Unix milliseconds.
    let now = WallClock.unsigned
    /// The messages that services publish.
    var messages: DemoMessages
    /// What goes on while the incident lasts.
    private(set) var services: IncidentServices
    private var strange: DemoMessages
    /// How many messages were published.
    private var number = 0
    /// The newest id of each stream that was published to.
    private var last: [String: EntryID] = [:]
    /// More servers of the incident, which end with it.
    private var others: [SandboxServer] = []

    /// Makes the bus: nothing is wrong with it yet.
    ///
    /// - Parameters:
    ///   - server: a server with a port that has no streams, or empty ones.
    ///   - program: the program that it runs.
    ///   - keys: the files of its signing keys, by scheme.
    ///   - database: where the messages come from, if anybody asks.
    package init(
        on server: SandboxServer,
        program: String,
        keys: [SignatureScheme: String],
        database: SandboxDatabase? = nil
    ) throws {
        self.server = server
        self.program = program
        outbox = try database.map(SandboxOutboxes.init)
        connection = try Self.connect(to: server)
        messages = DemoMessages(try keys.mapValues { try KeyFile(path: $0).key })
        let other = try SigningKey(hex: Array(repeating: UInt8(ascii: "5"), count: 64))
        strange = DemoMessages(Dictionary(uniqueKeysWithValues: SignatureScheme.allCases.map { ($0, other) }))
        services = IncidentServices(readers: DemoBus.readers.filter { $0.group != DemoBus.gateway.group })
        try provision()
        for (name, count, _) in DemoBus.history {
            try publish(min(count, 40), to: StreamTable[name], minutes: 200...240)
        }
        for reader in services.readers { try catchUp(reader) }
    }

    // MARK: The server

    private static func connect(to server: SandboxServer) throws -> Connection {
        try Connection.open(
            Endpoint(address: .unix(path: server.socketPath)),
            timeouts: Timeouts(command: .seconds(60))
        )
    }

    /// Makes every stream and group that is missing.
    func provision() throws {
        _ = try Provision(streams: StreamTable.all, policy: .automatic).run(on: connection)
        last = [:]
    }

    /// Leaves nothing on the bus, nor in the outboxes where there are any: nothing was published before.
    func beginEmpty() throws {
        try send("FLUSHALL")
        try outbox?.removeAll()
        last = [:]
    }

    /// Does something whose every trace is lost on the server, as in the second before the machine loses its power: the
    /// append-only file has it, the disk has not (`appendfsync everysec`).
    func lose(_ body: () throws -> Void) throws {
        try wait(for: "aof_buffer_length", "0", in: "persistence")
        let file = try appendOnlyFile
        let size = file.size
        try body()
        try server.crash { file.cut(to: size) }
        connection = try Self.connect(to: server)
    }

    /// The file that the server appends to: from Redis 7.0 on the newest of several, in a folder of their own.
    private var appendOnlyFile: AppendOnlyFile {
        get throws {
            guard let file = AppendOnlyFile(of: server) else {
                throw CommandError(
                    .internalError,
                    "the incident cannot be prepared: the server keeps no append-only file"
                )
            }
            return file
        }
    }

    /// Sends commands, some at a time; a refusal is an error.
    @discardableResult
    func send(_ commands: [Command]) throws -> [Reply] {
        var replies: [Reply] = []
        for start in stride(from: 0, to: commands.count, by: Self.batch) {
            replies += try connection.pipeline(Array(commands[start..<min(start + Self.batch, commands.count)]))
        }
        if let error = replies.lazy.compactMap(\.root.error).first { throw connection.refused(Refusal(error)) }
        return replies
    }

    /// Sends one command.
    @discardableResult
    func send(_ name: String, _ words: String...) throws -> Reply {
        try send([Command(name, arguments: words.map { Array($0.utf8) })])[0]
    }

    /// How many commands are sent at once, and how many entries are read or acknowledged at once.
    private static let batch = 1000

    /// Starts another server that belongs to the incident.
    func startServer() throws -> SandboxServer {
        let other = try SandboxServer.start(SandboxSettings(program: program))
        others.append(other)
        return other
    }

    /// Waits until a field of INFO has a value.
    func wait(for field: String, _ value: String, in section: String, on connection: Connection? = nil) throws {
        let connection = connection ?? self.connection
        let deadline = Deadline.after(.seconds(30))
        var backoff = Backoff.ofProcess
        while true {
            let text = try connection.send(Command("INFO", section)).root.text ?? []
            if InfoFields(text).bytes(field) == Array(value.utf8) { return }
            guard !deadline.hasPassed else {
                throw CommandError(.internalError, "the incident cannot be prepared: \(field) does not become \(value)")
            }
            try backoff.rest(until: deadline)
        }
    }

    // MARK: Messages

    /// Adds signed messages, with the rows that they were published from where there is a database.
    ///
    /// - Parameters:
    ///   - minutes: how long ago the first and the last one were published. Where newer ones are there, they lie behind those.
    /// - Returns: their ids.
    @discardableResult
    func publish(
        _ count: Int,
        to stream: StreamDefinition,
        minutes: ClosedRange<UInt64>,
        signer: Signer = .services
    ) throws -> [EntryID] {
        var (ids, commands, rows): ([EntryID], [Command], [SandboxOutboxes.Row?]) = ([], [], [])
        for time in Self.times(count, minutes, now) {
            let next = try message(to: stream, at: time, signer)
            ids.append(next.id)
            commands.append(next.command)
            let published = SandboxOutboxes.State.published(at: min(next.id.milliseconds, now))
            rows.append(
                SandboxOutboxes.Row(of: next.fields, on: stream, created: min(time, now) - Self.wait, published)
            )
        }
        try outbox?.add(rows.compactMap(\.self))
        try send(commands)
        return ids
    }

    /// Adds rows of messages that are not on the bus, created as long ago.
    func enqueue(
        _ count: Int,
        for stream: StreamDefinition,
        minutes: ClosedRange<UInt64>,
        _ state: (_ number: Int, _ created: UInt64) -> SandboxOutboxes.State
    ) throws {
        var rows: [SandboxOutboxes.Row?] = []
        for (place, time) in Self.times(count, minutes, now).enumerated() {
            let fields = try messages.entry(number, of: stream, at: time)
            number += 1
            rows.append(SandboxOutboxes.Row(of: fields, on: stream, created: time, state(place, time)))
        }
        try outbox?.add(rows.compactMap(\.self))
    }

    /// Moments in order, in Unix milliseconds.
    private static func times(_ count: Int, _ minutes: ClosedRange<UInt64>, _ now: UInt64) -> [UInt64] {
        let (start, span) = (now - minutes.upperBound * 60_000, (minutes.upperBound - minutes.lowerBound) * 60_000)
        return (0..<count).map { start + span * UInt64($0) / UInt64(count) }
    }

    /// How long rows wait for their dispatcher.
    private static let wait: UInt64 = 200

    /// Adds one signed message with an id of that time in Unix milliseconds, or behind the newest.
    @discardableResult
    func publish(to stream: StreamDefinition, at time: UInt64, signer: Signer = .services) throws -> EntryID {
        let next = try message(to: stream, at: time, signer)
        let published = SandboxOutboxes.State.published(at: min(time, now))
        let row = SandboxOutboxes.Row(of: next.fields, on: stream, created: min(time, now) - Self.wait, published)
        try outbox?.add([row].compactMap(\.self))
        try send([next.command])
        return next.id
    }

    private func message(
        to stream: StreamDefinition,
        at time: UInt64,
        _ signer: Signer
    ) throws -> (id: EntryID, command: Command, fields: DemoMessages.Fields) {
        let newest = last[stream.name] ?? .zero
        let id =
            newest.milliseconds < time
            ? EntryID(milliseconds: time, sequence: 0)
            : EntryID(milliseconds: newest.milliseconds, sequence: newest.sequence + 1)
        let fields =
            switch signer {
            case .services: try messages.entry(number, of: stream, at: min(time, now))
            case .stranger: try strange.entry(number, of: stream, at: min(time, now))
            }
        number += 1
        last[stream.name] = id
        let arguments = [stream.key, Array(id.description.utf8)] + fields.flatMap { [$0.name, $0.value] }
        return (id, Command("XADD", arguments: arguments), fields)
    }

    // MARK: Consumers

    /// Gives a consumer what waits for its group.
    ///
    /// - Returns: the ids.
    @discardableResult
    func deliver(to reader: DemoBus.Reader, atMost limit: Int = .max) throws -> [[UInt8]] {
        var ids: [[UInt8]] = []
        while ids.count < limit {
            let count = min(Self.batch, limit - ids.count)
            let reply = try send([DemoTraffic.reading(reader, count: count, from: ">")])[0]
            let page = DemoTraffic.ids(in: reply.root, of: reader)
            guard !page.isEmpty else { break }
            ids += page
        }
        return ids
    }

    /// Has a consumer read and acknowledge what waits for its group.
    func catchUp(_ reader: DemoBus.Reader) throws {
        let ids = try deliver(to: reader)
        try send(
            stride(from: 0, to: ids.count, by: Self.batch).map {
                DemoTraffic.acknowledgement(reader, Array(ids[$0..<min($0 + Self.batch, ids.count)]))
            }
        )
    }

    /// Has every consumer that works read and acknowledge what waits, but for one group's, and for those whose group is gone.
    func catchUp(except group: String = "") throws {
        for reader in services.readers where reader.group != group {
            let groups = try connection.ask(XInfoGroups(key: reader.definition.key)).value ?? []
            if groups.contains(where: { $0.name == Array(reader.group.utf8) }) { try catchUp(reader) }
        }
    }

    /// Makes pending entries look as if they had been delivered `tries` times, the last time `minutes` ago.
    func hold(_ ids: ArraySlice<[UInt8]>, by reader: DemoBus.Reader, minutes: Int, tries: Int) throws {
        let head = [reader.definition.key] + [reader.group, reader.consumer, "0"].map { Array($0.utf8) }
        let tail = ["IDLE", "\(minutes * 60_000)", "RETRYCOUNT", "\(tries)", "JUSTID"].map { Array($0.utf8) }
        try send(
            stride(from: ids.startIndex, to: ids.endIndex, by: Self.batch).map {
                Command("XCLAIM", arguments: head + ids[$0..<min($0 + Self.batch, ids.endIndex)] + tail)
            }
        )
    }

    /// Consumers of one stream that were last heard of at least this long ago, and do not come back.
    func silence(_ readers: [DemoBus.Reader], minutes: UInt64) throws {
        guard let key = readers.first?.definition.key else { return }
        let names = Set(readers.map { Array($0.consumer.utf8) })
        let isMeant = { (reader: DemoBus.Reader) in
            reader.definition.key == key && names.contains(Array(reader.consumer.utf8))
        }
        services.silent += services.readers.filter(isMeant)
        services.readers.removeAll(where: isMeant)
        var dump = DumpedStream(Array(try send([Command("DUMP", arguments: [key])])[0].root.text ?? []))
        guard dump.silence(names, since: now - minutes * 60_000) == names.count else { return }
        try send([Command("RESTORE", arguments: [key, Array("0".utf8), dump.bytes, Array("REPLACE".utf8)])])
    }

    /// A consumer that goes on asking, and acknowledges nothing of what it holds.
    func getStuck(_ reader: DemoBus.Reader) {
        services.readers.removeAll { $0 == reader }
        services.stuck.append(reader)
    }

    /// The consumer through which a service reads from a group.
    func reader(of group: String, on stream: StreamDefinition) -> DemoBus.Reader {
        services.readers.first { $0.group == group && $0.definition == stream }
            ?? DemoBus.Reader(stream: stream.shortName, group: group, consumer: "\(group)-0")
    }

    /// One more consumer, which reads and acknowledges what waits.
    func join(_ reader: DemoBus.Reader) throws {
        services.readers.append(reader)
        try catchUp(reader)
    }

    /// The service of an outbox publishes nothing.
    func stopDispatcher(of outbox: OutboxTable) { services.outboxes.removeAll { $0 == outbox } }

    /// While the incident lasts something keeps the server from its work.
    func keepBusy() { services.isBusy = true }
}
