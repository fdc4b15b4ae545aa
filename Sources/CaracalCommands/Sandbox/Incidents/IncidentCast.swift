import Caracal
import RESP
import Redis

/// Who is at work on the bus of an incident.
struct IncidentCast: Sendable {
    /// Consumers that read, and acknowledge what they read.
    var readers: [DemoCast.Reader]
    /// Consumers that ask for entries and acknowledge none of those that they hold.
    var stuck: [DemoCast.Reader] = []
    /// Whether something keeps the server from its work, again and again.
    var isBusy = false
}

/// What goes on while an incident lasts: the consumers that are left read. Nothing is published but by the operator.
struct IncidentTraffic: SandboxTraffic {
    private let connection: Connection
    private let cast: IncidentCast
    /// What was read in the last round and is acknowledged in the next one, by reader.
    private var read: [[[UInt8]]] = []

    static let interval = Duration.milliseconds(300)

    init(_ cast: IncidentCast, to endpoint: Endpoint) throws {
        self.cast = cast
        connection = try Connection.open(endpoint, timeouts: Timeouts(command: .seconds(30)))
    }

    mutating func makeRound() throws(RedisError) {
        var commands = zip(cast.readers, read).filter { !$1.isEmpty }.map(DemoTraffic.acknowledgement)
        // Behind all that they hold: they were heard of, and are delivered nothing again.
        commands += cast.stuck.map { DemoTraffic.reading($0, count: 1, from: "\(EntryID.maximum)") }
        // What they hold comes first: an operator may have claimed entries for them.
        commands += cast.readers.map { DemoTraffic.reading($0, count: 1000, from: "0") }
        commands += cast.readers.map { DemoTraffic.reading($0, count: 100, from: ">") }
        let count = cast.readers.count
        let replies = try connection.pipeline(commands).suffix(2 * count)
        let (held, new) = (replies.prefix(count), replies.suffix(count))
        read = zip(cast.readers, zip(held, new)).map { reader, replies in
            DemoTraffic.ids(in: replies.0.root, of: reader) + DemoTraffic.ids(in: replies.1.root, of: reader)
        }
        if cast.isBusy { _ = try connection.send(Incident.longCall(milliseconds: 120)) }
    }
}
