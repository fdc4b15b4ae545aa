import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `group` and `consumer` as an operator runs them.
@Suite struct GroupCommandTests {
    /// Ten entries of `caracal.audit.events`; `audit-ingestor` was given four, which `holder` has; `idle` has none.
    private func withGroups(_ binary: RedisBinary = .v8_2, _ body: (SandboxServer) throws -> Void) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            for id in 1...10 { try server.send("XADD caracal.audit.events \(id)-0 a b") }
            try server.send(
                "XREADGROUP GROUP audit-ingestor holder COUNT 4 STREAMS caracal.audit.events >",
                "XGROUP CREATECONSUMER caracal.audit.events audit-ingestor idle"
            )
            try body(server)
        }
    }

    private func groups(_ server: SandboxServer) throws -> [String] {
        try server.send("XINFO GROUPS caracal.audit.events")[0].root.elements.map {
            let place = String(decoding: $0[field: "last-delivered-id"]?.text ?? [], as: UTF8.self)
            return "\(String(decoding: $0[field: "name"]?.text ?? [], as: UTF8.self)) \(place)"
        }
    }

    /// When a consumer was last seen, and which of several was seen last, depends on the machine.
    private func run(_ server: SandboxServer, _ words: [String]) throws -> CommandResult {
        let seen = /(holder|idle|c) was last seen [0-9]+ (ms|s|min) ago/
        return try CommandRunner(for: server).run(words).replacing(seen, with: "NAME was last seen AGE ago")
    }

    // MARK: Looking

    /// Redis takes an empty name: it is seen to be one, and JSON has it as it is.
    @Test func anEmptyNameIsShownInQuotes() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let connection = try VerifySig.connect(server)
            let (key, none) = (Array("caracal.policy.invalidate".utf8), [UInt8]())
            try server.send("XADD caracal.policy.invalidate 1-1 a b")
            let create = [Array("CREATE".utf8), key, none, Array("0".utf8)]
            _ = try connection.send(Command("XGROUP", arguments: create))
            let consumer = [Array("CREATECONSUMER".utf8), key, none, none]
            _ = try connection.send(Command("XGROUP", arguments: consumer))
            expect(
                try run(server, ["group", "ls", "policy.invalidate", "--columns", "group,kind"]),
                status: 0,
                stdout: "GROUP       KIND\nopa-engine  table\n\"\"          other\n"
            )
            expect(
                try run(server, ["consumer", "ls", "policy.invalidate", "", "--columns", "group,consumer"]),
                status: 0,
                stdout: "GROUP  CONSUMER\n\"\"     \"\"\n"
            )
            let csv = try run(
                server,
                ["consumer", "ls", "policy.invalidate", "", "--columns", "group,consumer", "-o", "csv"]
            )
            expect(csv, status: 0, stdout: "GROUP,CONSUMER\n,\n")
            let json = try run(server, ["consumer", "ls", "policy.invalidate", "", "-o", "json"])
            #expect(json.stdout.contains(#""group": "","#), "\(json.stdout)")
            let doctor = try run(server, ["doctor", "--only", "unknown-groups", "-q"])
            #expect(
                doctor.stdout.hasPrefix(
                    "1. WARNING unknown-groups: caracal.policy.invalidate has the group \"\", which is not in the table\n"
                ),
                "\(doctor)"
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func lsShowsGroupsOutsideTheTableToo(binary: RedisBinary) throws {
        try withGroups(binary) { server in
            try server.send(
                "XGROUP CREATE caracal.audit.events mine 7-0",
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:a $",
                "XGROUP CREATE caracal.elsewhere own $ MKSTREAM",
                "SET caracal.text 1"
            )
            expect(
                try server.run("group", "ls", "--columns", "stream,group,kind,pending,lag,position"),
                status: 0,
                stdout: """
                    STREAM                  GROUP                 KIND   PENDING  LAG  POSITION
                    audit.events            audit-ingestor        table        4    6  4-0
                    audit.events            siem-export           table        0   10  0-0
                    audit.events            mine                  other        0    3  7-0
                    audit.events.dlq        audit-dlq-observer    table        0    0  0-0
                    policy.invalidate       opa-engine            table        0    0  0-0
                    sessions.revoke         sts-revocation        table        0    0  0-0
                    sessions.revoke         resource-revocation   table        0    0  0-0
                    sessions.revoke         gateway-revocation:a  host         0    0  0-0
                    keys.invalidate         sts-keys              table        0    0  0-0
                    agents.lifecycle        coordinator-relay     table        0    0  0-0
                    invocations.lifecycle   invocations-observer  table        0    0  0-0
                    delegations.invalidate  delegations-observer  table        0    0  0-0
                    caracal.elsewhere       own                   other        0    0  0-0

                    """
            )
            let some = try server.run("group", "ls", "-s", "audit.events", "-n", "1", "--columns", "group")
            expect(
                some,
                status: 0,
                stdout: "GROUP\naudit-ingestor\n",
                stderr: "caracalctl: note: 2 more groups are not listed (--all)\n"
            )
            #expect(
                try server.run("group", "--columns", "group").stdout.hasPrefix("GROUP\naudit-ingestor\nsiem-export")
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func consumersAreListedWithWhatTheyHold(binary: RedisBinary) throws {
        try withGroups(binary) { server in
            expect(
                try server.run("consumer", "ls", "audit.events", "--columns", "group,consumer,pending"),
                status: 0,
                stdout: """
                    GROUP           CONSUMER  PENDING
                    audit-ingestor  holder          4
                    audit-ingestor  idle            0

                    """
            )
            expect(
                try server.run("consumer", "ls", "audit.events", "nix"),
                status: 1,
                stderr:
                    "caracalctl: the group nix does not exist on caracal.audit.events (the table has audit-ingestor, "
                    + "siem-export)\n"
            )
        }
    }

    @Test func anEmptyListIsSaidToBeEmpty() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            for line in [["consumer"], ["consumer", "ls"], ["consumer", "sessions.revoke"]] {
                expect(try run(server, line), status: 0, stdout: "no consumers\n")
                expect(try run(server, line + ["-q"]), status: 0, stdout: "")
            }
            expect(
                try run(server, ["consumer", "ls", "-o", "csv"]),
                status: 0,
                stdout: "STREAM,GROUP,CONSUMER,STATE,PENDING,HELD,LAST SEEN\n"
            )
            expect(try run(server, ["group", "ls", "providers.ratelimit"]), status: 0, stdout: "no groups\n")
        }
    }

    // MARK: Moving

    @Test(arguments: RedisBinary.allCases)
    func seekShowsItsPlanAndMovesTheGroup(binary: RedisBinary) throws {
        try withGroups(binary) { server in
            let seek = ["group", "seek", "audit.events", "audit-ingestor", "--to"]
            let warnings = """
                caracalctl: warning: audit-ingestor is given 2 entries once more, acknowledged or not: its consumers must bear \
                that
                caracalctl: note: audit-ingestor keeps what is pending in it: 4 entries
                caracalctl: warning: audit-ingestor may be in use: NAME was last seen AGE ago, and 1 more lately; if one \
                of its consumers reads before it is moved, nothing is changed

                """
            let columns = ["--columns", "group,result,next,again,skipped,waiting,pending,readers,from,position"]
            expect(
                try run(server, seek + ["3-0", "--dry-run"] + columns),
                status: 0,
                stdout: """
                    GROUP           RESULT   NEXT  AGAIN  SKIPPED  WAITING  PENDING  READERS  FROM  POSITION
                    audit-ingestor  planned  3-0       2        0        8        4        2  4-0   2-0

                    """,
                stderr: warnings
            )
            #expect(try groups(server) == ["audit-ingestor 4-0", "siem-export 0-0"])
            expect(
                try run(server, seek + ["3-0", "--yes"] + columns),
                status: 0,
                stdout: """
                    GROUP           RESULT  NEXT  AGAIN  SKIPPED  WAITING  PENDING  READERS  FROM  POSITION
                    audit-ingestor  moved   3-0       2        0        8        4        2  4-0   2-0

                    """,
                stderr: warnings
            )
            #expect(try groups(server) == ["audit-ingestor 2-0", "siem-export 0-0"])
            expect(
                try run(server, seek + ["3-0", "--yes", "-o", "csv"]),
                status: 0,
                stdout: """
                    STREAM,GROUP,RESULT,NEXT,AGE,AGAIN,SKIPPED,WAITING,PENDING,READERS,FROM,POSITION
                    audit.events,audit-ingestor,in place,3-0,,0,0,8,4,2,2-0,2-0

                    """,
                stderr: """
                    caracalctl: note: audit-ingestor keeps what is pending in it: 4 entries
                    caracalctl: warning: audit-ingestor may be in use: NAME was last seen AGE ago, and 1 more lately; if one \
                    of its consumers reads before it is moved, nothing is changed
                    caracalctl: note: nothing to do: nothing was sent

                    """
            )
        }
    }

    /// A place that is none, and what is said of it.
    static let badPlaces: [(String, Int32, String)] = [
        ("10-1", 0, "siem-export is never given 10 entries up to 10-0"),
        ("11-0", 1, "11-0 lies behind the last id of caracal.audit.events, 10-0"),
        ("2999-01-01", 1, "lies behind the last id of caracal.audit.events, 10-0"),
        ("0-0", 0, "nothing to do"),
        ("5-5", 0, "caracal.audit.events has no entry 5-5: the first one from there on is 6-0"),
        ("1700000000", 64, "--to 1700000000 looks like seconds"),
        ("nonsense", 64, "--to is start, end, a time"),
    ]

    @Test(arguments: badPlaces)
    func aPlaceThatIsNotThereIsClear(place: String, status: Int32, words: String) throws {
        try withGroups { server in
            let result = try server.run("group", "seek", "audit.events", "siem-export", "--to", place, "--yes")
            #expect(result.status == status, "\(result)")
            #expect(result.stderr.contains(words), "\(result)")
            if status != 0 { #expect(try groups(server) == ["audit-ingestor 4-0", "siem-export 0-0"]) }
        }
    }

    @Test func placesBeforeTheFirstSayWhereTheStreamBegins() throws {
        try withGroups { server in
            try server.send("XTRIM caracal.audit.events MINID 4-0")
            let result = try server.run(
                "group",
                "seek",
                "audit.events",
                "audit-ingestor",
                "--to",
                "2-0",
                "--dry-run",
                "-q"
            )
            #expect(result.status == 0)
            let all = try server.run("group", "seek", "audit.events", "audit-ingestor", "--to", "2-0", "--dry-run")
            #expect(
                all.stderr.hasPrefix(
                    "caracalctl: note: caracal.audit.events begins with 4-0: what was before it is gone\n"
                )
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func createCountsWhatIsNeverGiven(binary: RedisBinary) throws {
        try withGroups(binary) { server in
            let create = ["group", "create", "audit.events", "mine", "--at"]
            let result = try run(server, create + ["$", "--yes", "--columns", "group,result,skipped,position"])
            expect(
                result,
                status: 0,
                stdout: "GROUP  RESULT   SKIPPED  POSITION\nmine   created       10  10-0\n",
                stderr: "caracalctl: warning: mine is never given 10 entries up to 10-0\n"
            )
            expect(
                try run(server, create + ["0", "--yes"]),
                status: 1,
                stderr: "caracalctl: the group mine exists on caracal.audit.events already, at 10-0; nothing was sent "
                    + "(caracalctl group seek moves it)\n"
            )
            let nowhere = try server.run("group", "create", "nowhere", "mine", "--at", "0", "--any-stream", "--yes")
            #expect(nowhere.status == 1)
            #expect(nowhere.stderr.hasPrefix("caracalctl: nowhere does not exist"))
            #expect(try server.send("EXISTS nowhere")[0].root.integer == 0)
        }
    }

    /// Of many streams, one that is none is told and not passed over.
    @Test func aKeyOfAnotherTypeIsNamed() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("DEL caracal.policy.invalidate", "SET caracal.policy.invalidate x")
            let commands = [
                ["group", "ls"], ["group", "prune", "--dry-run"], ["consumer", "prune", "--idle", "1d", "--dry-run"],
            ]
            for words in commands {
                let result = try server.run(words)
                #expect(result.status == 1, "\(words)")
                let text = "caracalctl: caracal.policy.invalidate is not a stream: it holds a string\n"
                #expect(result.stderr.contains(text), "\(words): \(result.stderr)")
            }
        }
    }

    // MARK: Removing

    @Test(arguments: RedisBinary.allCases)
    func rmProtectsTheTableAndWhatIsPending(binary: RedisBinary) throws {
        try withGroups(binary) { server in
            expect(
                try server.run("group", "rm", "audit.events", "siem-export", "--yes"),
                status: 1,
                stderr:
                    "caracalctl: siem-export is a group that caracal.audit.events must have: its consumers would get "
                    + "NOGROUP; nothing was sent (--force removes it all the same)\n"
            )
            try server.send(
                "XGROUP CREATE caracal.audit.events mine 0",
                "XREADGROUP GROUP mine c COUNT 1 STREAMS caracal.audit.events >"
            )
            expect(
                try server.run("group", "rm", "audit.events", "mine", "--yes"),
                status: 1,
                stderr:
                    "caracalctl: mine on caracal.audit.events has 1 entry pending, which nobody would be given again; "
                    + "nothing was sent (caracalctl pending shows them, --force removes the group all the same)\n"
            )
            let columns = ["--columns", "group,result,waiting,pending,consumers"]
            expect(
                try run(server, ["group", "rm", "audit.events", "mine", "--force", "--yes"] + columns),
                status: 0,
                stdout: """
                    GROUP  RESULT   WAITING  PENDING  CONSUMERS
                    mine   removed        9        1          1

                    """,
                stderr: """
                    caracalctl: warning: mine forgets what is pending in it, 1 entry: nobody is given that again
                    caracalctl: warning: mine may be in use: NAME was last seen AGE ago; its consumers get NOGROUP once it is removed

                    """
            )
            #expect(try groups(server) == ["audit-ingestor 4-0", "siem-export 0-0"])
        }
    }

    /// A command in a table or in JSON reaches the same server, as in a message.
    @Test func whatAReasonProposesReachesTheSameServer() throws {
        try withGroups { server in
            var runner = CommandRunner(for: server)
            runner.environment["REDIS_URL"] = nil
            let url = "redis://127.0.0.1:\(server.port ?? 0)"
            let rm = ["consumer", "rm", "audit.events", "audit-ingestor", "holder", "--yes", "-u", url]
            let advice = "its entries would be lost (caracalctl -u \(url) claim hands them to another)"
            let table = try runner.run(rm + ["--columns", "consumer,result,reason"])
            expect(
                table,
                status: 1,
                stdout: "CONSUMER  RESULT\nholder    holds entries  \(advice)\n",
                stderr: "caracalctl: note: nothing to do: nothing was sent\n"
            )
            #expect(try runner.run(rm + ["-o", "json"]).stdout.contains("\"reason\": \"\(advice)\""))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func consumersThatHoldEntriesAreNeverRemoved(binary: RedisBinary) throws {
        try withGroups(binary) { server in
            let columns = ["--columns", "consumer,result,pending,reason"]
            let rm = ["consumer", "rm", "audit.events", "audit-ingestor"]
            expect(
                try run(server, rm + ["holder", "nix", "--yes"] + columns),
                status: 1,
                stdout: """
                    CONSUMER  RESULT         PENDING
                    holder    holds entries        4  its entries would be lost (caracalctl claim hands them to another)
                    nix       gone                 -  there is none of this name

                    """,
                stderr: "caracalctl: note: nothing to do: nothing was sent\n"
            )
            expect(
                try run(server, ["consumer", "prune", "audit.events", "--idle", "0s", "--yes"] + columns),
                status: 0,
                stdout: """
                    CONSUMER  RESULT   PENDING
                    idle      removed        0

                    """,
                stderr: "caracalctl: note: 1 more consumer is as idle and stays: it holds 4 entries (caracalctl claim "
                    + "hands them to another)\n"
            )
        }
    }

    @Test func pruneRemovesLeftOverGroupsOnly() throws {
        try withGroups { server in
            try server.send(
                "XADD caracal.sessions.revoke 1-0 a b",
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:a 0",
                "XGROUP CREATE caracal.sessions.revoke stranger 0"
            )
            let columns = ["--columns", "stream,group,result,waiting"]
            expect(
                try run(server, ["group", "prune", "--dry-run"] + columns),
                status: 0,
                stdout: """
                    STREAM           GROUP                 RESULT   WAITING
                    sessions.revoke  gateway-revocation:a  planned        1

                    """
            )
            expect(
                try run(server, ["group", "prune", "sessions.revoke", "--yes"] + columns),
                status: 0,
                stdout: """
                    STREAM           GROUP                 RESULT   WAITING
                    sessions.revoke  gateway-revocation:a  removed        1

                    """
            )
            expect(
                try server.run("group", "prune", "--yes"),
                status: 0,
                stderr: "caracalctl: note: nothing to do: nothing was sent\n"
            )
        }
    }

    // MARK: Asking, refusing

    @Test(arguments: [("y\n", 0), ("n\n", 1), ("\u{3}", 130)])
    func onATerminalItShowsThePlanAndAsks(answer: String, status: Int32) throws {
        try withGroups { server in
            let command = try CommandRunner(for: server)
                .startInTerminal(["group", "seek", "audit.events", "siem-export", "--to", "end"], columns: 200)
            try command.waitForOutput(
                "Move siem-export on caracal.audit.events, to read what is added from now on? [y/N] "
            )
            command.type(answer)
            let result = try command.finish()
            #expect(result.status == status, "\(result)")
            #expect(result.stdout.contains("planned"))
            #expect(try groups(server)[1] == (status == 0 ? "siem-export 10-0" : "siem-export 0-0"))
        }
    }

    /// The question waits, and the group reads on: nothing is changed, and it is said.
    @Test func aGroupThatReadsOnWhileTheQuestionWaitsIsLeftAlone() throws {
        try withGroups { server in
            let command = try CommandRunner(for: server)
                .startInTerminal(["group", "seek", "audit.events", "siem-export", "--to", "end"], columns: 250)
            try command.waitForOutput("[y/N] ")
            try server.send("XREADGROUP GROUP siem-export c COUNT 1 STREAMS caracal.audit.events >")
            command.type("y\n")
            let result = try command.finish()
            #expect(result.status == 1, "\(result)")
            #expect(
                result.stdout.contains(
                    "siem-export on caracal.audit.events has come from 0-0 to 1-0 since the plan was made; nothing was changed"
                )
            )
            #expect(try groups(server)[1] == "siem-export 1-0")
        }
    }

    static let writes = [
        ["group", "create", "audit.events", "mine", "--at", "0"],
        ["group", "seek", "audit.events", "siem-export", "--to", "end"],
        ["group", "rm", "audit.events", "siem-export", "--force"], ["group", "prune"],
        ["consumer", "rm", "audit.events", "audit-ingestor", "idle"], ["consumer", "prune", "--idle", "0s"],
    ]

    @Test(arguments: writes)
    func withoutATerminalOrTheRightToWriteNothingIsSent(words: [String]) throws {
        let asked = try CommandRunner().run(words)
        expect(
            asked,
            status: 64,
            stderr:
                "caracalctl: not a terminal: pass --yes to confirm (--dry-run shows what would be done); nothing was sent\n"
        )
        let refused = try CommandRunner().run(words + ["--yes", "--read-only"])
        #expect(refused.status == 78)
        #expect(refused.stderr.hasSuffix("writes, and --read-only forbids that: nothing was sent\n"))
    }

    /// Without the right to scripts it is said which right is missing, and nothing is changed.
    @Test(arguments: RedisBinary.allCases)
    func withoutEvalNothingIsChanged(binary: RedisBinary) throws {
        try withGroups(binary) { server in
            try server.send(
                "ACL SETUSER lowly on >pw ~* +@all -eval",
                "XADD caracal.sessions.revoke 1-0 a b",
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:a 0"
            )
            var runner = CommandRunner(for: server)
            runner.environment["REDIS_USERNAME"] = "lowly"
            runner.environment["REDIS_PASSWORD"] = "pw"
            for words in Self.writes {
                let result = try runner.run(words + ["--yes"])
                #expect(result.status == 77, "\(words): \(result)")
                #expect(result.stderr.contains("ACL SETUSER lowly +eval"), "\(words): \(result)")
            }
            #expect(try groups(server) == ["audit-ingestor 4-0", "siem-export 0-0"])
        }
    }

    @Test(arguments: [
        ("group delete", "there is no command group delete (did you mean group rm?"),
        ("group reset", "did you mean group seek?"), ("consumer delete", "did you mean consumer rm?"),
        ("groups", "did you mean group?"), ("consumers", "did you mean consumer?"),
        ("setid", "did you mean group seek?"),
        ("group ls delete", "delete is not a stream of the bus"),
        ("group seek audit.events siem-export", "group seek needs --to PLACE"),
        ("group create audit.events mine", "group create needs --at PLACE"),
        ("consumer prune", "consumer prune needs --idle DURATION"),
        ("consumer prune --idle x", "--idle is a duration"),
    ])
    func mistakesNameWhatWasMeant(line: String, words: String) throws {
        let result = try CommandRunner().run(line.split(separator: " ").map(String.init))
        #expect(result.status == 64)
        #expect(result.stderr.contains(words), "\(line): \(result.stderr)")
    }
}
