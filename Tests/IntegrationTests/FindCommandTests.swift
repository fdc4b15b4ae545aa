import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct FindCommandTests {
    private static let audit = "caracal.audit.events"

    private func events(_ server: SandboxServer) throws {
        let events = [
            #"{"event_type":"authz.decision","decision":"deny","n":1}"#,
            #"{"event_type":"authz.decision","decision":"allow","n":20}"#,
            #"{"event_type":"login","decision":"deny","n":3}"#, #"{"event_type":"#,
        ]
        try VerifySig.add(events.map { ["data", $0] }, to: Self.audit, on: server)
    }

    private func line(_ id: Int, _ stream: String, _ fields: String) -> String {
        "00:00:00.00\(id)  \(stream)  \(id)-0              \(fields)\n"
    }

    private let day = "1970-01-01 UTC\n"
    private let broken =
        "caracalctl: warning: 1 entry has JSON that cannot be read (4-0 of caracal.audit.events): no condition on a value in it holds\n"

    @Test(arguments: RedisBinary.allCases)
    func entriesAreFoundByValuesInTheirJSON(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try events(server)
            let first = line(1, "audit.events", "event_type=authz.decision decision=deny n=1")
            let third = line(3, "audit.events", "event_type=login decision=deny n=3")
            let deny = ["find", "audit.events", "--where", "data.decision=deny"]
            let runner = CommandRunner(for: server)
            expect(try runner.run(deny), status: 0, stdout: day + first + third, stderr: broken)
            expect(try runner.run(deny + ["--newest"]), status: 0, stdout: day + third + first, stderr: broken)
            expect(try runner.run(deny + ["--where", "data.n > 2"]), status: 0, stdout: day + third, stderr: broken)
            expect(try runner.run(deny + ["--until", "2"]), status: 0, stdout: day + first)
            expect(
                try runner.run(deny + ["-n", "1"]),
                status: 0,
                stdout: day + first,
                stderr: "caracalctl: note: stopped at --limit 1: there may be more\n"
            )
            expect(try runner.run(deny + ["-n", "1", "-q"]), status: 0, stdout: day + first)
        }
    }

    @Test func nothingFoundIsStatusOne() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-0 zone_id a", "XADD caracal.keys.invalidate 2-0 zone_id b")
            let find = ["find", "keys.invalidate", "--where", "zone_id=c"]
            let runner = CommandRunner(for: server)
            let message = "nothing found: 2 entries were searched"
            for options in [[], ["-q"], ["--count-by", "zone_id"]] {
                expect(try runner.run(find + options), status: 1, stderr: "caracalctl: \(message)\n")
            }
            let lines = try runner.run(find + ["-o", "ndjson"])
            expect(lines, status: 1, stderr: #"{"failure":{"code":"no_match","message":"\#(message)"}}"# + "\n")
            let document = try runner.run(find + ["-o", "json"])
            #expect(document.status == 1 && document.stdout.contains(#""items": [],"#) && document.stderr.isEmpty)
            #expect(document.stdout.contains(#""found": 0,"#) && document.stdout.contains(#""searched": 2,"#))
        }
    }

    @Test func aLineHasTheEntryWhole() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1700000000000-7 zone_id a zone_id b")
            let find = ["find", "keys.invalidate", "--where", "zone_id=b", "-o", "ndjson"]
            let line =
                #"{"stream":"caracal.keys.invalidate","id":"1700000000000-7","at":"2023-11-14T22:13:20.000Z","#
                + #""fields":[["zone_id","a"],["zone_id","b"]],"message":{"zone_id":"b"},"event":null,"outbox":null,"part":"entry"}"#
                + "\n"
            let result = try CommandRunner(for: server).run(find)
            expect(result, status: 0, stdout: line)
            let again = try VerifySig.runner(server).run(["verify-sig", "--offline", "-"], input: result.stdout)
            #expect(
                again.status == 1 && again.stdout.contains("keys.invalidate  -             1      0        0         1")
            )
        }
    }

    @Test func inDeadLettersTheMessageInsideIsFound() throws {
        try withServer { server in
            try server.send("XADD caracal.sessions.revoke 1-0 zone_id z-1 session_id s-1")
            try VerifySig.add([DLQ.connected(), DLQ.served(), ["payload", "{"]], to: DLQ.revocations, on: server)
            try VerifySig.add([DLQ.audited("5-1")], to: DLQ.audit, on: server)
            let runner = CommandRunner(for: server)
            let ids = { (arguments: [String]) in
                try runner.run(["find"] + arguments + ["-o", "ndjson"]).stdout.split(separator: "\n").map { line in
                    let words = line.split(separator: "\"")
                    return "\(words[3].dropFirst("caracal.".count)) \(words[7]) \(words[words.count - 2])"
                }
            }
            #expect(try ids(["sessions.revoke", "--where", "session_id=s-1"]) == ["sessions.revoke 1-0 entry"])
            let dead = ["sessions.revoke.dead 1-0 source", "sessions.revoke.dead 2-0 source"]
            #expect(try ids(["--dead", "--where", "session_id=s-1"]) == ["sessions.revoke 1-0 entry"] + dead)
            #expect(try ids(["sessions.revoke.dead", "--where", "zone_id~z*"]) == dead)
            #expect(try ids(["sessions.revoke.dead", "--where", "error~cannot*"]) == [dead[1]])
            #expect(try ids(["sessions.revoke.dead", "--where", "payload={"]) == ["sessions.revoke.dead 3-0 entry"])
            #expect(try ids(["audit.events", "--dead", "--any-stream"]) == ["audit.events.dlq 1-0 source"])
        }
    }

    /// A stream of dead letters that nobody named, and that only belongs to one that was, need not be there.
    @Test func deadLettersThatAreMissingAreNoFailure() throws {
        try withServer { server in
            try server.send("XADD caracal.audit.events 1-0 data {}")
            let result = try server.run("find", "audit.events", "--dead", "-o", "ndjson")
            #expect(result.status == 0 && result.stdout.contains(#""id":"1-0""#), "\(result)")
            #expect(result.stderr.contains("caracal.audit.events.dlq does not exist"), "\(result)")
            let count = try server.run("find", "audit.events", "--dead", "--count-by", "data", "-o", "csv")
            #expect(count.status == 0 && count.stdout.contains("\n{},1,"), "\(count)")
            #expect(try server.run("find", "audit.events", "audit.events.dlq").status == 1)
        }
    }

    @Test func valuesAreCounted() throws {
        try withServer { server in
            try events(server)
            let count = ["find", "audit.events", "--count-by", "data.event_type"]
            let runner = CommandRunner(for: server)
            let head = "VALUE           COUNT  SHARE\n"
            let (authz, login, none) =
                ("authz.decision      2    50%\n", "login               1    25%\n", "-                   1    25%\n")
            expect(try runner.run(count), status: 0, stdout: head + authz + login + none, stderr: broken)
            expect(
                try runner.run(count + ["-n", "1", "--until", "3"]),
                status: 0,
                stdout: head + authz.replacing("50%", with: "66%"),
                stderr: "caracalctl: note: 1 more value (--limit 2 shows all)\n"
            )
            expect(
                try runner.run(count + ["-o", "ndjson", "--until", "3"]),
                status: 0,
                stdout: #"{"value":"authz.decision","count":2}"# + "\n" + #"{"value":"login","count":1}"# + "\n"
            )
            expect(
                try runner.run(count + ["-o", "csv", "--until", "3"]),
                status: 0,
                stdout: "VALUE,COUNT,SHARE\nauthz.decision,2,0.6666666666666666\nlogin,1,0.3333333333333333\n"
            )
        }
    }

    @Test func signaturesAreJudgedWhereThatIsAskedFor() throws {
        try withServer { server in
            try VerifySig.add([VerifySig.signed, ["zone_id", "z-1", "session_id", "s-2"]], on: server)
            let runner = VerifySig.runner(server)
            let find = ["find", "sessions.revoke", "--where"]
            #expect(try runner.run(find + ["session_id=s-1", "--sig"]).status == 0)
            let bad = try runner.run(find + ["zone_id=z-1", "--sig", "-o", "ndjson"])
            #expect(bad.status == 1)
            #expect(bad.stdout.contains(#""verdict":"valid""#) && bad.stdout.contains(#""verdict":"unsigned""#))
            let marked = try runner.run(find + ["zone_id=z-1"])
            #expect(marked.status == 0 && marked.stdout.contains("  ✓  ") && marked.stdout.contains("  ✗  UNSIGNED"))
            #expect(try server.run("find", "sessions.revoke", "--sig").status == 78)
        }
    }

    @Test func aMissingStreamIsAFailureWhereItWasNamed() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-0 zone_id a")
            let named = try server.run("find", "keys.invalidate", "policy.invalidate")
            #expect(named.status == 1 && named.stdout.contains("zone_id=a"))
            #expect(named.stderr.contains("caracal.policy.invalidate does not exist"))
            let all = try server.run("find")
            #expect(all.status == 0 && all.stderr.contains("note: caracal.policy.invalidate does not exist"))
        }
    }

    @Test func onAClusterEachStreamIsSearchedAtItsNode() throws {
        try withCluster { cluster in
            let runner = try cluster.runner()
            #expect(try runner.run(["provision"]).status == 0)
            for stream in ["keys.invalidate", "policy.invalidate", "delegations.invalidate"] {
                #expect(try runner.run(["publish", stream, "zone_id=z-7", "--no-schema"]).status == 0)
            }
            for options in [[], ["--newest"]] {
                let result = try runner.run(["find", "--where", "zone_id=z-7"] + options)
                #expect(result.status == 0, "\(result.stderr)")
                #expect(result.stdout.split(separator: "\n").count { $0.contains("zone_id=z-7") } == 3)
            }
        }
    }

    @Test func aValueOfManyMegabytesIsSearched() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            let data = #"{"long":""# + String(repeating: "x", count: 20_000_000) + #"","last":7}"#
            _ = try connection.send(Command("XADD", Self.audit, "1-0", "data", data))
            let result = try server.run("find", "audit.events", "--where", "data.last=7", "-o", "ndjson")
            #expect(result.status == 0 && result.stdout.utf8.count > 20_000_000)
        }
    }

    /// What odd JSON and odd names come to.
    @Test func oddValuesAreFoundByWhatTheyAre() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            let entries = [
                ["data", #"{"a":{"b":1},"x.y":"dot","big":123456789012345678901234567890,"n":1e400,"d":1,"d":2}"#],
                ["data", #"{"a":"text"}"#], ["data", #"{"a":{"b":"#],
                ["data", #"{"a":{"b":2}}"#, "data", #"{"a":{"b":9}}"#], ["da.ta", "v", "data", "plain"],
            ]
            for (place, fields) in entries.enumerated() {
                let words = [Self.audit, "\(place + 1)-0"] + fields
                _ = try connection.send(Command("XADD", arguments: words.map { Array($0.utf8) }))
            }
            let runner = CommandRunner(for: server)
            let conditions: [(String, [Int])] = [
                ("data.a.b=1", [1]), ("data.a.b.c=1", []), ("data.a~*", [1, 2, 4]), ("data~*", [1, 2, 3, 4, 5]),
                ("data.x.y=dot", []), (#"data.x\.y=dot"#, [1]), (#"da\.ta=v"#, [5]), ("data.a.b=9", [4]),
                ("data.a.b=2", []), ("data.d=2", [1]), ("data.d=1", []),
                ("data.big > 123456789012345678901234567889", [1]),
                ("data.big > 123456789012345678901234567890", []), ("data.n > 9e399", [1]), ("data.n > 1e401", []),
            ]
            for (condition, expected) in conditions {
                let result = try runner.run(["find", "audit.events", "--where", condition, "-o", "ndjson"])
                #expect(result.status == (expected.isEmpty ? 1 : 0), "\(condition)")
                let ids = result.stdout.split(separator: "\n").map { $0.split(separator: "\"")[7] }
                #expect(ids == expected.map { "\($0)-0" }, "\(condition): \(result.stdout)")
                let warns = result.stderr.contains("1 entry has JSON that cannot be read (3-0 of caracal.audit.events)")
                #expect(warns == (condition.hasPrefix("data.") || condition.hasPrefix(#"data.x"#)), "\(condition)")
            }
        }
    }

    @Test func valuesThatAreNoTextAreFoundAndShownSafely() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            let fields: [[UInt8]] = [Array("a".utf8), [0xFF, 0x1B], Array("b".utf8), Array("x".utf8)]
            let words = [Array("caracal.keys.invalidate".utf8), Array("1-0".utf8)] + fields
            _ = try connection.send(Command("XADD", arguments: words))
            let shown = try server.run("find", "keys.invalidate", "--where", "b=x", "--where", "a~??")
            #expect(shown.status == 0 && !shown.stdout.contains("\u{1B}"))
            let counted = try server.run("find", "keys.invalidate", "--count-by", "a", "-o", "ndjson")
            expect(counted, status: 0, stdout: #"{"value":{"base64":"/xs="},"count":1}"# + "\n")
        }
    }

    @Test(arguments: [
        (["--where", "zone_id"], "--where zone_id: expected PATH OP VALUE, with OP one of =, !=, ~, < or >"),
        (["--where", "a==b"], "--where a==b: == is no operator: expected =, !=, ~, < or >"),
        (["--where", "a..b=c"], "--where a..b=c: no path before the operator: a name is missing"),
        (["--where", "a>"], "--where a>: > needs a value"),
        (["--count-by", "a."], "--count-by a. is no path: a name is missing"),
        (["--count-by", "a", "--newest"], "--count-by shows no entries: leave --newest out"),
        (["--count-by", "a", "--sig"], "--count-by shows no entries: leave --sig out"),
        (["-n", "0"], "--limit is a number from 1"),
        (["--since", "1h", "--until", "2h"], "--since lies behind --until: nothing would be searched"),
        (["-o", "csv"], "find shows no table here: say table, json or ndjson"),
        (["nonsense"], "nonsense is not a stream of the bus"),
    ])
    func whatCannotBeMeantIsRefused(_ arguments: [String], _ message: String) throws {
        let result = try CommandRunner().run(["find"] + arguments)
        #expect(result.status == 64)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains(message), "\(result.stderr)")
    }

    // MARK: Endings

    @Test func anInterruptShowsWhatWasFoundSoFar() throws {
        for (signal, status) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
            let held = try Latch()
            let peer = try ScriptedPeer([firstPage + [.open(held), .silent]])
            let find = ["find", "sessions.revoke", "--where", "n=7", "--timeout", "60s"]
            let command = try CommandRunner(environment: ["REDIS_URL": peer.url]).start(find)
            #expect(held.wait(for: .seconds(120)))
            command.signal(signal)
            let result = try command.finish()
            #expect(result.stdout == day + line(7, "sessions.revoke", "n=7"))
            #expect(result.stderr.hasSuffix("interrupted: the rest was not searched\n"))
            #expect(result.status == status)
        }
    }

    @Test func aLostServerShowsWhatWasFoundSoFar() throws {
        let peer = try ScriptedPeer([firstPage])
        let find = ["find", "sessions.revoke", "--where", "n=7", "--timeout", "5s", "--connect-timeout", "20s"]
        let result = try CommandRunner(environment: ["REDIS_URL": peer.url]).run(find)
        #expect(result.stdout == day + line(7, "sessions.revoke", "n=7"))
        #expect(result.stderr.hasSuffix("the rest was not searched\n"), "\(result.stderr)")
        #expect(result.status == 69)
    }

    /// Lets a client in, tells of a stream of 20 entries, shows 16 of them, and is asked for the rest.
    private var firstPage: [PeerStep] {
        let welcome = "%1\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n+OK\r\n+OK\r\n"
        let info = """
            *10\r\n$6\r\nlength\r\n:20\r\n$17\r\nlast-generated-id\r\n$4\r\n20-0\r\n$6\r\ngroups\r\n:0\r\n\
            $11\r\nfirst-entry\r\n$-1\r\n$10\r\nlast-entry\r\n$-1\r\n
            """
        let time = "*2\r\n$1\r\n5\r\n$1\r\n0\r\n"
        let entries = (1...16).map { id in
            "*2\r\n$\("\(id)-0".utf8.count)\r\n\(id)-0\r\n*2\r\n$1\r\nn\r\n$\("\(id)".utf8.count)\r\n\(id)\r\n"
        }
        return [
            .expectCommands(3), .send(welcome), .expectCommands(3), .send("+stream\r\n" + info + time), .expectCommand,
            .send("*16\r\n" + entries.joined()), .expectCommand,
        ]
    }
}
