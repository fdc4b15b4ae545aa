import RESP
import Redis
import RedisSandbox
import TestSupport

/// Dead letters as the services write them, and ways to look at what becomes of them.
enum DLQ {
    static let audit = "caracal.audit.events.dlq"
    static let revocations = "caracal.sessions.revoke.dead"

    /// What the Audit service writes of an event that its database would not take.
    static func audited(_ event: String, reason: String = "pg_permanent_error:no such table") -> [String] {
        [
            "reason", reason, "src_id", event, "received_at", "1767443990017",
            "src_\(VerifySig.audited[0])", VerifySig.audited[1], "src_\(VerifySig.audited[2])", VerifySig.audited[3],
        ]
    }

    /// What the Audit service writes of an event with both signatures: the entry's id stands where the field `id` was.
    static func twiceSigned(source: String) -> [String] {
        let fields = VerifySig.twiceSigned
        let kept = stride(from: 2, to: fields.count, by: 2).flatMap { ["src_\(fields[$0])", fields[$0 + 1]] }
        return ["reason", "pg_permanent_error:x", "src_id", source, "received_at", "1767443990017"] + kept
    }

    /// What a revocation connector writes.
    static func connected(
        source: String = "5-1",
        reason: String = "missing_revocation_anchor",
        _ fields: [String] = VerifySig.signed
    ) -> [String] {
        ["source_id", source, "reason", reason, "payload", object(fields)]
    }

    /// What STS and Gateway write, but for the signature.
    static func served(source: String = "5-2", error: String = "cannot store: timeout") -> [String] {
        ["original_id", source, "error", error, "values", object(VerifySig.signed)]
    }

    private static func object(_ fields: [String]) -> String {
        let members = stride(from: 0, to: fields.count, by: 2).map { "\"\(fields[$0])\":\"\(fields[$0 + 1])\"" }
        return "{\(members.joined(separator: ","))}"
    }

    /// A provisioned server with `count` dead letters of the Audit service, of one event each.
    static func fill(_ server: SandboxServer, _ count: Int = 3) throws {
        _ = try server.run("provision")
        try add((0..<count).map { audited("event-\($0)") }, to: audit, on: server)
    }

    /// Adds entries, each in a millisecond of its own, behind all that these streams were given so far. Ids that the server makes may
    /// be the same in two streams, and one that is has two dead letters.
    static func add(_ entries: [[String]], to stream: String, on server: SandboxServer) throws {
        let connection = try VerifySig.connect(server)
        let time = try nextTime(for: stream, on: connection)
        for start in stride(from: 0, to: entries.count, by: 500) {
            let commands = (start..<min(start + 500, entries.count)).map { place in
                let words = [stream, "\(time + UInt64(place))-0"] + entries[place]
                return Command("XADD", arguments: words.map { Array($0.utf8) })
            }
            for reply in try connection.pipeline(commands) where reply.root.error != nil { throw Unwritten() }
        }
    }

    /// The first millisecond of which no stream that a dead letter is in, or goes back to, has an id. It begins ten seconds ago, so
    /// that many dead letters at once lie in no future.
    private static func nextTime(for stream: String, on connection: Connection) throws -> UInt64 {
        let streams = [audit, revocations, "caracal.audit.events", "caracal.sessions.revoke", stream]
        let replies = try connection.pipeline(
            [Command("TIME")] + streams.map { Command("XINFO", "STREAM", $0) }
        )
        guard let now = replies[0].root[0]?.unsigned else { throw Unwritten() }
        let last = replies.dropFirst().compactMap { reply in
            reply.root[field: "last-generated-id"]?.text.flatMap { EntryID(Array($0)) }?.milliseconds
        }.max()
        return max(now * 1000 - 10_000, (last ?? 0) + 1)
    }

    struct Unwritten: Error {}
    struct Unread: Error {}

    static func runner(_ server: SandboxServer, url: String? = nil) -> CommandRunner {
        var runner = VerifySig.runner(server)
        if let url { runner.environment["REDIS_URL"] = url }
        return runner
    }

    static func run(_ server: SandboxServer, _ arguments: String...) throws -> CommandResult {
        try runner(server).run(["dlq"] + arguments)
    }

    /// The ids of the events that are dead letters, and of those that are back in their stream, each sorted. Both are of one moment:
    /// what a command that was killed had sent may still be under way. A full server takes no MULTI.
    static func events(on server: SandboxServer) throws -> (dead: [String], back: [String]) {
        let connection = try VerifySig.connect(server)
        let looks = [audit, "caracal.audit.events", audit].map { Command("XRANGE", $0, "-", "+") }
        while true {
            let pages = try connection.pipeline(looks)
            let dead = try events("src_id", in: pages[0].root)
            // What is moved leaves the dead letters at that moment.
            guard try dead == events("src_id", in: pages[2].root) else { continue }
            return (dead, try events("id", in: pages[1].root))
        }
    }

    private static func events(_ field: String, in page: ReplyValue?) throws -> [String] {
        guard let page, page.error == nil else { throw Unread() }
        return page.elements.compactMap { entry in
            entry[1]?[field: field]?.text.map { String(decoding: $0, as: UTF8.self) }
        }.sorted()
    }

    /// The fields of an entry as `name=value`, sorted.
    static func fields(_ entry: ReplyValue?) -> [String] {
        let words = entry?[1]?.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) } ?? []
        return stride(from: 0, to: words.count - 1, by: 2).map { "\(words[$0])=\(words[$0 + 1])" }.sorted()
    }

    /// What `fields` says of `VerifySig.twiceSigned`.
    static var twiceSignedFields: [String] {
        let fields = VerifySig.twiceSigned
        return stride(from: 0, to: fields.count, by: 2).map { "\(fields[$0])=\(fields[$0 + 1])" }.sorted()
    }

    static func names(_ range: Range<Int>) -> [String] { range.map { "event-\($0)" }.sorted() }

    /// All that XINFO tells of the streams, to see whether anything was changed.
    static func state(_ server: SandboxServer) throws -> [String] {
        try [audit, "caracal.audit.events", revocations].map {
            "\(try VerifySig.connect(server).pipeline([Command("XINFO", "STREAM", $0, "FULL")])[0].bytes)"
        }
    }
}
