import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct DLQSummaryTests {
    /// An age of 0s is what a test's dead letters have.
    private static let table = """
        STREAM                REASON                     COUNT  OLDEST  NEWEST  SIGNATURE  REPLAY
        audit.events.dlq      pg_permanent_error             2      0s      0s  2 valid    at most 2
        sessions.revoke.dead  missing_revocation_anchor      1      0s      0s  1 valid    no: it would fail again
        sessions.revoke.dead  cannot store                   1      0s      0s  1 valid    no: unknown reason (use --force)

        """

    @Test(arguments: RedisBinary.allCases)
    func countsAllThreeShapesByReason(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server, 2)
            try DLQ.add([DLQ.connected(), DLQ.served()], to: DLQ.revocations, on: server)
            try server.send("CONFIG SET slowlog-log-slower-than 1000000")
            let result = try DLQ.run(server)
            #expect(Self.withoutAges(result.stdout) == Self.withoutAges(Self.table))
            #expect(result.stderr.isEmpty)
            #expect(result.status == 0)
        }
    }

    /// Ages differ with the speed of the machine.
    private static func withoutAges(_ text: String) -> [[Substring]] {
        text.split(separator: "\n").map { line in
            line.split(separator: " ").filter { $0.wholeMatch(of: #/([0-9]+[smhd])+/#) == nil }
        }
    }

    @Test func signaturesAreUncheckedWithoutAKey() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            let result = try server.run("dlq", "-o", "json")
            #expect(result.stdout.contains("\"unchecked\": 2"))
            #expect(result.stdout.contains("\"valid\": 0"))
            #expect(result.stdout.contains("\"replayable\": 0"))
            #expect(result.status == 0)
        }
    }

    @Test func crossedThresholdsEndWithOneInEveryFormat() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            for format in ["table", "json", "ndjson", "prometheus"] {
                #expect(try DLQ.run(server, "--max-depth", "1", "-o", format).status == 1)
                #expect(try DLQ.run(server, "--max-depth", "2", "-o", format).status == 0)
                #expect(try DLQ.run(server, "--max-age", "0s", "--max-depth", "2", "-o", format).status == 1)
                #expect(try DLQ.run(server, "--max-age", "1h", "-o", format).status == 0)
            }
        }
    }

    @Test func metricsAreThoseOfTheTable() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            let result = try DLQ.run(server, "-o", "prometheus")
            #expect(result.stdout.contains("caracal_dead_letters{stream=\"caracal.audit.events.dlq\"} 2\n"))
            #expect(
                result.stdout.contains(
                    "caracal_dead_letters_by_reason{stream=\"caracal.audit.events.dlq\",reason=\"pg_permanent_error\"} 2\n"
                )
            )
        }
    }

    @Test func anEmptyDeploymentHasNoDeadLetters() throws {
        try withServer { server in
            _ = try server.run("provision")
            expect(try DLQ.run(server), status: 0, stdout: "no dead letters\n")
            expect(try DLQ.run(server, "ls"), status: 0, stdout: "no dead letters\n")
            expect(try DLQ.run(server, "redrive", "--dry-run"), status: 0, stdout: "no dead letters\n")
        }
    }

    @Test func theRarestReasonComesFirst() throws {
        try withServer { server in
            try DLQ.fill(server, 3)
            try DLQ.add([DLQ.audited("x", reason: "tamper_on_replay")], to: DLQ.audit, on: server)
            let lines = try DLQ.run(server).stdout.split(separator: "\n")
            #expect(
                lines.count == 3 && lines[1].contains("tamper_on_replay") && lines[2].contains("pg_permanent_error")
            )
        }
    }

    @Test func theNewestOfAllStreamsAreListedFirst() throws {
        try withServer { server in
            try DLQ.fill(server, 30)
            try DLQ.add([DLQ.connected()], to: DLQ.revocations, on: server)
            try DLQ.add([DLQ.audited("last")], to: DLQ.audit, on: server)
            let audit = try server.entryIDs(of: DLQ.audit)
            let ids = (audit + (try server.entryIDs(of: DLQ.revocations))).compactMap { EntryID(Array($0.utf8)) }
            let newest = ids.sorted().suffix(3).reversed().map(\.description)
            let result = try DLQ.run(server, "ls", "--newest", "--count", "3")
            let lines = result.stdout.split(separator: "\n").dropFirst()
            #expect(lines.map { $0.split(separator: " ")[1] }.elementsEqual(newest.map { $0[...] }))
            #expect(result.stderr.contains("there are more"))
            let all = try DLQ.run(server, "ls", "--newest", "--count", "32", "-o", "json").stdout
            #expect(all.contains("\"listed\": 32,") && all.contains("\"more\": false"))
            let chosen = try DLQ.run(server, "ls", "--newest", "--reason", "missing_revocation_anchor", "-o", "json")
            #expect(chosen.stdout.contains("\"listed\": 1,"))
            let shown = try DLQ.run(server, "show", "--newest")
            #expect(shown.stdout.hasPrefix("dead letter  \(audit[30])"))
            #expect(try DLQ.run(server, "show").status == 64)
        }
    }

    @Test func thoseThatMatchAreShownUpToALimit() throws {
        try withServer { server in
            _ = try server.run("provision")
            try DLQ.add((0..<3).map { DLQ.connected(source: "\($0)-1") }, to: DLQ.revocations, on: server)
            try DLQ.add([DLQ.audited("event-0")], to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.revocations)
            let shown = { (result: CommandResult) in
                result.stdout.split(separator: "\n").filter { $0.hasPrefix("dead letter  ") }.map { $0.dropFirst(13) }
            }
            let all = try DLQ.run(server, "show", "--where", "session_id=s-1")
            #expect(all.status == 0)
            #expect(all.stderr == "")
            #expect(zip(shown(all), ids).allSatisfy { $0.hasPrefix($1) } && shown(all).count == 3, "\(all.stdout)")
            let some = try DLQ.run(server, "show", "--where", "session_id=s-1", "--limit", "2")
            #expect(some.status == 0)
            #expect(shown(some).count == 2)
            let newest = try DLQ.run(server, "show", "--where", "session_id=s-1", "--newest")
            #expect(shown(newest).first?.hasPrefix(ids[2]) == true && shown(newest).count == 1, "\(newest.stdout)")
            expect(
                try DLQ.run(server, "show", "--where", "session_id=s-2"),
                status: 1,
                stderr: "caracalctl: no dead letters match\n"
            )
            for wrong in [["--limit", "2", "--newest"], ["--limit", "2", ids[0]], ["--where", "a=b", ids[0]]] {
                #expect(try DLQ.runner(server).run(["dlq", "show"] + wrong).status == 64, "\(wrong)")
            }
        }
    }

    /// When the message was received first is in the dead letter, and not in its id.
    @Test func whenAMessageWasReceivedIsListed() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            let lines = try DLQ.run(server, "ls").stdout.split(separator: "\n").map { $0.split(separator: " ") }
            let place = try #require(lines[0].firstIndex(of: "RECEIVED"))
            // The reason before it has two blanks.
            #expect(lines[1][place + 2].contains("d"), "\(lines)")
        }
    }

    @Test func quietlyNothingIsSaidWhereNoneIs() throws {
        try withServer { server in
            _ = try server.run("provision")
            for command in [[], ["ls"], ["redrive", "--yes"]] {
                expect(try DLQ.runner(server).run(["dlq"] + command + ["-q"]), status: 0)
                expect(try DLQ.runner(server).run(["dlq"] + command + ["-q", "--until", "-1h"]), status: 0)
            }
        }
    }

    @Test func aListThatIsCutShortSaysSo() throws {
        try withServer { server in
            try DLQ.fill(server, 3)
            for (count, more) in [("2", "true"), ("3", "false")] {
                let result = try DLQ.run(server, "ls", "--limit", count, "-o", "json")
                #expect(result.status == 0)
                #expect(result.stdout.contains("\"more\": \(more)\n"), "\(result.stdout)")
            }
        }
    }

    @Test func aKeyOfAnotherTypeIsNeverTakenForAnEmptyStream() throws {
        try withServer { server in
            _ = try server.run("provision")
            try server.send("DEL \(DLQ.audit)")
            try server.send("SET \(DLQ.audit) x")
            let said = "caracalctl: \(DLQ.audit) is not a stream: it holds a string\n"
            expect(try DLQ.run(server, "ls"), status: 1, stderr: said)
            expect(try DLQ.run(server, "redrive", "--dry-run"), status: 1, stderr: said)
            let absent = "caracalctl: there is no dead letter 1-1\n"
            expect(try DLQ.run(server, "show", "1-1"), status: 1, stderr: absent + said)
            expect(try DLQ.run(server, "redrive", "--yes"), status: 1, stderr: said)
            let document = try DLQ.run(server, "redrive", "--dry-run", "-o", "json")
            #expect(document.stdout.contains("\"code\": \"wrong_type\""))
            #expect(document.status == 1)
        }
    }

    @Test func selectsByStreamReasonAndTime() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            try DLQ.add([DLQ.audited("x", reason: "json_parse_error:y")], to: DLQ.audit, on: server)
            try DLQ.add([DLQ.connected()], to: DLQ.revocations, on: server)
            func count(_ arguments: String...) throws -> String? {
                try DLQ.runner(server).run(["dlq", "-o", "json"] + arguments).stdout
                    .split(separator: "\"count\": ").last.map { String($0.prefix { $0.isNumber }) }
            }
            #expect(try count("--stream", "audit.events") == "3")
            #expect(try count("--stream", "caracal.sessions.revoke.dead") == "1")
            #expect(
                try DLQ.run(server, "--reason", "json_parse_error", "--max-depth", "0").stderr.contains(
                    "is 1 dead letter,"
                )
            )
            expect(try DLQ.run(server, "--until", "-1h", "-q"), status: 0)
            #expect(try DLQ.run(server, "--since", "-1h", "--max-depth", "3").stderr.contains("are 4 dead"))
            #expect(try DLQ.run(server, "--stream", "audit.evnts").status == 64)
        }
    }

    @Test func hostileBytesReachNoTerminal() throws {
        try withServer { server in
            _ = try server.run("provision")
            let evil = "\u{1b}]0;x\u{7}\u{202e}evil"
            try DLQ.add(
                [DLQ.audited(evil, reason: evil + ":y"), [evil, evil], ["src_\(evil)", evil, "reason", evil]],
                to: DLQ.audit,
                on: server
            )
            try DLQ.add([["payload", evil], ["values", "{\"\(evil)\":1}"]], to: DLQ.revocations, on: server)
            for arguments in [["ls"], [], ["show", "-"], ["redrive", "--dry-run"], ["export"]] {
                for format in ["table", "ndjson"] where arguments != ["export"] || format == "ndjson" {
                    let ids = try server.send("XRANGE \(DLQ.audit) - +")[0].root.elements.compactMap { $0[0]?.text }
                    let words =
                        arguments.first == "show"
                        ? ["show"] + ids.map { String(decoding: $0, as: UTF8.self) } : arguments
                    let result = try DLQ.runner(server).run(["dlq"] + words + ["-o", format])
                    #expect(!result.stdoutBytes.contains { $0 < 0x20 && $0 != 0x0A })
                    #expect(!result.stdout.unicodeScalars.contains("\u{202e}"))
                    #expect(!result.stderrBytes.contains { $0 < 0x20 && $0 != 0x0A })
                }
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func lookingChangesNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server)
            try DLQ.add([DLQ.connected(), DLQ.served()], to: DLQ.revocations, on: server)
            let before = try DLQ.state(server)
            let folder = try TemporaryFolder()
            for arguments in [
                [], ["ls"], ["show", "1-1"], ["export"], ["export", "--to", folder.path + "/x"],
                ["redrive", "--dry-run"], ["purge", "--exported", folder.path + "/x", "--dry-run"],
            ] { _ = try DLQ.runner(server).run(["dlq"] + arguments) }
            #expect(try DLQ.state(server) == before)
        }
    }

    @Test func aStreamThatIsNoneAndAMissingOneAreSaid() throws {
        try withServer { server in
            try server.send("SET caracal.keys.invalidate.dead x")
            let result = try DLQ.run(server)
            #expect(result.stdout.contains("keys.invalidate.dead  NOT A STREAM"))
            #expect(result.stdout.contains("audit.events.dlq      MISSING"))
            #expect(result.status == 1)
        }
    }

    @Test func showsAMessageAndItsEvent() throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            let id = try server.send("XREVRANGE \(DLQ.audit) + - COUNT 1")[0].root[0]?[0]?.text.map {
                String(decoding: $0, as: UTF8.self)
            }
            let result = try DLQ.run(server, "show", id ?? "")
            #expect(result.stdout.contains("reason       pg_permanent_error:no such table\n"))
            #expect(result.stdout.contains("from         caracal.audit.events, its id is lost\n"))
            #expect(result.stdout.contains("the message inside\n  id   event-0\n"))
            expect(
                try DLQ.run(server, "show", "1-1"),
                status: 1,
                stderr: "caracalctl: there is no dead letter 1-1\n"
            )
        }
    }
}
