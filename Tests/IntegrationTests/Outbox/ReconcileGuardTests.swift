import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What `outbox reconcile --requeue` takes for a sign that it looks at the wrong Redis, with the wrong key, or only at a part.
@Suite struct ReconcileGuardTests {
    private static let otherKey = String(repeating: "33", count: 32)
    private static let returning = ["outbox", "reconcile", "--requeue", "--invalid"]

    /// Makes rows, and publishes them, signed with a key.
    private func publish(
        _ count: Int = 2,
        in outbox: TestOutbox,
        with key: String,
        from postgres: PostgresServer,
        to server: SandboxServer
    ) throws {
        try postgres.insertRows(count, in: outbox, stream: Published.stream(outbox))
        let environment = ["STREAMS_HMAC_KEY": key]
        #expect(try RivalDispatcher.publishAll(outbox, from: postgres, to: server, environment: environment) == count)
    }

    private func wrongKey(_ evidence: String, _ condition: String = "") -> String {
        "caracalctl: \(evidence): this may be the wrong key, and nothing was changed; if it is the right one\(condition): --force\n"
    }

    // MARK: The key

    @Test func oneValidSignatureAmongManyMakesTheKeyNoRightOne() throws {
        try Published.withSignatures(100) { runner, _, _, _ in
            var runner = runner
            runner.environment["STREAMS_HMAC_KEY"] = Self.otherKey
            let words = ["publish", "sessions.revoke", "--no-schema", "zone_id=z"]
            #expect(try runner.run(words).status == 0)
            let share = "100 of 101 signatures"
            let warning =
                "caracalctl: warning: caracal.sessions.revoke: \(share) are not valid: is this the key of these services?\n"
            expect(
                try runner.run(Self.returning + ["--stream", "sessions.revoke", "--yes"]),
                status: 78,
                stderr: warning + wrongKey("\(share) in caracal.sessions.revoke are not valid")
            )
        }
    }

    /// Where none is required, one without a signature is skipped by nobody, and tells nothing of the key.
    @Test func anEntryWithoutASignatureMakesTheKeyNoRightOne() throws {
        try Published.withSignatures { runner, server, _, _ in
            var runner = runner
            runner.environment["STREAMS_HMAC_KEY"] = Self.otherKey
            runner.environment["CARACAL_MODE"] = "dev"
            try server.send("XADD caracal.sessions.revoke * outbox_id m-1 zone_id z")
            expect(
                try runner.run(Self.returning + ["--stream", "sessions.revoke", "--yes"]),
                status: 78,
                stderr: wrongKey(
                    "no signature in caracal.sessions.revoke is valid",
                    ", and all entries are invalid"
                )
            )
        }
    }

