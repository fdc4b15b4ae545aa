import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What the server does not take is named, kept, and never counted as published.
@Suite struct PublishRefusalTests {
    @Test(arguments: RedisBinary.allCases)
    func aServerThatRunsFullTakesTheRestOnceThereIsRoom(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations()
            let used = try #require(try memory(server))
            try server.send("CONFIG SET maxmemory \(used + 800_000)")
            let command = try Publish.runner(server.url).start(["publish", "sessions.revoke", "--ndjson", "-"])
            command.type(Publish.lines(20_000))
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 75)

            let published = try server.outboxIDs()
            #expect(!published.isEmpty && published.count < 20_000)
            let next = try #require(nextLine(result.stderr))
            let refused = next - 1 - published.count
            #expect(
                result.stderr.contains(
                    "\(grouped(refused)) \(refused == 1 ? "message was" : "messages were") not published, the server refused: OOM command not allowed"
                )
            )
            try server.send("CONFIG SET maxmemory 0")
            let resumed = try Publish.run(server, "--resume", try Publish.resumeFile(command))
            #expect(resumed.status == 0)
            #expect(Set(try server.outboxIDs()) == Set(Publish.identifiers(next - 1)))
            #expect(try server.outboxIDs().count == next - 1)
        }
    }

    private func memory(_ server: SandboxServer) throws -> Int? {
        let text = String(decoding: try server.send("INFO memory")[0].root.text ?? [], as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("used_memory:") }
        return line.flatMap { Int($0.dropFirst("used_memory:".count)) }
    }

    private func nextLine(_ errors: String) -> Int? {
        let line = errors.split(separator: "\n").first { $0.contains("lines from ") }
        return line.flatMap { Int($0.split(separator: " ")[4]) }
    }

    private func grouped(_ number: Int) -> String {
        number < 1000 ? "\(number)" : "\(number / 1000)," + String(String(number % 1000 + 1000).dropFirst())
    }

    @Test func aStreamThatVanishesMidwayIsNotCreatedAndTheRestIsKept() throws {
        try withServer { server in
            try server.makeRevocations()
            let command = try Publish.runner(server.url).start([
                "publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson",
            ])
            command.type(Publish.lines(1))
            try command.waitForOutput("\n")
            try server.send("DEL \(Publish.stream)")
            command.type(Publish.lines(3))
            try command.waitForOutput("no such stream")
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 1)
            #expect(result.stderr.contains("caracal.sessions.revoke does not exist any more"))
            #expect(try server.keyCount() == 0)
            let file = try String(decoding: TemporaryFolder.read(Publish.resumeFile(command)), as: UTF8.self)
            #expect(file.contains("\"in_doubt\":false"))
            #expect(file.contains("\"m-1\""))
        }
    }

    @Test func aMissingStreamIsNotCreated() throws {
        try withServer { server in
            expect(
                try Publish.run(server, "sessions.revoke", "zone_id=z", "session_id=s"),
                status: 1,
                stderr:
                    "caracalctl: caracal.sessions.revoke does not exist, and nothing was sent (caracalctl provision sessions.revoke --start 0 creates it)\n"
            )
            #expect(try server.keyCount() == 0)
            #expect(try server.addCount() == 0)
        }
    }

    @Test func aKeyOfAnotherTypeIsLeftAlone() throws {
        try withServer { server in
            try server.send("SET \(Publish.stream) x")
            let result = try Publish.run(server, "sessions.revoke", "zone_id=z", "session_id=s")
            #expect(result.status == 1)
            #expect(result.stderr.contains("refused: WRONGTYPE "))
            #expect(try server.addCount() == 0)
        }
    }

    @Test func aReplicaIsSentNothing() throws {
        try withServer { master in
            try withServer { replica in
                try replica.send("REPLICAOF 127.0.0.1 \(master.port ?? 0)")
                try eventually("it follows") {
                    try String(decoding: replica.send("INFO replication")[0].root.text ?? [], as: UTF8.self)
                        .contains("master_link_status:up")
                }
                expect(
                    try Publish.run(replica, "sessions.revoke", "zone_id=z", "session_id=s"),
                    status: 75,
                    stderr:
                        "caracalctl: 127.0.0.1:\(replica.port ?? 0) is a replica, and nothing was sent (connect to the master)\n"
                )
                #expect(try replica.addCount() == 0)
            }
        }
    }

    @Test func aWrongPasswordSendsNothing() throws {
        try withServer(extra: ["requirepass right"]) { server in
            var runner = Publish.runner("redis://127.0.0.1:\(server.port ?? 0)")
            runner.environment["REDISCLI_AUTH"] = "wrong-secret"
            let result = try runner.run(["publish", "sessions.revoke", "zone_id=z", "session_id=s"])
            #expect(result.status == 77)
            #expect(!result.stderr.contains("wrong-secret"))
        }
    }

    @Test func waitingForTheDiskNeedsAServerThatCanTell() throws {
        for binary in [RedisBinary.v6_2, .v7_0] {
            try withServer(binary) { server in
                try server.makeRevocations()
                let result = try Publish.run(server, "sessions.revoke", "zone_id=z", "session_id=s", "--wait-aof")
                expect(
                    result,
                    status: 78,
                    stderr:
                        "caracalctl: 127.0.0.1:\(server.port ?? 0) cannot tell when an entry is on its disk (--wait-aof needs Redis 7.2 and appendonly); nothing was sent\n"
                )
                #expect(try server.addCount() == 1)
            }
        }
        try withServer(.v8_2) { server in
            try server.makeRevocations()
            let result = try Publish.run(
                server,
                "sessions.revoke",
                "--ndjson",
                "-",
                "--wait-aof",
                "-o",
                "json",
                input: Publish.lines(2)
            )
            #expect(result.status == 0)
            #expect(result.stdout.contains("\"on_disk\": true"))
        }
    }

    @Test func aDiskOfWhichNothingIsHeardIsNotConfirmed() throws {
        try withServer { server in
            try server.makeRevocations()
            // The replies to the greeting, to the look, which tries WAITAOF too, and to XADD.
            let lost = Fault(.toClient, after: .messages(PublishFaultTests.prelude + 2), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost])
            let result = try Publish.runner(proxy.url).run([
                "publish", "sessions.revoke", "zone_id=z", "session_id=s", "--wait-aof",
            ])
            #expect(result.status == 1)
            #expect(
                result.stderr.contains(
                    "caracalctl: published, but the server did not confirm in time that it is on its disk\n"
                )
            )
            #expect(try server.entryIDs().count == 2)
        }
    }

    /// A second answer to the first message must not be taken for the answer to the second.
    @Test func anAnswerThatComesTwiceIsNotTwoAnswers() throws {
        let stream =
            "*14\r\n$6\r\nlength\r\n:1\r\n$17\r\nlast-generated-id\r\n$3\r\n1-1\r\n$6\r\ngroups\r\n:0\r\n$13\r\nentries-added\r\n:1\r\n"
            + "$20\r\nmax-deleted-entry-id\r\n$3\r\n0-0\r\n$11\r\nfirst-entry\r\n*2\r\n$3\r\n1-1\r\n*0\r\n$10\r\nlast-entry\r\n*2\r\n$3\r\n1-1\r\n*0\r\n"
        let welcome = "%2\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$2\r\nid\r\n:7\r\n+OK\r\n+OK\r\n"
        let refused = "-NOPERM no\r\n-NOPERM no\r\n-NOPERM no\r\n"
        let peer = try ScriptedPeer([
            [
                .expectCommands(4), .send(welcome + stream), .expectCommands(6),
                .send(refused + stream + "*0\r\n*0\r\n"),
                .expectCommands(2),
                .send("$3\r\n2-1\r\n$3\r\n2-1\r\n"), .silent,
            ]
        ])
        let command = try Publish.runner(peer.url).start(["publish", "sessions.revoke", "--ndjson", "-"])
        command.type(Publish.lines(2))
        command.closeInput()
        let result = try command.finish()
        #expect(result.status == 74)
        #expect(result.stdout == "published 1 to sessions.revoke: 2-1 to 2-1\n")
        #expect(
            result.stderr.contains(
                "it is unknown whether the message arrived: \(Self.target(peer)): the reply to XADD is not the id of a new entry"
            )
        )
    }

    private static func target(_ peer: ScriptedPeer) -> String { "127.0.0.1:\(peer.port)" }
}
