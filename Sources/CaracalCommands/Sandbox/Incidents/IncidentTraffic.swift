import Caracal
import RESP
import Redis

/// Who is at work on the bus of an incident.
struct IncidentCast: Sendable {
    /// Consumers that read, and acknowledge what they read.
    var readers: [DemoCast.Reader]
    /// Consumers that ask for entries and acknowledge none of those that they hold.
    var stuck: [DemoCast.Reader] = []
    /// Consumers that went silent.
    var silent: [DemoCast.Reader] = []
    /// The outboxes whose services publish.
    var outboxes = OutboxTable.allCases
    /// Whether something keeps the server from its work, again and again.
    var isBusy = false
}

/// What goes on while an incident lasts: the consumers that are left read, and the services publish what waits in their outboxes. No
/// message is made but by the operator.
struct IncidentTraffic: SandboxTraffic {
    private let connection: Connection
    private var cast: IncidentCast
    private let dispatchers: IncidentDispatchers?
    /// What was read in the last round and is acknowledged in the next one, by reader.
    private var read: [[[UInt8]]] = []

    static let interval = Duration.milliseconds(300)

    /// - Parameters:
    ///   - endpoint: the sandbox.
    ///   - keys: the files of its signing keys, by scheme.
    ///   - database: its database, if it has one.
    init(
        _ cast: IncidentCast,
        to endpoint: Endpoint,
        keys: [SignatureScheme: String],
        database: SandboxDatabase?
    ) throws {
        self.cast = cast
        connection = try Connection.open(endpoint, timeouts: Timeouts(command: .seconds(30)))
        let key = try keys[.fields].map { try KeyFile(path: $0).key }
        dispatchers = try database.map {
            try IncidentDispatchers(of: cast.outboxes, in: $0, key: key, to: endpoint)
        }
    }

    mutating func makeRound() throws(RedisError) {
        dispatchers?.makeRound()
        try startMade()
        var commands = zip(cast.readers, read).filter { !$1.isEmpty }.map(DemoTraffic.acknowledgement)
        // Behind all that they hold: they were heard of, and are delivered nothing again.
        commands += cast.stuck.map { DemoTraffic.reading($0, count: 1, from: "\(EntryID.maximum)") }
        commands += cast.readers.map { Command("XPENDING", $0.definition.name, $0.group) }
        let lists = try connection.pipeline(commands).suffix(cast.readers.count)
        // What they hold comes first: an operator may have claimed entries for them. A server before 7.2 lists a consumer that asks for what
        // it holds, and none that only waits.
        let holders = zip(cast.readers, lists).filter { Self.lists($1.root, $0) }.map(\.0)
        let readings =
            holders.map { DemoTraffic.reading($0, count: 1000, from: "0") }
            + cast.readers.map { DemoTraffic.reading($0, count: 1000, from: ">") }
        let replies = try connection.pipeline(readings)
        read = cast.readers.map { _ in [] }
        for (reader, reply) in zip(holders + cast.readers, replies) {
            guard let place = cast.readers.firstIndex(of: reader) else { continue }
            read[place] += DemoTraffic.ids(in: reply.root, of: reader)
        }
        if cast.isBusy { _ = try connection.send(Incident.longCall(milliseconds: 120)) }
    }

    /// Whether a group's list of pending entries has some of a consumer.
    private static func lists(_ reply: ReplyValue, _ reader: DemoCast.Reader) -> Bool {
        reply[3]?.elements.contains { $0[0]?.text.map { $0.elementsEqual(reader.consumer.utf8) } ?? false } ?? false
    }

    /// How an operator starts a service of a drill again: a consumer that is made in a group that nobody reads begins to read.
    private mutating func startMade() throws(RedisError) {
        for reader in cast.silent {
            let (key, group) = (reader.definition.key, reader.group)
            guard !cast.readers.contains(where: { $0.group == group && $0.definition == reader.definition }) else {
                continue
            }
            let silent = cast.silent.map { Array($0.consumer.utf8) }
            let consumers = try connection.ask(XInfoConsumers(key: key, group: Array(group.utf8))).value ?? []
            guard let made = consumers.first(where: { !silent.contains($0.name) }) else { continue }
            let name = String(decoding: made.name, as: UTF8.self)
            cast.readers.append(DemoCast.Reader(stream: reader.stream, group: group, consumer: name))
            read.append([])
        }
    }
}