    /// The services were given another key: with the one of before all that was published since seems to be invalid, with the new one all
    /// that was published before.
    @Test func afterAChangeOfTheKeyNothingIsPublishedAgain() throws {
        try Published.withSignatures(20) { runner, server, postgres, _ in
            for outbox in [TestOutbox.api, .coordinator, .api, .coordinator] {
                try publish(in: outbox, with: Self.otherKey, from: postgres, to: server)
            }
            let elsewhere = ", and at least half of those of other streams at that time are not either"
            for (key, share, rest) in [(Published.key, "4 of 24", elsewhere), (Self.otherKey, "20 of 24", "")] {
                var runner = runner
                runner.environment["STREAMS_HMAC_KEY"] = key
                let warnings = ["keys.invalidate", "sessions.revoke"].map {
                    "caracalctl: warning: caracal.\($0): \(share) signatures are not valid: is this the key of these services?\n"
                }
                let evidence = "\(share) signatures in caracal.keys.invalidate are not valid\(rest)"
                expect(
                    try runner.run(Self.returning + ["--yes"]),
                    status: 78,
                    stderr: warnings.joined() + wrongKey(evidence)
                )
            }
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["0"])
        }
    }

    /// Only one stream had traffic since the services have another key: nothing but its newest entries tells.
    @Test(arguments: [(4, false), (5, false), (5, true)])
    func afterAChangeOfTheKeyOneStreamAloneTells(count: Int, isRefused: Bool) throws {
        try Published.withSignatures(20) { runner, server, postgres, _ in
            var runner = runner
            if isRefused {
                try server.send("ACL SETUSER looking on nopass allkeys +@all -xrevrange")
                runner.environment["REDIS_URL"] = "redis://looking:x@127.0.0.1:\(server.port ?? 0)"
            }
            try publish(count, in: .coordinator, with: Self.otherKey, from: postgres, to: server)
            let command = Self.returning + ["--since", "30m", "--stream", "sessions.revoke", "--dry-run", "-q"]
            // A few may be forged, and the rows that they name are good.
            guard count == 5 else { return #expect(try runner.run(command).status == 0) }
            let refusal = " (the key could not be tried on caracal.keys.invalidate: this user may not XREVRANGE)"
            let evidence = "5 of 25 signatures in caracal.sessions.revoke are not valid, the newest 5 among them"
            let result = try runner.run(command)
            #expect(result.status == 78, "\(result)")
            #expect(result.stderr.hasSuffix(wrongKey(evidence + (isRefused ? refusal : ""))), "\(result.stderr)")
        }
    }

    /// What is older than the time that is compared is read for the rows, and says nothing of the key.
    @Test func whatIsOlderDoesNotSpeakForTheKey() throws {
        try Published.withSignatures(20) { runner, server, postgres, _ in
            let entries = Array(try server.send("XRANGE caracal.sessions.revoke - +")[0].root.elements)
            try server.send("DEL caracal.sessions.revoke")
            for (number, entry) in entries.enumerated() {
                let fields = try #require(entry[1]?.elements)
                let words = fields.map { String(decoding: $0.text ?? [], as: UTF8.self) }
                try server.send("XADD caracal.sessions.revoke 1-\(number + 1) \(words.joined(separator: " "))")
            }
            try publish(4, in: .coordinator, with: Self.otherKey, from: postgres, to: server)
            let command = Self.returning + ["--stream", "sessions.revoke", "--dry-run", "-q"]
            #expect(try runner.run(command).status == 0)
            let evidence = "no signature in caracal.sessions.revoke is valid"
            expect(
                try runner.run(command + ["--since", "30m"]),
                status: 78,
                stderr: wrongKey(evidence, ", and all entries are invalid")
            )
        }
    }

    /// Where the other streams hold at that time, it is the publisher of this one that has another key.
    @Test func theRowsOfAPublisherWithAnotherKeyAreReturned() throws {
        try Published.withSignatures { runner, server, postgres, _ in
            for (outbox, key) in [
                (TestOutbox.coordinator, Self.otherKey), (.api, Published.key), (.coordinator, Self.otherKey),
            ] {
                try publish(4, in: outbox, with: key, from: postgres, to: server)
            }
            let result = try runner.run(Self.returning + ["--dry-run", "-o", "csv"])
            #expect(result.status == 0, "\(result)")
            #expect(result.stdout.split(separator: "\n").count == 9, "\(result.stdout)")
        }
    }

    /// What was signed with the key of before, and whose rows were cleaned up, stays in the streams: it is said what leaves it out.
    @Test func afterAChangeOfTheKeyItIsSaidWhatLeavesOldOrphansOut() throws {
        try Published.withSignatures(2) { runner, server, postgres, _ in
            var runner = runner
            runner.environment["STREAMS_HMAC_KEY"] = Self.otherKey
            try postgres.sql("DELETE FROM event_outbox; DELETE FROM caracal_outbox")
            let reconcile = ["outbox", "reconcile", "--columns", "id,status"]
            let before = "caracalctl: note: what is not valid is older than every valid signature: "
            // Nothing tells of a change as yet.
            let alone = try runner.run(reconcile)
            #expect(alone.status == 1 && !alone.stderr.contains(before), "\(alone)")
            for outbox in TestOutbox.allCases {
                try publish(in: outbox, with: Self.otherKey, from: postgres, to: server)
            }
            let result = try runner.run(reconcile)
            #expect(
                result.status == 1 && result.stderr.contains("4 orphans have signatures that are not valid"),
                "\(result)"
            )
            let note = try #require(result.stderr.firstRange(of: before), "\(result)")
            let rest = result.stderr[note.upperBound...]
            let since = rest.split(separator: " ").first { $0.allSatisfy(\.isNumber) }.map(String.init) ?? ""
            #expect(
                rest == "if the key was changed in between, --since \(since) leaves these orphans out\n",
                "\(result.stderr)"
            )
            let later = try runner.run(reconcile + ["--since", since])
            #expect(later.status == 0 && later.stderr.isEmpty && !later.stdout.contains("orphan"), "\(later)")
            // One that came later was forged, or its publisher has another key.
            let forged = String(repeating: "00", count: 32)
            try server.send("XADD caracal.sessions.revoke * outbox_id m-1 zone_id z _sig \(forged)")
            let last = try runner.run(reconcile)
            #expect(last.status == 1 && !last.stderr.contains(before), "\(last)")
        }
    }

    /// The entries of before are three hours old: doctor looked at them, and its line has the guard weigh them too.
    @Test(arguments: [2, 4])
    func theLineThatDoctorPrintsOfAFewIsNotRefused(count: Int) throws {
        try Published.withSignatures(20) { runner, server, postgres, _ in
            let entries = Array(try server.send("XRANGE caracal.sessions.revoke - +")[0].root.elements)
            let now = try #require(
                try server.send("TIME")[0].root[0]?.text.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
            )
            try server.send("DEL caracal.sessions.revoke")
            for (number, entry) in entries.enumerated() {
                let fields = try #require(entry[1]?.elements)
                let words = fields.map { String(decoding: $0.text ?? [], as: UTF8.self) }
                let id = "\((now - 10_800) * 1_000 + number)-0"
                try server.send("XADD caracal.sessions.revoke \(id) \(words.joined(separator: " "))")
            }
            try publish(count, in: .coordinator, with: Self.otherKey, from: postgres, to: server)
            var withoutRows = runner
            withoutRows.environment["DATABASE_URL"] = nil
            for (runner, command) in [
                (runner, "outbox reconcile --since "), (withoutRows, "publish sessions.revoke --resign "),
            ] {
                let doctor = try runner.run(["doctor", "--only", "signatures", "-o", "json"])
                #expect(doctor.status == 1, "\(doctor)")
                let start = try #require(
                    doctor.stdout.firstRange(of: "services wrote them: caracalctl \(command)"),
                    "\(doctor)"
                )
                let rest = doctor.stdout[start.lowerBound...].prefix { $0 != "\"" }
                let words = rest.split(separator: " ").drop { $0 != "caracalctl" }.dropFirst().map(String.init)
                #expect(!words.contains("--force"), "\(words)")
                let typed = try runner.run(words + ["--dry-run"])
                #expect(typed.status == 0, "\(words) \(typed)")
            }
        }
    }

    // MARK: The server

    private static let wrongRedis =
        "caracalctl: this may be the wrong Redis (it has entries, and none of 100 rows): nothing was changed; if it is the right one: "

    @Test func aRedisThatHasOthersEntriesIsAskedAboutBeforeAllIsPublishedAgain() throws {
        try Published.withSignatures(50) { runner, server, postgres, _ in
            try server.send("FLUSHALL")
            #expect(try runner.run(["provision"]).status == 0)
            try server.send("XADD caracal.sessions.revoke * outbox_id m-1 zone_id z")
            let warning = """
                caracalctl: warning: none of 100 rows of \(ReconcileOutput.outboxes(postgres)) has an entry on \
                127.0.0.1:\(server.port ?? 0): is this the Redis of these services?

                """
            let requeue = ["outbox", "reconcile", "--requeue", "--yes"]
            expect(try runner.run(requeue), status: 78, stderr: "\(warning)\(Self.wrongRedis)--force\n")
            // Who forces the key does not force the server.
            expect(
                try runner.run(requeue + ["--invalid", "--force"]),
                status: 78,
                stderr: "\(warning)\(Self.wrongRedis)the same without --invalid, and with --force\n"
            )
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["0"])
            #expect(try runner.run(requeue + ["--force"]).status == 0)
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["50"])
        }
    }

    // MARK: What could not be read

    /// What may not be read may hold what is missing, and may be lost as well: neither is known, and neither option returns it.
    @Test func whatCouldNotBeReadIsNotSaidToBeThere() throws {
        try Published.with { runner, server, postgres, _ in
            try server.send("DEL caracal.sessions.revoke", "XADD caracal.sessions.revoke.dead * a b")
            try server.send(
                "ACL SETUSER looking on nopass resetkeys ~caracal.keys.invalidate ~caracal.sessions.revoke +@all"
            )
            var runner = runner
            runner.environment["REDIS_URL"] = "redis://looking:x@127.0.0.1:\(server.port ?? 0)"
            let rest = "3 unknown (not returned: their entries may be there still): nothing was changed\n"
            for (options, none) in [([], "nothing is lost"), (["--unknown"], "there is nothing to return")] {
                let result = try runner.run(["outbox", "reconcile", "--requeue", "--yes"] + options)
                #expect(result.status == 77, "\(result)")
                #expect(
                    result.stderr.hasSuffix("caracalctl: note: of what could be read, \(none), and \(rest)"),
                    "\(result.stderr)"
                )
            }
            // What is lost all the same is returned, and that it was not all stays the status.
            try server.send("DEL caracal.keys.invalidate", "ACL SETUSER looking ~caracal.keys.invalidate.dead")
            let result = try runner.run(["outbox", "reconcile", "--requeue", "--yes"])
            #expect(result.status == 77, "\(result)")
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["3"])
        }
    }
}
