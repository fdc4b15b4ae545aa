import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct GetCommandTests {
    private static let stream = "caracal.sessions.revoke"

    /// Entries from 1-0 to 6-0, the first signed; a group that has acknowledged one, has the next pending, and waits for the others.
    private func fill(_ server: SandboxServer) throws {
        let others = (2...6).map { ["zone_id", "z-\($0)", "session_id", "s-\($0)"] }
        try VerifySig.add([VerifySig.signed] + others, on: server)
        try server.send(
            "XGROUP CREATE \(Self.stream) readers 0",
            "XREADGROUP GROUP readers c COUNT 2 STREAMS \(Self.stream) >",
            "XACK \(Self.stream) readers 1-0",
            "XCLAIM \(Self.stream) readers c 0 2-0 IDLE 183600000 RETRYCOUNT 7 JUSTID"
        )
    }

    private func get(_ server: SandboxServer, _ id: String, _ options: String...) throws -> CommandResult {
        try VerifySig.runner(server).run(["get", "sessions.revoke", id] + options)
    }

    @Test(arguments: RedisBinary.allCases)
    func anEntryIsShownWithWhereItsGroupsStand(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try fill(server)
            let signed = """
                entry      1-0  (1970-01-01T00:00:00.001Z)
                in         sessions.revoke
                signature  valid
                fields
                  zone_id     z-1
                  session_id  s-1
                  _sig        \(VerifySig.signed[5])
                groups
                  readers  passed   acknowledged, or passed over by SETID or a start at $

                """
            expect(try get(server, "1-0"), status: 0, stdout: signed)
            expect(try get(server, "1"), status: 0, stdout: signed)
            let ends = [
                "2-0": "pending  at c, 7 tries, idle 2d03h", "3-0": "waiting  comes next",
                "4-0": "waiting  behind 1 more", "6-0": "waiting  behind 3 more",
            ]
            for (id, end) in ends {
                let result = try get(server, id)
                #expect(result.status == 0 && result.stderr.isEmpty)
                #expect(result.stdout.hasSuffix("groups\n  readers  \(end)\n"), "\(id): \(result.stdout)")
                #expect(result.stdout.contains("signature  unsigned: no signature\n"))
            }
        }
    }

    @Test func aLineHasAllThatIsKnown() throws {
        try withServer { server in
            try fill(server)
            let line =
                #"{"stream":"caracal.sessions.revoke","id":"3-0","state":"present","certain":true,"at":"1970-01-01T00:00:00.003Z","#
                + #""fields":[["zone_id","z-3"],["session_id","s-3"]],"message":{"zone_id":"z-3","session_id":"s-3"},"#
                + #""event":null,"signature":{"part":"entry","scheme":null,"verdict":"unsigned","other_scheme":null,"#
                + #""other_verdict":null,"reason":"no signature","warnings":[]},"groups":[{"group":"readers","#
                + #""state":"waiting","consumer":null,"tries":null,"idle_ms":null,"before":0,"before_quality":"exact"}],"#
                + #""outbox":null}"# + "\n"
            expect(try get(server, "3-0", "-o", "ndjson"), status: 0, stdout: line)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anIDThatIsNotThereIsNeverReplacedByItsNeighbour(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try fill(server)
            // Before Redis 7 only what a group has pending is known to have been there.
            let isOld = version == .v6_2
            try server.send("XDEL \(Self.stream) 4-0")
            try expectAbsent(
                "4-0",
                isOld ? "unknown" : "deleted",
                isOld
                    ? "what became of it is unknown (before Redis 7 the server does not tell what was deleted: it was, or was never added)"
                    : "it was deleted (it is the greatest id that XDEL removed)",
                server
            )
            try expectAbsent("9-9", "never added", "it was never added (the last id of the stream is 6-0)", server)
            try server.send("XTRIM \(Self.stream) MAXLEN 2")
            try expectAbsent(
                "2-0",
                "trimmed",
                isOld
                    ? "it was trimmed (the stream begins at 5-0, and a group has it pending: it was removed)"
                    : "it was trimmed (the stream begins at 5-0, and a group has it pending: it was removed, by trimming or XDEL)",
                server
            )
            try expectAbsent(
                "3-0",
                isOld ? "unknown" : "trimmed",
                isOld
                    ? "what became of it is unknown (the stream begins at 5-0, and before Redis 7 the server does not tell what was removed)"
                    : "it was trimmed (if it was ever added: the stream begins at 5-0, and entries before that were removed, by trimming or "
                        + "XDEL)",
                server
            )
            try expectAbsent(
                "5-7",
                "unknown",
                isOld
                    ? "what became of it is unknown (before Redis 7 the server does not tell what was deleted: it was, or was never added)"
                    : "what became of it is unknown (it was never added, or was removed in a way that the server does not record)",
                server
            )
            let doubtful = try get(server, "3-0", "-o", "ndjson")
            let state = isOld ? "unknown" : "trimmed"
            #expect(doubtful.stdout.contains(#""state":"\#(state)","certain":false,"#), "\(doubtful)")
            let line = try get(server, "9-9", "-o", "ndjson")
            #expect(line.status == 1)
            #expect(
                line.stdout
                    == #"{"stream":"caracal.sessions.revoke","id":"9-9","state":"never_added","certain":true,"at":"1970-01-01T00:00:00.009Z","#
                    + #""fields":null,"message":null,"event":null,"signature":null,"groups":[],"outbox":null}"# + "\n"
            )
        }
    }

    private func expectAbsent(_ id: String, _ state: String, _ reason: String, _ server: SandboxServer) throws {
        let result = try get(server, id)
        #expect(result.status == 1)
        #expect(result.stdout.contains("in     sessions.revoke\nstate  \(state)\n"), "\(id): \(result.stdout)")
        #expect(!result.stdout.contains("zone_id"))
        #expect(result.stderr == "caracalctl: \(id) is not in sessions.revoke: \(reason)\n")
    }

    @Test func nothingRemovedProvesNothing() throws {
        try withServer { server in
            try VerifySig.add([VerifySig.signed], on: server)
            let result = try get(server, "0-5")
            #expect(result.status == 1)
            #expect(
                result.stderr
                    == "caracalctl: 0-5 is not in sessions.revoke: what became of it is unknown (the stream begins at 1-0, "
                    + "and the server has no record of its removal: it may never have been added)\n"
            )
        }
    }

    @Test func inADeadLetterTheMessageInsideCounts() throws {
        try withServer { server in
            try VerifySig.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let runner = VerifySig.runner(server)
            let text = try runner.run(["get", "sessions.revoke.dead", "1-0"])
            #expect(text.status == 0 && text.stdout.contains("signature  valid\n"))
            #expect(
                text.stdout.hasSuffix(
                    "the message inside\n  zone_id     z-1\n  session_id  s-1\n  _sig        \(VerifySig.signed[5])\n"
                )
            )
            let line = try runner.run(["get", "sessions.revoke.dead", "1-0", "-o", "ndjson"])
            #expect(line.stdout.contains(#""message":{"zone_id":"z-1","session_id":"s-1""#))
            #expect(line.stdout.contains(#""signature":{"part":"source""#))
        }
    }

    @Test func severalEntriesOfAMillisecondAreNotToldApart() throws {
        try withServer { server in
            try server.send("XADD \(Self.stream) 7-0 a b", "XADD \(Self.stream) 7-1 a b")
            expect(
                try get(server, "7"),
                status: 64,
                stderr: "caracalctl: several entries are of that millisecond, 7-0 and 7-1 first: give the whole id\n"
            )
        }
    }

    @Test func whoMayNotAskIsTold() throws {
        try withServer { server in
            try fill(server)
            try server.send("ACL SETUSER lowly on >pw ~* +@all -xrange -xpending")
            var runner = VerifySig.runner(server)
            runner.environment["REDIS_URL"] = server.url.replacing("redis://", with: "redis://lowly:pw@")
            let result = try runner.run(["get", "sessions.revoke", "2-0"])
            #expect(result.status == 77 && result.stdout.isEmpty && result.stderr.contains("xrange"))
            try server.send("ACL SETUSER lowly +xrange")
            let groups = try runner.run(["get", "sessions.revoke", "2-0"])
            #expect(groups.status == 77 && groups.stdout.contains("session_id  s-2"))
            #expect(
                groups.stdout.contains("readers  unknown") && groups.stderr.contains("where groups stand is not known")
            )
        }
    }

    @Test func whatCannotBeMeantIsRefused() throws {
        try withServer { server in
            let runner = CommandRunner(for: server)
            let lines: [([String], Int32, String)] = [
                (["sessions.revoke", "x"], 64, "x is not an id: ms-seq, or ms for a whole millisecond"),
                (
                    ["sessions.revok", "1-0"], 64,
                    "sessions.revok is not a stream of the bus (did you mean sessions.revoke?)"
                ),
                (["sessions.revoke", "1-0"], 1, "caracal.sessions.revoke does not exist"),
                (["sessions.revoke", "1-0", "-o", "csv"], 64, "get shows no table here: say table, json or ndjson"),
            ]
            for (arguments, status, message) in lines {
                let result = try runner.run(["get"] + arguments)
                #expect(result.status == status && result.stdout.isEmpty)
                #expect(result.stderr.contains(message), "\(result.stderr)")
            }
            try server.send("SET caracal.keys.invalidate 1")
            let other = try runner.run(["get", "-s", "keys.invalidate", "1-0"])
            #expect(other.status == 1 && other.stderr.contains("is not a stream: it holds a string"))
        }
    }
}
