import Caracal
import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct DLQExportTests {
    @Test(arguments: RedisBinary.allCases)
    func whatWasExportedIsPurgedAndNothingElse(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server)
            try DLQ.add([DLQ.connected(), DLQ.served(), ["\u{1b}", "\n"]], to: DLQ.revocations, on: server)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            expect(try DLQ.run(server, "export", "--to", file), status: 0, stdout: "6 dead letters in \(file)\n")
            try DLQ.add([DLQ.audited("late")], to: DLQ.audit, on: server)
            let plan = try DLQ.run(server, "purge", "--exported", file, "--dry-run")
            let done = try DLQ.run(server, "purge", "--exported", file, "--yes")
            #expect(done.status == 0)
            #expect(done.stdout.hasSuffix("\nremoved 6 dead letters\n"))
            // The same columns before and after.
            let rows = [plan, done].map { $0.stdout.split(separator: "\n").prefix(7).map { $0.split(separator: " ") } }
            #expect(rows[0].map { $0[..<2] } == rows[1].map { $0[..<2] })
            #expect(rows.map { $0[0] } == [["STREAM", "ID", "AGE", "RESULT"], ["STREAM", "ID", "AGE", "RESULT"]])
            #expect(rows[0].dropFirst().allSatisfy { $0.last == "planned" })
            #expect(rows[1].dropFirst().allSatisfy { $0.last == "removed" })
            #expect(!plan.stdout.contains("XDEL"))
            #expect(try DLQ.events(on: server).dead == ["late"])
            #expect(try server.send("XLEN \(DLQ.revocations)")[0].root.integer == 0)
            expect(
                try DLQ.run(server, "purge", "--exported", file, "--yes"),
                status: 0,
                stdout: "removed 0 dead letters\n6 of the file had gone before\n"
            )
        }
    }

    @Test func quietlyNothingIsSaidOfWhatWentWell() throws {
        try withServer { server in
            try DLQ.fill(server)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            expect(try DLQ.run(server, "export", "-q", "--to", file), status: 0)
            expect(try DLQ.run(server, "purge", "-q", "--exported", file, "--yes"), status: 0)
            #expect(try DLQ.events(on: server).dead.isEmpty)
        }
    }

    @Test func theFileIsForItsOwnerAloneAndReplacesNothing() throws {
        try withServer { server in
            try DLQ.fill(server)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try DLQ.run(server, "export", "--to", file).status == 0)
            var facts = stat()
            #expect(stat(file, &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o600)
            let before = try TemporaryFolder.read(file)
            let again = try DLQ.run(server, "export", "--to", file)
            #expect(again.stderr.contains("exists already"))
            #expect(again.status == 78)
            #expect(try TemporaryFolder.read(file) == before)
        }
    }

    @Test func aKeyOfAnotherTypeIsNamedAndTheRestExported() throws {
        try withServer { server in
            try DLQ.fill(server)
            try server.send("SET caracal.keys.invalidate.dead x")
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            expect(
                try DLQ.run(server, "export", "--to", file),
                status: 1,
                stdout: "3 dead letters in \(file)\n",
                stderr: "caracalctl: caracal.keys.invalidate.dead is not a stream: it holds a string\n"
            )
            #expect(try DLQ.run(server, "purge", "--exported", file, "--yes").status == 0)
            #expect(try DLQ.events(on: server).dead.isEmpty)
        }
    }

    @Test func onlyNamedDeadLettersAreExported() throws {
        try withServer { server in
            try DLQ.fill(server)
            let ids = try server.entryIDs(of: DLQ.audit)
            let result = try DLQ.run(server, "export", ids[2], "7-7", ids[0])
            let lines = result.stdout.split(separator: "\n")
            #expect(lines.count == 2 && lines[0].contains(ids[0]) && lines[1].contains(ids[2]))
            #expect(result.stderr == "caracalctl: there is no dead letter 7-7\n")
            #expect(result.status == 1)
        }
    }

    @Test func aFileThatIsNoneIsNamedBeforeTheTerminalIsMissed() throws {
        try withServer { server in
            try DLQ.fill(server)
            expect(
                try DLQ.run(server, "export", "--to", ""),
                status: 64,
                stderr: "caracalctl: --to is empty: name a file\n"
            )
            let result = try DLQ.run(server, "purge", "--exported", "/nowhere/dead.ndjson")
            #expect(result.stderr == "caracalctl: cannot read /nowhere/dead.ndjson: no such file or directory\n")
        }
    }

    @Test func standardOutputHasTheSameLines() throws {
        try withServer { server in
            try DLQ.fill(server)
            let folder = try TemporaryFolder()
            _ = try DLQ.run(server, "export", "--to", folder.path + "/dead.ndjson")
            let lines = try DLQ.run(server, "export").stdoutBytes
            #expect(try TemporaryFolder.read(folder.path + "/dead.ndjson") == lines)
            #expect(try DLQ.run(server, "export", "-o", "json").status == 64)
            let offline = try DLQ.runner(server).run(["verify-sig", "--offline", "-"], input: lines)
            #expect(offline.status == 0)
        }
    }

    /// What the message inside a dead letter looks like must not decide whether its line can be read.
    @Test func linesHaveTheMessageAndTheEventInsideWhateverTheyAre() throws {
        try withServer { server in
            _ = try server.run("provision")
            try DLQ.add(
                [
                    DLQ.audited("event-1"),
                    ["reason", "r", "src_data", #"{"base64":"?"}"#, "src_a", "1", "src_a", "2"],
                    ["reason", "r", "src_base64", "?"], ["reason", "none inside"],
                ],
                to: DLQ.audit,
                on: server
            )
            try DLQ.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let export = try DLQ.run(server, "export").stdout
            let parts = export.split(separator: "\n").map(String.init).map { line in
                String(line[line.range(of: ",\"message\":").upperBound..<line.range(of: ",\"deployment\":").lowerBound])
            }
            #expect(
                parts == [
                    #"{"id":"event-1","data":"{}","sig":"\#(VerifySig.audited[3])"},"event":{}"#,
                    #"{"data":"{\"base64\":\"?\"}","a":"2"},"event":{"base64":"?"}"#, #"{"base64":"?"},"event":null"#,
                    #"null,"event":null"#,
                    #"{"zone_id":"z-1","session_id":"s-1","_sig":"\#(VerifySig.signed[5])"},"event":null"#,
                ]
            )
            let offline = try DLQ.runner(server).run(["verify-sig", "--offline", "-", "--each"], input: export)
            #expect(offline.stderr.isEmpty || !offline.stderr.contains("line"))
            let folder = try TemporaryFolder()
            let file = try folder.write("dead.ndjson", export)
            #expect(try DLQ.run(server, "purge", "--exported", file, "--yes").status == 0)
            #expect(try server.send("XLEN \(DLQ.audit)")[0].root.integer == 0)
        }
    }

    @Test func aFileOfAnEarlierVersionIsPurgedToo() throws {
        try withServer { server in
            try DLQ.fill(server)
            let export = try DLQ.run(server, "export").stdout
            let lines = try export.split(separator: "\n").map(String.init).map { line -> String in
                let message = line.range(of: ",\"message\":").lowerBound
                let deployment = line.range(of: ",\"deployment\":").lowerBound
                let digest = line.range(of: ",\"digest\":").lowerBound
                let object = String(line[..<message] + line[deployment..<digest]) + "}"
                return String(decoding: try ExportSeal.seal(Array(object.utf8)), as: UTF8.self) + "\n"
            }
            let folder = try TemporaryFolder()
            let file = try folder.write("dead.ndjson", lines.joined())
            let purged = try DLQ.run(server, "purge", "--exported", file, "--yes")
            #expect(purged.status == 0)
            #expect(purged.stdout.hasSuffix("\nremoved 3 dead letters\n"), "\(purged.stdout)")
        }
    }

    @Test(arguments: [
        ("truncated in a line", "byte"), ("truncated between lines", "the file is truncated"),
        ("a line missing", "is not line 2 of the export"), ("altered", "line 2 was altered"),
        ("added to", "is not line"), ("no export", "has no"),
    ])
    func afterAnyDamageNothingIsPurged(damage: String, reason: String) throws {
        try withServer { server in
            try DLQ.fill(server)
            let whole = try DLQ.run(server, "export").stdout
            var lines = whole.split(separator: "\n").map(String.init)
            switch damage {
            case "truncated in a line": lines[2].removeLast(9)
            case "truncated between lines": lines.removeLast()
            case "a line missing": lines.remove(at: 1)
            case "altered": lines[1].replaceSubrange(lines[1].range(of: "event-1"), with: "event-9")
            case "added to": lines.append(lines[0])
            default: lines = ["{\"stream\":\"caracal.audit.events.dlq\",\"id\":\"1-1\",\"fields\":{}}"]
            }
            let folder = try TemporaryFolder()
            let file = try folder.write("dead.ndjson", lines.map { $0 + "\n" }.joined())
            let result = try DLQ.run(server, "purge", "--exported", file, "--yes")
            #expect(result.stderr.contains(reason))
            #expect(result.stderr.hasSuffix("nothing was removed\n"))
            #expect(result.status == 65)
            #expect(try DLQ.events(on: server).dead == DLQ.names(0..<3))
        }
    }

    @Test func theExportOfAnEmptyQueuePurgesNothingAndIsNoError() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let folder = try TemporaryFolder()
            let file = folder.path + "/none.ndjson"
            expect(try DLQ.run(server, "export", "--to", file), status: 0, stdout: "0 dead letters in \(file)\n")
            try DLQ.fill(server)
            expect(
                try DLQ.run(server, "purge", "--exported", file, "--yes"),
                status: 0,
                stdout: "removed 0 dead letters\n",
                stderr: "caracalctl: note: \(file) is empty: it lists no dead letter\n"
            )
            #expect(try DLQ.events(on: server).dead == DLQ.names(0..<3))
        }
    }

    @Test func aFileOfAnotherDeploymentPurgesNothing() throws {
        try withServer { first in
            try withServer { second in
                for server in [first, second] {
                    _ = try server.run("provision")
                    try server.send("XADD \(DLQ.audit) 5-1 reason x src_data y")
                }
                let folder = try TemporaryFolder()
                let file = folder.path + "/dead.ndjson"
                #expect(try DLQ.run(first, "export", "--to", file).status == 0)
                let result = try DLQ.run(second, "purge", "--exported", file, "--yes")
                #expect(result.stderr.contains("another deployment"))
                #expect(result.status == 65)
                #expect(try second.send("XLEN \(DLQ.audit)")[0].root.integer == 1)
            }
        }
    }

    @Test func anEntryThatIsAnotherByNowPurgesNothing() throws {
        try withServer { server in
            _ = try server.run("provision")
            try server.send("XADD \(DLQ.audit) 5-1 reason x src_data y", "XADD \(DLQ.audit) 5-2 reason x src_data y")
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try DLQ.run(server, "export", "--to", file).status == 0)
            try server.send(
                "DEL \(DLQ.audit)",
                "XADD \(DLQ.audit) 5-1 reason x src_data y",
                "XADD \(DLQ.audit) 5-2 reason x src_data z"
            )
            let result = try DLQ.run(server, "purge", "--exported", file, "--yes")
            #expect(result.stderr.contains("line 2: caracal.audit.events.dlq has something else under 5-2"))
            #expect(try server.send("XLEN \(DLQ.audit)")[0].root.integer == 2)
        }
    }

    @Test func purgeAsksAndRefusesWhereNobodyCanAnswer() throws {
        try withServer { server in
            try DLQ.fill(server)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            _ = try DLQ.run(server, "export", "--to", file)
            #expect(try DLQ.run(server, "purge", "--exported", file).status == 64)
            for (answer, status, left) in [("n\n", 1, 3), ("\n", 1, 3), ("yes\n", 0, 0)] as [(String, Int32, Int)] {
                let command = try DLQ.runner(server).startInTerminal(["dlq", "purge", "--exported", file])
                try command.waitForOutput("Remove 3 dead letters for good (3 pg_permanent_error)? [y/N] ")
                command.type(answer)
                #expect(try command.finish().status == status)
                #expect(try DLQ.events(on: server).dead.count == left)
            }
        }
    }

    /// The three most frequent reasons; a reason that the server has is escaped.
    @Test func theQuestionOfAPurgeNamesTheReasons() throws {
        try withServer { server in
            try DLQ.fill(server, 3)
            let others = ["b:1", "b:2", "", "c\u{1B}[31m", "c\u{1B}[31m", "d", "e"].map { DLQ.audited("x", reason: $0) }
            try DLQ.add(others, to: DLQ.audit, on: server)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try DLQ.run(server, "export", "--to", file).status == 0)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "purge", "--exported", file], columns: 200)
            try command.waitForOutput(
                #"Remove 10 dead letters for good (3 pg_permanent_error, 2 b, 2 c\x1b[31m, 3 of other reasons)? [y/N] "#
            )
            command.type("n\n")
            #expect(try command.finish().status == 1)
        }
    }

    @Test func aUserWithoutTheRightPurgesNothing() throws {
        try withServer(extra: ["user mute on nopass ~* &* +@all -xdel"]) { server in
            try DLQ.fill(server, 3)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try DLQ.run(server, "export", "--to", file).status == 0)
            let result = try DLQ.run(server, "purge", "--exported", file, "--yes", "--user", "mute")
            #expect(result.status == 77)
            #expect(result.stderr.contains("0 were removed"), "\(result.stderr)")
            #expect(try DLQ.events(on: server).dead.count == 3)
        }
    }

    /// Between the comparison and the answer others remove some, and put other entries under the ids of some.
    @Test(arguments: RedisBinary.allCases)
    func whatBecameAnotherWhileAskingStaysAndOnlyOurOwnIsCounted(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try DLQ.fill(server, 5)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            _ = try DLQ.run(server, "export", "--to", file)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "purge", "--exported", file], columns: 200)
            try command.waitForOutput("[y/N] ")
            let ids = try server.entryIDs(of: DLQ.audit)
            try server.send("DEL \(DLQ.audit)")
            try server.send("XADD \(DLQ.audit) \(ids[2]) other thing")
            command.type("y\n")
            let result = try command.finish()
            #expect(result.status == 1)
            #expect(
                result.stdout.contains("\r\nremoved 0 dead letters\r\n4 of the file had gone before\r\n"),
                "\(result.stdout)"
            )
            #expect(
                result.stdout.contains("1 dead letter is another one by now under the same id, and was left alone\r\n"),
                "\(result.stdout)"
            )
            #expect(try server.entryIDs(of: DLQ.audit) == [ids[2]])
        }
    }

    @Test func aLostReplyLeavesThePurgeWhole() throws {
        try withServer { server in
            try DLQ.fill(server, 1_200)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            _ = try DLQ.run(server, "export", "--to", file)
            // Handshake, INFO, TIME, the comparison of 1,200 lines, then the first of three batches.
            let before = 3 + 1 + 1 + 1_200
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(before), .swallowThenCut)])
            let result = try DLQ.runner(server, url: proxy.url).run(["dlq", "purge", "--exported", file, "--yes"])
            #expect(result.status == 0)
            #expect(result.stdout.hasSuffix("\nremoved 700 dead letters\n"))
            #expect(
                result.stderr
                    == "caracalctl: warning: 500 more are gone: an answer was lost, so that it is not known whether we "
                    + "removed them\n"
            )
            #expect(try DLQ.events(on: server).dead.isEmpty)
        }
    }

    /// What refuses to let it in again tells nothing of what was removed before.
    @Test func aLostReplyAndARefusalAfterItLeaveItUnknown() throws {
        try withServer { server in
            try DLQ.fill(server)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try DLQ.run(server, "export", "--to", file).status == 0)
            try server.send("ACL SETUSER op on >pw ~* &* +@all")
            // Handshake, INFO, TIME, the comparison of 3 lines; then the reply of the batch vanishes.
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(3 + 1 + 1 + 3), .swallow)])
            let command = try DLQ.runner(server, url: "redis://op:pw@127.0.0.1:\(proxy.port)/0")
                .start(["dlq", "purge", "--exported", file, "--yes", "--timeout", "60s", "-o", "json"])
            try eventually("all have gone") { try DLQ.events(on: server).dead.isEmpty }
            try server.send("ACL SETUSER op resetpass >other", "CLIENT KILL USER op")
            let result = try command.finish()
            #expect(result.status == 74)
            #expect(result.stdout.contains("\"removed\": 0,"), "\(result.stdout)")
            #expect(result.stdout.contains("\"unknown\": 3,\n    \"complete\": false\n"), "\(result.stdout)")
            #expect(
                result.stdout.contains(
                    "of 3 dead letters it is unknown whether they were removed: the same command settles it"
                ),
                "\(result.stdout)"
            )
            #expect(
                result.stderr.contains("0 were removed, of 3 more it is unknown, and the same command settles it"),
                "\(result.stderr)"
            )
        }
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index> {
        var start = startIndex
        while start < endIndex, !self[start...].hasPrefix(text) { start = index(after: start) }
        return start..<index(start, offsetBy: text.count)
    }
}
