import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import CaracalCommands

@Suite struct ScrapeBodyTests {
    @Test(arguments: RedisBinary.allCases)
    func promtoolFindsNothingToSayAndEachSampleIsInTheTable(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 64mb", "maxmemory-policy noeviction"]) { server in
            try withPostgres { postgres in
                try provision(server)
                let connection = try Self.connect(server)
                try Self.send("XADD caracal.audit.events.dlq * reason pg_permanent_error:x data {}", to: connection)
                try Self.send("XADD caracal.keys.invalidate * zone_id z kid k", to: connection)
                try Self.send("XREADGROUP GROUP sts-keys c COUNT 1 STREAMS caracal.keys.invalidate >", to: connection)
                try postgres.insertRows(2, in: .api, stream: "caracal.keys.invalidate")
                let scrape = Scrape(try Self.look(server, postgres))
                let lint = try Promtool.run("check", "metrics", input: scrape.text)
                #expect(lint.status == 0)
                #expect(lint.stdout + lint.stderr == "")
                for sample in scrape.samples {
                    let metric = try #require(Metric(rawValue: sample.name), "\(sample.name)")
                    #expect(sample.labels == metric.definition.labels, "\(sample.name)")
                }
                let whole = ["bus", "memory", "dead_letters", "outboxes", "writes", "clock", "consumers"]
                #expect(
                    scrape.lines("caracal_look_complete").sorted() == whole.map { "{question=\"\($0)\"} 1" }.sorted()
                )
                #expect(scrape.lines("caracal_up") == [" 1"])
                #expect(scrape.lines("caracal_dead_letters_by_reason") == [Self.reason])
                let rows = scrape.lines("caracal_outbox_rows").filter { $0.hasSuffix(" 2") }
                #expect(rows == ["{outbox=\"api\",stream=\"caracal.keys.invalidate\",state=\"waiting\"} 2"])
                #expect(scrape.lines("caracal_stream_memory_bytes").count == 9)
                #expect(scrape.lines("caracal_groups_without_samples").allSatisfy { $0.hasSuffix(" 0") })
            }
        }
    }

    private static let reason = "{stream=\"caracal.audit.events.dlq\",reason=\"pg_permanent_error\"} 1"

    @Test func groupsOutsideTheTableAreBoundedAndTheWorstOnesAreShown() throws {
        try withServer { server in
            try provision(server)
            let connection = try Self.connect(server)
            try Self.send("XADD caracal.sessions.revoke 5-0 zone_id z", to: connection)
            let create = { (name: String, place: String) in
                Command("XGROUP", "CREATE", "caracal.sessions.revoke", name, place)
            }
            _ = try connection.pipeline((1...250).map { create("host-\($0)", "5-0") } + [create("slow", "0")])
            _ = try connection.pipeline(
                (1...250).map {
                    Command("XGROUP", "CREATECONSUMER", "caracal.sessions.revoke", "host-\($0)", "c")
                }
            )
            try Self.send("XGROUP CREATECONSUMER caracal.sessions.revoke slow c", to: connection)
            let scrape = Scrape(try Self.look(server))
            let place = "{stream=\"caracal.sessions.revoke\""
            #expect(scrape.lines("caracal_groups").contains("\(place),kind=\"other\"} 251"))
            #expect(scrape.lines("caracal_groups").contains("\(place),kind=\"table\"} 2"))
            #expect(scrape.lines("caracal_groups_without_samples").contains("\(place)} 51"))
            let counted = scrape.lines("caracal_group_counted").filter { $0.hasPrefix(place) }
            #expect(counted.count == 202)
            #expect(counted.contains("\(place),group=\"slow\"} 1"))
        }
    }

    /// Whatever is written into the stream of dead letters, there are few labels, none of them long, and no two alike.
    @Test func reasonsAreBoundedInNumberAndLength() throws {
        try withServer { server in
            try provision(server)
            let connection = try Self.connect(server)
            let long = String(repeating: "x", count: 10_000)
            let reasons = ["\(long): why", "other reasons: none"] + (1...100).map { "kind-\($0): an error" }
            _ = try connection.pipeline(
                reasons.map { Command("XADD", "caracal.audit.events.dlq", "*", "reason", $0, "data", "{}") }
            )
            let text = try Self.look(server)
            let lines = Scrape(text).lines("caracal_dead_letters_by_reason")
            #expect(lines.count == 64)
            #expect(
                lines.filter { $0.contains("reason=\"other reasons\"") }.map { $0.split(separator: " ").last } == ["39"]
            )
            #expect(lines.contains("{stream=\"caracal.audit.events.dlq\",reason=\"\(long.prefix(128))\"} 1"))
            #expect(!text.contains("an error"))
        }
    }

    @Test func aGroupWithALongNameHasNoSamples() throws {
        try withServer { server in
            try provision(server)
            let connection = try Self.connect(server)
            for count in [128, 129] {
                let name = String(repeating: "g", count: count)
                _ = try connection.send(Command("XGROUP", "CREATE", "caracal.sessions.revoke", name, "0"))
            }
            let text = try Self.look(server)
            let place = "{stream=\"caracal.sessions.revoke\"} "
            #expect(Scrape(text).lines("caracal_groups_without_samples").contains("\(place)1"))
            #expect(text.contains("\"\(String(repeating: "g", count: 128))\""))
            #expect(!text.contains(String(repeating: "g", count: 129)))
        }
    }

    /// Without a right the metrics that are said to be missing are, and no others.
    @Test func whatIsMissingForWantOfARightIsTold() throws {
        try withServer { server in
            try provision(server)
            let connection = try Self.connect(server)
            let lines = [
                "XADD caracal.sessions.revoke * zone_id z", "XADD caracal.audit.events.dlq * reason x data {}",
                "XREADGROUP GROUP resource-revocation c COUNT 1 STREAMS caracal.sessions.revoke >",
            ]
            for line in lines { try Self.send(line, to: connection) }
            let rights = AccessRole.observer.rights.filter { $0.since == nil }.map(\.rule).joined(separator: " ")
            try Self.send("ACL SETUSER all on nopass ~caracal.* -@all \(rights)", to: connection)
            let names = { (user: String) in
                Set(Scrape(try Self.look(url: server.url.replacing("//", with: "//\(user):x@"))).samples.map(\.name))
            }
            let whole = try names("all")
            for (command, metrics) in ScrapeRights.metrics where command != "config|get" && command != "memory|usage" {
                try Self.send("ACL SETUSER less reset on nopass ~caracal.* -@all \(rights) -\(command)", to: connection)
                let missing = whole.subtracting(try names("less"))
                #expect(missing.isSubset(of: metrics.map(\.rawValue)), "\(command): \(missing)")
                #expect(!missing.isEmpty || command == "xrevrange", "\(command)")
            }
        }
    }

    @Test func aServerThatIsAwayHasNothingButThatAndTheOutboxes() throws {
        try withPostgres { postgres in
            let scrape = Scrape(try Self.look(nil, postgres))
            #expect(scrape.lines("caracal_up") == [" 0"])
            #expect(
                scrape.lines("caracal_look_complete") == [
                    "{question=\"outboxes\"} 1", "{question=\"bus\"} 0",
                ]
            )
            #expect(scrape.lines("caracal_outbox_up") == [" 1"])
            #expect(
                !scrape.samples.contains { $0.name.hasPrefix("caracal_stream") || $0.name.hasPrefix("caracal_redis") }
            )
        }
    }

    @Test func aDatabaseThatIsAwayLeavesTheServersFigures() throws {
        try withServer { server in
            try provision(server)
            let scrape = Scrape(try Self.look(server, database: "postgres://caracal@127.0.0.1:1/caracal"))
            #expect(scrape.lines("caracal_up") == [" 1"])
            #expect(scrape.lines("caracal_outbox_up") == [" 0"])
            #expect(scrape.lines("caracal_look_complete").contains("{question=\"outboxes\"} 0"))
            #expect(scrape.lines("caracal_outbox_rows") == [])
        }
    }

    /// Replies come until the groups were seen; the memory is waited for until time runs out.
    @Test func whatIsKnownWhenTimeRunsOutIsGiven() throws {
        try withServer { server in
            try provision(server)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(Self.repliesOfBus), .swallow)])
            let scrape = Scrape(try Self.look(url: proxy.url, within: .seconds(5)))
            #expect(scrape.lines("caracal_up") == [" 1"])
            #expect(scrape.lines("caracal_stream_exists").count == 9)
            let incomplete = scrape.lines("caracal_look_complete").filter { $0.hasSuffix(" 0") }
            #expect(incomplete == ["{question=\"memory\"} 0", "{question=\"dead_letters\"} 0"])
        }
    }

    /// The handshake, 3 for each of 9 streams, TIME, 9 dead letters' lengths, INFO three times; the groups hold nothing to ask for.
    private static let repliesOfBus = 3 + 27 + 1 + 9 + 3

    // MARK: Support

    private static func connect(_ server: SandboxServer) throws -> Connection {
        try Connection.open(
            Endpoint(address: .tcp(host: "127.0.0.1", port: server.port ?? 0)),
            timeouts: Timeouts(connect: .seconds(30), command: .seconds(30))
        )
    }

    private static func send(_ line: String, to connection: Connection) throws {
        let words = line.split(separator: " ").map { Array($0.utf8) }
        let name = String(decoding: words[0], as: UTF8.self)
        _ = try connection.send(Command(name, arguments: Array(words.dropFirst())))
    }

    private func provision(_ server: SandboxServer) throws {
        _ = try Provision(streams: StreamTable.all, policy: .automatic).run(on: try Self.connect(server))
    }

    private static func look(
        _ server: SandboxServer?,
        _ postgres: PostgresServer? = nil,
        database: String? = nil
    ) throws -> String {
        let database = database ?? postgres?.url(role: "caracal", password: postgres?.password)
        let variables = database.map { ["DATABASE_URL": $0] } ?? [:]
        return try look(url: server?.url ?? "redis://127.0.0.1:1", variables)
    }

    private static func look(
        url: String,
        _ variables: [String: String] = [:],
        within allowance: Duration = .seconds(30)
    ) throws -> String {
        let common = CommandLineWords(["exporter"]).common
        let variables = variables.merging(["REDIS_URL": url, "CARACALCTL_QUIET": "1"]) { $1 }
        let session = try Session(common, effect: .reads, source: source(variables))
        var body = ScrapeBody()
        return String(decoding: body.look(session, until: .after(allowance)), as: UTF8.self)
    }
}

/// The text of a scrape, taken apart.
private struct Scrape {
    let text: String

    init(_ text: String) { self.text = text }

    /// Of each sample its name and the names of its labels.
    var samples: [(name: String, labels: [String])] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let name = line.prefix { $0 != "{" && $0 != " " }
            let labels = line.split(separator: "=\"").dropLast().map { part in
                String(part.reversed().prefix { $0.isLetter || $0 == "_" }.reversed())
            }
            return (String(name), labels)
        }
    }

    /// What stands behind a name on its lines.
    func lines(_ name: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
            .map { String($0.dropFirst(name.count)) }
    }
}
