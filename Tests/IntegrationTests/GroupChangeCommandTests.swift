import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `claim`, `ack` and `trim` as an operator runs them.
@Suite struct GroupChangeCommandTests {
    /// Six entries of `caracal.keys.invalidate`, four of them given to `old`, the first of these trimmed; `new` holds none.
    private func withStuckConsumer(
        _ binary: RedisBinary = .v8_2,
        extra: [String] = [],
        _ body: (SandboxServer) throws -> Void
    ) throws {
        try withServer(binary, extra: extra) { server in
            #expect(try server.run("provision").status == 0)
            for id in 1...6 { try server.send("XADD caracal.keys.invalidate \(id)-0 a b") }
            try server.send(
                "XREADGROUP GROUP sts-keys old COUNT 4 STREAMS caracal.keys.invalidate >",
                "XGROUP CREATECONSUMER caracal.keys.invalidate sts-keys new"
            )
            for id in 1...4 {
                try server.send(
                    "XCLAIM caracal.keys.invalidate sts-keys old 0 \(id)-0 IDLE \(Self.idle) RETRYCOUNT \(id) JUSTID"
                )
            }
            // Last of all: from Redis 7 on XCLAIM takes an entry that is gone off the list.
            try server.send("XTRIM caracal.keys.invalidate MINID 2-0")
            try body(server)
        }
    }

    /// A thousand days and a half, which stay a thousand however slow the machine is.
    private static let idle = 86_443_200_000
    private static let claim = ["claim", "keys.invalidate", "sts-keys", "--to", "new"]
    private static let ack = ["ack", "keys.invalidate", "sts-keys"]

