import RESP
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
@testable import Redis

/// One operation, and what a real server said to it, from the first byte of the handshake on.
struct Conversation: Sendable {
    /// An operation: what it comes to, in words that hold every figure.
    typealias Work = @Sendable (Connection) throws -> String

    let name: String
    let replies: [[UInt8]]
    let outcome: String
    let work: Work

    /// Runs an operation on a server and keeps what was said.
    init(_ name: String, _ server: SandboxServer, _ work: @escaping Work) throws {
        let endpoint = Endpoint(address: .unix(path: server.socketPath))
        let link = RecordingLink(try Dial.open(endpoint, until: .after(.seconds(30))))
        self.name = name
        self.work = work
        outcome = try work(try Connection.open(link))
        replies = try Self.replies(in: link.bytes)
    }

    /// How many bytes the server sent.
    var byteCount: Int { replies.reduce(0) { $0 + $1.count } }

    /// Runs the operation again with another peer.
    func repeated(over link: some Link) throws -> String {
        try work(try Connection.open(link))
    }

    private static func replies(in bytes: [UInt8]) throws -> [[UInt8]] {
        var parser = ReplyParser()
        parser.append(bytes)
        var replies: [[UInt8]] = []
        var start = 0
        while try parser.next() != nil {
            let end = bytes.count - parser.bufferedByteCount
            replies.append(Array(bytes[start..<end]))
            start = end
        }
        return replies
    }
}

extension Conversation {
    /// Every operation on a bus with pending entries and a dead letter. What writes is asked for its plan, so that nothing
    /// changes between one conversation and the next; `provision` has nothing left to do.
    static func all(on server: SandboxServer) throws -> [Conversation] {
        let connection = try server.connect()
        try Stuck.fill(connection, count: 6)
        try Stuck.deliver(3, to: "c1", connection)
        try Stuck.deliver(1, to: "c2", connection)
        try connection.run("XDEL caracal.audit.events 2-0")
        try connection.run("XADD caracal.audit.events.dlq 9-1 reason x:y src_id e received_at 1 src_data d src_sig s")
        return try looks(server) + plans(server)
    }

    private static func looks(_ server: SandboxServer) throws -> [Conversation] {
        let streams = [
            StreamTable["audit.events"], StreamTable["audit.events.dlq"], StreamTable["providers.ratelimit"],
        ]
        return [
            try Conversation("xlen", server) { connection in
                "\(try Lengths(streams: streams, includesDeadLetters: true, maxFill: nil).run(on: connection))"
            },
            try Conversation("provision", server) {
                "\(try Provision(streams: streams, policy: .automatic).run(on: $0))"
            },
            try Conversation("provision --check", server) {
                "\(try DriftCheck(streams: streams, looksForUnknownKeys: true).run(on: $0))"
            },
            try Conversation("pending", server) { "\(try PendingSummary(streams: streams).run(on: $0))" },
            try Conversation("pending with a group", server) { connection in
                let list = PendingList(stream: Stuck.stream, group: Stuck.group, filter: PendingFilter(), limit: nil)
                let report = try list.look(on: connection, limits: PendingLimits()).get()
                guard let info = report.groups.first?.info else { return "no group" }
                var entries: [ListedEntry] = []
                let ending = try list.walk(info, on: connection) { entries += $0 }
                if let refusal = ending.refusal { throw refusal }
                return "\(report) \(entries)"
            },
            try Conversation("memory", server) {
                let report = try Memory(streams: streams).run(on: $0).servers[0]
                return "\(report.streams) \(report.server) \(report.persistence) \(report.refusals)"
            },
            try Conversation("verify-sig", server) { connection in
                var check = try SignatureCheck(keys: CheckSupport.keys, rules: SignatureRules())
                let targets = streams.map { SignatureTarget(key: $0.key) }
                let report = try VerifySignatures(targets: targets).run(on: connection, &check, clock: 0) { _ in }
                if case .lost(let error) = report.ending { throw error }
                for case .refused(let refusal) in report.streams.map(\.state) { throw refusal }
                return "\(report)"
            },
            try Conversation("dlq", server) { connection in
                var judge = try DeadLetterJudge(keys: CheckSupport.keys)
                return
                    "\(try DeadLetterSummary(selection: DeadLetterSelection()).run(on: connection, &judge, clock: 0))"
            },
            try Conversation("dlq export", server) { connection in
                var judge = try DeadLetterJudge(keys: CheckSupport.keys)
                var count = 0
                try DeadLetterExport(DeadLetterSelection()).run(on: connection, &judge, clock: 0) { _, _ in count += 1 }
                return "\(count)"
            },
        ]
    }

    private static func plans(_ server: SandboxServer) throws -> [Conversation] {
        [
            try Conversation("claim", server) { connection in
                let claim = Claim(
                    stream: Stuck.stream,
                    group: Stuck.group,
                    consumer: Array("c2".utf8),
                    selection: .idle(0, limit: 10)
                )
                return "\(try claim.plan(on: connection).get().changes.map { "\($0.id) \($0.outcome)" })"
            },
            try Conversation("ack", server) { connection in
                let ack = Acknowledge(stream: Stuck.stream, group: Stuck.group, selection: .lost)
                return "\(try ack.plan(on: connection).get().changes.map { "\($0.id) \($0.outcome)" })"
            },
            try Conversation("trim", server) { "\(try Trim(stream: Stuck.stream).plan(on: $0).get())" },
            try Conversation("dlq redrive", server) { connection in
                var judge = try DeadLetterJudge(keys: CheckSupport.keys)
                let planner = RedrivePlanner(selection: DeadLetterSelection(), rules: RedriveRules(isForced: true))
                return "\(try planner.run(on: ReconnectingChannel(connection), &judge, clock: 0))"
            },
            try Conversation("publish", server) { connection in
                let target = try PublishTarget.look(at: Stuck.stream, asksForDisk: false, on: connection)
                return "\(try target.get())"
            },
        ]
    }
}
