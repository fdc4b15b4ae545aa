import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `outbox reconcile`, with rows that a dispatcher like those of the services has published.
@Suite struct OutboxReconcileTests {
    private static let columns = ["--columns", "id,status,entries,evidence"]

    @Test func whatIsThereIsPresent() throws {
        try Published.with { runner, server, postgres, _ in
            try postgres.insertRows(in: .api)
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "6 rows compared: 6 present\n",
                stderr: ReconcileOutput.unchecked
            )
            expect(try runner.run(["outbox", "reconcile", "-q"]), status: 0, stderr: ReconcileOutput.unchecked)
        }
    }

    @Test(arguments: ["FLUSHALL", "DEL caracal.keys.invalidate"])
    func aStreamThatIsGoneHasLostItsRowsAndTheyAreRequeued(_ command: String) throws {
        try Published.with(2) { runner, server, postgres, ids in
            try server.send(command)
            let lost = command == "FLUSHALL" ? ids : Array(ids.prefix(2))
            let rest = ids.count - lost.count
            let lines = lost.map { "\($0)  lost    -        the stream does not exist\n" }
            expect(
                try runner.run(["outbox", "reconcile"] + Self.columns),
                status: 1,
                stdout: ReconcileOutput.title(server, postgres)
                    + "ID                                    STATUS  ENTRIES\n" + lines.joined()
                    + "4 rows compared: \(rest) present, \(lost.count) lost\n",
                stderr: ReconcileOutput.unchecked
            )
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes", "--columns", "id,was,result"]),
                status: 0,
                stdout: "ID                                    WAS        RESULT\n"
                    + lost.sorted().map { "\($0)  published  requeued\n" }.joined(),
                stderr: ReconcileOutput.unchecked
                    + "caracalctl: warning: \(lost.count) rows were published before: consumers may get such a message twice\n"
                    + (rest == 0
                        ? "caracalctl: note: the API and the Coordinator publish them next; while one is down: caracalctl outbox dispatch\n"
                        : "caracalctl: note: the API publishes them next; while it is down: caracalctl outbox dispatch --outbox api\n")
            )
            for outbox in TestOutbox.allCases { try RivalDispatcher.publishAll(outbox, from: postgres, to: server) }
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "4 rows compared: 4 present\n",
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    @Test func theLastEntriesOfACrashAreLost() throws {
        try Published.with { runner, server, postgres, ids in
            let entries = try Published.entryIDs(.api, on: server)
            // As after a restart from a file that lacks the last entry: nothing was removed, and the last id is older.
            try server.send("DEL caracal.keys.invalidate")
            for (entry, id) in zip(entries, ids).dropLast().prefix(2) {
                try server.send("XADD caracal.keys.invalidate \(entry) outbox_id \(id)")
            }
            expect(
                try runner.run(["outbox", "reconcile", "--stream", "keys.invalidate"] + Self.columns),
                status: 1,
                stdout: ReconcileOutput.title(server, postgres) + """
                    ID                                    STATUS  ENTRIES
                    \(ids[2])  lost    -        nothing was ever removed from the stream
                    3 rows compared: 2 present, 1 lost

                    """,
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    @Test func whatWasDeletedOrTrimmedIsNotKnowable() throws {
        try Published.with { runner, server, postgres, ids in
            let entries = try Published.entryIDs(.api, on: server)
            let deleted = try Published.rowIDs(.api, on: server)[1]
            try server.send("XDEL caracal.keys.invalidate \(entries[1])")
            try server.send("XTRIM caracal.sessions.revoke MAXLEN 2")
            let result = try runner.run(["outbox", "reconcile"] + Self.columns)
            let first = try Published.entryIDs(.coordinator, on: server)[0]
            expect(
                result,
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + """
                    ID                                    STATUS   ENTRIES
                    \(deleted)  unknown  -        XDEL removed entries up to \(entries[1]): it may be one of them
                    \(ids[3])  unknown  -        the stream begins at \(first): it may have been trimmed
                    6 rows compared: 4 present, 2 unknown

                    """,
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    /// Redis 8.2 removes what is acknowledged from behind an entry that is pending.
    @Test(arguments: [
        "XTRIM caracal.sessions.revoke MAXLEN = 0 ACKED", "XDELEX caracal.sessions.revoke ACKED IDS 1 $entry",
    ])
    func whatWasAcknowledgedAndRemovedIsNotKnowable(_ removal: String) throws {
        try Published.with { runner, server, postgres, _ in
            let (entry, id) = (
                try Published.entryIDs(.coordinator, on: server)[1], try Published.rowIDs(.coordinator, on: server)[1]
            )
            try server.send(
                "XGROUP CREATE caracal.sessions.revoke sts-revocation 0",
                "XREADGROUP GROUP sts-revocation c STREAMS caracal.sessions.revoke >",
                "XACK caracal.sessions.revoke sts-revocation \(entry)",
                removal.replacing("$entry", with: entry)
            )
            #expect(try Published.entryIDs(.coordinator, on: server).count == 2)
            expect(
                try runner.run(["outbox", "reconcile", "--columns", "id,status"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + """
                    ID                                    STATUS
                    \(id)  unknown
                    6 rows compared: 5 present, 1 unknown

                    """,
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    @Test func anEntryWithoutARowIsAnOrphan() throws {
        try Published.with(1) { runner, server, postgres, _ in
            let forged = "0199a000-0000-7000-8000-00000000000a"
            try server.send("XADD caracal.keys.invalidate * outbox_id \(forged) zone_id z")
            // The row of the second one waits: somebody publishes it at this moment.
            let waiting = try postgres.insertRows(in: .api, stream: "caracal.keys.invalidate")[0]
            try server.send("XADD caracal.keys.invalidate * outbox_id \(waiting) zone_id z")
            let entry = try Published.entryIDs(.api, on: server)[1]
            expect(
                try runner.run(["outbox", "reconcile"] + Self.columns),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + """
                    ID                                    STATUS  ENTRIES
                    \(forged)  orphan  \(entry)  no row has its outbox_id
                    2 rows compared: 2 present, 1 orphan

                    """,
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    @Test func twoEntriesOfOneRowAreADuplicate() throws {
        try Published.with(2) { runner, server, postgres, _ in
            let id = try Published.rowIDs(.api, on: server)[0]
            try server.send("XADD caracal.keys.invalidate * outbox_id \(id)")
            let entries = try Published.entryIDs(.api, on: server)
            let json = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(json.status == 0)
            let summary = [#""checked": 4"#, #""present": 3"#, #""lost": 0"#, #""invalid": null"#, #""duplicate": 1"#]
            #expect(json.stdout.contains(summary.joined(separator: ",\n    ")))
            expect(
                try runner.run(["outbox", "reconcile"] + ["--columns", "id,status,entries", "--no-headers"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + """
                    \(id)  duplicate  \(entries[0]) \(entries[2])
                    4 rows compared: 3 present, 1 duplicate

                    """,
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    @Test func whatIsADeadLetterIsThere() throws {
        try Published.with(1) { runner, server, postgres, ids in
            let entry = try Published.entryIDs(.coordinator, on: server)[0]
            try server.send("DEL caracal.sessions.revoke")
            try server.send(
                "XADD caracal.sessions.revoke.dead * original_id \(entry) error no_anchor values {\"outbox_id\":\"\(ids[1])\"}"
            )
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "2 rows compared: 2 present\n",
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    /// Who may look at a stream and not read it has found nothing missing in it.
    @Test(arguments: ["-xrange", "resetkeys ~caracal.keys.invalidate ~caracal.sessions.revoke"])
    func whatMayNotBeReadIsNotLost(_ rights: String) throws {
        try Published.with(1) { runner, server, _, _ in
            try server.send("DEL caracal.sessions.revoke", "XADD caracal.sessions.revoke.dead * a b")
            try server.send("ACL SETUSER looking on nopass ~* +@all \(rights)")
            var runner = runner
            runner.environment["REDIS_URL"] = "redis://looking:x@127.0.0.1:\(server.port ?? 0)"
            let result = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(result.status == 77, "\(result)")
            #expect(result.stdout.contains(#""lost": 0"#), "\(result.stdout)")
        }
    }

    @Test func anEntryThatHasTheIDOfItsPayloadIsNotLost() throws {
        try Published.with(1) { runner, server, postgres, _ in
            let id = try postgres.insertRows(
                in: .api,
                stream: "caracal.keys.invalidate",
                payload: #"{"outbox_id":"x"}"#
            )[0]
            #expect(try RivalDispatcher.publishAll(.api, from: postgres, to: server) == 1)
            let result = try runner.run(["outbox", "reconcile"] + Self.columns)
            #expect(result.status == 0)
            #expect(result.stdout.contains("\(id)  unknown"), "\(result)")
        }
    }

    /// A row whose entry is trimmed for certain is there all the same when it died or was redriven.
    @Test(arguments: [
        (["XADD caracal.sessions.revoke.dead * original_id 1-1 error x values {\"outbox_id\":\"$id\"}"], "1 present"),
        (["XADD caracal.sessions.revoke * outbox_id $id"], "1 present"),
        (Array(repeating: "XADD caracal.sessions.revoke * outbox_id $id", count: 2), "0 present, 1 duplicate"),
        ([], "0 present, 1 unknown"),
    ])
    func whatIsTrimmedMayBeThereElsewhere(_ commands: [String], _ summary: String) throws {
        try withServer { server in
            try withPostgres { postgres in
                let id = try postgres.insertRows(in: .coordinator, .published, secondsAgo: 7_200)[0]
                try server.send(
                    "XADD caracal.sessions.revoke * a b",
                    "XADD caracal.sessions.revoke * a b",
                    "XTRIM caracal.sessions.revoke MAXLEN 1"
                )
                for command in commands { try server.send(command.replacing("$id", with: id)) }
                let result = try CommandRunner(for: server, postgres).run(["outbox", "reconcile"])
                #expect(result.status == 0)
                #expect(result.stdout.hasSuffix("1 row compared: \(summary)\n"), "\(result.stdout)")
            }
        }
    }

    /// Dead letters are read for the row that was trimmed, and again for the one that is missing.
    @Test func anEntryThatIsReadTwiceIsCountedOnce() throws {
        try withServer { server in
            try withPostgres { postgres in
                let id = try postgres.insertRows(in: .coordinator, .published, secondsAgo: 7_200)[0]
                try postgres.insertRows(in: .coordinator, .published)
                try server.send(
                    "XADD caracal.sessions.revoke * a b",
                    "XADD caracal.sessions.revoke * a b",
                    "XTRIM caracal.sessions.revoke MAXLEN 1",
                    "XADD caracal.sessions.revoke.dead * original_id 1-1 error x values {\"outbox_id\":\"\(id)\"}"
                )
                let result = try CommandRunner(for: server, postgres).run(["outbox", "reconcile", "-o", "json"])
                #expect(result.status == 0)
                #expect(result.stdout.contains(#""present": 1,"#), "\(result)")
                #expect(result.stdout.contains(#""entries": 2,"#), "\(result)")
            }
        }
    }

    @Test func sinceLeavesOlderRowsOut() throws {
        try Published.with(1) { runner, server, postgres, _ in
            try postgres.insertRows(in: .api, .published, stream: "caracal.keys.invalidate", secondsAgo: 86_400)
            expect(
                try runner.run(["outbox", "reconcile", "--since", "1h"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "2 rows compared: 2 present\n",
                stderr: ReconcileOutput.unchecked
            )
            #expect(try runner.run(["outbox", "reconcile"]).status == 1)
        }
    }

    @Test func withoutRequeueThereIsNothingToPreview() throws {
        try Published.with(1) { runner, _, _, _ in
            let result = try runner.run(["outbox", "reconcile", "--dry-run"])
            #expect(result.status == 64)
            #expect(result.stderr.contains("--dry-run goes with --requeue: without it nothing is changed"))
        }
    }

    // MARK: Signatures

    @Test func whatIsSignedIsPresent() throws {
        try Published.withSignatures { runner, server, postgres, _ in
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "6 rows compared: 6 present\n"
            )
        }
    }

    /// A forged entry does not hide that a row is lost.
    @Test(arguments: [
        (" _sig \(String(repeating: "de", count: 32))", "the signature of its entry is not valid: consumers skip it"),
        ("", "its entry is not signed: consumers skip it"),
    ])
    func anEntryThatConsumersSkipMakesNoRowPresent(signature: String, evidence: String) throws {
        try Published.withSignatures { runner, server, postgres, ids in
            try server.send("DEL caracal.sessions.revoke")
            try server.send("XADD caracal.sessions.revoke * outbox_id \(ids[3]) zone_id z\(signature)")
            let forged = try Published.entryIDs(.coordinator, on: server)[0]
            expect(
                try runner.run(["outbox", "reconcile", "--no-headers"] + Self.columns),
                status: 1,
                stdout: ReconcileOutput.title(server, postgres) + """
                    \(ids[4])  lost     -                nothing was ever removed from the stream
                    \(ids[5])  lost     -                nothing was ever removed from the stream
                    \(ids[3])  invalid  \(forged)  \(evidence)
                    6 rows compared: 3 present, 2 lost, 1 invalid

                    """
            )
            let shown = try runner.run(["outbox", "show", ids[3]])
            let word = signature.isEmpty ? "it is not signed" : "its signature is not valid"
            #expect(shown.stdout.contains("\(forged) in sessions.revoke: \(word), consumers skip it\n"), "\(shown)")
            // It takes what is lost, and the other one only when told.
            let takes: [(options: [String], rows: [String])] = [
                ([], [ids[4], ids[5]]), (["--invalid", "--force"], [ids[3]]),
            ]
            for (options, rows) in takes {
                let result = try runner.run(
                    ["outbox", "reconcile", "--requeue", "--yes", "--columns", "id,result", "--no-headers"] + options
                )
                #expect(result.status == 0, "\(result)")
                #expect(result.stdout == rows.map { "\($0)  requeued\n" }.joined(), "\(result)")
            }
        }
    }

    // MARK: Signatures of dead letters

    /// What a dead letter holds makes its row present where consumers took it, and is no further entry.
    private static let letters: [(message: String, summary: String, status: Int32)] = [
        ("the entry", "6 rows compared: 6 present\n", 0),
        ("one with a bad signature", "6 rows compared: 5 present, 1 invalid\n", 1),
        ("one without a signature", "6 rows compared: 5 present, 1 invalid\n", 1),
        ("one of another row", "6 rows compared: 5 present, 1 invalid\n", 1),
    ]

    /// Adds a letter of STS or Gateway, or of a connector, with these fields of an entry.
    private func addLetter(_ fields: [String], as name: String, to server: SandboxServer) throws {
        let pairs = stride(from: 0, to: fields.count, by: 2).map { (fields[$0], fields[$0 + 1]) }
        let object = "{\(pairs.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ","))}"
        let letter = name == "values" ? ["original_id", "1-1", "error", "bad"] : ["source_id", "1-1", "reason", "bad"]
        try VerifySig.add([letter + [name, object]], to: "caracal.sessions.revoke.dead", on: server)
    }

    private func fields(of entry: Int, on server: SandboxServer) throws -> [String] {
        try server.send("XRANGE caracal.sessions.revoke - +")[0].root[entry]?[1]?.elements.map {
            String(decoding: $0.text ?? [], as: UTF8.self)
        } ?? []
    }

    @Test(arguments: letters, ["values", "payload"])
    func aDeadLetterOfASkippedEntryMakesNoRowPresent(
        _ letter: (message: String, summary: String, status: Int32),
        as name: String
    ) throws {
        try Published.withSignatures { runner, server, postgres, ids in
            let (valid, other) = (try fields(of: 0, on: server), try fields(of: 1, on: server))
            let id = try Published.rowIDs(.coordinator, on: server)[0]
            try server.send("XDEL caracal.sessions.revoke \(try Published.entryIDs(.coordinator, on: server)[0])")
            try server.send("XADD caracal.sessions.revoke * outbox_id \(id) zone_id z _sig deadbeef")
            let message =
                switch letter.message {
                case "the entry": valid
                case "one with a bad signature": ["outbox_id", id, "zone_id", "z", "_sig", "deadbeef"]
                case "one without a signature": ["outbox_id", id, "zone_id", "z"]
                default: other
                }
            try addLetter(message, as: name, to: server)
            let result = try runner.run(["outbox", "reconcile"])
            #expect(result.status == letter.status, "\(result)")
            #expect(result.stdout.hasSuffix(letter.summary), "\(result.stdout)")
            let plan = try runner.run(["outbox", "reconcile", "--requeue", "--invalid", "--dry-run", "-o", "csv"])
            #expect(plan.stdout.contains(id) == (letter.status == 1), "\(plan)")
        }
    }

    /// The same of a row that was taken for trimmed, whose entry was published again.
    @Test(arguments: letters)
    func aDeadLetterOfATrimmedRowCountsWhereConsumersTookIt(
        _ letter: (message: String, summary: String, status: Int32)
    ) throws {
        try Published.withSignatures { runner, server, postgres, _ in
            let (valid, other) = (try fields(of: 0, on: server), try fields(of: 1, on: server))
            let id = try Published.rowIDs(.coordinator, on: server)[0]
            try server.send("XTRIM caracal.sessions.revoke MAXLEN 2")
            try postgres.sql(
                "UPDATE caracal_outbox SET published_at = now() - interval '2 hours' WHERE id = '\(id)'"
            )
            try server.send("XADD caracal.sessions.revoke * outbox_id \(id) zone_id z _sig deadbeef")
            let message =
                switch letter.message {
                case "the entry": valid
                case "one with a bad signature": ["outbox_id", id, "zone_id", "z", "_sig", "deadbeef"]
                case "one without a signature": ["outbox_id", id, "zone_id", "z"]
                default: other
                }
            try addLetter(message, as: "values", to: server)
            let result = try runner.run(["outbox", "reconcile"])
            #expect(result.status == letter.status, "\(result)")
            #expect(result.stdout.hasSuffix(letter.summary), "\(result.stdout)")
        }
    }

    /// A dispatcher has another key, and the Audit service puts away what it cannot verify.
    @Test(arguments: ["bad", VerifySig.audited[3]])
    func aDeadLetterOfASkippedAuditEventMakesNoRowPresent(signature: String) throws {
        try withServer { server in
            try withPostgres { postgres in
                let stream = "caracal.audit.events"
                let id = try postgres.insertRows(in: .api, .published, stream: stream)[0]
                let data = [VerifySig.audited[0], VerifySig.audited[1]]
                try VerifySig.add([data + ["sig", "bad", "outbox_id", id]], to: stream, on: server)
                let letter = ["reason", "invalid_hmac", "src_id", "1-1", "received_at", "1767443990017"]
                let source = ["src_\(data[0])", data[1], "src_sig", signature, "src_outbox_id", id]
                try VerifySig.add([letter + source], to: DLQ.audit, on: server)
                var runner = CommandRunner(for: server, postgres)
                runner.environment["AUDIT_HMAC_KEY"] = VerifySig.key
                let result = try runner.run(["outbox", "reconcile"])
                let isValid = signature != "bad"
                #expect(result.status == (isValid ? 0 : 1), "\(result)")
                let summary = isValid ? "1 present" : "0 present, 1 invalid"
                #expect(result.stdout.hasSuffix("1 row compared: \(summary)\n"), "\(result.stdout)")
            }
        }
    }

    /// A valid entry that died is one entry, and a letter alone says that its row was published.
    @Test(arguments: [true, false], [true, false])
    func aDeadLetterBesideNoSkippedEntryLeavesItsRowPresent(isThere: Bool, isValid: Bool) throws {
        try Published.withSignatures { runner, server, postgres, _ in
            var message = try fields(of: 0, on: server)
            if !isValid { message += ["other", "x"] }
            try addLetter(message, as: "values", to: server)
            if !isThere {
                try server.send("XDEL caracal.sessions.revoke \(try Published.entryIDs(.coordinator, on: server)[0])")
            }
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "6 rows compared: 6 present\n"
            )
        }
    }

    private static func forged(_ rows: String, _ look: String) -> String {
        "caracalctl: \(rows) a valid entry and behind it one that consumers skip, under the same outbox_id: forged, or published "
            + "again with another key; a consumer that does not check signatures acts on it (caracalctl get sessions.revoke \(look))\n"
    }

    @Test func aForgedEntryBehindAValidOneIsADuplicateAndAFinding() throws {
        try Published.withSignatures { runner, server, postgres, ids in
            try server.send("XADD caracal.sessions.revoke * outbox_id \(ids[3]) zone_id z _sig deadbeef")
            let entries = try Published.entryIDs(.coordinator, on: server)
            let line =
                "\(ids[3])  duplicate  \(entries[0]) \(entries[3])  2 entries have its outbox_id; consumers skip "
            expect(
                try runner.run(["outbox", "reconcile", "--no-headers"] + Self.columns),
                status: 1,
                stdout: ReconcileOutput.title(server, postgres)
                    + "\(line)\(entries[3]): its signature is not valid\n6 rows compared: 5 present, 1 duplicate\n",
                stderr: Self.forged("1 row has", entries[3])
            )
            let document = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(document.status == 1)
            #expect(
                document.stdout.contains(#""duplicate": 1,"#) && document.stdout.contains(#""duplicate_invalid": 1,"#)
            )
            let items = try JSONNode.lines(try runner.run(["outbox", "reconcile", "-o", "ndjson"]).stdout)
            #expect(items.map { $0["invalid_entry_ids"] } == [.array([.string(entries[3])])])
            // The same once more, and one without a signature for another row.
            try server.send(
                "XADD caracal.sessions.revoke * outbox_id \(ids[3]) zone_id z _sig deadbeef",
                "XADD caracal.sessions.revoke * outbox_id \(ids[4]) zone_id z"
            )
            let all = try Published.entryIDs(.coordinator, on: server)
            expect(
                try runner.run(["outbox", "reconcile", "--no-headers", "--columns", "id,evidence"]),
                status: 1,
                stdout: ReconcileOutput.title(server, postgres) + """
                    \(ids[3])  3 entries have its outbox_id; consumers skip 2, from \(all[3]) on: their signatures are not valid
                    \(ids[4])  2 entries have its outbox_id; consumers skip \(all[5]): it is not signed
                    6 rows compared: 4 present, 2 duplicate

                    """,
                stderr: Self.forged("2 rows have", all[3])
            )
        }
    }

    /// Rows that were cleaned up leave valid entries, and what is not signed was not signed by anybody.
    @Test func anOrphanWhoseSignatureIsNotValidIsAFinding() throws {
        try Published.withSignatures { runner, server, postgres, ids in
            try postgres.sql("DELETE FROM caracal_outbox WHERE id = '\(ids[3])'")
            let place = try #require(try Published.rowIDs(.coordinator, on: server).firstIndex(of: ids[3]))
            let forged = (1...3).map { "0199a000-0000-7000-8000-00000000000\($0)" }
            try server.send("XADD caracal.sessions.revoke * outbox_id \(forged[0]) zone_id z")
            let valid = try Published.entryIDs(.coordinator, on: server)[place]
            let unsigned = try Published.entryIDs(.coordinator, on: server)[3]
            let columns = ["--no-headers", "--columns", "id,entries,evidence"]
            let (cleaned, skipped) = (
                "\(ids[3])  \(valid)  its signature is valid: its row was cleaned up, or it was published without one\n",
                "\(forged[0])  \(unsigned)  it is not signed: consumers skip it\n"
            )
            expect(
                try runner.run(["outbox", "reconcile"] + columns),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + cleaned + skipped
                    + "5 rows compared: 5 present, 2 orphan\n"
            )
            try server.send("XADD caracal.sessions.revoke * outbox_id \(forged[1]) zone_id z _sig deadbeef")
            let invalid = try Published.entryIDs(.coordinator, on: server)[4]
            let ending = "another key; a consumer that does not check signatures acts on"
            expect(
                try runner.run(["outbox", "reconcile"] + columns),
                status: 1,
                stdout: ReconcileOutput.title(server, postgres) + cleaned + skipped
                    + "\(forged[1])  \(invalid)  its signature is not valid: consumers skip it\n"
                    + "5 rows compared: 5 present, 3 orphan\n",
                stderr:
                    "caracalctl: 1 orphan has a signature that is not valid: forged, or published with \(ending) it "
                    + "(caracalctl get sessions.revoke \(invalid))\n"
            )
            let document = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(document.status == 1)
            #expect(document.stdout.contains(#""orphan": 3,"#) && document.stdout.contains(#""orphan_invalid": 1,"#))
            // Those too that are not listed.
            try server.send("XADD caracal.sessions.revoke * outbox_id \(forged[2]) zone_id z _sig deadbeef")
            let short = try runner.run(["outbox", "reconcile", "-q", "-n", "1"])
            #expect(short.status == 1)
            #expect(
                short.stderr
                    == "caracalctl: 2 orphans have signatures that are not valid: forged, or published with \(ending) them\n",
                "\(short.stderr)"
            )
        }
    }

    /// One that was skipped for its signature and returned since: nobody has forged anything.
    @Test func aSkippedEntryAheadOfAValidOneIsNoForgery() throws {
        try Published.withSignatures { runner, server, postgres, ids in
            let time = try Published.entryIDs(.coordinator, on: server)[0].prefix { $0 != "-" }
            let before = "\((UInt64(time) ?? 1) - 1)-1"
            // Nothing can be put before what a stream holds: it is made anew, with the others behind it.
            let entries = try server.send("XRANGE caracal.sessions.revoke - +")[0].root.elements
            try server.send("DEL caracal.sessions.revoke")
            try server.send("XADD caracal.sessions.revoke \(before) outbox_id \(ids[3]) zone_id z _sig deadbeef")
            let key = Array("caracal.sessions.revoke".utf8)
            _ = try VerifySig.connect(server).pipeline(
                entries.map { entry in
                    let words = ([entry[0]] + (entry[1]?.elements.map(Optional.some) ?? [])).map {
                        Array($0?.text ?? [])
                    }
                    return Command("XADD", arguments: [key] + words)
                }
            )
            let result = try runner.run(["outbox", "reconcile", "--no-headers"] + Self.columns)
            #expect(result.status == 0, "\(result)")
            #expect(
                result.stdout.contains("consumers skip \(before): its signature is not valid\n"),
                "\(result.stdout)"
            )
            #expect(result.stderr.isEmpty, "\(result.stderr)")
        }
    }

    @Test func anotherKeyIsAskedAboutBeforeAllIsPublishedAgain() throws {
        try Published.withSignatures(100) { runner, server, postgres, _ in
            var runner = runner
            runner.environment["STREAMS_HMAC_KEY"] = String(repeating: "33", count: 32)
            let warning = ["caracal.keys.invalidate", "caracal.sessions.revoke"].map {
                "caracalctl: warning: \($0): none of 100 signatures is valid: is this the key of these services?\n"
            }.joined()
            let result = try runner.run(["outbox", "reconcile", "-q"])
            #expect(result.status == 1)
            #expect(result.stderr == warning)
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--invalid", "--yes"]),
                status: 78,
                stderr: warning + """
                    caracalctl: no signature in caracal.keys.invalidate is valid: this may be the wrong key, and nothing was changed; if it is the right one, and all entries are invalid: --force

                    """
            )
            let forced = ["outbox", "reconcile", "--requeue", "--invalid", "--force", "--dry-run", "-o", "csv"]
            #expect(try runner.run(forced).stdout.split(separator: "\n").count == 201)
        }
    }

    /// Without a key no entry was judged: that none is invalid is not known.
    @Test func whatIsInvalidIsNotLookedForWithoutAKey() throws {
        try Published.withSignatures { runner, _, _, _ in
            var runner = runner
            for name in ["STREAMS_HMAC_KEY", "AUDIT_HMAC_KEY"] { runner.environment[name] = nil }
            for option in ["--yes", "--dry-run"] {
                expect(
                    try runner.run(["outbox", "reconcile", "--requeue", "--invalid", option]),
                    status: 78,
                    stderr: """
                        caracalctl: there is no key to check with, and --invalid goes by signatures: set STREAMS_HMAC_KEY or \
                        AUDIT_HMAC_KEY (or its _FILE twin); nothing was changed

                        """
                )
            }
        }
    }

    /// Valid signatures elsewhere, as of audit events with a key of their own, say nothing of this stream's, nor do few entries.
    @Test func eachStreamIsAskedAboutByItself() throws {
        try Published.withSignatures { runner, server, _, ids in
            try server.send("DEL caracal.sessions.revoke")
            for id in ids[3...] {
                try server.send("XADD caracal.sessions.revoke * outbox_id \(id) zone_id z _sig deadbeef")
            }
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--invalid", "--yes"]),
                status: 78,
                stderr: """
                    caracalctl: no signature in caracal.sessions.revoke is valid: this may be the wrong key, and nothing was changed; if it is the right one, and all entries are invalid: --force

                    """
            )
            let forced = ["outbox", "reconcile", "--requeue", "--invalid", "--force", "--dry-run", "-o", "csv"]
            #expect(try runner.run(forced).stdout.split(separator: "\n").count == 4)
        }
    }

    /// Those that are not listed are counted, as they are when they are: read again all at once, or by their ids.
    @Test(arguments: [1_200, 1_050])
    func whatIsInvalidIsCountedBeyondTheList(forged: Int) throws {
        try Published.withSignatures(1_500) { runner, server, postgres, _ in
            let (ids, entries) = (try Published.rowIDs(.api, on: server), try Published.entryIDs(.api, on: server))
            for (id, entry) in zip(ids, entries).prefix(forged) {
                try server.send("XDEL caracal.keys.invalidate \(entry)")
                try server.send("XADD caracal.keys.invalidate * outbox_id \(id) zone_id z")
            }
            // One has a valid entry besides, and the entries of two have other ids.
            let result = try runner.run(
                ["publish", "keys.invalidate", "--no-schema", "--outbox-id", ids[1], "zone_id=z"]
            )
            #expect(result.status == 0, "\(result)")
            let sorted = ids.prefix(forged).filter { $0 != ids[1] }.sorted()
            try postgres.sql(
                """
                UPDATE event_outbox SET payload_json = payload_json || '{"outbox_id": "other"}' \
                WHERE id IN ('\(sorted[2])', '\(sorted[forged - 2])')
                """
            )
            let summary = [
                #""checked": 3000"#, #""present": \#(3_000 - forged)"#, #""lost": 0"#, #""invalid": \#(forged - 3)"#,
                #""duplicate": 1"#, #""unknown": 2"#, #""unchecked": 0"#,
            ]
            var lists: [[Substring]] = []
            for limit in ["3", "5000"] {
                let reconcile = ["outbox", "reconcile", "-n", limit]
                let report = try runner.run(reconcile + ["-o", "json"])
                #expect(report.status == 1)
                for part in summary { #expect(report.stdout.contains(part), "\(part) \(report.stderr)") }
                lists.append(try runner.run(reconcile + ["-o", "ndjson"]).stdout.split(separator: "\n"))
            }
            #expect(lists[0].count == 6)
            #expect(lists[1].count == forged)
            #expect(lists[0].allSatisfy(lists[1].contains))
        }
    }

    /// One of those whose entries are not kept, since they are not listed, is listed after all, for a valid entry that comes behind.
    @Test func theFirstEntriesOfADuplicateAreJudgedWhereTheyWereNotKept() throws {
        try Published.withSignatures(1_100) { runner, server, _, _ in
            for (id, entry) in zip(try Published.rowIDs(.api, on: server), try Published.entryIDs(.api, on: server)) {
                try server.send("XDEL caracal.keys.invalidate \(entry)")
                try server.send("XADD caracal.keys.invalidate * outbox_id \(id) zone_id z")
            }
            let id = try #require(try Published.rowIDs(.api, on: server).last)
            let skipped = try #require(try Published.entryIDs(.api, on: server).last)
            let publish = ["publish", "keys.invalidate", "--no-schema", "--outbox-id", id, "zone_id=z"]
            #expect(try runner.run(publish).status == 0)
            let valid = try #require(try Published.entryIDs(.api, on: server).last)
            let result = try runner.run(["outbox", "reconcile", "-n", "3", "-o", "ndjson"])
            let duplicates = try JSONNode.lines(result.stdout).filter { $0["status"] == .string("duplicate") }
            #expect(duplicates.map { $0["id"] } == [.string(id)])
            #expect(duplicates.map { $0["entry_ids"] } == [.array([.string(skipped), .string(valid)])])
            #expect(duplicates.map { $0["invalid_entry_ids"] } == [.array([.string(skipped)])])
            let evidence = "2 entries have its outbox_id; consumers skip \(skipped): it is not signed"
            #expect(duplicates.map { $0["evidence"] } == [.string(evidence)])
        }
    }

    // MARK: What was trimmed, and which server it is

    @Test func whatWasTrimmedIsPublishedAgainWhenThatIsSaid() throws {
        try Published.withSignatures { runner, server, postgres, ids in
            try server.send(
                "XGROUP CREATE caracal.sessions.revoke sts-revocation 0",
                "XREADGROUP GROUP sts-revocation c COUNT 1 STREAMS caracal.sessions.revoke >"
            )
            let read = try #require(
                try Published.entryIDs(.coordinator, on: server)[0].split(separator: "-").first.flatMap { Int($0) }
            )
            try server.send("XTRIM caracal.sessions.revoke MAXLEN 1")
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes"]),
                status: 0,
                stderr:
                    "caracalctl: note: nothing is lost, and 2 unknown (--unknown takes those): nothing was changed\n"
            )
            let until = try #require(try Published.entryIDs(.coordinator, on: server)[0].split(separator: "-").first)
            let window = "--since \(read - 600_000) --until \(until)"
            let command = "caracalctl outbox reconcile \(window) --stream sessions.revoke --requeue --unknown"
            let advice = try runner.run(["doctor", "-o", "json"])
            #expect(advice.stdout.contains("\(command) # who has read them gets them twice; "), "\(advice)")
            let words = command.split(separator: " ").dropFirst().map(String.init)
            let result = try runner.run(words + ["--yes", "--columns", "id,was,result", "--no-headers"])
            #expect(result.status == 0)
            #expect(
                result.stdout == ids[3...4].map { "\($0)  published  requeued\n" }.joined(),
                "\(result)"
            )
            #expect(
                result.stderr.hasPrefix(
                    "caracalctl: warning: 2 rows were published before: consumers may get such a message twice\n"
                )
            )
        }
    }

    @Test func untilLeavesYoungerRowsOut() throws {
        try Published.withSignatures { runner, server, postgres, _ in
            try server.send("DEL caracal.sessions.revoke")
            for (option, summary) in [
                ("--until=1h", "0 rows compared: 0 present"), ("--until=0s", "6 rows compared: 3 present, 3 lost"),
            ] {
                let result = try runner.run(["outbox", "reconcile", option])
                #expect(result.stdout.hasSuffix("\(summary)\n"), "\(result)")
            }
            let result = try runner.run(["outbox", "reconcile", "--since", "1h", "--until", "2h"])
            #expect(result.status == 64)
            #expect(result.stderr.contains("--since lies behind --until: nothing would be compared"))
        }
    }

    /// In a stream that was ever trimmed Redis 8.2 cannot tell a loss from what was trimmed with ACKED.
    @Test func whatOnlyAckedCouldHaveRemovedIsSaidToBeLostUnlessSomebodyTrimsSo() throws {
        try withServer(.v8_2) { server in
            try withPostgres { postgres in
                let ids = try postgres.insertRows(2, in: .coordinator, .published, spacing: 1)
                let clock = try server.send("TIME")[0].root[0]?.text ?? []
                let now = (UInt64(String(decoding: clock, as: UTF8.self)) ?? 0) * 1_000
                let key = "caracal.sessions.revoke"
                for age in [UInt64(900_000), 800_000] { try server.send("XADD \(key) \(now - age)-0 a b") }
                try server.send("XADD \(key) * a b", "XTRIM \(key) MAXLEN 2")
                let runner = CommandRunner(for: server, postgres)
                let warning =
                    ReconcileOutput.unchecked + """
                        caracalctl: warning: 2 unknown rows are lost unless somebody trims with ACKED, of which Redis 8.2 and newer do \
                        not tell; Caracal does not (--requeue --unknown returns them)

                        """
                expect(
                    try runner.run(["outbox", "reconcile", "--columns", "id,status", "--no-headers"]),
                    status: 0,
                    stdout: ReconcileOutput.title(server, postgres)
                        + "\(ids[0])  unknown\n\(ids[1])  unknown\n2 rows compared: 0 present, 2 unknown\n",
                    stderr: warning
                )
                expect(
                    try runner.run(["outbox", "reconcile", "--requeue", "--yes"]),
                    status: 0,
                    stderr: warning
                        + "caracalctl: note: nothing is lost, and 2 unknown (--unknown takes those): nothing was changed\n"
                )
                let returned = try runner.run(["outbox", "reconcile", "--requeue", "--unknown", "--yes"])
                #expect(returned.status == 0)
                #expect(try postgres.sql("SELECT count(*) FROM caracal_outbox WHERE status = 'pending'") == ["2"])
            }
        }
    }

    @Test func anotherRedisIsAskedAboutBeforeAllIsPublishedAgain() throws {
        try Published.withSignatures(50) { runner, server, postgres, _ in
            try server.send("FLUSHALL")
            let place = "127.0.0.1:\(server.port ?? 0)"
            let warning = """
                caracalctl: warning: none of 100 rows of \(ReconcileOutput.outboxes(postgres)) has an entry on \(place), where no \
                stream of the bus exists: is this the Redis of these services?

                """
            let result = try runner.run(["outbox", "reconcile", "-q"])
            #expect(result.status == 1)
            #expect(result.stderr == warning)
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes"]),
                status: 78,
                stderr: warning + """
                    caracalctl: this may be the wrong Redis: nothing was changed; if it is the right one, and all of it is lost: \
                    caracalctl provision, then this again with --force

                    """
            )
            #expect(try runner.run(["provision"]).status == 0)
            // Streams that were just made tell no more of whose they are than none.
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes"]),
                status: 78,
                stderr: """
                    caracalctl: warning: none of 100 rows of \(ReconcileOutput.outboxes(postgres)) has an entry on \(place), where no \
                    stream ever had an entry: is this the Redis of these services?
                    caracalctl: this may be the wrong Redis (none of its streams ever had an entry): nothing was changed; if it is \
                    the right one, and all of it is lost: --force

                    """
            )
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["0"])
            let again = try runner.run(["outbox", "reconcile", "--requeue", "--yes", "--force"])
            #expect(again.status == 0)
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["50"])
        }
    }

    @Test(arguments: ["--unknown", "--invalid", "--force"])
    func whatIsForRequeueIsRefusedWithoutIt(option: String) throws {
        let result = try CommandRunner(environment: [:]).run(["outbox", "reconcile", option])
        #expect(result.status == 64)
        #expect(result.stderr.contains("\(option) goes with --requeue: without it nothing is changed"))
    }
}
