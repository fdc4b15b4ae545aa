import RedisSandbox
import TestSupport
import Testing

/// `--columns`, `--no-headers`, `--sort`, `-o wide` and `-o csv`, `--color` and `--local`.
@Suite struct TableOptionsTests {
    private func withLengths(_ body: (SandboxServer) throws -> Void) throws {
        try withServer { server in
            _ = try server.run("provision", "--quiet")
            for stream in ["keys.invalidate", "keys.invalidate", "sessions.revoke"] {
                try server.send("XADD caracal.\(stream) * zone_id z")
            }
            try server.send("DEL caracal.agents.lifecycle")
            try body(server)
        }
    }

    @Test func columnsRowsAndHeadingAreChosen() throws {
        try withLengths { server in
            expect(
                try server.run("--columns", "length,Stream", "xlen", "--sort=-length", "--no-headers"),
                status: 1,
                stdout: """
                          2  keys.invalidate
                          1  sessions.revoke
                          1  providers.ratelimit
                          0  audit.events
                          0  audit.events.dlq
                          0  policy.invalidate
                          0  invocations.lifecycle
                          0  delegations.invalidate
                    MISSING  agents.lifecycle

                    """,
                stderr: try server.run("xlen", "-q").stderr
            )
            let sorted = try server.run("xlen", "--sort", "-length", "--columns", "stream")
            #expect(sorted.stdout.hasPrefix("STREAM\nkeys.invalidate\n"))
        }
    }

