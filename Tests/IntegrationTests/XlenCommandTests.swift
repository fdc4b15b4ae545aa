import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct XlenCommandTests {
    @Test(arguments: RedisBinary.allCases)
    func aReplicaThatNeverSyncedIsNotTakenForAnEmptyBus(binary: RedisBinary) throws {
        try withServer(binary, extra: ["replicaof 127.0.0.1 1"]) { server in
            let message =
                "127.0.0.1:\(server.port ?? 0) is a replica without data or a connection to its master 127.0.0.1:1, so what it "
                + "lacks says nothing (connect to the master, or wait until it has synced)"
            for words in [
                ["xlen"], ["pending"], ["tail", "--no-follow"], ["dlq"], ["provision", "--check"], ["memory"],
            ] {
                let result = try CommandRunner(for: server).run(words)
                #expect(result.status == 75, "\(words): \(result.stderr)")
                #expect(result.stderr.hasSuffix("caracalctl: \(message)\n"), "\(words): \(result.stderr)")
            }
            let check = try server.run("check")
            #expect(check.status == 2)
            let fault = "CARACAL CRITICAL - this is a replica of 127.0.0.1:1: it takes no writes |"
            #expect(check.stdout.hasPrefix(fault), "\(check.stdout)")
            #expect(!check.stdout.contains("dead letters"), "\(check.stdout)")
            let metrics = try server.run("check", "-o", "prometheus").stdout
            for name in ["caracal_dead_letters", "caracal_stream_exists", "caracal_group_exists"] {
                #expect(!metrics.contains("\n\(name){"), "\(metrics)")
            }
        }
    }

    /// A cluster of one server that announces a name nobody knows here.
    @Test func aNameThatAClusterAnnouncesAndNobodyKnowsIsNotBlamedOnTheHostGiven() throws {
        // What xlen asks is sent along with HELLO; a server of a cluster refuses what is about a key that another one holds.
        let questions = Lengths(streams: StreamTable.all).questions.count
        let refusals = String(repeating: "-MOVED 1 no-such.invalid:6379\r\n", count: questions)
        let peer = try ScriptedPeer([
            [
                .expectCommands(3 + questions),
                .send("%2\r\n+mode\r\n+cluster\r\n+role\r\n+master\r\n+OK\r\n+OK\r\n" + refusals),
                .expectCommands(2),
                .send("*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$15\r\nno-such.invalid\r\n:6379\r\n+me\r\n+other\r\n"),
                .silent,
            ]
        ])
        let runner = CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:\(peer.port)"])
        let result = try runner.run(["xlen", "--timeout", "5s"])
        #expect(result.status == 69)
        #expect(result.stderr.contains("no-such.invalid:6379"), "\(result.stderr)")
        #expect(!result.stderr.contains("--host"), "\(result.stderr)")
    }

    @Test func nothingIsSaidToCreateWhatIsNotInTheTable() throws {
        try withServer { server in
            let result = try server.run("xlen", "--any-stream", "foo")
            #expect(result.status == 1)
            #expect(result.stderr == "caracalctl: foo does not exist\n")
        }
    }

    @Test func twoKeysThatDifferByThePrefixAloneAreToldApart() throws {
        try withServer { server in
            try server.send("XADD foo 1-0 a b", "XADD caracal.foo 1-0 a b", "XADD caracal.foo 2-0 a b")
            expect(
                try server.run(
                    "xlen",
                    "foo",
                    "caracal.foo",
                    "audit.events",
                    "caracal.sessions.revoke.dead",
                    "--any-stream",
                    "--columns",
                    "stream,length"
                ),
                status: 1,
                stdout: """
                    STREAM                 LENGTH
                    foo                         1
                    caracal.foo                 2
                    audit.events          MISSING
                    sessions.revoke.dead  MISSING

                    """,
                stderr: """
                    caracalctl: caracal.audit.events does not exist (caracalctl provision audit.events --start 0 creates it)
                    caracalctl: caracal.sessions.revoke.dead does not exist

                    """
            )
        }
    }

    private static let heading = "STREAM                   LENGTH      BOUND  FILL  OLDEST  NEWEST  GROUPS\n"

    @Test(arguments: RedisBinary.allCases)
    func showsAllNine(binary: RedisBinary) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.keys.invalidate 12-0 a b", "DEL caracal.agents.lifecycle")
            expect(
                try server.run("xlen"),
                status: 1,
                stdout: Self.heading + """
                    audit.events                  0  1,000,000    0%       -       -       2
                    audit.events.dlq              0    100,000    0%       -       -       1
                    policy.invalidate             0     10,000    0%       -       -       1
                    sessions.revoke               0     10,000    0%       -       -       2
                    keys.invalidate               1     10,000    0%       -       -       1
                    agents.lifecycle        MISSING
                    invocations.lifecycle         0          -     -       -       -       1
                    delegations.invalidate        0          -     -       -       -       1
                    providers.ratelimit           1          1  100%       -       -       0

                    """,
                stderr:
                    "caracalctl: caracal.agents.lifecycle does not exist (caracalctl provision agents.lifecycle --start 0 creates it)\n"
            )
        }
    }

    @Test func printsABareNumber() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate * a b", "SET caracal.audit.events x")
            expect(try server.run("xlen", "keys.invalidate", "--raw"), status: 0, stdout: "1\n")
            expect(
                try server.run("xlen", "agents.lifecycle", "--raw"),
                status: 1,
                stderr:
                    "caracalctl: caracal.agents.lifecycle does not exist (caracalctl provision agents.lifecycle --start 0 creates it)\n"
            )
            expect(
                try server.run("xlen", "audit.events", "--raw"),
                status: 1,
                stderr: "caracalctl: caracal.audit.events is not a stream: it holds a string\n"
            )
            expect(
                try server.run("xlen", "--raw"),
                status: 64,
                stderr: "caracalctl: --raw prints one number: name one stream\n"
            )
        }
    }

    @Test func showsDeadLettersWhereThereAreAny() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.sessions.revoke.dead 1-0 a b")
            let result = try server.run("xlen", "sessions.revoke", "keys.invalidate", "--dead")
            expect(
                result,
                status: 0,
                stdout: """
                    STREAM                LENGTH   BOUND  FILL  OLDEST  NEWEST  GROUPS
                    sessions.revoke            0  10,000    0%       -       -       2
                    keys.invalidate            0  10,000    0%       -       -       1
                    sessions.revoke.dead       1       -     -       -       -       0

                    """
            )
        }
    }

    @Test func theOldestIsOlderThanTheNewest() throws {
        try withServer { server in
            // 2001 and 2017, shown in days: cut, so that they must be whole days apart.
            try server.send(
                "XADD caracal.keys.invalidate 1000003200000-0 a b",
                "XADD caracal.keys.invalidate 1500000000000-0 a b"
            )
            let result = try server.run("xlen", "keys.invalidate")
            #expect(result.status == 0)
            let cells = result.stdout.split(separator: "\n")[1].split(separator: " ")
            #expect(cells.map(\.last)[4...5] == ["d", "d"], "\(result.stdout)")
            let days = cells[4...5].map { Int($0.dropLast()) ?? 0 }
            #expect(days[0] - days[1] == 5_787)
        }
    }

    @Test func aCrossedLimitEndsWithOne() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            _ = try fill(server, "caracal.keys.invalidate", 9_000)
            expect(
                try server.run("xlen", "--max-fill", "90%", "-q"),
                status: 1,
                stdout: """
                    STREAM           LENGTH   BOUND  FILL  OLDEST  NEWEST  GROUPS
                    keys.invalidate   9,000  10,000   90%       -       -       1

                    """,
                stderr: "caracalctl: caracal.keys.invalidate holds 9000 of 10000 entries, which crosses --max-fill\n"
            )
            expect(try server.run("xlen", "--max-fill", "91", "-q"), status: 0)
        }
    }

    @Test func aSumThatLeavesAStreamOutIsUnknown() throws {
        try withServer(extra: ["user half on nopass ~caracal.keys* +@all"]) { server in
            try server.send("XADD caracal.keys.invalidate 12-3 a b")
            let whole = try server.run("xlen", "keys.invalidate", "agents.lifecycle", "-o", "json")
            #expect(whole.status == 1)
            #expect(whole.stdout.contains(#""entries": 1"#))
            let half = try server.run(
                "xlen",
                "keys.invalidate",
                "agents.lifecycle",
                "-o",
                "json",
                "--user",
                "half"
            )
            #expect(half.status == 77)
            #expect(half.stdout.contains(#""entries": null"#))
        }
    }

    @Test func theJSONIsExact() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 12-3 a b")
            let result = try server.run("xlen", "keys.invalidate", "agents.lifecycle", "-o", "json")
            #expect(result.status == 1)
            #expect(result.stderr.isEmpty)
            #expect(
                result.stdout.masked(port: server.port) == """
                    {
                      "schema": "caracalctl.xlen/1",
                      "at": "AT",
                      "server": {
                        "address": "127.0.0.1:PORT",
                        "version": "8.2.3",
                        "role": "master"
                      },
                      "items": [
                        {
                          "stream": "caracal.keys.invalidate",
                          "exists": true,
                          "length": 1,
                          "bound": 10000,
                          "fill": 0.0001,
                          "first_id": "12-3",
                          "last_id": "12-3",
                          "groups": 0
                        },
                        {
                          "stream": "caracal.agents.lifecycle",
                          "exists": false,
                          "length": null,
                          "bound": null,
                          "fill": null,
                          "first_id": null,
                          "last_id": null,
                          "groups": null
                        }
                      ],
                      "summary": {
                        "streams": 2,
                        "missing": 1,
                        "entries": 1
                      },
                      "warnings": [
                        {
                          "code": "missing",
                          "message": "caracal.agents.lifecycle does not exist (caracalctl provision agents.lifecycle --start 0 creates it)"
                        }
                      ]
                    }

                    """
            )
        }
    }

    @Test func aClosedOutputNeverBecomesTheConnection() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("CONFIG RESETSTAT")
            let command = "exec \(CommandRunner.caracalctl) xlen -o json >&- 2>&- <&-"
            let result = try CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url]).run(["-c", command])
            #expect(result.status == 73)
            let stats = String(decoding: try server.send("INFO errorstats")[0].root.text ?? [], as: UTF8.self)
            #expect(!stats.contains("errorstat_"), "the report was sent to the server: \(stats)")
        }
    }

    @Test func aReaderThatHasGoneIsAQuietEnd() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = "{ \(CommandRunner.caracalctl) xlen; echo $? >&2; } | :"
            let result = try CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url]).run(["-c", command])
            #expect(result.stderr == "0\n")
        }
    }

    private func fill(_ server: SandboxServer, _ stream: String, _ count: Int) throws -> [Reply] {
        let connection = try Connection.open(
            Endpoint(address: .unix(path: server.socketPath)),
            timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
        )
        return try connection.pipeline((1...count).map { Command("XADD", stream, "\($0)", "a", "b") })
    }
}
