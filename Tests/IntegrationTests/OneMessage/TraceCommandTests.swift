import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct TraceCommandTests {
    private static let stream = "caracal.sessions.revoke"
    /// Made at 1767443990017.
    private static let outboxID = "019b83df-0601-7d6e-8d35-c5a5f5c6c6a1"
    private static let entry = "1767443990029-0"
    private static let passed = "passed   acknowledged, or passed over by SETID or a start at $"
    private static let head = """
        outbox  not asked (no DATABASE_URL)
                \(outboxID)  made 2026-01-03T12:39:50.017Z

        """

    private func add(_ id: String = entry, to server: SandboxServer) throws {
        try server.send("XADD \(Self.stream) \(id) zone_id z-1 session_id s-9 outbox_id \(Self.outboxID)")
    }

    private func runner(_ server: SandboxServer) -> CommandRunner {
        var runner = CommandRunner(for: server)
        runner.environment["CARACAL_MODE"] = "dev"
        return runner
    }

    /// The line of the entry, and what is known of it.
    private func line(_ label: String, _ id: String, _ offset: Int, _ evidence: String) -> String {
        let time = "2026-01-03T12:39:50.0\(17 + offset)Z"
        return "\(label)sessions.revoke \(id)  \(time)  +\(offset)ms\n        \(evidence)\n"
    }

    @Test(arguments: RedisBinary.allCases)
    func eachStateOfAMessageIsTold(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try add(to: server)
            let runner = runner(server)
            let entry = line("entry   ", Self.entry, 12, "signature unsigned: no signature")
            let none = Self.head + entry + "dead    -\n"
            expect(try runner.run(["trace", Self.outboxID]), status: 0, stdout: none)
            try server.send("XGROUP CREATE \(Self.stream) readers 0")
            let waiting = Self.head + entry + "  readers  waiting  not delivered yet\ndead    -\n"
            expect(try runner.run(["trace", Self.outboxID]), status: 0, stdout: waiting)
            expect(try runner.run(["trace", Self.entry]), status: 0, stdout: waiting)
            let bySession = ["trace", "session_id=s-9", "--since", "2026-01-01"]
            expect(try runner.run(bySession), status: 0, stdout: waiting)
            try server.send(
                "XREADGROUP GROUP readers c COUNT 1 STREAMS \(Self.stream) >",
                "XGROUP CREATECONSUMER \(Self.stream) readers other",
                "XCLAIM \(Self.stream) readers c 0 \(Self.entry) IDLE 183600000 RETRYCOUNT 3 JUSTID"
            )
            let pending = "at c, 3 tries, idle 2d03h"
            let command = "caracalctl claim sessions.revoke readers \(Self.entry) --to other"
            expect(
                try runner.run(["trace", Self.outboxID]),
                status: 1,
                stdout: Self.head + entry + "  readers  pending  \(pending)\ndead    -\nnext    \(command)\n",
                stderr: "caracalctl: readers on sessions.revoke has \(Self.entry) pending \(pending)\n"
            )
            let words = command.split(separator: " ").dropFirst().map(String.init)
            #expect(try runner.run(words + ["--dry-run"]).status == 0)
            try server.send("XACK \(Self.stream) readers \(Self.entry)")
            let passed = Self.head + entry + "  readers  \(Self.passed)\ndead    -\n"
            let seek = "caracalctl group seek sessions.revoke readers --to \(Self.entry) --dry-run"
            // Before Redis 7 nothing tells a group that was put there from one that has read.
            let doubt = "next    \(seek) # if it never had it\n"
            // It was acknowledged: there is nothing to do.
            expect(
                try runner.run(["trace", Self.outboxID]),
                status: 0,
                stdout: passed + (version == .v6_2 ? doubt : "")
            )
            try server.send("XGROUP SETID \(Self.stream) readers $")
            let next = version == .v6_2 ? doubt : "next    \(seek)\n"
            expect(try runner.run(["trace", Self.outboxID]), status: 0, stdout: passed + next)
            // Nor does anything where entries were deleted.
            try server.send("XADD \(Self.stream) 1767443995000-0 zone_id z", "XDEL \(Self.stream) 1767443995000-0")
            expect(try runner.run(["trace", Self.outboxID]), status: 0, stdout: passed + doubt)
            #expect(try runner.run(seek.split(separator: " ").dropFirst().map(String.init)).status == 0)
        }
    }

    @Test func deadLettersOfEachShapeAreFound() throws {
        try withServer { server in
            let values = #"{"zone_id":"z-1","outbox_id":"\#(Self.outboxID)"}"#
            let connection = try VerifySig.connect(server)
            let letters = [
                ["original_id", Self.entry, "error", "cannot store: timeout", "values", values],
                ["source_id", Self.entry, "reason", "missing_revocation_anchor", "payload", values],
                ["source_id", Self.entry, "reason", "broken", "payload", "{"],
            ]
            try server.send("XADD \(Self.stream) \(Self.entry) zone_id z-1 outbox_id \(Self.outboxID)")
            for (place, letter) in letters.enumerated() {
                let words = ["\(Self.stream).dead", "1767443990\(100 + place)-0"] + letter
                _ = try connection.send(Command("XADD", arguments: words.map { Array($0.utf8) }))
            }
            for word in [Self.outboxID, Self.entry] {
                let result = try runner(server).run(["trace", word])
                #expect(result.status == 1)
                for (place, reason) in ["cannot store: timeout", "missing_revocation_anchor", "broken"].enumerated() {
                    let end = "1767443990\(100 + place)-0  2026-01-03T12:39:50.10\(place)Z  +8\(3 + place)ms\n"
                    #expect(
                        result.stdout.contains(
                            "dead    sessions.revoke.dead \(end)        \(reason); of \(Self.entry)\n"
                        )
                    )
                    #expect(result.stderr.contains("sessions.revoke.dead: \(reason)\n"))
                }
            }
        }
    }

    @Test func anAuditEventIsFollowedToItsDeadLetterAndBack() throws {
        try withServer { server in
            let event = #"{"id":"e-1","zone_id":"z-1"}"#
            let connection = try VerifySig.connect(server)
            let letter = ["reason", "pg_permanent_error: x", "src_id", "1000-0", "src_data", event]
            let words = ["caracal.audit.events.dlq", "2000-0"] + letter
            _ = try connection.send(Command("XADD", arguments: words.map { Array($0.utf8) }))
            try server.send("XADD caracal.audit.events 900-0 data {}")
            let dead = try runner(server).run(["trace", "e-1", "--since", "-"])
            #expect(dead.status == 1)
            #expect(
                dead.stdout.contains(
                    "entry   audit.events 1000-0  1970-01-01T00:00:01.000Z\n        it was never added"
                )
            )
            #expect(dead.stdout.contains("dead    audit.events.dlq 2000-0  1970-01-01T00:00:02.000Z  +1s\n"))
            let copy = ["caracal.audit.events", "3000-0", "data", event]
            _ = try connection.send(Command("XADD", arguments: copy.map { Array($0.utf8) }))
            let back = try runner(server).run(["trace", "e-1", "--since", "-", "-o", "ndjson"])
            let stations = back.stdout.split(separator: "\n").map { line in line.split(separator: "\"")[3] }
            #expect(stations == ["outbox", "entry", "dead_letter", "copy"])
            #expect(back.stdout.contains(#""station":"copy","stream":"caracal.audit.events","id":"3000-0""#))
            #expect(try runner(server).run(["trace", "data.id=e-1", "--since", "-"]).status == 1)
        }
    }

    /// JSON may write any character as an escape.
    @Test func anIDThatJSONEscapesIsFound() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            for (id, event) in [("1000-0", #"{"id":"e-1x"}"#), ("2000-0", #"{"id":"e\u002d1"}"#), ("3000-0", "{}")] {
                let words = ["caracal.audit.events", id, "data", event]
                _ = try connection.send(Command("XADD", arguments: words.map { Array($0.utf8) }))
            }
            let found = try runner(server).run(["trace", "e-1", "--since", "-", "-o", "ndjson"])
            let ids = found.stdout.split(separator: "\n").dropFirst().map { $0.split(separator: "\"")[11] }
            #expect(ids == ["2000-0"], "\(found)")
        }
    }

    @Test func whatWasPublishedTwiceIsShownTwice() throws {
        try withServer { server in
            try add(to: server)
            try add("1767443990050-0", to: server)
            for word in [Self.outboxID, Self.entry, "1767443990050-0"] {
                let again =
                    "the same message as \(Self.entry): published twice, or redriven; signature unsigned: no signature"
                expect(
                    try runner(server).run(["trace", word]),
                    status: 0,
                    stdout: Self.head + line("entry   ", Self.entry, 12, "signature unsigned: no signature")
                        + line("copy    ", "1767443990050-0", 33, again) + "dead    -\n"
                )
            }
        }
    }

    @Test func aLineForEachStationHasItsEvidence() throws {
        try withServer { server in
            try add(to: server)
            try server.send("XGROUP CREATE \(Self.stream) readers $")
            let nothing = #""group":null,"consumer":null"#
            expect(
                try runner(server).run(["trace", Self.outboxID, "-o", "ndjson"]),
                status: 0,
                stdout: #"{"station":"outbox","stream":null,"id":"\#(Self.outboxID)",\#(nothing),"state":"not_asked","#
                    + #""certain":false,"at":"2026-01-03T12:39:50.017Z","evidence":"not asked (no DATABASE_URL)"}"#
                    + "\n"
                    + #"{"station":"entry","stream":"\#(Self.stream)","id":"\#(Self.entry)",\#(nothing),"state":"present","#
                    + #""certain":true,"at":"2026-01-03T12:39:50.029Z","evidence":"signature unsigned: no signature"}"#
                    + "\n"
                    + #"{"station":"group","stream":"\#(Self.stream)","id":"\#(Self.entry)","group":"readers","consumer":null,"#
                    + #""state":"passed","certain":false,"at":null,"#
                    + #""evidence":"acknowledged, or passed over by SETID or a start at $"}"# + "\n"
            )
        }
    }

    @Test func aMessageIsFollowedOnACluster() throws {
        try withCluster { cluster in
            let runner = try cluster.runner()
            #expect(try runner.run(["provision"]).status == 0)
            let published = ["publish", "keys.invalidate", "zone_id=z-7", "--outbox-id", Self.outboxID]
            #expect(try runner.run(published).status == 0)
            let result = try runner.run(["trace", "zone_id=z-7", "-o", "ndjson"])
            #expect(result.stdout.contains(#""id":"\#(Self.outboxID)""#), "\(result.stderr)")
            let id = try #require(result.stdout.split(separator: "\n").dropFirst().first?.split(separator: "\"")[11])
            let got = try runner.run(["get", "keys.invalidate", String(id), "-o", "ndjson"])
            #expect(got.status == 0 && got.stdout.contains(#""message":{"zone_id":"z-7""#))
            #expect(try runner.run(["trace", String(id)]).stdout.contains("keys.invalidate \(id)"))
        }
    }

    @Test func theWindowIsWidenedOnlyWhenThatIsAskedFor() throws {
        try withServer { server in
            try add("1767444990029-0", to: server)
            let trace = ["trace", Self.outboxID]
            let away = try runner(server).run(trace)
            #expect(away.status == 1)
            #expect(
                away.stderr
                    == "caracalctl: nothing found: 0 entries were searched around the time that the id names (--window, --since search more)\n"
            )
            #expect(try runner(server).run(trace + ["--window", "20m"]).status == 0)
            #expect(try runner(server).run(trace + ["--since", "2026-01-03"]).status == 0)
        }
    }

    /// A copy that was added later, forged perhaps: what became of the message before that is found.
    @Test func ofALaterCopyTheDeadLetterOfTheFirstIsFound() throws {
        try withServer { server in
            try add(to: server)
            let values = #"{"zone_id":"z-1","session_id":"s-9","outbox_id":"\#(Self.outboxID)"}"#
            let letter = ["original_id", Self.entry, "error", "timeout", "values", values]
            let words = ["\(Self.stream).dead", "1767443990100-0"] + letter
            _ = try VerifySig.connect(server).send(Command("XADD", arguments: words.map { Array($0.utf8) }))
            // An hour later.
            let copy = "1767447590029-0"
            try add(copy, to: server)
            let result = try runner(server).run(["trace", copy])
            #expect(result.status == 1)
            let told = "signature unsigned: no signature"
            #expect(result.stdout.contains(line("entry   ", Self.entry, 12, told)), "\(result.stdout)")
            #expect(result.stdout.contains("copy    sessions.revoke \(copy)"), "\(result.stdout)")
            #expect(result.stdout.contains("dead    sessions.revoke.dead 1767443990100-0"), "\(result.stdout)")
        }
    }

    /// A dead letter is found where its source lies outside of what was searched: the source is asked for before it is called gone.
    @Test(arguments: RedisBinary.allCases)
    func theSourceOfADeadLetterNeedNotLieInTheWindow(_ version: RedisBinary) throws {
        try withServer(version) { server in
            // An hour after the time that the id names.
            let late = "1767447590029-0"
            try add(late, to: server)
            try server.send(
                "XGROUP CREATE \(Self.stream) readers 0",
                "XREADGROUP GROUP readers c COUNT 1 STREAMS \(Self.stream) >"
            )
            let letter = "1767447590100-0"
            let payload = #"{"zone_id":"z-1","session_id":"s-9","outbox_id":"\#(Self.outboxID)"}"#
            try server.send("XADD \(Self.stream).dead \(letter) source_id \(late) reason broken payload \(payload)")
            let narrow = ["session_id=s-9", "--since", "2026-01-03T13:39:50.050Z"]
            let runner = runner(server)
            let asks = { (words: [String], told: String, pending: String, next: String) in
                // The idle time is the server's.
                try server.send("XCLAIM \(Self.stream) readers c 0 \(late) IDLE 183600000 RETRYCOUNT 3 JUSTID")
                expect(
                    try runner.run(["trace"] + words),
                    status: 1,
                    stdout: Self.head
                        + "entry   sessions.revoke \(late)  2026-01-03T13:39:50.029Z  +1h00m\n        \(told)\n"
                        + "  readers  pending  \(pending)\n"
                        + "dead    sessions.revoke.dead \(letter)  2026-01-03T13:39:50.100Z  +1h00m\n"
                        + "        broken; of \(late)\n"
                        + "next    caracalctl dlq show \(letter) --stream sessions.revoke.dead\n"
                        + "next    caracalctl \(next)\n",
                    stderr: "caracalctl: readers on sessions.revoke has \(late) pending \(pending)\n"
                        + "caracalctl: it is a dead letter, \(letter) in sessions.revoke.dead: broken\n"
                )
            }
            let pending = "at c, 3 tries, idle 2d03h"
            for words in [[Self.outboxID], narrow, [late]] {
                try asks(words, "signature unsigned: no signature", pending, "pending sessions.revoke readers")
            }
        }
    }

    /// The id that a dead letter gives as its source may be that of another message: it is neither shown nor called gone.
    @Test func anotherMessageAtTheSourceOfADeadLetterIsNotShown() throws {
        try withServer { server in
            let late = "1767447590029-0"
            let nothing = #""group":null,"consumer":null"#
            try server.send(
                "XADD \(Self.stream) \(late) zone_id z-1 outbox_id 019b83df-0601-7d6e-8d35-c5a5f5c6c6a2",
                #"XADD \#(Self.stream).dead 1767447590100-0 source_id \#(late) reason broken payload {"outbox_id":"\#(Self.outboxID)"}"#
            )
            expect(
                try runner(server).run(["trace", Self.outboxID, "-o", "ndjson"]),
                status: 1,
                stdout: #"{"station":"outbox","stream":null,"id":"\#(Self.outboxID)",\#(nothing),"state":"not_asked","#
                    + #""certain":false,"at":"2026-01-03T12:39:50.017Z","evidence":"not asked (no DATABASE_URL)"}"#
                    + "\n"
                    + #"{"station":"dead_letter","stream":"\#(Self.stream).dead","id":"1767447590100-0",\#(nothing),"#
                    + #""state":"dead","certain":true,"at":"2026-01-03T13:39:50.100Z","evidence":"broken; of \#(late)"}"#
                    + "\n",
                stderr:
                    #"{"failure":{"code":"failed","message":"it is a dead letter, 1767447590100-0 in sessions.revoke.dead: broken"}}"#
                    + "\n"
            )
        }
    }

    /// Entries may be of any size: no more of them are asked for at once than fit.
    @Test func largeEntriesAreReadInSmallPages() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            let value = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
            for place in 0..<60 {
                let words = [Self.stream, "\(1_767_443_990_000 + place)-0", "zone_id"].map { Array($0.utf8) }
                _ = try connection.send(Command("XADD", arguments: words + [value]))
            }
            try add("1767443990100-0", to: server)
            let ten = [Substring](repeating: "10", count: 7)
            #expect(try counts(of: ["trace", Self.outboxID], server) == ["16"] + ten.prefix(5))
            // The entry alone, and then around it by what the look has told.
            #expect(try counts(of: ["trace", "1767443990100-0"], server) == ["16"] + ten)
        }
    }

    /// A window of many small entries takes few round trips.
    @Test func smallEntriesAreReadInLargePages() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            let commands = (0..<12_000).map { place in
                let words = [Self.stream, "\(1_767_443_990_000 + place / 200)-\(place % 200)", "zone_id", "z"]
                return Command("XADD", arguments: words.map { Array($0.utf8) })
            }
            for reply in try connection.pipeline(commands) { #expect(reply.root.error == nil) }
            try add("1767443990100-0", to: server)
            #expect(try counts(of: ["trace", Self.outboxID], server) == ["16", "1024", "8192", "10000"])
            #expect(try counts(of: ["trace", "1767443990100-0"], server) == ["16", "128", "1024", "8192", "10000"])
        }
    }

    /// How many entries of the stream were asked for at a time until the message was found, which is the last one.
    private func counts(of words: [String], _ server: SandboxServer) throws -> [Substring] {
        let result = try runner(server).run(words + ["--stream", "sessions.revoke", "-v"])
        #expect(result.status == 0, "\(result)")
        #expect(result.stdout.contains("entry   sessions.revoke 1767443990100-0"), "\(result.stdout)")
        return result.stderr.split(separator: "\n").filter { $0.contains(" XRANGE \(Self.stream) ") }
            .compactMap { $0.split(separator: " COUNT ").dropFirst().first?.split(separator: " ").first }
    }

    @Test func whatIsGoneIsToldWhereItsStreamIsNamed() throws {
        try withServer { server in
            try add(to: server)
            try add("1767443990050-0", to: server)
            try server.send("XDEL \(Self.stream) \(Self.entry)")
            let gone = "it was deleted (it is the greatest id that XDEL removed)"
            for options in [[], ["--stream", "sessions.revoke"]] {
                let one = try runner(server).run(["trace", Self.entry] + options)
                #expect(one.status == 1)
                #expect(one.stdout.contains("        \(gone)\ndead    -\n"))
                #expect(one.stderr.contains("caracalctl: \(Self.entry) is not in sessions.revoke: \(gone)\n"))
            }
        }
    }

    /// An id that is in no stream: each stream tells what it knows of it, and a group that has it pending settles it.
    @Test func whatIsNowhereMayHaveBeenInSeveralStreams() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XADD caracal.audit.events 1767443990029-0 data {}",
                "XADD caracal.audit.events 1767443990090-0 data {}",
                "XTRIM caracal.audit.events MAXLEN 1",
                "XADD caracal.keys.invalidate 1767443990080-0 zone_id z"
            )
            try add(to: server)
            try add("1767443990050-0", to: server)
            try server.send("XDEL \(Self.stream) \(Self.entry)")
            let result = try runner(server).run(["trace", Self.entry])
            let line = { (stream: String, evidence: String) in
                "entry   \(stream) \(Self.entry)  2026-01-03T12:39:50.029Z\n        \(evidence)\n"
            }
            let never = { (last: String) in "it was never added (the last id of the stream is \(last))" }
            let known = [
                (
                    "audit.events",
                    "it was trimmed (if it was ever added: the stream begins at 1767443990090-0, and entries before that were "
                        + "removed)"
                ),
                ("sessions.revoke", "it was deleted (it is the greatest id that XDEL removed)"),
                (
                    "keys.invalidate",
                    "what became of it is unknown (the stream begins at 1767443990080-0, and the server has no record of its "
                        + "removal: it may never have been added)"
                ),
                ("audit.events.dlq", never("0-0")), ("policy.invalidate", never("0-0")),
                ("agents.lifecycle", never("0-0")), ("invocations.lifecycle", never("0-0")),
                ("delegations.invalidate", never("0-0")), ("providers.ratelimit", never("0-1")),
            ]
            let all = known.map { line($0, $1) }.joined()
            expect(
                result,
                status: 1,
                stdout: "outbox  not asked (no DATABASE_URL)\n\(all)dead    -\n",
                stderr: "caracalctl: \(Self.entry) is in no stream, and no dead letter names it: it may have been in "
                    + "audit.events, sessions.revoke, keys.invalidate\n"
            )
            let ahead = try runner(server).run(["trace", "99999999999999-0", "-o", "ndjson"])
            #expect(ahead.status == 1)
            #expect(
                ahead.stdout.split(separator: "\n").count { $0.contains(#""state":"never_added","certain":true"#) } == 9
            )
            #expect(
                ahead.stderr.contains(
                    "99999999999999-0 was never added to a stream that is there, and no dead letter names it"
                )
            )
            try server.send(
                "XREADGROUP GROUP sts-revocation c COUNT 1 STREAMS \(Self.stream) >",
                "XDEL \(Self.stream) 1767443990050-0"
            )
            let held = try runner(server).run(["trace", "1767443990050-0"])
            #expect(held.status == 1)
            #expect(held.stdout.contains("entry   sessions.revoke 1767443990050-0"))
            #expect(held.stdout.contains("  sts-revocation       pending  at c, 1 try, idle "), "\(held.stdout)")
            #expect(!held.stdout.contains("audit.events"))
        }
    }

    /// Of what may not be read nobody says that it is not there.
    @Test func whatMayNotBeReadIsNamed() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try add(to: server)
            try server.send("ACL SETUSER lowly on >pw ~* +@all -xrange")
            var runner = runner(server)
            runner.environment["REDIS_URL"] = server.url.replacing("redis://", with: "redis://lowly:pw@")
            let all = try runner.run(["trace", Self.entry])
            #expect(all.status == 77)
            #expect(!all.stdout.contains("dead"), "\(all.stdout)")
            #expect(all.stderr.contains("caracalctl: not looked at: audit.events, "), "\(all.stderr)")
            #expect(
                all.stderr.contains("sessions.revoke, keys.invalidate, ")
                    && all.stderr.contains("ACL SETUSER lowly +xrange")
            )
            #expect(all.stderr.split(separator: "\n").count == 2, "\(all.stderr)")
            #expect(
                all.stderr.hasSuffix("caracalctl: \(Self.entry) was not found in what could be looked at\n"),
                "\(all.stderr)"
            )
            // One stream is closed, and the entry is in it.
            try server.send("ACL SETUSER lowly (+xrange ~caracal.a* ~caracal.k*)")
            let one = try runner.run(["trace", Self.entry, "--stream", "sessions.revoke"])
            #expect(one.status == 77)
            #expect(one.stderr.contains("caracalctl: not looked at: sessions.revoke: "), "\(one.stderr)")
            #expect(!one.stderr.contains("is in no stream") && !one.stderr.contains("there is no entry"))
        }
    }

    /// A message without an id of its own is told by what it says, whatever the order of its fields and whoever signed it.
    @Test func aMessageWithoutANameIsFoundAgainByWhatItSays() throws {
        try withServer { server in
            let fields = "zone_id z-1 session_id s-9"
            let payload = #"{"session_id":"s-9","zone_id":"z-1"}"#
            let copy = "1767443990500-0"
            try server.send(
                "XADD \(Self.stream) \(Self.entry) \(fields) _sig aa",
                "XADD \(Self.stream) 1767443990040-0 zone_id z-1 session_id s-8",
                "XADD \(Self.stream).dead 1767443990100-0 source_id \(Self.entry) reason broken payload \(payload)",
                "XADD \(Self.stream) \(copy) \(fields) _sig bb"
            )
            let evidence =
                "it says the same as \(Self.entry), and neither has an id of its own: redriven, or published twice, or another "
                + "message; signature "
            let words = [
                [Self.entry], ["1767443990100-0", "--stream", "sessions.revoke.dead"],
                ["1767443990100", "--stream", "sessions.revoke.dead"],
            ]
            for deleted in [false, true] {
                if deleted { try server.send("XDEL \(Self.stream) \(Self.entry)") }
                for word in words {
                    let result = try runner(server).run(["trace"] + word + ["-o", "ndjson"])
                    let lines = result.stdout.split(separator: "\n").dropFirst()
                    let ids = lines.map { $0.split(separator: "\"")[11] }
                    #expect(ids == [Self.entry[...], "1767443990100-0", copy[...]], "\(word): \(result.stdout)")
                    let last = String(lines.last ?? "")
                    #expect(last.hasPrefix(#"{"station":"copy""#) && last.contains(#""certain":false"#))
                    #expect(last.contains(evidence), "\(last)")
                }
            }
            // No dead letter names the copy, and the entry that says the same is gone.
            let alone = try runner(server).run(["trace", copy, "-o", "ndjson"])
            #expect(alone.stdout.split(separator: "\n").count == 2, "\(alone)")
        }
    }

    /// The copy that a redrive made died as well: by the name of the message that dead letter is found too.
    @Test func whatDiedTwiceIsShownWithBothDeadLetters() throws {
        try withServer { server in
            try add(to: server)
            let copy = "1767443990300-0"
            try add(copy, to: server)
            let payload = #"{"zone_id":"z-1","session_id":"s-9","outbox_id":"\#(Self.outboxID)"}"#
            for (id, source) in [("1767443990100-0", Self.entry), ("1767443990400-0", copy)] {
                try server.send(
                    "XADD \(Self.stream).dead \(id) source_id \(source) reason invalid_signature payload \(payload)"
                )
            }
            for word in [Self.entry, copy, Self.outboxID] {
                let result = try runner(server).run(["trace", word, "-o", "ndjson"])
                let lines = result.stdout.split(separator: "\n").dropFirst().map { $0.split(separator: "\"") }
                let all = [
                    "entry \(Self.entry)", "dead_letter 1767443990100-0", "copy \(copy)", "dead_letter 1767443990400-0",
                ]
                #expect(lines.map { "\($0[3]) \($0[11])" } == all, "\(word): \(result.stdout)")
            }
        }
    }

    /// A dead letter that was redriven is gone: the entry it came from leads to the one that it became.
    @Test func whatWasRedrivenIsFoundWithoutItsDeadLetter() throws {
        try withServer { server in
            let runner = VerifySig.runner(server)
            #expect(try runner.run(["provision", "-q"]).status == 0)
            let audit = "caracal.audit.events"
            let first = try server.send("XADD \(audit) * \(VerifySig.audited.joined(separator: " "))")[0].root.text
            let id = String(decoding: try #require(first), as: UTF8.self)
            // A millisecond later, so that no other entry has its id.
            let time = try #require(id.split(separator: "-").first.flatMap { UInt64($0) })
            let source = "src_id \(id) src_data \(VerifySig.audited[1]) src_sig \(VerifySig.audited[3])"
            try server.send("XADD \(audit).dlq \(time + 1)-0 reason pg_permanent_error \(source)")
            let before = try runner.run(["trace", id])
            #expect(before.stdout.contains("dead    audit.events.dlq"), "\(before)")
            let redrive = try runner.run(["dlq", "redrive", "--yes"])
            #expect(redrive.status == 0, "\(redrive)")
            let after = try runner.run(["trace", id])
            #expect(after.stdout.contains("copy    audit.events "), "\(after)")
            #expect(
                after.stdout.contains(
                    "it says the same as \(id), and neither has an id of its own: published twice, or redriven, or another message"
                )
            )
            #expect(after.stdout.contains("dead    -\n"))
        }
    }

    @Test(arguments: [
        ([], "say which message: an entry's id, an outbox_id, an event's id, or FIELD=VALUE"),
        (["hello"], "hello is no entry's id, no UUIDv7 and no FIELD=VALUE; an outbox_id or event id of another form"),
        (["7d444840-9dc0-41d1-b245-5ffdce74fad2"], "names no time: give --since"),
        (["zone_id=a", "b"], "b: expected PATH OP VALUE"), (["1-0", "--window", "x"], "--window is a duration"),
        (["1-0", "--window", "1m", "--since", "1h"], "--window and --since: give one of the two"),
        (["1-0", "--until", "1h"], "--until goes with --since"),
        (["a=b", "--since", "1h", "--until", "2h"], "--since lies behind --until: nothing would be searched"),
        (["1-0", "--stream", "nonsense"], "nonsense is not a stream of the bus"),
    ])
    func whatCannotBeMeantIsRefused(_ arguments: [String], _ message: String) throws {
        let result = try CommandRunner().run(["trace"] + arguments)
        #expect(result.status == 64 && result.stdout.isEmpty)
        #expect(result.stderr.contains(message), "\(result.stderr)")
    }
}