    /// The list as id, consumer and deliveries.
    private func holders(_ server: SandboxServer) throws -> [String] {
        try server.send("XPENDING caracal.keys.invalidate sts-keys - + 100")[0].root.elements.map { entry in
            [0, 1].map { String(decoding: entry[$0]?.text ?? [], as: UTF8.self) }.joined(separator: " ")
                + " \(entry[3]?.integer ?? -1)"
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func claimHandsOverExactlyTheNamedEntries(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            expect(
                try server.run(Self.claim + ["2-0", "1-0", "6-0", "--yes"]),
                status: 1,
                stdout: """
                    ID   AGE  RESULT        IDLE  TRIES  CONSUMER  ENTRY
                    2-0    -  claimed      1000d      2  old       present
                    1-0    -  gone         1000d      1  old       trimmed  cannot be delivered any more (ack --trimmed takes it \
                    off the list)
                    6-0    -  not pending      -      -  -         present  acknowledged before, or never delivered

                    """
            )
            #expect(try holders(server) == ["1-0 old 1", "2-0 new 2", "3-0 old 3", "4-0 old 4"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func claimTakesWhatIsIdle(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            let result = try server.run(Self.claim + ["--min-idle", "30s", "--limit", "2", "--yes"])
            #expect(result.status == 0)
            #expect(result.stderr == "caracalctl: note: stopped at --limit; more entries match\n")
            #expect(try holders(server) == ["1-0 old 1", "2-0 new 2", "3-0 new 3", "4-0 old 4"])
        }
    }

    /// Why a document is not complete stands in it.
    @Test func whatTheLimitLeavesOutIsAWarningOfTheDocument() throws {
        try withStuckConsumer { server in
            let line = Self.claim + ["--min-idle", "30s", "--limit", "2", "--dry-run", "-o", "json"]
            let result = try server.run(line)
            #expect(result.status == 0)
            #expect(result.stdout.contains("\"complete\": false"), "\(result.stdout)")
            let warnings = try JSONNode.read(result.stdout)["warnings"]
            guard case .array(let lines)? = warnings else { throw JSONNode.NotJSON(text: result.stdout) }
            #expect(lines.map { $0["code"] }.contains(.string("more")), "\(result.stdout)")
        }
    }

    /// Nobody has confirmed what is only planned, and the length is what would be left.
    @Test func aTrimThatIsOnlyPlannedIsNotConfirmed() throws {
        try withStuckConsumer { server in
            try server.send("XACK caracal.keys.invalidate sts-keys 2-0 4-0")
            let cases = [(["--dry-run"], 4, "false"), (["--yes"], 4, "true"), (["--dry-run"], 4, "true")]
            for (options, length, isConfirmed) in cases {
                let result = try server.run(["trim", "keys.invalidate", "-o", "json"] + options)
                #expect(result.status == 0)
                #expect(result.stdout.contains("\"length\": \(length)"), "\(result.stdout)")
                #expect(result.stdout.contains("\"confirmed\": \(isConfirmed)"), "\(result.stdout)")
            }
        }
    }

    @Test func aDryRunShowsTheTableThatFollowsAndSendsNothing() throws {
        try withStuckConsumer { server in
            expect(
                try server.run(Self.claim + ["2-0", "1-0", "--dry-run"]),
                status: 1,
                stdout: """
                    ID   AGE  RESULT    IDLE  TRIES  CONSUMER  ENTRY
                    2-0    -  planned  1000d      2  old       present
                    1-0    -  gone     1000d      1  old       trimmed  cannot be delivered any more (ack --trimmed takes it off \
                    the list)

                    """
            )
            expect(
                try server.run(Self.ack + ["--trimmed", "--dry-run"]),
                status: 0,
                stdout: """
                    ID   AGE  RESULT    IDLE  TRIES  CONSUMER  ENTRY
                    1-0    -  planned  1000d      1  old       trimmed

                    """
            )
            expect(
                try server.run(Self.claim + ["--min-idle", "2000d", "--dry-run"]),
                status: 0,
                stderr: "caracalctl: note: nothing to do: nothing was sent\n"
            )
            let document = try server.run(Self.ack + ["--trimmed", "--dry-run", "-o", "json"])
            #expect(document.stdout.contains(#""command": "XACK caracal.keys.invalidate sts-keys 1-0""#))
            #expect(try holders(server) == ["1-0 old 1", "2-0 old 2", "3-0 old 3", "4-0 old 4"])
        }
    }

    /// Who was not told who takes over, or told somebody who is not there, is told who could.
    @Test func consumersThatCouldTakeOverAreNamed() throws {
        try withStuckConsumer { server in
            let unnamed = try server.run(["claim", "keys.invalidate", "sts-keys", "2-0", "--yes"])
            #expect(unnamed.status == 64)
            #expect(
                unnamed.stderr.hasPrefix(
                    "caracalctl: --to names the consumer that takes the entries over, and nothing was sent "
                        + "(heard of last in sts-keys on caracal.keys.invalidate: new ("
                ),
                "\(unnamed.stderr)"
            )
            let typo = try server.run(["claim", "keys.invalidate", "sts-keys", "--to", "nwe", "2-0", "--yes"])
            #expect(typo.status == 1)
            #expect(typo.stderr.contains("and nothing was sent (heard of last: new ("), "\(typo.stderr)")
            #expect(typo.stderr.hasSuffix(" ago); --create-consumer creates it)\n"), "\(typo.stderr)")
            #expect(try holders(server).count == 4)
        }
    }

