import Caracal
import RESP
import Redis
import RedisSandbox
import Testing

/// A stream with a group that was given entries, as a stuck service leaves it.
enum Stuck {
    /// `caracal.audit.events`, which `audit-ingestor` and `siem-export` read.
    static let stream = StreamTable["audit.events"]
    static let group = Array("audit-ingestor".utf8)

    static func id(_ milliseconds: UInt64) -> EntryID {
        EntryID(milliseconds: milliseconds, sequence: 0)
    }

    /// Adds the entries `1-0` to `count-0` to a provisioned stream.
    static func fill(_ connection: Connection, count: Int) throws {
        try provision(connection)
        let commands = (1...count).map { Command("XADD", "caracal.audit.events", "\($0)-0", "data", "{}") }
        for reply in try connection.pipeline(commands) { #expect(reply.root.error == nil) }
    }

    /// Gives the next entries to a consumer.
    static func deliver(_ count: Int, to consumer: String, _ connection: Connection) throws {
        try connection.run("XREADGROUP GROUP audit-ingestor \(consumer) COUNT \(count) STREAMS caracal.audit.events >")
    }

    /// Makes an entry look as if it had been delivered `deliveries` times, last `idle` milliseconds ago.
    static func age(
        _ id: UInt64,
        of consumer: String,
        idle: Int,
        deliveries: Int,
        _ connection: Connection
    ) throws {
        try connection.run(
            "XCLAIM caracal.audit.events audit-ingestor \(consumer) 0 \(id)-0 IDLE \(idle) RETRYCOUNT \(deliveries) JUSTID"
        )
    }

    /// All that can be seen of the stream and its groups, but for times that pass by themselves.
    static func fingerprint(_ connection: Connection) throws -> [[UInt8]] {
        let lines = [
            "XINFO STREAM caracal.audit.events", "XINFO GROUPS caracal.audit.events",
            "XPENDING caracal.audit.events audit-ingestor", "XPENDING caracal.audit.events siem-export",
        ]
        return try lines.map { try connection.run($0).bytes }
    }

    /// Who holds what: id, consumer and deliveries.
    static func holders(_ connection: Connection) throws -> [String] {
        try #require(try holdersIfThere(connection))
    }

    /// The same; nil where the group is not there.
    static func holdersIfThere(_ connection: Connection) throws -> [String]? {
        try connection.ask(XPending(key: stream.key, group: group, count: 100)).value?.map {
            "\($0.id) \($0.consumer.readable) \($0.deliveries)"
        }
    }
}
