import Caracal
import RESP
import Redis

/// Which services are at work on the bus of an incident.
struct IncidentServices: Sendable {
    /// Consumers that read, and acknowledge what they read.
    var readers: [DemoBus.Reader]
    /// Consumers that ask for entries and acknowledge none of those that they hold.
    var stuck: [DemoBus.Reader] = []
    /// Consumers that went silent.
    var silent: [DemoBus.Reader] = []
    /// The outboxes whose services publish.
    var outboxes = OutboxTable.allCases
    /// Whether something keeps the server from its work, again and again.
    var isBusy = false
}

/// What goes on while an incident lasts: the consumers that are left read, and the services publish what waits in their outboxes. No
/// message is made but by the operator.
struct IncidentTraffic: SandboxTraffic {
    private let connection: Connection
    private var services: IncidentServices
    private let dispatchers: IncidentDispatchers?
    /// What was read in the last round and is acknowledged in the next one, by reader.
    private var read: [[[UInt8]]] = []

    static let interval = Duration.milliseconds(300)

    /// - Parameters:
    ///   - endpoint: the sandbox.
    ///   - keys: the files of its signing keys, by scheme.
    ///   - database: its database, if it has one.
    init(
        _ services: IncidentServices,
        to endpoint: Endpoint,
        keys: [SignatureScheme: String],
        database: SandboxDatabase?
    ) throws {
        self.services = services
        connection = try Connection.open(endpoint, timeouts: Timeouts(command: .seconds(30)))
        let key = try keys[.fields].map { try KeyFile(path: $0).key }
        dispatchers = try database.map {
            try IncidentDispatchers(of: services.outboxes, in: $0, key: key, to: endpoint)
        }
    }

    mutating func makeRound() throws(RedisError) {
        dispatchers?.makeRound()
        try startMade()
        var commands = zip(services.readers, read).filter { !$1.isEmpty }.map(DemoTraffic.acknowledgement)
        // Behind all that they hold: they were heard of, and are delivered nothing again.
        commands += services.stuck.map { DemoTraffic.reading($0, count: 1, from: "\(EntryID.maximum)") }
        commands += services.readers.map { Command("XPENDING", $0.definition.name, $0.group) }
        let lists = try connection.pipeline(commands).suffix(services.readers.count)
        // What they hold comes first: an operator may have claimed entries for them. A server before 7.2 lists a consumer that asks for what
        // it holds, and none that only waits.
        let holders = zip(services.readers, lists).filter { Self.lists($1.root, $0) }.map(\.0)
        let readings =
            holders.map { DemoTraffic.reading($0, count: 1000, from: "0") }
            + services.readers.map { DemoTraffic.reading($0, count: 1000, from: ">") }
        let replies = try connection.pipeline(readings)
        read = services.readers.map { _ in [] }
        for (reader, reply) in zip(holders + services.readers, replies) {
            guard let place = services.readers.firstIndex(of: reader) else { continue }
            read[place] += DemoTraffic.ids(in: reply.root, of: reader)
        }
        if services.isBusy { _ = try connection.send(Incident.longCall(milliseconds: 120)) }
    }

    /// Whether a group's list of pending entries has some of a consumer.
    private static func lists(_ reply: ReplyValue, _ reader: DemoBus.Reader) -> Bool {
        reply[3]?.elements.contains { $0[0]?.text.map { $0.elementsEqual(reader.consumer.utf8) } ?? false } ?? false
    }

    /// How an operator starts a service of a drill again: a consumer that is made in a group that nobody reads begins to read.
    private mutating func startMade() throws(RedisError) {
        for reader in services.silent {
            let (key, group) = (reader.definition.key, reader.group)
            guard !services.readers.contains(where: { $0.group == group && $0.definition == reader.definition }) else {
                continue
            }
            let silent = services.silent.map { Array($0.consumer.utf8) }
            let consumers = try connection.ask(XInfoConsumers(key: key, group: Array(group.utf8))).value ?? []
            guard let made = consumers.first(where: { !silent.contains($0.name) }) else { continue }
            let name = String(decoding: made.name, as: UTF8.self)
            services.readers.append(DemoBus.Reader(stream: reader.stream, group: group, consumer: name))
            read.append([])
        }
    }
}
