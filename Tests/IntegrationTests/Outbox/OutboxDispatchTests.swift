import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `outbox dispatch` on real servers, alone and beside the dispatchers of the services.
@Suite struct OutboxDispatchTests {
    private static let key = String(repeating: "22", count: 32)

    /// A provisioned Redis, and both tables.
    private func withBoth(_ body: (SandboxServer, PostgresServer) throws -> Void) throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try withPostgres { postgres in try body(server, postgres) }
        }
    }

    private func runner(_ server: SandboxServer, _ postgres: PostgresServer) -> CommandRunner {
        var runner = CommandRunner(for: server, postgres)
        runner.environment["STREAMS_HMAC_KEY"] = Self.key
        return runner
    }

    private func dispatch(
        _ server: SandboxServer,
        _ postgres: PostgresServer,
        _ arguments: String...,
        environment: [String: String] = [:]
    ) throws -> CommandResult {
        var runner = runner(server, postgres)
        runner.environment.merge(environment) { $1 }
        return try runner.run(["outbox", "dispatch", "--yes"] + arguments)
    }

    /// Whether a row that was made due at most a minute after it was created was put off since: a slow machine may come to look
    /// when the pause is over.
    private static let isPutOff = "available_at > created_at + interval '61 s'"

    /// What the API's rows hold: id by id `attempts`, published, put off, locked, given up, error.
    private func api(_ postgres: PostgresServer) throws -> [String] {
        try postgres.sql(
            """
            SELECT attempts, dispatched_at IS NOT NULL, \(Self.isPutOff), locked_until IS NOT NULL, \
            available_at = 'infinity', last_error FROM event_outbox ORDER BY created_at, id
            """
        )
    }

    /// What the Coordinator's rows hold: `status`, `attempts`, published, put off.
    private func coordinator(_ postgres: PostgresServer) throws -> [String] {
        try postgres.sql(
            "SELECT status, attempts, published_at IS NOT NULL, \(Self.isPutOff) FROM caracal_outbox ORDER BY created_at, id"
        )
    }

    /// The fields of a stream's entries, each as `name=value`.
    private func entries(_ stream: String, on server: SandboxServer) throws -> [[String]] {
        try server.send("XRANGE \(stream) - +")[0].root.elements.map { entry in
            let words = entry[1]?.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) } ?? []
            return stride(from: 0, to: words.count, by: 2).map { "\(words[$0])=\(words[$0 + 1])" }
        }
    }

    private static let payloads: [(outbox: TestOutbox, stream: String, payload: String)] = [
        (.api, "caracal.policy.invalidate", #"{"zone_id":"z-$n","n":1e21,"ok":true,"none":null,"10":"b","2":"a"}"#),
        (.api, "caracal.audit.events", #"{"id":"e-$n","data":"{\"id\":\"e-$n\"}","sig":"ab"}"#),
        (.coordinator, "caracal.sessions.revoke", #"{"zone_id":"z-1","session_id":"s-$n","none":null,"f":0.10}"#),
        (
            .coordinator, "caracal.agents.lifecycle",
            #"{"event":"x","deep":{"b":[1,{"1":2,"0":"é"}],"a":-0.0},"_sig":"x"}"#
        ),
    ]

    @Test func theEntriesAreThoseOfTheServices() throws {
        try withBoth { server, postgres in
            for (outbox, stream, payload) in Self.payloads {
                try postgres.insertRows(40, in: outbox, stream: stream, payload: payload)
            }
            try withServer { other in
                #expect(try other.run("provision").status == 0)
                for outbox in TestOutbox.allCases {
                    let count = try RivalDispatcher.publishAll(
                        outbox,
                        from: postgres,
                        to: other,
                        environment: ["STREAMS_HMAC_KEY": Self.key]
                    )
                    #expect(count == 80)
                }
                try postgres.sql("UPDATE event_outbox SET dispatched_at = NULL, attempts = 0, locked_by = NULL")
                try postgres.sql("UPDATE caracal_outbox SET status = 'pending', attempts = 0, published_at = NULL")
                let result = try dispatch(server, postgres)
                #expect(result.status == 0)
                for (_, stream, _) in Self.payloads {
                    let ours = try entries(stream, on: server).map { $0.joined(separator: "\n") }
                    #expect(ours.count == 40)
                    #expect(try Set(ours) == Set(entries(stream, on: other).map { $0.joined(separator: "\n") }))
                }
            }
            #expect(try api(postgres) == Array(repeating: "1|t|f|f|f|", count: 80))
            #expect(try coordinator(postgres) == Array(repeating: "published|1|t|f", count: 80))
            #expect(
                try runner(server, postgres).run([
                    "verify-sig", "sessions.revoke", "policy.invalidate", "agents.lifecycle",
                ])
                .status == 0
            )
        }
    }

    @Test func theTableAndTheJSONTellWhatWasDone() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(3, in: .coordinator)
            let plan = try dispatch(server, postgres, "--dry-run")
            expect(
                plan,
                status: 0,
                stdout: """
                    OUTBOX       STREAM           DUE  PUBLISHED  FAILED  DEAD   MAXLEN
                    coordinator  sessions.revoke    3          -       -     -  100,000

                    """
            )
            #expect(try coordinator(postgres) == Array(repeating: "pending|0|f|f", count: 3))
            #expect(try entries("caracal.sessions.revoke", on: server).isEmpty)
            let result = try dispatch(server, postgres, "-o", "json")
            #expect(result.status == 0 && result.stderr.isEmpty)
            #expect(result.stdout.contains(#""schema": "caracalctl.outbox-dispatch/1""#))
            #expect(result.stdout.contains(#""published": 3"#) && result.stdout.contains(#""failed": 0"#))
            for nothing in [try dispatch(server, postgres), try dispatch(server, postgres, "--dry-run")] {
                expect(
                    nothing,
                    status: 0,
                    stderr: "caracalctl: note: no row is due that can be published: nothing was sent\n"
                )
            }
        }
    }

    @Test func theOrderIsThatOfTheTable() throws {
        try withBoth { server, postgres in
            let ids = try postgres.insertRows(120, in: .api, stream: "caracal.keys.invalidate", spacing: 0.01)
            #expect(try dispatch(server, postgres, "--outbox", "api").status == 0)
            let order = try entries("caracal.keys.invalidate", on: server).map { $0[0] }
            #expect(order == ids.map { "outbox_id=\($0)" })
        }
    }

    @Test func rowsThatAServerDoesNotTakeGoBackAsTheServicesPutThem() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(2, in: .api, stream: "caracal.keys.invalidate")
            try postgres.insertRows(2, in: .coordinator)
            let full = try dispatchUntilFull(.api, server, postgres)
            #expect(full.status == 75)
            #expect(full.stderr.hasSuffix("; 0 rows published, 2 returned for a later attempt\n"))
            #expect(try api(postgres).allSatisfy { $0.hasPrefix("1|f|t|f|f|Redis refused it: OOM ") })
            #expect(try dispatchUntilFull(.coordinator, server, postgres).status == 75)
            #expect(try coordinator(postgres) == Array(repeating: "pending|1|f|t", count: 2))
            try postgres.sql("UPDATE event_outbox SET attempts = 99, available_at = created_at")
            try postgres.sql("UPDATE caracal_outbox SET attempts = 9, available_at = created_at")
            #expect(try dispatchUntilFull(.api, server, postgres).status == 75)
            #expect(
                try dispatchUntilFull(.coordinator, server, postgres).stderr.contains("2 rows were given up")
            )
            #expect(try api(postgres).allSatisfy { $0.hasPrefix("100|f|t|f|t|Redis refused it: OOM ") })
            #expect(try coordinator(postgres) == Array(repeating: "dead|10|f|f", count: 2))
        }
    }

    /// Runs until the rows of a table are in hand, and has the server full by the time it carries the XADDs out.
    private func dispatchUntilFull(
        _ outbox: TestOutbox,
        _ server: SandboxServer,
        _ postgres: PostgresServer
    ) throws -> CommandResult {
        try server.send("CONFIG SET maxmemory 0")
        try server.send("CLIENT PAUSE 600000 WRITE")
        let command = try runner(server, postgres).start([
            "outbox", "dispatch", "--yes", "--timeout", "300s", "--outbox", outbox.rawValue,
        ])
        try eventually("rows are in hand") { try areInHand(outbox, postgres) }
        try server.send("CONFIG SET maxmemory 1")
        try server.send("CLIENT UNPAUSE")
        command.closeInput()
        return try command.finish()
    }

    private func areInHand(_ outbox: TestOutbox, _ postgres: PostgresServer) throws -> Bool {
        try postgres.sql(
            outbox == .api
                ? "SELECT 1 FROM event_outbox WHERE locked_until > now()"
                : "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"
        ).count > 0
    }

    @Test(arguments: [
        ("maxmemory 1", "Redis refuses writes (OOM): it has reached maxmemory"),
        ("min-replicas-to-write 2", "Redis refuses writes (NOREPLICAS): 0 of 2 wanted replicas are in step"),
    ])
    func nothingIsTakenWhereRedisRefusesWrites(setting: String, reason: String) throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try postgres.insertRows(2, in: .coordinator)
            try server.send("CONFIG SET \(setting)")
            for options in [["--dry-run"], []] {
                let result = try runner(server, postgres).run(
                    ["outbox", "dispatch", "--yes", "--columns", "stream,due,reason"] + options
                )
                expect(
                    result,
                    status: 75,
                    stdout: """
                        STREAM           DUE
                        keys.invalidate    1  \(reason)
                        sessions.revoke    2  \(reason)

                        """,
                    stderr: """
                        caracalctl: \(reason); 1 row for keys.invalidate is left alone
                        caracalctl: \(reason); 2 rows for sessions.revoke are left alone
                        caracalctl: note: no row is due that can be published: nothing was sent

                        """
                )
            }
            #expect(try api(postgres) == ["0|f|f|f|f|"])
            #expect(try coordinator(postgres) == Array(repeating: "pending|0|f|f", count: 2))
        }
    }

    /// A key that no entry was signed with, on a stream that tells and on one that holds none.
    @Test func rowsAreLeftAloneWhereTheKeyIsNotThatOfTheEntries() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(3, in: .api, stream: "caracal.policy.invalidate")
            #expect(try dispatch(server, postgres).status == 0)
            try postgres.insertRows(2, in: .api, stream: "caracal.policy.invalidate")
            try postgres.insertRows(1, in: .coordinator)
            let wrong = ["STREAMS_HMAC_KEY": String(repeating: "00", count: 32)]
            let advice = "(is it the services' key? --force publishes all the same)"
            for option in ["--dry-run", "--once"] {
                let result = try dispatch(server, postgres, option, environment: wrong)
                #expect(result.status == 78)
                #expect(
                    result.stderr == """
                        caracalctl: none of the newest 3 signed entries of caracal.policy.invalidate was signed with this \
                        STREAMS_HMAC_KEY \(advice); its 2 rows are left alone
                        caracalctl: caracal.sessions.revoke has no signed entry, and 3 of the newest 3 of other streams were not \
                        signed with this STREAMS_HMAC_KEY \(advice); its 1 row is left alone
                        caracalctl: note: no row is due that can be published: nothing was sent

                        """
                )
            }
            #expect(try api(postgres).suffix(2) == ["0|f|f|f|f|", "0|f|f|f|f|"])
            let forced = try dispatch(server, postgres, "--force", "--outbox", "api", environment: wrong)
            #expect(forced.status == 0)
            #expect(
                forced.stderr == """
                    caracalctl: warning: no entry shows that this STREAMS_HMAC_KEY is that of the consumers of \
                    caracal.policy.invalidate: with another one they skip what is published

                    """
            )
            // The right key is that of the others.
            try postgres.insertRows(1, in: .api, stream: "caracal.policy.invalidate")
            let right = try dispatch(server, postgres)
            #expect(right.status == 0)
            #expect(
                right.stderr == """
                    caracalctl: warning: the newest 5 signed entries of caracal.policy.invalidate are of two keys: 3 verify \
                    with this key, 2 do not (caracalctl verify-sig policy.invalidate)

                    """
            )
            #expect(try coordinator(postgres) == ["published|1|t|f"])
            // On one stream all entries are of the other key: those of the others tell that ours is right.
            try postgres.insertRows(2, in: .api, stream: "caracal.keys.invalidate")
            #expect(try dispatch(server, postgres, "--force", environment: wrong).status == 0)
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            expect(
                try dispatch(server, postgres, "--columns", "stream,published"),
                status: 0,
                stdout: "STREAM           PUBLISHED\nkeys.invalidate          1\n",
                stderr: """
                    caracalctl: warning: 2 of the newest 2 signed entries of caracal.keys.invalidate were not signed with this \
                    STREAMS_HMAC_KEY (caracalctl verify-sig keys.invalidate)

                    """
            )
        }
    }

    /// One message that was published with a wrong key does not make that key the right one.
    @Test func rowsAreLeftAloneWhereFewEntriesAreOfTheKey() throws {
        try withBoth { server, postgres in
            let stream = "caracal.policy.invalidate"
            let message = ["publish", "policy.invalidate", "zone_id=z-1"]
            try postgres.insertRows(3, in: .api, stream: stream)
            #expect(try dispatch(server, postgres).status == 0)
            let wrong = ["STREAMS_HMAC_KEY": String(repeating: "00", count: 32)]
            var publisher = runner(server, postgres)
            publisher.environment.merge(wrong) { $1 }
            #expect(try publisher.run(message).status == 0)
            try postgres.insertRows(2, in: .api, stream: stream)
            for option in ["--dry-run", "--once"] {
                let result = try dispatch(server, postgres, option, environment: wrong)
                #expect(result.status == 78)
                #expect(
                    result.stderr == """
                        caracalctl: 3 of the newest 4 signed entries of caracal.policy.invalidate were not signed with this \
                        STREAMS_HMAC_KEY (is it the services' key? --force publishes all the same); its 2 rows are left alone
                        caracalctl: note: no row is due that can be published: nothing was sent

                        """
                )
            }
            #expect(try api(postgres).suffix(2) == ["0|f|f|f|f|", "0|f|f|f|f|"])
            // One message is published, with a warning.
            let published = try publisher.run(message)
            #expect(published.status == 0)
            #expect(published.stderr.contains("of two keys: 1 verifies with this key, 3 do not"), "\(published)")
            let forced = try dispatch(server, postgres, "--force", environment: wrong)
            #expect(forced.status == 0)
            #expect(
                forced.stderr == """
                    caracalctl: warning: the newest 5 signed entries of caracal.policy.invalidate are of two keys: 2 verify \
                    with this key, 3 do not (caracalctl verify-sig policy.invalidate)

                    """
            )
            // Of the right key there are fewer by now, until those of another stream tell that it is right.
            try postgres.insertRows(1, in: .api, stream: stream)
            #expect(try dispatch(server, postgres).status == 78)
            #expect(try runner(server, postgres).run(["publish", "keys.invalidate", "zone_id=z-1"]).status == 0)
            let right = try dispatch(server, postgres)
            #expect(right.status == 0)
            #expect(right.stderr.contains("of two keys: 3 verify with this key, 4 do not"), "\(right)")
        }
    }

    /// Who may not XREVRANGE is told by the newest entry, which XINFO brings, and where that tells nothing is told so.
    @Test func withoutTheRightToReadTheNewestEntryIsTried() throws {
        try withBoth { server, postgres in
            let stream = "caracal.policy.invalidate"
            try postgres.insertRows(3, in: .api, stream: stream)
            #expect(try dispatch(server, postgres).status == 0)
            try server.send("ACL SETUSER default -xrevrange")
            try postgres.insertRows(2, in: .api, stream: stream)
            let wrong = ["STREAMS_HMAC_KEY": String(repeating: "00", count: 32)]
            let result = try dispatch(server, postgres, environment: wrong)
            #expect(result.status == 78)
            #expect(
                result.stderr == """
                    caracalctl: the newest signed entry of \(stream) was not signed with this STREAMS_HMAC_KEY (is it the \
                    services' key? --force publishes all the same); its 2 rows are left alone
                    caracalctl: note: no row is due that can be published: nothing was sent

                    """
            )
            #expect(try api(postgres).suffix(2) == ["0|f|f|f|f|", "0|f|f|f|f|"])
            #expect(try dispatch(server, postgres, "--unsigned").status == 0)
            try postgres.insertRows(1, in: .api, stream: stream)
            let unknown = try dispatch(server, postgres, environment: wrong)
            #expect(unknown.status == 0)
            #expect(
                unknown.stderr == """
                    caracalctl: warning: the key could not be tried on \(stream): this user may not XREVRANGE; with another key \
                    than the consumers' they skip what is published

                    """
            )
        }
    }

    /// Of a stream that may not be looked at the key was not tried.
    @Test func aStreamThatMayNotBeLookedAtIsNotCalledTried() throws {
        try withBoth { server, postgres in
            try server.send("ACL SETUSER narrow on nopass ~caracal.sessions.revoke +@all")
            let narrow = ["REDIS_URL": "redis://narrow:x@127.0.0.1:\(server.port ?? 0)"]
            try postgres.insertRows(1, in: .coordinator)
            let result = try dispatch(server, postgres, "--columns", "stream,published", environment: narrow)
            expect(
                result,
                status: 0,
                stdout: "STREAM           PUBLISHED\nsessions.revoke          1\n",
                stderr: """
                    caracalctl: warning: the key could not be tried on caracal.audit.events: this user has no access to the \
                    key; with another key than the consumers' they skip what is published

                    """
            )
            // The entry of then tells.
            try postgres.insertRows(1, in: .coordinator)
            #expect(try dispatch(server, postgres, environment: narrow).stderr == "")
        }
    }

    /// What others publish in between, here with the key that is set, is seen when the stream is tried again.
    @Test func oneWhoFollowsTriesItsKeyAgain() throws {
        try withBoth { server, postgres in
            let wrong = ["STREAMS_HMAC_KEY": String(repeating: "00", count: 32)]
            try postgres.insertRows(1, in: .api, stream: "caracal.policy.invalidate")
            #expect(try dispatch(server, postgres, environment: wrong).status == 0)
            let command = try runner(server, postgres).start(["outbox", "dispatch", "--follow", "--yes"])
            try postgres.insertRows(1, in: .api, stream: "caracal.policy.invalidate")
            try command.waitForErrors("the newest signed entry of caracal.policy.invalidate was not signed")
            // On this one nothing is signed: it is judged by the other.
            try postgres.insertRows(1, in: .coordinator)
            try command.waitForErrors("caracal.sessions.revoke has no signed entry")
            for _ in 1...2 {
                #expect(try runner(server, postgres).run(["publish", "policy.invalidate", "zone_id=z-1"]).status == 0)
            }
            try eventually("both are published") {
                try api(postgres) == Array(repeating: "1|t|f|f|f|", count: 2)
                    && coordinator(postgres) == ["published|1|t|f"]
            }
            command.signal(SIGINT)
            command.closeInput()
            #expect(try command.finish().status == 130)
        }
    }

    /// Audit events have another key for the signature that their consumers check.
    @Test func auditEventsAreJudgedByTheirSecondSignature() throws {
        try withBoth { server, postgres in
            let payload = #"{"id":"e-$n","data":"{}","sig":"ab"}"#
            for _ in 1...2 {
                try postgres.insertRows(2, in: .api, stream: "caracal.audit.events", payload: payload)
                expect(
                    try dispatch(server, postgres, "-q"),
                    status: 0
                )
            }
            try postgres.insertRows(1, in: .api, stream: "caracal.audit.events", payload: payload)
            let wrong = try dispatch(
                server,
                postgres,
                environment: ["STREAMS_HMAC_KEY": String(repeating: "00", count: 32)]
            )
            #expect(wrong.status == 78)
            #expect(wrong.stderr.contains("none of the newest 4 signed entries of caracal.audit.events"))
        }
    }

    @Test func thatNothingIsSignedIsSaid() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .coordinator)
            let plan = try dispatch(server, postgres, "--dry-run", "--unsigned")
            #expect(plan.status == 0)
            #expect(
                plan.stderr == """
                    caracalctl: warning: without a signature every consumer skips what is published, except where CARACAL_MODE \
                    is dev

                    """
            )
            let dev = try dispatch(server, postgres, "--unsigned", environment: ["CARACAL_MODE": "dev"])
            #expect(dev.status == 0)
            #expect(dev.stderr == "")
        }
    }

    @Test func everyReasonIsToldWithItsNumber() throws {
        try withBoth { server, postgres in
            let payloads = ["[1]", "[1]", #""x""#, #"{"a":{}}"#, #"{"zone_id":"a\nb"}"#]
            for payload in payloads {
                try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate", payload: payload)
            }
            let result = try dispatch(server, postgres, "--columns", "stream,failed")
            expect(
                result,
                status: 1,
                stdout: "STREAM           FAILED\nkeys.invalidate       5\n",
                stderr: """
                    caracalctl: 5 attempts failed: payload_json is not an object that can be published: byte 1: expected '{', \
                    found "[" (2); payload_json is not an object that can be published: byte 1: expected '{', found "\\"" (1); \
                    member "a" of payload_json is an array or an object, which the API's outbox cannot hold (1); other reasons (1)

                    """
            )
        }
    }

    /// A preview attempts nothing, and says what would fail.
    @Test func aPreviewCallsWhatWouldFailNoAttempt() throws {
        try withBoth { server, postgres in
            for _ in 1...3 { try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate", payload: "[1]") }
            let preview = ["outbox", "dispatch", "--dry-run", "--columns", "stream,due"]
            let result = try runner(server, postgres).run(preview)
            expect(
                result,
                status: 1,
                stdout: "STREAM           DUE\nkeys.invalidate    3\n",
                stderr: """
                    caracalctl: 3 rows cannot be published: payload_json is not an object that can be published: byte 1: expected \
                    '{', found "["

                    """
            )
            #expect(try postgres.sql("SELECT sum(attempts) FROM event_outbox") == ["0"])
        }
    }

    @Test func whatTrimmingDeletesThatAGroupWasNotGivenIsSaid() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(250, in: .api, stream: "caracal.keys.invalidate")
            #expect(try dispatch(server, postgres).status == 0)
            try postgres.insertRows(31, in: .api, stream: "caracal.keys.invalidate")
            let bound = ["CARACAL_OUTBOX_STREAM_MAXLEN": "100"]
            let unread = try dispatch(server, postgres, "--dry-run", environment: bound)
            #expect(unread.status == 0)
            #expect(
                unread.stderr == """
                    caracalctl: warning: publishing trims caracal.keys.invalidate to about 100 entries, and deletes up to 181 \
                    entries that sts-keys was not given

                    """
            )
            try server.send("XGROUP SETID caracal.keys.invalidate sts-keys $")
            let read = try dispatch(server, postgres, "--dry-run", environment: bound)
            #expect(read.status == 0)
            #expect(
                read.stderr.hasPrefix(
                    "caracalctl: note: publishing trims caracal.keys.invalidate to about 100 entries, as its service does; the table "
                ),
                "\(read.stderr)"
            )
        }
    }

    /// Of ten rows five are in hand when somebody else publishes the others.
    @Test func whatIsDueIsCountedAnewAtTheEnd() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(10, in: .api, stream: "caracal.keys.invalidate")
            try server.send("CLIENT PAUSE 600000 WRITE")
            var runner = runner(server, postgres)
            runner.environment["CARACAL_OUTBOX_BATCH"] = "5"
            let command = try runner.start([
                "outbox", "dispatch", "--yes", "--timeout", "300s", "--columns", "due,published",
            ])
            try eventually("rows are in hand") { try areInHand(.api, postgres) }
            try postgres.sql("UPDATE event_outbox SET dispatched_at = now() WHERE locked_by IS NULL")
            try server.send("CLIENT UNPAUSE")
            command.closeInput()
            expect(try command.finish(), status: 0, stdout: "DUE  PUBLISHED\n  0          5\n")
        }
    }

    @Test(arguments: [
        ("[1, 2]", "payload_json is not an object that can be published: byte 1: expected '{', found \"[\""),
        (
            #"{"a": {"b": 1}}"#,
            "member \"a\" of payload_json is an array or an object, which the API's outbox cannot hold"
        ),
    ])
    func aRowThatIsNoMessageFailsAlone(payload: String, reason: String) throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate", payload: payload, secondsAgo: 90)
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            let result = try dispatch(server, postgres, "-q")
            expect(
                result,
                status: 1,
                stdout: result.stdout,
                stderr: "caracalctl: 1 attempt failed: \(reason)\n"
            )
            #expect(try api(postgres) == ["1|f|t|f|f|\(reason)", "1|t|f|f|f|"])
            #expect(try entries("caracal.keys.invalidate", on: server).count == 1)
        }
    }

    @Test func whatMakesASignatureAmbiguousFailsUnlessAllowed() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .coordinator, payload: #"{"reason":"a\nb"}"#)
            #expect(try dispatch(server, postgres).status == 1)
            #expect(try coordinator(postgres) == ["pending|1|f|t"])
            try postgres.sql("UPDATE caracal_outbox SET available_at = created_at")
            #expect(try dispatch(server, postgres, "--allow-newline").status == 0)
            let fields = try entries("caracal.sessions.revoke", on: server)[0]
            #expect(fields.contains("reason=a\nb") && fields.contains { $0.hasPrefix("_sig=") })
        }
    }

    @Test func anUnsignedRowKeepsWhatItHolds() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(
                1,
                in: .api,
                stream: "caracal.keys.invalidate",
                payload: #"{"a":"b\nc","_sig":"x"}"#
            )
            #expect(try dispatch(server, postgres, "--unsigned").status == 0)
            #expect(try entries("caracal.keys.invalidate", on: server)[0].dropFirst() == ["a=b\nc", "_sig=x"])
        }
    }

    @Test func rowsOfAStreamThatIsNotThereStayAsTheyAre() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(2, in: .api, stream: "caracal.nowhere", payload: "{}")
            try postgres.insertRows(1, in: .api, stream: "sessions.revoke", payload: "{}")
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate", payload: "{}")
            try server.send("XADD other * a b")
            try postgres.insertRows(1, in: .api, stream: "other", payload: "{}")
            let result = try dispatch(server, postgres)
            #expect(result.status == 1)
            #expect(result.stderr.contains("caracal.nowhere does not exist"))
            #expect(result.stderr.contains("its 2 rows are left alone"))
            #expect(
                try postgres.sql(
                    "SELECT stream_name, attempts, dispatched_at IS NOT NULL FROM event_outbox ORDER BY stream_name COLLATE \"C\""
                )
                    == [
                        "caracal.keys.invalidate|1|t", "caracal.nowhere|0|f", "caracal.nowhere|0|f", "other|1|t",
                        "sessions.revoke|0|f",
                    ]
            )
            #expect(try server.send("EXISTS caracal.nowhere sessions.revoke")[0].root.integer == 0)
        }
    }

    @Test func nothingIsTakenWhereRedisTakesNoWritesOrIsAway() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try postgres.insertRows(1, in: .coordinator)
            try server.send("REPLICAOF 127.0.0.1 1")
            #expect(try dispatch(server, postgres).status == 75)
            #expect(try dispatch(server, postgres, "--url", "redis://127.0.0.1:1").status == 69)
            #expect(try api(postgres) == ["0|f|f|f|f|"])
            #expect(try coordinator(postgres) == ["pending|0|f|f"])
        }
    }

    private static let nothing = "caracalctl: note: no row is due that can be published: nothing was sent\n"

    /// That there is nothing to do does not show that it would work.
    @Test func whereNoRowIsDueRedisIsLookedAtAllTheSame() throws {
        try withBoth { server, postgres in
            expect(try dispatch(server, postgres), status: 0, stderr: Self.nothing)
            try postgres.insertRows(3, in: .coordinator)
            #expect(try dispatch(server, postgres).status == 0)
            let wrong = ["STREAMS_HMAC_KEY": String(repeating: "00", count: 32)]
            let otherKey = """
                caracalctl: warning: 3 of the newest 3 signed entries of the streams were not signed with this \
                STREAMS_HMAC_KEY: is it the services' key?

                """
            let otherServer = """
                caracalctl: warning: 127.0.0.1:\(server.port ?? 0) has none of the streams that the outboxes are published to: \
                is this the Redis of these services? (caracalctl provision creates them)

                """
            for option in ["--dry-run", "--once"] {
                let result = try dispatch(server, postgres, option, environment: wrong)
                expect(result, status: 0, stderr: otherKey + Self.nothing)
                let away = try dispatch(server, postgres, option, "--url", "redis://127.0.0.1:1")
                #expect(away.status == 69 && away.stdout.isEmpty, "\(away)")
                #expect(away.stderr.hasPrefix("caracalctl: cannot reach 127.0.0.1:1: "), "\(away.stderr)")
            }
            try server.send("FLUSHALL")
            expect(try dispatch(server, postgres), status: 0, stderr: otherServer + Self.nothing)
            try server.send("ACL SETUSER blind on nopass +@all resetkeys")
            let blind = ["REDIS_URL": "redis://blind:x@127.0.0.1:\(server.port ?? 0)"]
            #expect(try dispatch(server, postgres, environment: blind).status == 77)
            try server.send("REPLICAOF 127.0.0.1 1")
            #expect(try dispatch(server, postgres).status == 75)
        }
    }

    /// One who follows waits for a server that is away, and says so.
    @Test func oneWhoFollowsSaysThatRedisIsAwayWhereNoRowIsDue() throws {
        try withBoth { server, postgres in
            let words = ["outbox", "dispatch", "--follow", "--yes", "--url", "redis://127.0.0.1:1"]
            let command = try runner(server, postgres).start(words)
            try command.waitForErrors("; looking again once a row is due\n")
            command.signal(SIGINT)
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 130)
            #expect(result.stderr.hasPrefix("caracalctl: warning: cannot reach 127.0.0.1:1: "), "\(result.stderr)")
            #expect(result.stderr.hasSuffix("caracalctl: interrupted; 0 rows published\n"), "\(result.stderr)")
        }
    }

    /// What is asked before anything is sent, beside what publish asks: INFO, three times, and XINFO of seven streams; of an
    /// empty stream not XREVRANGE, nor XINFO before the look.
    private static let looks = 8

    @Test func aLostReplyIsSettledBeforeTheRowIsMarked() throws {
        for place in [Fault.Direction.toServer, .toClient] {
            try withBoth { server, postgres in
                try postgres.insertRows(20, in: .coordinator)
                let proxy = try FaultProxy(
                    server,
                    [Fault(place, after: .messages(PublishFaultTests.prelude + Self.looks + 5), .swallowThenCut)]
                )
                let result = try dispatch(server, postgres, "--outbox", "coordinator", "--url", proxy.url)
                #expect(result.status == 0)
                let ids = try entries("caracal.sessions.revoke", on: server).map { $0[0] }
                #expect(ids.count == 20 && Set(ids).count == 20)
                #expect(try coordinator(postgres) == Array(repeating: "published|1|t|f", count: 20))
            }
        }
    }

    @Test func aLostSessionIsReplacedAndPublishedRowsAreMarked() throws {
        for outbox in TestOutbox.allCases {
            try withBoth { server, postgres in
                try postgres.insertRows(10, in: outbox)
                // The XADDs wait until the session is gone.
                try server.send("CLIENT PAUSE 600000 WRITE")
                let command = try runner(server, postgres).start(["outbox", "dispatch", "--yes", "--timeout", "300s"])
                try eventually("rows are in hand") { try areInHand(outbox, postgres) }
                try postgres.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'caracalctl'"
                )
                try server.send("CLIENT UNPAUSE")
                command.closeInput()
                #expect(try command.finish().status == 0)
                #expect(try entries("caracal.sessions.revoke", on: server).count == 10)
                #expect(try (outbox == .api ? api(postgres) : coordinator(postgres)).allSatisfy { $0.contains("|t|f") })
            }
        }
    }

    @Test func besideRivalsNoRowIsPublishedTwice() throws {
        try withBoth { server, postgres in
            let rivals = try TestOutbox.allCases.map {
                try RivalDispatcher.start($0, from: postgres, to: server, environment: ["STREAMS_HMAC_KEY": Self.key])
            }
            defer { rivals.forEach { $0.signal(SIGKILL) } }
            for _ in 0..<5 {
                try postgres.insertRows(200, in: .api, stream: "caracal.keys.invalidate")
                try postgres.insertRows(200, in: .coordinator)
                #expect(try dispatch(server, postgres).status == 0)
            }
            try eventually("all rows are published") {
                try postgres.sql(
                    """
                    SELECT (SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL) \
                    + (SELECT count(*) FROM caracal_outbox WHERE status <> 'published')
                    """
                ) == ["0"]
            }
            for stream in ["caracal.keys.invalidate", "caracal.sessions.revoke"] {
                let ids = try entries(stream, on: server).map { entry in entry.first { $0.hasPrefix("outbox_id=") } }
                #expect(ids.count == 1000 && Set(ids).count == 1000)
            }
        }
    }

    @Test func oneWhoFollowsTakesNewRowsUntilItIsStopped() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            let command = try runner(server, postgres).start(["outbox", "dispatch", "--follow", "--yes"])
            func arrives(_ count: Int) throws {
                try eventually("\(count) entries") {
                    try server.send("XLEN caracal.keys.invalidate")[0].root.integer == Int64(count)
                }
            }
            try arrives(1)
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try arrives(2)
            // A stream that is gone keeps nobody from the others.
            try server.send("DEL caracal.policy.invalidate")
            try postgres.insertRows(1, in: .api, stream: "caracal.policy.invalidate")
            try command.waitForErrors("caracal.policy.invalidate does not exist")
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try arrives(3)
            // That more rows are left alone is no news.
            try postgres.insertRows(3, in: .api, stream: "caracal.policy.invalidate")
            for count in 4...6 {
                try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
                try arrives(count)
            }
            command.signal(SIGINT)
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 130)
            #expect(result.stderr.hasSuffix("caracalctl: interrupted; 6 rows published\n"))
            #expect(
                result.stderr.split(separator: "\n").count { $0.contains("does not exist") } == 1,
                "\(result.stderr)"
            )
            #expect(try api(postgres).filter { $0 == "1|t|f|f|f|" }.count == 6)
        }
    }

    @Test func oneWhoFollowsOutlivesItsServers() throws {
        try withBoth { server, postgres in
            let command = try runner(server, postgres).start(["outbox", "dispatch", "--follow", "--yes"])
            // A session that is lost before it follows ends it.
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try eventually("it follows") { try api(postgres) == ["1|t|f|f|f|"] }
            try postgres.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'caracalctl'"
            )
            try command.waitForErrors("trying again\n")
            try postgres.insertRows(1, in: .coordinator)
            try eventually("it is published") {
                try coordinator(postgres) == ["published|1|t|f"]
            }
            try server.send("CONFIG SET maxmemory 1")
            try postgres.insertRows(1, in: .coordinator, secondsAgo: 30)
            try command.waitForErrors("OOM")
            // Else it would be put off behind the change of its time.
            try eventually("it is put off") { try coordinator(postgres).last?.hasPrefix("pending|1|f|") == true }
            try server.send("CONFIG SET maxmemory 0")
            try postgres.sql("UPDATE caracal_outbox SET available_at = created_at WHERE status = 'pending'")
            try eventually("the other one is published") {
                try coordinator(postgres) == ["published|1|t|f", "published|2|t|f"]
            }
            command.signal(SIGTERM)
            command.closeInput()
            #expect(try command.finish().status == 143)
        }
    }

    /// One who tries a wrong password over and over locks its user out.
    @Test func oneWhoFollowsEndsWhereItsPasswordIsChanged() throws {
        try withServer(extra: ["user dispatcher on >old ~* &* +@all"]) { server in
            #expect(try server.run("provision").status == 0)
            try withPostgres { postgres in
                var runner = runner(server, postgres)
                runner.environment["REDIS_PASSWORD"] = "old"
                let arguments = ["outbox", "dispatch", "--follow", "--yes", "--user", "dispatcher"]
                let command = try runner.start(arguments)
                try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
                try eventually("it is published") { try api(postgres) == ["1|t|f|f|f|"] }
                try server.send("ACL SETUSER dispatcher resetpass >new", "CLIENT KILL USER dispatcher")
                try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
                command.closeInput()
                let result = try command.finish()
                #expect(result.status == 77)
                let refusal =
                    "127.0.0.1:\(server.port ?? 0) refused: WRONGPASS invalid username-password pair or user is disabled. "
                    + "(check the user and the password)"
                #expect(
                    result.stderr.hasSuffix(
                        "caracalctl: Redis was lost while rows were in hand: the connection was lost, and asking again failed "
                            + "(--timeout says for how long it is tried): \(refusal); 1 row published, 1 returned for a later "
                            + "attempt\n"
                    ),
                    "\(result.stderr)"
                )
                #expect(!result.stderr.contains("trying again"), "\(result.stderr)")
                #expect(try server.wrongPasswords() == 1)
                // From the start it ends before a row is taken.
                try postgres.sql("UPDATE event_outbox SET available_at = created_at")
                expect(try runner.run(arguments), status: 77, stderr: "caracalctl: \(refusal)\n")
            }
        }
    }

    /// The database is asked for its password again when it ended the session.
    @Test func oneWhoFollowsEndsWhereTheDatabaseRefusesIt() throws {
        try withBoth { server, postgres in
            var runner = CommandRunner(for: server, postgres, role: "caracalapi")
            runner.environment["STREAMS_HMAC_KEY"] = Self.key
            let command = try runner.start(["outbox", "dispatch", "--follow", "--yes"])
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try eventually("it is published") { try api(postgres) == ["1|t|f|f|f|"] }
            try postgres.sql("ALTER ROLE caracalapi NOLOGIN")
            defer { _ = try? postgres.sql("ALTER ROLE caracalapi LOGIN") }
            try postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'caracalapi'")
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 77)
            #expect(result.stderr.contains("; trying again\n"), "\(result.stderr)")
            #expect(result.stderr.hasSuffix("; 1 row published\n"), "\(result.stderr)")
        }
    }

    /// The claim is refused, not the look: the rows are seen and cannot be taken. Once the right is back, it goes on.
    @Test func oneWhoFollowsWaitsForTheRightToTakeRows() throws {
        try withBoth { server, postgres in
            var runner = CommandRunner(for: server, postgres, role: "caracalapi")
            runner.environment["STREAMS_HMAC_KEY"] = Self.key
            let command = try runner.start(["outbox", "dispatch", "--follow", "--yes"])
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try eventually("it is published") { try api(postgres) == ["1|t|f|f|f|"] }
            try postgres.sql("REVOKE UPDATE ON event_outbox FROM caracalapi")
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            let lack =
                "caracalctl: warning: the role may not change event_outbox (the API's outbox): permission denied for table "
                + "event_outbox\n"
            try command.waitForErrors(lack)
            // The other table goes on.
            try postgres.insertRows(1, in: .coordinator)
            try eventually("the other table's is published") { try coordinator(postgres) == ["published|1|t|f"] }
            #expect(try api(postgres).last == "0|f|f|f|f|")
            try postgres.sql("GRANT UPDATE ON event_outbox TO caracalapi")
            try eventually("the next one is published") {
                try api(postgres) == Array(repeating: "1|t|f|f|f|", count: 2)
            }
            // Taken away again, it is said again.
            try postgres.sql("REVOKE UPDATE ON event_outbox FROM caracalapi")
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try command.waitForErrors(lack, times: 2)
            try postgres.sql("GRANT UPDATE ON event_outbox TO caracalapi")
            try eventually("the last one is published") {
                try api(postgres) == Array(repeating: "1|t|f|f|f|", count: 3)
            }
            command.signal(SIGINT)
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 130)
            #expect(result.stderr.ranges(of: lack).count == 2, "\(result.stderr)")
            #expect(result.stderr.hasSuffix("caracalctl: interrupted; 4 rows published\n"), "\(result.stderr)")
        }
    }

    /// Published rows are marked on a new session, through a request to stop that came before the old one was lost.
    @Test(arguments: TestOutbox.allCases)
    func oneWhoIsToStopMarksItsRowsOnAnotherSession(outbox: TestOutbox) throws {
        try withBoth { server, postgres in
            let stream = outbox == .api ? "caracal.keys.invalidate" : "caracal.sessions.revoke"
            try postgres.insertRows(3, in: outbox, stream: stream)
            let (table, isMarked) =
                outbox == .api
                ? ("event_outbox", "NEW.dispatched_at IS NOT NULL") : ("caracal_outbox", "NEW.status = 'published'")
            // Rows are marked once it may go on; each turn of the loop looks anew.
            try postgres.sql(
                """
                CREATE TABLE go ();
                CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS \
                'BEGIN WHILE NOT EXISTS (SELECT FROM go) LOOP END LOOP; RETURN NEW; END';
                CREATE TRIGGER hold BEFORE UPDATE ON \(table) FOR EACH ROW WHEN (\(isMarked)) EXECUTE FUNCTION hold()
                """
            )
            let marking = "application_name = 'caracalctl' AND state = 'active' AND query LIKE 'UPDATE%'"
            let command = try runner(server, postgres).start(["outbox", "dispatch", "--yes", "--timeout", "300s"])
            try eventually("it marks its rows") {
                try postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE \(marking)") == ["1"]
            }
            command.signal(SIGINT)
            try postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(marking)")
            try postgres.sql("INSERT INTO go DEFAULT VALUES")
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 130)
            #expect(result.stderr.hasSuffix("caracalctl: interrupted; 3 rows published\n"), "\(result.stderr)")
            let marked = outbox == .api ? try api(postgres) : try coordinator(postgres)
            #expect(marked == Array(repeating: outbox == .api ? "1|t|f|f|f|" : "published|1|t|f", count: 3))
            #expect(try entries(stream, on: server).count == 3)
        }
    }

    /// What a lock that is held, a standby after a failover, a statement that took too long and a full disk answer to the claim.
    @Test(arguments: ["55P03", "25006", "57014", "53100"])
    func oneWhoFollowsOutlivesAClaimThatIsRefusedForNow(state: String) throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try postgres.sql(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                'BEGIN RAISE EXCEPTION ''not now'' USING ERRCODE = ''\(state)''; END';
                CREATE TRIGGER refuse BEFORE UPDATE ON event_outbox FOR EACH ROW EXECUTE FUNCTION refuse()
                """
            )
            let command = try runner(server, postgres).start(["outbox", "dispatch", "--follow", "--yes"])
            try command.waitForErrors("trying again\n")
            #expect(try api(postgres) == ["0|f|f|f|f|"])
            try postgres.sql("DROP TRIGGER refuse ON event_outbox")
            try eventually("it is published") { try api(postgres) == ["1|t|f|f|f|"] }
            command.signal(SIGTERM)
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 143)
            #expect(result.stderr.contains(" refused: not now"), "\(result.stderr)")
        }
    }

    @Test func oneWhoFollowsLooksAgainAtATableThatItCouldNotRead() throws {
        try withBoth { server, postgres in
            let command = try runner(server, postgres).start(["outbox", "dispatch", "--follow", "--yes"])
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try eventually("it is published") { try api(postgres) == ["1|t|f|f|f|"] }
            try postgres.sql("ALTER TABLE event_outbox RENAME TO away")
            try command.waitForErrors(
                "caracalctl: warning: the database has no table event_outbox (the API's outbox)\n"
            )
            // The other table goes on, and the one that comes back too.
            try postgres.insertRows(1, in: .coordinator)
            try eventually("the other table's is published") { try coordinator(postgres) == ["published|1|t|f"] }
            try postgres.sql("ALTER TABLE away RENAME TO event_outbox")
            try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
            try eventually("the next one is published") {
                try api(postgres) == Array(repeating: "1|t|f|f|f|", count: 2)
            }
            // Without both there is nothing to wait for.
            try postgres.sql("ALTER TABLE caracal_outbox RENAME TO gone; ALTER TABLE event_outbox RENAME TO away")
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 78)
            #expect(
                result.stderr.hasSuffix(
                    """
                    : the database has no table event_outbox (the API's outbox); the database has no table caracal_outbox (the \
                    Coordinator's outbox) (check DATABASE_URL: is it Caracal's database?); 3 rows published

                    """
                ),
                "\(result.stderr)"
            )
        }
    }

    @Test func theServicesVariablesCount() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(300, in: .api, stream: "caracal.keys.invalidate")
            let variables = [
                "CARACAL_OUTBOX_STREAM_MAXLEN": "100", "OUTBOX_STREAM_MAXLEN": "200000", "CARACAL_OUTBOX_BATCH": "7",
            ]
            let result = try dispatch(server, postgres, environment: variables)
            #expect(result.status == 0)
            #expect(try server.send("XLEN caracal.keys.invalidate")[0].root.integer ?? 0 < 300)
            let wrong = try dispatch(server, postgres, environment: ["OUTBOX_BATCH_SIZE": "0"])
            expect(
                wrong,
                status: 78,
                stderr: "caracalctl: OUTBOX_BATCH_SIZE is \"0\": expected a number, 1 to 10000\n"
            )
        }
    }

    @Test func oneTableIsEnough() throws {
        try withBoth { server, postgres in
            try postgres.sql("DROP TABLE event_outbox")
            try postgres.insertRows(1, in: .coordinator)
            let result = try dispatch(server, postgres)
            #expect(result.status == 0)
            #expect(result.stderr.contains("the database has no table event_outbox"))
            #expect(try dispatch(server, postgres, "--outbox", "api").status == 78)
            #expect(try coordinator(postgres) == ["published|1|t|f"])
        }
    }

    @Test func whatIsMissingIsSaidBeforeAnythingIsTaken() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(1, in: .coordinator)
            var runner = CommandRunner(for: server, postgres)
            let noKey = try runner.run(["outbox", "dispatch", "--yes"])
            expect(
                noKey,
                status: 78,
                stderr:
                    "caracalctl: there is no key to sign with: set STREAMS_HMAC_KEY or STREAMS_HMAC_KEY_FILE, or say "
                    + "--unsigned; nothing was sent\n"
            )
            runner.environment["STREAMS_HMAC_KEY"] = Self.key
            #expect(try runner.run(["outbox", "dispatch"]).status == 64)
            #expect(try runner.run(["outbox", "dispatch", "--yes", "--read-only"]).status == 78)
            #expect(try runner.run(["outbox", "dispatch", "--yes", "--once", "--follow"]).status == 64)
            #expect(try runner.run(["outbox", "dispatch", "--yes", "--outbox", "sts"]).status == 64)
            runner.environment["DATABASE_URL"] = nil
            #expect(try runner.run(["outbox", "dispatch", "--yes"]).status == 78)
            #expect(try coordinator(postgres) == ["pending|0|f|f"])
        }
    }

    @Test func aQuestionComesFirstOnATerminal() throws {
        try withBoth { server, postgres in
            try postgres.insertRows(2, in: .coordinator)
            let command = try runner(server, postgres).startInTerminal(["outbox", "dispatch"])
            try command.waitForOutput("Publish 2 waiting rows? [y/N] ")
            command.type("n\n")
            #expect(try command.finish().status == 1)
            #expect(try coordinator(postgres) == Array(repeating: "pending|0|f|f", count: 2))
        }
    }
}