    @Test func aPlanSaysHowManyWereHeldForHowLong() throws {
        try withStuckConsumer { server in
            try server.send("XCLAIM caracal.keys.invalidate sts-keys old 0 2-0 IDLE 1728043200000 RETRYCOUNT 7 JUSTID")
            let plan = try server.run(Self.claim + ["--min-idle", "30s", "--dry-run"])
            #expect(
                plan.stderr
                    == "caracalctl: note: 1 entry held for 20000d and delivered up to 7 times, 2 entries held for 1000d and "
                    + "delivered up to 4 times\n",
                "\(plan)"
            )
            let json = try server.run(Self.claim + ["--min-idle", "30s", "--dry-run", "-o", "json"])
            #expect(json.stdout.contains("\"batches\": ["), "\(json.stdout)")
        }
    }

    @Test func aLongPlanShowsTheFirstLinesAndHowManyMoreThereAre() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            for id in 1...25 { try server.send("XADD caracal.keys.invalidate \(id)-0 a b") }
            try server.send(
                "XREADGROUP GROUP sts-keys old STREAMS caracal.keys.invalidate >",
                "XGROUP CREATECONSUMER caracal.keys.invalidate sts-keys new"
            )
            let all = Self.claim + ["--min-idle", "0s"]
            for words in [[], ["--limit", "25"]] {
                let lines = try server.run(all + words + ["--dry-run"]).stdout.split(separator: "\n")
                #expect(lines.count == 22 && lines[1...20].allSatisfy { $0.contains("planned") })
                #expect(lines.last == "and 5 more (-o json has all)")
            }
            let done = try server.run(all + ["--yes"]).stdout.split(separator: "\n")
            #expect(done[1...20].allSatisfy { $0.contains("claimed") })
            #expect(done.count == 22)
        }
    }

    @Test func withoutATerminalYesMustBeGiven() throws {
        try withStuckConsumer { server in
            for arguments in [Self.claim + ["2-0"], Self.ack + ["2-0"], ["trim", "keys.invalidate"]] {
                expect(
                    try server.run(arguments),
                    status: 64,
                    stderr:
                        "caracalctl: not a terminal: pass --yes to confirm (--dry-run shows what would be done); "
                        + "nothing was sent\n"
                )
            }
            #expect(try holders(server).count == 4)
        }
    }

    @Test(arguments: [("y", 0, 3), ("n", 1, 4), ("", 1, 4)] as [(String, Int32, Int)])
    func onATerminalItAsks(answer: String, status: Int32, left: Int) throws {
        try withStuckConsumer { server in
            let command = try CommandRunner(for: server).startInTerminal(Self.ack + ["2-0"])
            try command.waitForOutput("Acknowledge 1 entry of sts-keys on caracal.keys.invalidate? [y/N] ")
            command.type("\(answer)\n")
            let result = try command.finish()
            #expect(result.status == status)
            #expect(result.stdout.contains("2-0    -  planned  1000d      2  old       present\r\nAcknowledge 1 entry"))
            #expect(try holders(server).count == left)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupThatIsSetBackWhileTheQuestionWaitsKeepsItsEntries(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            try server.send("XACK caracal.keys.invalidate sts-keys 2-0 3-0 4-0")
            var runner = CommandRunner(for: server)
            runner.environment["NO_COLOR"] = "1"
            let command = try runner.startInTerminal(["trim", "keys.invalidate"], columns: 200)
            try command.waitForOutput(" of 5 from caracal.keys.invalidate? [y/N] ")
            try server.send("XGROUP SETID caracal.keys.invalidate sts-keys 2-0")
            command.type("y\n")
            let result = try command.finish()
            #expect(result.status == 1)
            #expect(
                result.stdout.hasSuffix(
                    "y\r\nSTREAM           RESULT   ENTRIES  FROM  OLDEST  BEFORE  LEFT\r\n"
                        + "keys.invalidate  stopped        0  2-0        -  4-1        5\r\n"
                        + "caracalctl: sts-keys has not acknowledged 3-0: it was created, set back or given entries since the "
                        + "plan was made; 0 entries were removed, and the same command plans anew\r\n"
                ),
                "\(result.stdout)"
            )
            #expect(try server.send("XLEN caracal.keys.invalidate")[0].root.integer == 5)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anEntryThatALivingConsumerHasByThenIsLeftToIt(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            for arguments in [Self.ack, Self.claim] {
                let command = try CommandRunner(for: server).startInTerminal(arguments + ["2-0"], columns: 200)
                try command.waitForOutput("[y/N] ")
                try server.send("XCLAIM caracal.keys.invalidate sts-keys living 0 2-0")
                command.type("y\n")
                let result = try command.finish()
                #expect(result.status == 1)
                #expect(result.stdout.contains("taken"), "\(result.stdout)")
                #expect(result.stdout.contains("delivered to living since the plan was made\r\n"), "\(result.stdout)")
                #expect(try holders(server).contains { $0.hasPrefix("2-0 living ") })
                try server.send("XCLAIM caracal.keys.invalidate sts-keys old 0 2-0 IDLE 65000 JUSTID")
            }
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalAtTheQuestionChangesNothing(signal: Int32) throws {
        try withStuckConsumer { server in
            let command = try CommandRunner(for: server).startInTerminal(Self.ack + ["2-0"])
            try command.waitForOutput("[y/N] ")
            command.signal(signal)
            let result = try command.finish()
            #expect(result.status == 128 + signal)
            #expect(result.stdout.hasSuffix("[y/N] \r\ncaracalctl: interrupted: nothing was changed\r\n"))
            #expect(try holders(server).count == 4)
        }
    }

    /// Without the right to run scripts nothing is compared and changed in one step, so nothing is changed.
    @Test(arguments: RedisBinary.allCases)
    func whyNothingWasDoneIsSaid(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            try server.send("XACK caracal.keys.invalidate sts-keys 2-0", "ACL SETUSER default -eval")
            let lack =
                "the user \"default\" may not run EVAL on caracal.keys.invalidate (ACL SETUSER default +eval; caracalctl "
                + "provision --emit-acl operator)"
            for arguments in [Self.claim, Self.ack] {
                let result = try CommandRunner(for: server).run(arguments + ["3-0", "--yes"])
                #expect(result.status == 77)
                #expect(result.stdout.contains("3-0    -  refused  1000d      3  old       present  \(lack)\n"))
                #expect(result.stderr.hasSuffix("refused: \(lack); of 1 entry 1 not done\n"), "\(result.stderr)")
            }
            let result = try server.run("trim", "keys.invalidate", "--yes")
            #expect(result.status == 77)
            #expect(result.stdout.hasSuffix("\nkeys.invalidate  stopped        0  2-0        -  3-0        5\n"))
            #expect(result.stderr.hasSuffix("refused: \(lack); 0 entries were removed\n"), "\(result.stderr)")
            #expect(try holders(server) == ["1-0 old 1", "3-0 old 3", "4-0 old 4"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func ackSaysThatNobodyWillProcessWhatStillExists(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            expect(
                try server.run(Self.ack + ["2-0", "--yes"]),
                status: 0,
                stdout: """
                    ID   AGE  RESULT         IDLE  TRIES  CONSUMER  ENTRY
                    2-0    -  acknowledged  1000d      2  old       present

                    """,
                stderr:
                    "caracalctl: warning: 1 entry still exists: once it is acknowledged, nobody in sts-keys will process "
                    + "it\n"
            )
            #expect(try server.run(Self.ack + ["2-0", "--yes"]).status == 1, "it is not pending any more")
            #expect(try server.run(Self.ack + ["--trimmed", "--yes"]).status == 0)
            #expect(try holders(server) == ["3-0 old 3", "4-0 old 4"])
            expect(
                try server.run(Self.ack + ["--trimmed", "--yes"]),
                status: 0,
                stderr: "caracalctl: note: nothing to do: nothing was sent\n"
            )
        }
    }

    /// Behind the greatest id that was ever deleted nothing is missing, of what was there.
    @Test(arguments: RedisBinary.allCases)
    func anIDThatNeverWasIsNotSaidToExist(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            for arguments in [Self.ack, Self.claim] {
                let result = try server.run(arguments + ["9-9", "--yes", "-o", "json"])
                #expect(result.status == 1)
                #expect(result.stdout.contains(#""entry": null,"#))
                #expect(result.stdout.contains(#""exists": false,"#))
            }
        }
    }

    @Test func idsThatAreNoneAreRefused() throws {
        for id in ["x", "1-", "1-0-0", "1767444425939", "-", "18446744073709551616-0"] {
            #expect(try run("ack", "keys.invalidate", "sts-keys", "--yes", "--", id).status == 64, "\(id)")
        }
        expect(
            try run("ack", "keys.invalidate", "sts-keys", "--yes"),
            status: 64,
            stderr: "caracalctl: name the entries, or give --trimmed: one of the two\n"
        )
    }

    @Test func readOnlyRefusesAllThree() throws {
        for arguments in [Self.claim + ["2-0"], Self.ack + ["2-0"], ["trim", "keys.invalidate"]] {
            let result = try CommandRunner().run(arguments + ["--yes", "--read-only"])
            #expect(result.status == 78)
            #expect(result.stderr.hasSuffix("writes, and --read-only forbids that: nothing was sent\n"))
        }
    }

    @Test func aUserWithoutTheRightIsToldAndNothingChanges() throws {
        let user = "user reader on nopass ~* +@read +xinfo +type +time"
        try withStuckConsumer(extra: [user]) { server in
            let environment = ["REDIS_USERNAME": "reader", "REDIS_PASSWORD": "x"]
            for arguments in [Self.claim + ["2-0"], Self.ack + ["2-0"]] {
                var runner = CommandRunner(for: server)
                runner.environment.merge(environment) { $1 }
                let result = try runner.run(arguments + ["--yes"])
                #expect(result.status == 77)
            }
            #expect(try holders(server) == ["1-0 old 1", "2-0 old 2", "3-0 old 3", "4-0 old 4"])
        }
    }

    /// The commands are still under way, and nobody may end the connection that could still carry them.
    @Test(arguments: [(claim, 9), (ack, 8)])
    func whatMayStillHappenIsUnknown(words: [String], commandsBefore: Int) throws {
        try withStuckConsumer(extra: ["user default on nopass ~* &* +@all -client|kill"]) { server in
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(commandsBefore), .hold)])
            let runner = CommandRunner(environment: ["REDIS_URL": proxy.url])
            let result = try runner.run(words + ["2-0", "--yes", "--timeout", "5s"])
            #expect(proxy.waitForFault())
            #expect(result.status == 74)
            #expect(
                result.stdout == """
                    ID   AGE  RESULT    IDLE  TRIES  CONSUMER  ENTRY
                    2-0    -  unknown  1000d      2  old       present  sent, and not confirmed: look again with caracalctl pending

                    """
            )
            #expect(
                result.stderr.hasSuffix(
                    " within 5s (raise --timeout); what had been sent may or may not have been carried out; of 1 entry 1 unknown\n"
                ),
                "\(result.stderr)"
            )
        }
    }

    @Test func aGroupBeyondTheStreamIsWhyNothingIsTrimmed() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.keys.invalidate 1-0 a b", "XGROUP SETID caracal.keys.invalidate sts-keys 9-0")
            expect(
                try server.run("trim", "keys.invalidate", "--yes"),
                status: 0,
                stdout: """
                    keys.invalidate: nothing to remove (sts-keys stands beyond the stream's last id, so nothing tells what it was \
                    given)

                    """
            )
        }
    }

    @Test func whatMayStillBeTrimmedIsUnknown() throws {
        try withStuckConsumer(extra: ["user default on nopass ~* &* +@all -client|kill"]) { server in
            try server.send("XACK caracal.keys.invalidate sts-keys 2-0 3-0")
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(9), .hold)])
            let runner = CommandRunner(environment: ["REDIS_URL": proxy.url])
            let result = try runner.run(["trim", "keys.invalidate", "--yes", "--timeout", "5s"])
            #expect(proxy.waitForFault())
            #expect(result.status == 74)
            #expect(
                result.stdout == """
                    STREAM           RESULT         ENTRIES  FROM  OLDEST  BEFORE  LEFT
                    keys.invalidate  not confirmed  unknown  2-0        -  4-0        5

                    """
            )
        }
    }

    @Test func aFullServerStillClaimsAcknowledgesAndTrims() throws {
        try withStuckConsumer { server in
            try server.send("CONFIG SET maxmemory 1")
            #expect(try server.run(Self.claim + ["3-0", "--yes"]).status == 0)
            #expect(try server.run(Self.ack + ["2-0", "--yes"]).status == 0)
            #expect(try server.run("trim", "keys.invalidate", "--yes").status == 0)
            #expect(try holders(server) == ["1-0 old 1", "3-0 new 3", "4-0 old 4"])
        }
    }

    @Test func aReplicaIsRefusedBeforeAnythingIsSent() throws {
        try withStuckConsumer { master in
            try withServer { replica in
                try replica.send("REPLICAOF 127.0.0.1 \(master.port ?? 0)")
                try eventually("it follows") {
                    String(decoding: try replica.send("INFO replication")[0].root.text ?? [], as: UTF8.self)
                        .contains("master_link_status:up")
                }
                for arguments in [Self.claim + ["2-0"], Self.ack + ["2-0"], ["trim", "keys.invalidate"]] {
                    let result = try replica.run(arguments + ["--yes"])
                    #expect(result.status == 75)
                    #expect(result.stderr.hasSuffix(" is a replica, and nothing was sent (connect to the master)\n"))
                }
                #expect(try replica.run("pending", "keys.invalidate").status == 0)
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func trimRemovesWhatIsDoneWith(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            expect(
                try server.run("trim", "keys.invalidate", "--yes"),
                status: 0,
                stdout: "keys.invalidate: nothing to remove (sts-keys has not acknowledged 2-0 and what follows)\n"
            )
            try server.send("XACK caracal.keys.invalidate sts-keys 2-0 4-0")
            expect(
                try server.run("trim", "keys.invalidate", "--dry-run"),
                status: 0,
                stdout: """
                    STREAM           RESULT   ENTRIES  FROM  OLDEST  BEFORE  LEFT
                    keys.invalidate  planned        1  2-0        -  3-0        4

                    """
            )
            expect(
                try server.run("trim", "keys.invalidate", "--yes"),
                status: 0,
                stdout: """
                    STREAM           RESULT   ENTRIES  FROM  OLDEST  BEFORE  LEFT
                    keys.invalidate  removed        1  2-0        -  3-0        4

                    """
            )
        }
    }

    /// No export may hold what an observer saw.
    @Test func trimRefusesDeadLetters() throws {
        try withServer { server in
            try DLQ.fill(server)
            try server.send("XREADGROUP GROUP audit-dlq-observer c COUNT 2 NOACK STREAMS caracal.audit.events.dlq >")
            for option in ["--dry-run", "--yes"] {
                expect(
                    try server.run("trim", "audit.events.dlq", option),
                    status: 1,
                    stderr:
                        "caracalctl: 2 dead letters of caracal.audit.events.dlq would go, exported or not; nothing was sent "
                        + "(caracalctl dlq export first, then caracalctl dlq purge removes what it holds; --force trims)\n"
                )
            }
            #expect(try DLQ.events(on: server).dead == DLQ.names(0..<3))
        }
    }

    /// What a group is owed only an operator can give up: it is named, and never passed over.
    @Test(arguments: RedisBinary.allCases)
    func aGroupThatLooksLeftOverIsNamedWithTheWayToRemoveIt(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.send(
                "XGROUP CREATE caracal.sessions.revoke sts-revocation 0 MKSTREAM",
                "XADD caracal.sessions.revoke 1-0 a b",
                "XREADGROUP GROUP sts-revocation c NOACK STREAMS caracal.sessions.revoke >",
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:h1 0"
            )
            let held =
                "sessions.revoke: nothing to remove (gateway-revocation:h1 has not acknowledged 1-0 and what follows)\n"
            expect(
                try server.run("trim", "sessions.revoke", "--yes"),
                status: 0,
                stdout: held,
                stderr:
                    "caracalctl: warning: gateway-revocation:h1 keeps the entries from 1-0 on and looks left over: it has no "
                    + "consumers (if its service is gone for good, caracalctl group rm sessions.revoke gateway-revocation:h1 "
                    + "removes the group; then trim again)\n"
            )
            // A consumer that was heard of a moment ago.
            try server.send("XREADGROUP GROUP gateway-revocation:h1 c STREAMS caracal.sessions.revoke >")
            expect(try server.run("trim", "sessions.revoke", "--yes"), status: 0, stdout: held)
        }
    }
}
