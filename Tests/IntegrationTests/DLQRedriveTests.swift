import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct DLQRedriveTests {
    @Test(arguments: RedisBinary.allCases)
    func putsMessagesBackUnchanged(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server)
            try DLQ.add([DLQ.served()], to: DLQ.revocations, on: server)
            let result = try DLQ.run(server, "redrive", "--yes", "--stream", "audit.events")
            #expect(result.status == 0)
            let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(
                lines.dropFirst(4).joined(separator: "\n") == """

                    DEAD LETTERS      BACK TO       MESSAGES  KEPT  MOVED  GONE  UNKNOWN  NOT DONE
                    audit.events.dlq  audit.events         3     0      3     0        0         0

                    """
            )
            #expect(try DLQ.events(on: server) == ([], DLQ.names(0..<3)))
            #expect(try DLQ.run(server, "redrive", "--yes", "--force").status == 0)
            let entry = try server.send("XRANGE caracal.sessions.revoke - +")[0].root[0]?[1]
            #expect(
                entry?.elements.compactMap { $0.text.map { String(decoding: $0, as: UTF8.self) } } == VerifySig.signed
            )
            #expect(try VerifySig.run(server, "sessions.revoke", "audit.events").status == 0)
        }
    }

    @Test func keepsWhatIsNotWorthAReplayAndSaysWhy() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            var altered = DLQ.audited("altered")
            altered[7] = "{\"id\":1}"
            try DLQ.add(
                [DLQ.audited("x", reason: "json_parse_error:y"), altered, ["reason", "pg_permanent_error:x"]],
                to: DLQ.audit,
                on: server
            )
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(
                result.stdout.contains("kept in audit.events.dlq: 1: it would fail again\n")
                    && result.stdout.contains(
                        "kept in audit.events.dlq: 1: treat as a security incident: the signature does not match\n"
                    )
                    && result.stdout.contains("kept in audit.events.dlq: 1: malformed: it has none of the shapes")
            )
            #expect(result.status == 0)
            let forced = try DLQ.run(server, "redrive", "--yes", "--force")
            // As many hold as do not: the key is not in doubt.
            #expect((forced.status, forced.stderr) == (0, ""))
            #expect(try DLQ.events(on: server) == (["altered"], ["event-0", "x"]))
        }
    }

    /// A line that goes on with a purge ends there: with the right key all of them go back.
    @Test func aKeyWithWhichMostSignaturesDoNotHoldIsAFinding() throws {
        try withServer { server in
            try DLQ.fill(server)
            var runner = DLQ.runner(server)
            for name in ["AUDIT_HMAC_KEY", "STREAMS_HMAC_KEY"] {
                runner.environment[name] = String(repeating: "b2", count: 32)
            }
            for option in ["--dry-run", "--yes"] {
                let result = try runner.run(["dlq", "redrive", "-q", option])
                #expect(result.status == 1)
                #expect(
                    result.stderr == """
                        caracalctl: 3 dead letters stay in caracal.audit.events.dlq for the signature alone, and no other one has \
                        one that holds: is the key that is set the services' key? (caracalctl env)

                        """
                )
            }
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<3), []))
            #expect(try DLQ.run(server, "redrive", "--yes").status == 0)
            // Where --force takes what would fail again, it is the signature alone that keeps it.
            try DLQ.add([DLQ.audited("x", reason: "json_parse_error:y")], to: DLQ.audit, on: server)
            let forced = try runner.run(["dlq", "redrive", "-q", "--force", "--yes"])
            #expect(forced.status == 1)
            #expect(forced.stderr.contains("1 dead letter stays in caracal.audit.events.dlq for the signature alone"))
        }
    }

    @Test func withoutAKeyNothingGoesBackUnlessForced() throws {
        try withServer { server in
            try DLQ.fill(server)
            let result = try server.run("dlq", "redrive", "--yes")
            #expect(result.status == 78)
            #expect(result.stderr.contains("there is no key to check 3 signatures with"))
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<3), []))
            #expect(try server.run("dlq", "redrive", "--yes", "--force").status == 0)
            #expect(try DLQ.events(on: server) == ([], DLQ.names(0..<3)))
        }
    }

    @Test func aLimitIsKeptToAndTheSameCommandGoesOn() throws {
        try withServer { server in
            try DLQ.fill(server, 50)
            #expect(try DLQ.run(server, "redrive", "--yes", "--limit", "20").status == 0)
            #expect(try DLQ.events(on: server).back == DLQ.names(0..<20))
            #expect(try DLQ.run(server, "redrive", "--yes", "--limit", "30", "--rate", "1000").status == 0)
            #expect(try DLQ.events(on: server) == ([], DLQ.names(0..<50)))
        }
    }

    @Test func howManyMoreMatchThanTheLimitLetsIsSaid() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            for words in [["--dry-run"], ["--yes"]] {
                let result = try DLQ.runner(server).run(["dlq", "redrive", "--limit", "2"] + words)
                #expect(result.stderr == "caracalctl: note: stopped at --limit; 3 more match\n")
                #expect(result.status == 0)
            }
        }
    }

    @Test func onlyNamedDeadLettersGoBack() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let ids = try server.entryIDs(of: DLQ.audit)
            expect(
                try DLQ.run(server, "redrive", ids[1], "--reason", "x", "--yes"),
                status: 64,
                stderr: "caracalctl: ids name the dead letters: leave out --reason\n"
            )
            let result = try DLQ.run(server, "redrive", ids[3], ids[1], ids[3], "7-7", "--yes")
            #expect(result.stderr == "caracalctl: there is no dead letter 7-7\n")
            #expect(result.status == 1)
            #expect(try DLQ.events(on: server) == (["event-0", "event-2", "event-4"], ["event-1", "event-3"]))
        }
    }

    /// Who names a dead letter that stays is told so: by its id, with the reason and by the status, before and afterwards.
    @Test func aNamedDeadLetterThatStaysIsAFinding() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            try DLQ.add(
                [DLQ.audited("x", reason: "json_parse_error:y"), DLQ.audited("z", reason: "json_parse_error:y")],
                to: DLQ.audit,
                on: server
            )
            let ids = try server.entryIDs(of: DLQ.audit)
            let stays =
                "caracalctl: 2 dead letters stay in caracal.audit.events.dlq: it would fail again (\(ids[1]), \(ids[2]))\n"
            for arguments in [["--dry-run"], ["--yes"], ["--yes", "-q"]] {
                let result = try DLQ.runner(server).run(["dlq", "redrive"] + ids[1...] + arguments)
                #expect(result.status == 1, "\(arguments)")
                #expect(result.stderr == stays, "\(arguments)")
                #expect(result.stdout.contains("kept in") == false)
            }
            let json = try DLQ.runner(server).run(["dlq", "redrive", ids[1], "--yes", "-o", "json"])
            #expect(json.status == 1)
            #expect(json.stdout.contains("\"code\": \"would_fail_again\""), "\(json.stdout)")
            #expect(json.stdout.filter { !" \n".contains($0) }.contains("\"ids\":[\"\(ids[1])\"]"), "\(json.stdout)")
            // Who takes what there is has asked for none of those.
            let all = try DLQ.run(server, "redrive", "--yes")
            #expect(all.status == 0)
            #expect(
                all.stdout.contains(
                    "kept in audit.events.dlq: 2: it would fail again\n  \(ids[1]), \(ids[2])\n"
                )
            )
        }
    }

    @Test func ofManyThatStayTheFirstAreNamed() throws {
        try withServer { server in
            _ = try server.run("provision")
            let letters = (0..<120).map { DLQ.audited("\($0)", reason: "json_parse_error:y") }
            try DLQ.add(letters, to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            let result = try DLQ.run(server, "redrive", "--dry-run")
            let names = ids.prefix(5).joined(separator: ", ")
            #expect(
                result.stdout.hasSuffix("kept in audit.events.dlq: 120: it would fail again\n  \(names) and 115 more\n")
            )
            let rows = try DLQ.run(server, "redrive", "--dry-run", "-o", "csv").stdout.split(separator: "\n")
            #expect(rows.count == 101)
            #expect(rows.last?.hasSuffix(",kept,,it would fail again") == true, "\(String(describing: rows.last))")
        }
    }

    @Test func aKeyOfAnotherTypeIsNamedAndTheRestGoesBack() throws {
        try withServer { server in
            try DLQ.fill(server)
            try server.send("SET caracal.keys.invalidate.dead x")
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(result.stderr == "caracalctl: caracal.keys.invalidate.dead is not a stream: it holds a string\n")
            #expect(result.status == 1)
            #expect(try DLQ.events(on: server) == ([], DLQ.names(0..<3)))
        }
    }

    /// What was planned and what was done stand under the same columns.
    @Test func thePlanIsTheTableThatFollows() throws {
        try withServer { server in
            try DLQ.fill(server, 25)
            let plan = try DLQ.run(server, "redrive", "--dry-run").stdout
            let ids = try server.entryIDs(of: DLQ.audit)
            let done = try DLQ.run(server, "redrive", "--yes").stdout
            let tables = [plan, done].map {
                $0.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            }
            for (table, word) in zip(tables, ["planned", "moved"]) {
                #expect(table[0] == ["STREAM", "ID", "AGE", "RESULT", "NEW", "ID"])
                #expect(table[1...20].map { $0[1] } == Array(ids[..<20]))
                #expect(table[1...20].allSatisfy { $0[3] == word })
                #expect(table[21].joined(separator: " ") == "and 5 more (-o json has all)")
            }
            #expect(tables[1][1...20].map { $0[4] } == Array(try server.entryIDs(of: "caracal.audit.events")[..<20]))
            #expect(!plan.contains("EVAL"))
        }
    }

    @Test func aLongRunShowsHowFarItIsAndTakesTheLineBack() throws {
        try withServer { server in
            try DLQ.fill(server, 60)
            let command = try DLQ.runner(server).startInTerminal(
                ["dlq", "redrive", "--yes", "--rate", "10"],
                columns: 120
            )
            try command.waitForOutput(" left")
            let result = try command.finish()
            #expect(result.status == 0)
            let shown = result.stdout.split(separator: "\u{1B}[K")
            #expect(shown.contains { $0.hasPrefix("caracal.audit.events.dlq: ") && $0.contains(" of 60 (") })
            #expect(shown.last?.contains("/s, ") == false)
        }
    }

    @Test func aMessageThatDiedTwiceGoesBackOnce() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            try DLQ.add([DLQ.audited("event-0"), DLQ.audited("event-0")], to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            let result = try DLQ.run(server, "redrive", "--yes", "--limit", "1")
            #expect(
                result.stdout.contains(
                    "2 further dead letters of the same messages were removed with them\n"
                        + "  in audit.events.dlq: \(ids[2]), \(ids[3])\n"
                )
            )
            #expect(try DLQ.events(on: server) == (["event-1"], ["event-0"]))
        }
    }

    /// Very many dead letters of one message hold the server in no step for long, and each of them is named.
    @Test(arguments: RedisBinary.allCases)
    func veryManyDeadLettersOfAMessageGoInShortSteps(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server, 1)
            try DLQ.add(Array(repeating: DLQ.audited("event-0"), count: 600), to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            try server.send("CONFIG RESETSTAT")
            let result = try DLQ.run(server, "redrive", "--yes", "-o", "ndjson")
            #expect((result.status, result.stderr) == (0, ""))
            let statistics = try VerifySig.connect(server).send(Command("INFO", "commandstats")).root.text ?? []
            let calls = String(decoding: statistics, as: UTF8.self)
            #expect(calls.contains("cmdstat_eval:calls=3,"), "\(calls)")
            let lines = try JSONNode.lines(result.stdout)
            // The message goes with the last of its dead letters.
            let order: [JSONNode?] = (ids[1...500] + [ids[0]] + ids[501...]).map { .string($0) }
            #expect(lines.map { $0["id"] } == order)
            #expect(lines.filter { $0["outcome"] == .string("moved") }.map { $0["id"] } == [.string(ids[0])])
            let others = lines.filter { $0["outcome"] == .string("removed") }
            #expect(others.count == 600)
            #expect(others.allSatisfy { $0["duplicate_of"] == .string(ids[0]) && $0["new_id"] == .null })
            #expect(try DLQ.events(on: server) == ([], ["event-0"]))
        }
    }

    /// Where the message cannot go back, none of its dead letters goes either.
    @Test func withoutItsStreamAMessageKeepsAllItsDeadLetters() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            try DLQ.add(Array(repeating: DLQ.audited("event-0"), count: 300), to: DLQ.audit, on: server)
            try server.send("DEL caracal.audit.events")
            #expect(try DLQ.run(server, "redrive", "--yes").status == 1)
            #expect(try server.entryIDs(of: DLQ.audit).count == 301)
        }
    }

    /// The right to clear was taken away while the question waited: the message stays with the dead letters that stay.
    @Test(arguments: RedisBinary.allCases)
    func aMessageWhoseFurtherDeadLettersStayIsNotMoved(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server, 1)
            try DLQ.add(Array(repeating: DLQ.audited("event-0"), count: 300), to: DLQ.audit, on: server)
            try server.send("ACL SETUSER op on nopass ~* +@all")
            var runner = DLQ.runner(server)
            runner.environment["CARACALCTL_USER"] = "op"
            runner.environment["REDIS_PASSWORD"] = "x"
            let command = try runner.startInTerminal(["dlq", "redrive"])
            try command.waitForOutput("[y/N] ")
            try server.send("ACL SETUSER op -type")
            command.type("y\n")
            #expect(try command.finish().status == 77)
            #expect(try server.entryIDs(of: DLQ.audit).count == 301)
            #expect(try DLQ.events(on: server).back == [])
        }
    }

    /// What is no stream any more when the question is answered takes nothing, and no dead letter goes.
    @Test func whereSomethingElseLiesAMessageKeepsAllItsDeadLetters() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            try DLQ.add(Array(repeating: DLQ.audited("event-0"), count: 300), to: DLQ.audit, on: server)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "redrive"], columns: 200)
            try command.waitForOutput("[y/N] ")
            try server.send("DEL caracal.audit.events", "SET caracal.audit.events x")
            command.type("y\n")
            let result = try command.finish()
            #expect(result.status == 1)
            #expect(
                result.stdout.contains(
                    "caracal.audit.events is not a stream, and nothing can go back to it; 1 message was not put back\r\n"
                ),
                "\(result.stdout)"
            )
            #expect(try server.entryIDs(of: DLQ.audit).count == 301)
        }
    }

    /// One run takes the newer of two dead letters of a message, the next one finds the message back.
    @Test func aMessageThatAnEarlierRunPutBackStays() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            let first = try server.entryIDs(of: DLQ.audit)[0]
            try DLQ.add([DLQ.audited("event-0")], to: DLQ.audit, on: server)
            let newest = try #require(try server.entryIDs(of: DLQ.audit).last)
            #expect(try DLQ.run(server, "redrive", "--yes", "--since", newest).status == 0)
            let copy = try #require(try server.entryIDs(of: "caracal.audit.events").last)
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(result.status == 0)
            #expect(
                result.stdout.contains("kept in audit.events.dlq: 1: the message is in its stream again, as \(copy)\n"),
                "\(result.stdout)"
            )
            #expect(try DLQ.events(on: server) == (["event-0"], ["event-0", "event-1"]))
            #expect(try server.entryIDs(of: DLQ.audit) == [first])
        }
    }

    /// An id that is that of one message's copy is named of no other.
    @Test func whatIsBackIsNamedOnlyWhereItIsOneMessage() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            try DLQ.add([DLQ.audited("event-0"), DLQ.audited("event-1")], to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            #expect(try DLQ.run(server, "redrive", ids[2], ids[3], "--yes").status == 0)
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(result.status == 0)
            #expect(
                result.stdout.hasSuffix(
                    "kept in audit.events.dlq: 2: the message is in its stream again\n  \(ids[0]), \(ids[1])\n"
                ),
                "\(result.stdout)"
            )
        }
    }

    /// Of what was planned and refused nothing is told as done.
    @Test func aFullServerRemovesNoFurtherDeadLetters() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            try DLQ.add([DLQ.audited("event-0"), DLQ.audited("event-0")], to: DLQ.audit, on: server)
            let planned = try DLQ.run(server, "redrive", "--dry-run")
            #expect(planned.stdout.contains("2 further dead letters of the same messages are removed with them\n"))
            try server.send("CONFIG SET maxmemory 1")
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(result.status == 75)
            #expect(!result.stdout.contains("removed with them"), "\(result.stdout)")
            #expect(try server.entryIDs(of: DLQ.audit).count == 3)
        }
    }

    /// What is back already takes up no room: else the same command would stand still at it for ever.
    @Test func aLimitIsFilledWithWhatIsNotBackYet() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            try DLQ.add([DLQ.audited("event-0"), DLQ.audited("event-1")], to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            #expect(try DLQ.run(server, "redrive", ids[5], ids[6], "--yes").status == 0)
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<5), DLQ.names(0..<2)))
            let result = try DLQ.run(server, "redrive", "--limit", "2", "--yes")
            #expect((result.status, result.stderr) == (0, "caracalctl: note: stopped at --limit; 1 more matches\n"))
            #expect(try DLQ.events(on: server).back == DLQ.names(0..<4))
            expect(try DLQ.run(server, "redrive", "--limit", "2", "--yes", "-q"), status: 0, stderr: "")
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<2), DLQ.names(0..<5)))
        }
    }

    /// In streams that the limit does not reach too, what is back already matches no more.
    @Test func whatIsBackIsNotCountedBeyondTheLimit() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            try DLQ.add([DLQ.connected(reason: "pg_permanent_error")], to: DLQ.revocations, on: server)
            try DLQ.add([VerifySig.signed], to: "caracal.sessions.revoke", on: server)
            for words in [["--dry-run"], ["--yes"]] {
                let result = try DLQ.runner(server).run(["dlq", "redrive", "--limit", "1"] + words)
                #expect((result.status, result.stderr) == (0, ""))
                #expect(result.stdout.contains("kept in sessions.revoke.dead: 1: the message is in its stream again"))
            }
            #expect(try DLQ.events(on: server) == ([], ["event-0"]))
        }
    }

    /// Nor behind the limit in a stream that fills it.
    @Test func whatIsBackIsNotCountedBehindTheLimit() throws {
        try withServer { server in
            _ = try server.run("provision")
            let unsigned = ["reason", "timeout", "src_id", "5-1", "received_at", "1767443990017", "src_data", "{}"]
            try DLQ.add(
                [unsigned, DLQ.audited("event-0"), DLQ.audited("event-0"), DLQ.audited("event-1")],
                to: DLQ.audit,
                on: server
            )
            let ids = try server.entryIDs(of: DLQ.audit)
            try DLQ.add([["id", "event-0"] + VerifySig.audited], to: "caracal.audit.events", on: server)
            let copy = try #require(try server.entryIDs(of: "caracal.audit.events").last)
            let result = try DLQ.run(server, "redrive", "--force", "--limit", "1", "--yes")
            #expect((result.status, result.stderr) == (0, "caracalctl: note: stopped at --limit; 1 more matches\n"))
            #expect(
                result.stdout.hasSuffix(
                    "kept in audit.events.dlq: 2: the message is in its stream again, as \(copy)\n  \(ids[1]), \(ids[2])\n"
                ),
                "\(result.stdout)"
            )
            #expect(try server.entryIDs(of: DLQ.audit) == Array(ids[1...]))
            #expect(try server.entryIDs(of: "caracal.audit.events").count == 2)
        }
    }

    /// What a stream cannot take leaves the room of the limit to the next one: else the same command would stand still at it.
    @Test func aStreamThatTakesNothingUsesUpNoLimit() throws {
        try withServer { server in
            try DLQ.fill(server, 3)
            let ids = try server.entryIDs(of: DLQ.audit)
            try DLQ.add([DLQ.connected(reason: "pg_permanent_error")], to: DLQ.revocations, on: server)
            try server.send("DEL caracal.audit.events", "SET caracal.audit.events x")
            let result = try DLQ.run(server, "redrive", "--limit", "2", "--yes")
            #expect(result.status == 1)
            #expect(
                result.stderr == """
                    caracalctl: note: stopped at --limit; 1 more matches
                    caracalctl: caracal.audit.events is not a stream, and nothing can go back to it; 2 messages were not put back

                    """
            )
            #expect(try server.entryIDs(of: DLQ.audit) == ids)
            #expect(try server.entryIDs(of: DLQ.revocations) == [])
            #expect(try server.entryIDs(of: "caracal.sessions.revoke").count == 1)
        }
    }

    /// A stream that comes while the question waits takes nothing that is beyond the limit.
    @Test func noMoreGoesBackThanTheLimitLets() throws {
        try withServer { server in
            try DLQ.fill(server, 3)
            try DLQ.add([DLQ.connected(reason: "pg_permanent_error")], to: DLQ.revocations, on: server)
            try server.send("DEL caracal.audit.events")
            let command = try DLQ.runner(server).startInTerminal(["dlq", "redrive", "--limit", "3"], columns: 400)
            try command.waitForOutput("Put 1 message back? [y/N] ")
            _ = try server.run("provision")
            command.type("y\n")
            let result = try command.finish()
            #expect(result.status == 1)
            #expect(
                result.stdout.contains("; 3 messages were not put back, and the same command continues with them\r\n"),
                "\(result.stdout)"
            )
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<3), []))
            #expect(try server.entryIDs(of: "caracal.sessions.revoke").count == 1)
        }
    }

    /// Another dead letter of the message had a reason that does not pass, so that only --force takes it.
    @Test func notEvenForcedASignedMessageGoesBackTwice() throws {
        try withServer { server in
            _ = try server.run("provision")
            let letters = ["pg_permanent_error:x", "timeout"].map { DLQ.audited("5-1", reason: $0) }
            try DLQ.add(letters, to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            #expect(try DLQ.run(server, "redrive", "--force", "--reason", "pg_permanent_error", "--yes").status == 0)
            let copy = try #require(try server.entryIDs(of: "caracal.audit.events").last)
            let result = try DLQ.run(server, "redrive", "--force", "--yes")
            #expect(result.status == 0)
            #expect(
                result.stdout.contains("kept in audit.events.dlq: 1: the message is in its stream again, as \(copy)\n"),
                "\(result.stdout)"
            )
            #expect(try server.entryIDs(of: DLQ.audit) == [ids[1]])
            #expect(try server.entryIDs(of: "caracal.audit.events") == [copy])
        }
    }

    /// Entries that are the same and died are messages of their own, and none of them is the copy of another one.
    @Test(arguments: [true, false])
    func entriesThatAreTheSameAndDiedAllGoBack(isSigned: Bool) throws {
        try withServer { server in
            _ = try server.run("provision")
            let fields = isSigned ? VerifySig.signed : Array(VerifySig.signed[..<4])
            try VerifySig.add(Array(repeating: fields, count: 3), on: server)
            let letters = (1...3).map { DLQ.connected(source: "\($0)-0", fields) }
            try DLQ.add(letters, to: DLQ.revocations, on: server)
            let result = try DLQ.run(server, "redrive", "--force", "--yes")
            #expect((result.status, result.stderr) == (0, ""))
            #expect(!result.stdout.contains("kept in"), "\(result.stdout)")
            #expect(try server.entryIDs(of: DLQ.revocations) == [])
            #expect(try server.entryIDs(of: "caracal.sessions.revoke").count == 6)
        }
    }

    /// The message has no id of its own, but its entry's id is known and it is signed: an equal one behind it is its copy.
    @Test func aSignedMessageWithoutANameThatAnEarlierRunPutBackStays() throws {
        try withServer { server in
            _ = try server.run("provision")
            let letter = DLQ.audited("5-1")
            try DLQ.add([letter, letter], to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            #expect(try DLQ.run(server, "redrive", "--yes", "--since", ids[1]).status == 0)
            let copy = try #require(try server.entryIDs(of: "caracal.audit.events").last)
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(result.status == 0)
            #expect(
                result.stdout.contains("kept in audit.events.dlq: 1: the message is in its stream again, as \(copy)\n"),
                "\(result.stdout)"
            )
            #expect(try server.entryIDs(of: DLQ.audit) == [ids[0]])
            #expect(try server.entryIDs(of: "caracal.audit.events") == [copy])
        }
    }

    @Test func aMessageWithBothSignaturesGoesBackWithTheFieldThatItsDeadLetterHasLost() throws {
        try withServer { server in
            _ = try server.run("provision")
            try DLQ.add([DLQ.twiceSigned(source: "5-1")], to: DLQ.audit, on: server)
            #expect(try DLQ.run(server, "redrive", "--yes").status == 0)
            let entry = try VerifySig.connect(server).send(Command("XRANGE", "caracal.audit.events", "-", "+")).root[0]
            #expect(DLQ.fields(entry) == DLQ.twiceSignedFields)
        }
    }

    @Test func messagesThatOnlyLookAlikeAllGoBack() throws {
        try withServer { server in
            _ = try server.run("provision")
            let entries = ["5-1", "5-2", "5-1"].map { DLQ.connected(source: $0) }
            try DLQ.add(entries, to: DLQ.revocations, on: server)
            #expect(try DLQ.run(server, "redrive", "--yes", "--force").status == 0)
            #expect(try server.send("XLEN caracal.sessions.revoke")[0].root.integer == 2)
        }
    }

    /// Neither the entry's id nor a field tells which message it was: two alike may be two.
    @Test func messagesWithoutANameAllGoBack() throws {
        try withServer { server in
            _ = try server.run("provision")
            let nameless = ["reason", "missing_revocation_anchor", "payload", #"{"zone_id":"z"}"#]
            try DLQ.add([nameless, nameless], to: DLQ.revocations, on: server)
            #expect(try DLQ.run(server, "redrive", "--yes", "--force").status == 0)
            #expect(try server.send("XLEN caracal.sessions.revoke")[0].root.integer == 2)
        }
    }

    @Test func receiptsNameTheNewIDs() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            let result = try DLQ.run(server, "redrive", "--yes", "-o", "ndjson")
            let id = try server.send("XRANGE caracal.audit.events - +")[0].root[0]?[0]?.text
            let text = String(decoding: id ?? [], as: UTF8.self)
            #expect(
                result.stdout.contains(
                    "\"outcome\":\"moved\",\"new_id\":\"\(text)\",\"reason\":null,\"duplicate_of\":null}\n"
                )
            )
        }
    }

    @Test func itAsksAndADryRunChangesNothing() throws {
        try withServer { server in
            try DLQ.fill(server)
            #expect(try DLQ.run(server, "redrive").status == 64)
            let preview = try DLQ.run(server, "redrive", "--dry-run")
            #expect(preview.stdout.contains("audit.events.dlq  audit.events         3     0\n"))
            #expect(try DLQ.runner(server).run(["dlq", "redrive", "--yes", "--read-only"]).status == 78)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "redrive"])
            try command.waitForOutput("Put 3 messages back? [y/N] ")
            command.type("n\n")
            #expect(try command.finish().status == 1)
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<3), []))
        }
    }

    @Test func aMissingStreamIsNotCreated() throws {
        try withServer { server in
            try DLQ.fill(server)
            try server.send("DEL caracal.audit.events")
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(
                result.stderr
                    == "caracalctl: caracal.audit.events does not exist (caracalctl provision audit.events --start 0 creates "
                    + "it); 3 messages were not put back, and the same command continues with them\n"
            )
            #expect(result.status == 1)
            #expect(try server.send("EXISTS caracal.audit.events")[0].root.integer == 0)
            #expect(try DLQ.events(on: server).dead == DLQ.names(0..<3))
        }
    }

    /// What is in the way of one stream is named, before and afterwards, and what belongs to others goes back.
    @Test(arguments: RedisBinary.allCases)
    func whereOneStreamTakesNothingTheOthersDo(binary: RedisBinary) throws {
        let cases: [(change: [String], planned: String, done: String)] = [
            (
                ["DEL caracal.audit.events"],
                "does not exist: nothing can go back to it (caracalctl provision audit.events --start 0 creates it)",
                "does not exist (caracalctl provision audit.events --start 0 creates it); 2 messages were not put back, and "
                    + "the same command continues with them"
            ),
            (
                ["DEL caracal.audit.events", "SET caracal.audit.events x"],
                "is not a stream: nothing can go back to it",
                "is not a stream, and nothing can go back to it; 2 messages were not put back"
            ),
            (
                ["XADD caracal.audit.events 18446744073709551615-18446744073709551615 a b"],
                "has given its last id: nothing can go back to it",
                "has given its last id, and nothing can be added to it any more; 2 messages were not put back"
            ),
        ]
        for (change, planned, done) in cases {
            try withServer(binary) { server in
                try DLQ.fill(server, 2)
                try DLQ.add([DLQ.connected(reason: "pg_permanent_error")], to: DLQ.revocations, on: server)
                for line in change { try server.send(line) }
                let plan = try DLQ.run(server, "redrive", "--dry-run")
                #expect(plan.stderr == "caracalctl: caracal.audit.events \(planned)\n")
                #expect(plan.status == 1)
                let result = try DLQ.run(server, "redrive", "--yes")
                #expect(result.stderr == "caracalctl: caracal.audit.events \(done)\n")
                #expect(result.status == 1)
                #expect(try server.entryIDs(of: DLQ.audit).count == 2)
                #expect(try server.entryIDs(of: DLQ.revocations) == [])
                #expect(try server.entryIDs(of: "caracal.sessions.revoke").count == 1)
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aFullServerKeepsTheDeadLetters(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server)
            try server.send("CONFIG SET maxmemory 1")
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(result.stderr.contains("the server refused: OOM command not allowed"))
            #expect(result.stderr.contains("3 messages were not put back"))
            #expect(result.status == 75)
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<3), []))
        }
    }

    @Test(arguments: RedisBinary.allCases, ["-xdel", "-xadd", "-eval"])
    func aUserWithoutARightMovesNothing(binary: RedisBinary, missing: String) throws {
        try withServer(binary) { server in
            try DLQ.fill(server)
            try server.send("ACL SETUSER op on nopass ~* +@all \(missing)")
            var runner = DLQ.runner(server)
            runner.environment["CARACALCTL_USER"] = "op"
            runner.environment["REDIS_PASSWORD"] = "x"
            let result = try runner.run(["dlq", "redrive", "--yes"])
            #expect(result.status == 77)
            #expect(try DLQ.events(on: server) == (DLQ.names(0..<3), []))
        }
    }

    @Test func aReplicaAndAClusterAreRefused() throws {
        try withServer { master in
            try DLQ.fill(master)
            try withServer(extra: ["replicaof 127.0.0.1 1"]) { replica in
                expect(
                    try DLQ.run(replica, "redrive", "--yes"),
                    status: 75,
                    stderr:
                        "caracalctl: 127.0.0.1:\(replica.port ?? 0) is a replica, and nothing was sent (connect to the master)\n"
                )
            }
        }
        try withServer(extra: ["cluster-enabled yes"]) { server in
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect(result.stderr.contains("use caracalctl dlq export, caracalctl publish and caracalctl dlq purge"))
            #expect(result.status == 78)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func lostRepliesLoseAndDoubleNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server, 40)
            // Handshake (3), look (3 for each of nine streams, less groups, and TIME), pages, then replies to EVAL.
            let faults = (25..<45).map { Fault(.toClient, after: .messages($0), .swallowThenCut) as Fault? }
            for fault in faults {
                let proxy = try FaultProxy(server, [fault])
                _ = try DLQ.runner(server, url: proxy.url).run(["dlq", "redrive", "--yes", "--limit", "2"])
                let events = try DLQ.events(on: server)
                #expect((events.dead + events.back).sorted() == DLQ.names(0..<40))
            }
        }
    }

    /// How many replies come before the first one to a step: of the handshake, the look at nine streams and the clock, the
    /// plan, its look for messages that are back already, its page, and the proof that dead letters may be removed.
    static let repliesBeforeSteps = 3 + (2 * 9 + 1) + (2 + 1 + 1) + 1 + 1 + 1

    /// Five dead letters are back, and this number of them was moved by this run for certain; by whom those are back whose answer was
    /// lost is not known, and that is a warning.
    private func expectLostAnswers(_ result: CommandResult, moved: ClosedRange<Int>) throws {
        let outcomes = try JSONNode.lines(result.stdout).map { $0["outcome"] }
        let certain = outcomes.count { $0 == .string("moved") }
        let unclear = outcomes.count { $0 == .string("moved_unclear") }
        #expect(certain + unclear == 5 && outcomes.count == 5, "\(result.stdout)")
        #expect(moved.contains(certain), "\(result.stdout)")
        let what = unclear == 1 ? "1 message is" : "\(unclear) messages are"
        let warning = JSONNode.string("\(what) back, put back by this run or by someone else: an answer was lost")
        let said = try JSONNode.lines(result.stderr).map { $0["warning"]?["message"] }
        #expect(said == (unclear == 0 ? [] : [warning]), "\(result.stderr)")
        #expect(result.status == 0)
    }

    @Test func aStepWhoseReplyWasLostIsFoundAgain() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let lost = Fault(.toClient, after: .messages(Self.repliesBeforeSteps + 2), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost])
            let result = try DLQ.runner(server, url: proxy.url).run(["dlq", "redrive", "--yes", "-o", "ndjson"])
            #expect(proxy.waitForFault())
            // Two answers arrived, and that to the third was lost, which was carried out.
            try expectLostAnswers(result, moved: 1...4)
            #expect(try DLQ.events(on: server) == ([], DLQ.names(0..<5)))
        }
    }

    /// The server is gone for good while messages are under way.
    @Test func whatCannotBeSettledIsUnknown() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let gone = Array(repeating: Fault(.toClient, after: .messages(0), .cut) as Fault?, count: 1000)
            let lost = Fault(.toClient, after: .messages(Self.repliesBeforeSteps + 2), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost] + gone)
            let result = try DLQ.runner(server, url: proxy.url).run(["dlq", "redrive", "--yes", "--timeout", "5s"])
            #expect(result.status == 74)
            #expect(
                result.stderr.contains(
                    "it is unknown whether they are back: each is in one place, and the same command settles it\n"
                ),
                "\(result.stderr)"
            )
        }
    }

    /// Some steps were carried out before the connection was lost, and the others after it.
    @Test(arguments: 1...4)
    func whatWeMovedIsNeverSaidToBeSomeoneElses(carriedOut: Int) throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let cut = Fault(.toServer, after: .messages(Self.repliesBeforeSteps + carriedOut), .cut)
            let proxy = try FaultProxy(server, [cut])
            let result = try DLQ.runner(server, url: proxy.url).run(["dlq", "redrive", "--yes", "-o", "ndjson"])
            #expect(proxy.waitForFault())
            // Those that were sent again are ours for certain; of the others all answers may have arrived, or none.
            try expectLostAnswers(result, moved: (5 - carriedOut)...5)
            let events = try DLQ.events(on: server)
            #expect(events.dead == [])
            #expect(events.back.sorted() == DLQ.names(0..<5))
        }
    }

    /// Another run may have moved it, before ours was sent again: what is back counts as moved by nobody.
    @Test func whatIsBackAfterALostAnswerIsNotSaidToBeOurs() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            let lost = Fault(.toClient, after: .messages(Self.repliesBeforeSteps), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost])
            let result = try DLQ.runner(server, url: proxy.url).run(["dlq", "redrive", "--yes"])
            #expect(proxy.waitForFault())
            #expect(
                result.stdout.hasSuffix(
                    """
                    DEAD LETTERS      BACK TO       MESSAGES  KEPT  MOVED  BACK  GONE  UNKNOWN  NOT DONE
                    audit.events.dlq  audit.events         1     0      0     1     0        0         0

                    """
                ),
                "\(result.stdout)"
            )
            #expect(
                result.stderr
                    == "caracalctl: warning: 1 message is back, put back by this run or by someone else: an answer was lost\n"
            )
            #expect(result.status == 0)
            #expect(try DLQ.events(on: server) == ([], ["event-0"]))
        }
    }

    /// The message lies in its stream from before it died: that entry is not the one that is looked for.
    @Test func aStepThatIsFoundAgainHasItsNewID() throws {
        try withServer { server in
            _ = try server.run("provision")
            var original = ["id", "event-0"]
            original += VerifySig.audited
            try DLQ.add([original], to: "caracal.audit.events", on: server)
            try DLQ.add([DLQ.audited("event-0")], to: DLQ.audit, on: server)
            let lost = Fault(.toClient, after: .messages(Self.repliesBeforeSteps), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost])
            let result = try DLQ.runner(server, url: proxy.url).run(["dlq", "redrive", "--yes", "-o", "ndjson"])
            let entries = try server.send("XRANGE caracal.audit.events - +")[0].root
            let ids = entries.elements.compactMap { $0[0]?.text.map { String(decoding: $0, as: UTF8.self) } }
            #expect(ids.count == 2)
            let receipt = "\"outcome\":\"moved_unclear\",\"new_id\":\"\(ids.last ?? "")\""
            #expect(result.stdout.contains(receipt), "\(result.stdout)")
            #expect(proxy.waitForFault())
        }
    }

    @Test func whatAnotherOperatorTookIsSaid() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "redrive"], columns: 200)
            try command.waitForOutput("[y/N] ")
            #expect(try DLQ.run(server, "redrive", "--yes", "--limit", "2").status == 0)
            command.type("y\n")
            let result = try command.finish()
            #expect(
                result.stdout.contains(
                    "audit.events.dlq  audit.events         5     0      3     2        0         0\r\n"
                )
            )
            #expect(result.stdout.contains("2 messages had gone already: put back or purged by someone else"))
            #expect(result.status == 0)
            #expect(try DLQ.events(on: server) == ([], DLQ.names(0..<5)))
        }
    }

    /// The stream was made anew while the question waited: other letters lie in the range of the plan, one of them under an id
    /// of the plan.
    @Test(arguments: RedisBinary.allCases)
    func onlyWhatWasPlannedGoesBack(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server, 5)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "redrive"], columns: 200)
            try command.waitForOutput("[y/N] ")
            let ids = try server.entryIDs(of: DLQ.audit)
            let connection = try VerifySig.connect(server)
            try server.send("DEL \(DLQ.audit)", "XADD \(DLQ.audit) 1-1 reason x")
            for (id, event) in zip(ids, ["event-0", "event-1", "other-2", "event-3"]) {
                let words = [DLQ.audit, id] + DLQ.audited(event)
                _ = try connection.send(Command("XADD", arguments: words.map { Array($0.utf8) }))
            }
            try server.send("XADD \(DLQ.audit) \(ids[3].dropLast(2))-77 reason x")
            command.type("y\n")
            let result = try command.finish()
            #expect(
                result.stdout.contains(
                    "audit.events.dlq  audit.events         5     0      3     1        1        0         0\r\n"
                ),
                "\(result.stdout)"
            )
            #expect(
                result.stdout.contains(
                    "1 dead letter is another one by now under the same id, and was left alone: the same command plans anew\r\n"
                )
            )
            #expect(result.status == 1)
            #expect(try DLQ.events(on: server) == (["other-2"], ["event-0", "event-1", "event-3"]))
        }
    }

    @Test func aMessageThatDiesAgainIsNotRedrivenForEver() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "redrive"])
            try command.waitForOutput("[y/N] ")
            try DLQ.add([DLQ.audited("again")], to: DLQ.audit, on: server)
            command.type("y\n")
            #expect(try command.finish().status == 0)
            #expect(try DLQ.events(on: server) == (["again"], DLQ.names(0..<5)))
        }
    }

    @Test func ctrlCEndsWithATrueSummary() throws {
        try withServer { server in
            try DLQ.fill(server, 200)
            // A hundred seconds: it is not done before the signal comes.
            let command = try DLQ.runner(server).start(["dlq", "redrive", "--yes", "--rate", "2", "-o", "json"])
            try eventually("two are back") { try DLQ.events(on: server).back.count >= 2 }
            command.signal(SIGINT)
            let result = try command.finish()
            #expect(result.status == 130)
            let events = try DLQ.events(on: server)
            #expect(result.stdout.contains("\"moved\": \(events.back.count),"))
            #expect(result.stdout.contains("\"left\": \(events.dead.count),"))
            #expect((events.dead + events.back).sorted() == DLQ.names(0..<200))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func killedAtAnyMomentEveryMessageIsInOnePlace(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server, 2_000)
            for kill in 1...10 {
                let command = try DLQ.runner(server).start(["dlq", "redrive", "--yes", "--rate", "5000"])
                try eventually("some are back") {
                    try server.send("XLEN caracal.audit.events")[0].root.integer ?? 0 >= kill * 100
                }
                command.signal(SIGKILL)
                _ = try command.finish()
                let events = try DLQ.events(on: server)
                #expect((events.dead + events.back).sorted() == DLQ.names(0..<2_000))
            }
            #expect(try DLQ.run(server, "redrive", "--yes").status == 0)
            #expect(try DLQ.events(on: server) == ([], DLQ.names(0..<2_000)))
        }
    }
}