    @Test func csvHasFiguresAsTheyAre() throws {
        try withLengths { server in
            let result = try server.run("xlen", "-o", "csv", "--columns", "stream,length,bound,fill,groups")
            #expect(
                result.stdout == """
                    STREAM,LENGTH,BOUND,FILL,GROUPS
                    audit.events,0,1000000,0.0,2
                    audit.events.dlq,0,100000,0.0,1
                    policy.invalidate,0,10000,0.0,1
                    sessions.revoke,1,10000,0.0001,2
                    keys.invalidate,2,10000,0.0002,1
                    agents.lifecycle,MISSING,,,
                    invocations.lifecycle,0,,,1
                    delegations.invalidate,0,,,1
                    providers.ratelimit,1,1,1.0,0

                    """
            )
            #expect(result.status == 1)
            let none = try server.run("dlq", "-o", "csv")
            expect(none, status: 0, stdout: "STREAM,REASON,COUNT,OLDEST,NEWEST,SIGNATURE,REPLAY\n", stderr: none.stderr)
        }
    }

    @Test func plansAndResultsAreCommaSeparatedToo() throws {
        try withServer { server in
            try DLQ.fill(server, 2)
            try DLQ.add([DLQ.audited("x", reason: "json_parse_error:y")], to: DLQ.audit, on: server)
            let ids = try server.entryIDs(of: DLQ.audit)
            let runner = DLQ.runner(server)
            let columns = ["--columns", "id,result,reason", "-o", "csv"]
            let heading = "ID,RESULT,REASON\n"
            let kept = "\(ids[2]),kept,it would fail again\n"
            expect(
                try runner.run(["dlq", "redrive", "--dry-run"] + columns),
                status: 0,
                stdout: heading + "\(ids[0]),planned,\n\(ids[1]),planned,\n" + kept
            )
            let folder = try TemporaryFolder()
            let file = "\(folder.path)/dead.ndjson"
            #expect(try runner.run(["dlq", "export", "--to", file]).status == 0)
            expect(
                try runner.run(["dlq", "redrive", "--yes"] + columns),
                status: 0,
                stdout: heading + "\(ids[0]),moved,\n\(ids[1]),moved,\n" + kept
            )
            expect(
                try runner.run(["dlq", "purge", "--exported", file, "--yes", "--columns", "id,result", "--no-headers"]),
                status: 0,
                stdout: "\(ids[2])  removed\n"
            )
            try server.send(
                "XGROUP CREATE caracal.keys.invalidate all $",
                "XADD caracal.keys.invalidate 5-1 f v",
                "XADD caracal.keys.invalidate 5-2 f v",
                "XGROUP DESTROY caracal.keys.invalidate sts-keys",
                "XGROUP SETID caracal.keys.invalidate all 5-1"
            )
            let trim = ["trim", "keys.invalidate", "--columns", "result,entries,before,left", "-o", "csv"]
            for (arguments, row) in [
                (["--dry-run"], "planned,1,5-2,1"), (["--yes"], "removed,1,5-2,1"),
                (["--yes"], "nothing to remove,0,,1"),
            ] {
                let result = try runner.run(trim + arguments)
                #expect(result.status == 0)
                #expect(result.stdout == "RESULT,ENTRIES,BEFORE,LEFT\n\(row)\n", "\(result)")
            }
        }
    }

    /// What is announced before anything is sent is what is there afterwards.
    @Test func everyTableIsCommaSeparatedUnderTheColumnsThatItNames() throws {
        let lines = [
            "xlen", "pending", "pending --lost", "pending sessions.revoke sts-revocation", "memory", "dlq", "dlq ls",
            "verify-sig --all", "provision --check", "env", "ack sessions.revoke sts-revocation 1-1 --yes",
            "dlq redrive --dry-run", "dlq redrive --yes", "trim sessions.revoke --dry-run",
            "trim sessions.revoke --yes",
        ]
        try withLengths { server in
            for line in lines {
                let words = line.split(separator: " ").map(String.init)
                let runner = DLQ.runner(server)
                let csv = try runner.run(words + ["-o", "csv"]).stdout.split(separator: "\n")
                let message = try runner.run(words + ["--columns", "nosuch"]).stderr
                let names = (csv.first ?? "").lowercased().split(separator: ",")
                    .map { $0.split(separator: " ").joined(separator: "-") }.joined(separator: ", ")
                #expect(message == "caracalctl: there is no column nosuch: the columns are \(names)\n", "\(line)")
                let count = csv.first?.split(separator: ",").count
                #expect(
                    csv.allSatisfy {
                        $0.contains("\"") || $0.split(separator: ",", omittingEmptySubsequences: false).count == count
                    }
                )
            }
        }
    }

    @Test(arguments: [
        (
            ["xlen", "--columns", "stream,size"],
            "there is no column size: the columns are stream, length, bound, fill, oldest, newest, groups"
        ),
        (
            ["xlen", "--sort", "-size"],
            "there is no column size: the columns are stream, length, bound, fill, oldest, newest, groups"
        ),
        (["xlen", "--columns", ""], "--columns takes names with commas between them: --columns stream,length"),
        (["doctor", "--columns", "check"], "--columns chooses from a table, and doctor shows none here"),
        (
            ["xlen", "audit.events", "--raw", "--sort", "length"],
            "--sort chooses from a table, and xlen shows none here"
        ),
        (["doctor", "-o", "csv"], "doctor shows no table here: say table, json or ndjson"),
        (["dlq", "show", "1-1", "--no-headers"], "--no-headers chooses from a table, and dlq show shows none here"),
        (["dlq", "export", "-o", "csv"], "an export is NDJSON: leave --output out, or give a file with --to"),
        (
            ["pending", "audit.events", "audit-ingestor", "--all", "--sort", "idle"],
            "--sort is not possible here: with --all entries are written page by page (--limit 1000 sorts that many)"
        ),
        (["xlen", "--color", "red"], "--color is always, never or auto"),
        (["xlen", "-o", "yaml"], "--output is table, wide, csv, json, ndjson or prometheus (did you mean json?)"),
        (["xlen", "--sort"], "--sort needs a value: --sort COLUMN"),
    ])
    func isRefusedBeforeAnythingIsSent(arguments: [String], message: String) throws {
        let environment = ["REDIS_URL": "redis://127.0.0.1:1"]
        let result = try CommandRunner(environment: environment).run(arguments)
        #expect(result.status == 64)
        #expect(result.stderr.split(separator: "\n").first == "caracalctl: \(message)")
    }

    @Test func choicesGoWithNoDocument() throws {
        let result = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"]).run([
            "xlen", "--sort", "length", "-o", "json",
        ])
        #expect(result.status == 64)
        #expect(result.stderr.contains("--sort chooses from a table, and -o json is none (-o table, wide or csv)"))
    }

    @Test func entriesOfAGroupAreSortedWhereTheyAreHeld() throws {
        try withLengths { server in
            try server.send(
                "XADD caracal.audit.events 9-9 a b",
                "XADD caracal.audit.events 9-10 a b",
                "XADD caracal.audit.events 10-0 a b",
                "XREADGROUP GROUP audit-ingestor c COUNT 3 STREAMS caracal.audit.events >"
            )
            let words = ["pending", "audit.events", "audit-ingestor", "--columns", "id,tries,note", "--sort", "-id"]
            #expect(
                try CommandRunner(for: server).run(words).stdout == """
                    ID    TRIES
                    10-0  1/8
                    9-10  1/8
                    9-9   1/8

                    """
            )
            #expect(
                try CommandRunner(for: server).run(words + ["-o", "csv"]).stdout
                    == "ID,TRIES,NOTE\n10-0,1,\n9-10,1,\n9-9,1,\n"
            )
        }
    }

    @Test(
        arguments: [
            (["--color=always"], [:], true), (["--colour", "always"], ["NO_COLOR": "1"], true), ([], [:], false),
            ([], ["CLICOLOR_FORCE": "1"], true), ([], ["CLICOLOR_FORCE": "0"], false),
            ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false), (["--color=never"], ["CLICOLOR_FORCE": "1"], false),
            ([], ["CARACALCTL_COLOR": "always"], true), (["--color", "auto"], ["CARACALCTL_COLOR": "always"], false),
        ] as [([String], [String: String], Bool)]
    )
    func colourIsUsedWhereItIsWanted(options: [String], environment: [String: String], isColoured: Bool) throws {
        let result = try CommandRunner(environment: environment).run(["env"] + options)
        #expect(result.status == 0)
        #expect(result.stdout.hasPrefix("\u{1B}[1mSETTING\u{1B}[0m") == isColoured)
        #expect(result.stdout.contains("\u{1B}") == isColoured)
    }

    @Test func aColourThatDoesNotExistIsASettingThatCannotBeUsed() throws {
        expect(
            try run("env", environment: ["CARACALCTL_COLOR": "red"]),
            status: 78,
            stderr: "caracalctl: CARACALCTL_COLOR is none of always, never or auto\n"
        )
    }

    @Test func timesAreShownInTheZoneOfTheOperatorWhereThatIsWanted() throws {
        try withServer { server in
            try DLQ.fill(server, 0)
            try server.send("XADD \(DLQ.audit) 1767443990017-0 reason r src_id 1-1")
            var runner = DLQ.runner(server)
            runner.environment["TZ"] = "IST-5:30"
            let words = ["dlq", "show", "1767443990017-0"]
            #expect(try runner.run(words).stdout.contains("(2026-01-03T12:39:50.017Z)"))
            #expect(try runner.run(words + ["--local"]).stdout.contains("(2026-01-03T18:09:50.017+05:30)"))
            runner.environment["CARACALCTL_LOCAL"] = "1"
            #expect(try runner.run(words).stdout.contains("(2026-01-03T18:09:50.017+05:30)"))
            runner.environment["TZ"] = "NST3:30"
            #expect(try runner.run(words).stdout.contains("(2026-01-03T09:09:50.017-03:30)"))
            let json = try runner.run(words + ["-o", "json"]).stdout
            #expect(!json.contains("-03:30"))
        }
    }

    @Test func groupsThatAreLeftOverAreSummedUp() throws {
        try withServer { server in
            _ = try server.run("provision", "--quiet")
            try server.send("XADD caracal.sessions.revoke * zone_id z")
            for host in 1...3 { try server.send("XGROUP CREATE caracal.sessions.revoke gateway-revocation:h\(host) 0") }
            let result = try server.run("pending", "sessions.revoke")
            #expect(
                result.stderr
                    == "caracalctl: note: 3 groups on caracal.sessions.revoke are left over from hosts that are gone, "
                    + "gateway-revocation:h1 among them: no alarm counts them (doctor says how to remove them)\n"
            )
        }
    }
}
