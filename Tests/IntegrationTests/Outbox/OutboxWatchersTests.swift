import RESP
import RedisSandbox
import TestSupport
import Testing

/// What looks at more than the outboxes: doctor, check, trace and get.
@Suite struct OutboxWatchersTests {
    private static let checks =
        "outbox-tables,outbox-lost,outbox-dead,outbox-waiting,outbox-retrying,outbox-locks,outbox-growth"

    @Test func doctorFindsNothingWrongInEmptyTables() throws {
        try withServer { server in
            try withPostgres { postgres in
                expect(
                    try CommandRunner(for: server, postgres).run(["doctor", "--only", Self.checks]),
                    status: 0,
                    stdout: "127.0.0.1:\(server.port ?? 0): healthy. 7 checks: 7 ok.\n"
                )
            }
        }
    }

    /// A line of `doctor -o ndjson` but for what changes from run to run, and for the check that explains it.
    private struct Line: Equatable {
        let check: String
        let found: String
        let fix: String

        init?(_ line: Substring) {
            guard let found = line.firstRange(of: #","finding":"#), let fix = line.firstRange(of: #","fix":"#),
                let end = line.firstRange(of: #","urgency":"#)
            else { return nil }
            check = String(line.dropFirst(#"{"check":""#.count).prefix { $0 != "\"" })
            self.found = String(line[..<found.lowerBound])
            self.fix = String(line[fix.lowerBound..<end.lowerBound])
        }
    }

    /// Some speak of the outboxes, and no other check is needed for that.
    @Test func aCheckSaysTheSameWhicheverOthersAreMade() throws {
        // What takes long on a busy machine would be found by one run and not by the other.
        try withServer { server in
            try withPostgres { postgres in
                let far = "9999999999999-0"
                try server.send(
                    "XGROUP CREATE caracal.sessions.revoke sts-revocation 0 MKSTREAM",
                    "XADD caracal.sessions.revoke * zone_id z",
                    "XADD caracal.sessions.revoke * zone_id z",
                    "XADD caracal.sessions.revoke * zone_id z",
                    "XREADGROUP GROUP sts-revocation c COUNT 1 STREAMS caracal.sessions.revoke >",
                    "XTRIM caracal.sessions.revoke MAXLEN 1",
                    "XGROUP CREATE caracal.keys.invalidate sts-keys 0 MKSTREAM",
                    "XADD caracal.keys.invalidate \(far) zone_id z",
                    "XREADGROUP GROUP sts-keys c STREAMS caracal.keys.invalidate >",
                    "XACK caracal.keys.invalidate sts-keys \(far)"
                )
                try postgres.insertRows(2, in: .coordinator, .dead())
                let runner = CommandRunner(for: server, postgres)
                func found(_ options: [String] = []) throws -> [Line] {
                    try runner.run(["doctor", "-o", "ndjson"] + options).stdout.split(separator: "\n").compactMap(
                        Line.init
                    )
                }
                var all = try found()
                let checks = Set(all.map(\.check))
                #expect(checks.count > 40)
                let told = all.filter { $0.fix.contains("outbox reconcile") }.map(\.check)
                #expect(told.contains("loss") && told.contains("future-ids"), "\(told)")
                for check in checks.sorted() {
                    let alone = try found(["--only", check])
                    // A consumer may have been silent for too long since the last look at everything.
                    if alone != all.filter({ $0.check == check }) { all = try found() }
                    #expect(alone == all.filter { $0.check == check }, "\(check)")
                }
            }
        }
    }

    @Test func doctorTellsOfRowsThatAreDeadRetriedWaitingOrLocked() throws {
        try withServer { server in
            try withPostgres { postgres in
                try postgres.insertRows(2, in: .coordinator, .dead())
                try postgres.insertRows(in: .api, .dead(error: "OOM: full"))
                try postgres.insertRows(in: .api, .retrying(inSeconds: 3_600), secondsAgo: 2 * 86_400 + 60)
                try postgres.insertRows(in: .api, .locked(by: "w-1", forSeconds: -7_205), secondsAgo: 30)
                let result = try CommandRunner(for: server, postgres).run(["doctor", "--only", Self.checks, "-q"])
                #expect(result.status == 1)
                for line in [
                    "FAILURE outbox-dead: 1 row of the API's outbox is dead (sessions.revoke 1): the API is not ready above API_READY_OUTBOX_DEAD_MAX (0)",
                    "seen: OOM (1)",
                    "FAILURE outbox-dead: 2 rows of the Coordinator's outbox are dead (sessions.revoke 2): the Coordinator's /ready answers 503",
                    "seen: the Coordinator keeps no errors",
                    "fix:  caracalctl outbox requeue --dead\n   note: once their cause is gone\n",
                    "fix:  caracalctl outbox dispatch --outbox api\n", "note: while the API is down: else start it\n",
                    "FAILURE outbox-waiting: 2 rows wait in the API's outbox for sessions.revoke, the oldest for 2d00h",
                    "WARNING outbox-retrying: 1 row of the API's outbox is retried (sessions.revoke 1)",
                    "seen: connect ECONNREFUSED 10.0.0.7 (1)",
                    "WARNING outbox-locks: 1 row of the API has a lock of worker w-1 that ran out and nobody took over",
                ] {
                    #expect(result.stdout.contains(line), "\(line)\n\(result.stdout)")
                }
                // Not one of the Coordinator's rows may be dead.
                #expect(
                    result.stdout.hasPrefix("1. FAILURE outbox-dead: 2 rows of the Coordinator's"),
                    "\(result.stdout)"
                )
            }
        }
    }

    @Test func doctorTellsOfRowsOfTheLastHourThatAreLost() throws {
        try withServer { server in
            try withPostgres { postgres in
                try postgres.insertRows(3, in: .api, .published, stream: "caracal.keys.invalidate", secondsAgo: 1_800)
                try postgres.insertRows(in: .api, .published, stream: "caracal.keys.invalidate", secondsAgo: 7_200)
                try postgres.insertRows(2, in: .coordinator, .published, secondsAgo: 1_800)
                try postgres.insertRows(in: .coordinator, secondsAgo: 60)
                try RivalDispatcher.publishAll(.coordinator, from: postgres, to: server)
                let runner = CommandRunner(for: server, postgres)
                let result = try runner.run(["doctor", "--only", "outbox-lost", "-q"])
                #expect(result.status == 1)
                for line in [
                    "FAILURE outbox-lost: 4 rows of the API's outbox were published and are in no stream (keys.invalidate 4): lost",
                    "the stream does not exist",
                    " --requeue\n   note: consumers that had read some get those twice\n",
                    "FAILURE outbox-lost: 2 rows of the Coordinator's outbox were published and are in no stream (sessions.revoke 2): lost",
                    "nothing was ever removed from it: it was made anew",
                ] {
                    #expect(result.stdout.contains(line), "\(line)\n\(result.stdout)")
                }
                let fix = try #require(result.stdout.split(separator: "fix:  ").dropFirst().first)
                // A stream is missing: its groups come first.
                let commands = fix.prefix { $0 != "\n" }.split(separator: " && ").map { $0.split(separator: " ") }
                #expect(
                    commands.map { $0.prefix(3) } == [
                        ["caracalctl", "provision", "--start"], ["caracalctl", "outbox", "reconcile"],
                    ]
                )
                for words in commands {
                    let confirmation = words.contains("--requeue") ? ["--yes"] : []
                    #expect(try runner.run(words.dropFirst().map(String.init) + confirmation).status == 0)
                }
                for outbox in TestOutbox.allCases { try RivalDispatcher.publishAll(outbox, from: postgres, to: server) }
                expect(
                    try runner.run(["doctor", "--only", "outbox-lost"]),
                    status: 0,
                    stdout: "127.0.0.1:\(server.port ?? 0): healthy. 1 check: 1 ok.\n"
                )
            }
        }
    }

    /// A table that published more than is compared: its newest rows.
    @Test func doctorComparesTheNewestRowsOfTheHour() throws {
        try withServer { server in
            try withPostgres { postgres in
                try postgres.insertRows(
                    10_020,
                    in: .api,
                    .published,
                    stream: "caracal.keys.invalidate",
                    secondsAgo: 3_000,
                    spacing: 0.1
                )
                let result = try CommandRunner(for: server, postgres).run(["doctor", "--only", "outbox-lost", "-q"])
                #expect(
                    result.stdout.contains("at least 10,000 rows of the API's outbox were published"),
                    "\(result.stdout)"
                )
            }
        }
    }

    @Test func doctorMakesNoSuchCheckWithoutADatabaseAndOneWhereItCannotBeAsked() throws {
        try withServer { server in
            let lone = try server.run("doctor", "--only", "outbox-dead")
            #expect(lone.status == 78)
            #expect(lone.stderr.contains("no database is named: set DATABASE_URL"))
            let both = try server.run("doctor", "--only", "outbox-dead,streams", "-o", "ndjson")
            #expect(!both.stdout.contains("outbox"))
            var runner = CommandRunner(for: server)
            runner.environment["DATABASE_URL"] = "postgres://u@127.0.0.1:1/x"
            let unreachable = try runner.run(["doctor", "--only", "tcp-keepalive," + Self.checks])
            #expect(unreachable.status == 1)
            #expect(unreachable.stdout.contains("2 checks: 1 failed, "), "\(unreachable.stdout)")
            for (words, check) in [([], "outbox-tables"), (["--only", "outbox-dead"], "outbox-dead")] {
                let quiet = try runner.run(["doctor", "-q"] + words)
                #expect(quiet.status == 1)
                let failure = " FAILURE \(check): the outboxes are not known: cannot reach 127.0.0.1:1"
                #expect(quiet.stdout.contains(failure), "\(quiet.stdout)")
            }
        }
    }

    /// A table that cannot be looked at, or a part of it, is a finding, and the other one is looked at all the same.
    @Test func oneTableThatCannotBeReadHidesNotTheOther() throws {
        try withServer { server in
            try withPostgres { postgres in
                try postgres.insertRows(2, in: .coordinator, .dead())
                try postgres.sql("ALTER TABLE event_outbox RENAME COLUMN last_error TO error")
                let runner = CommandRunner(for: server, postgres)
                expect(
                    try runner.run(["doctor", "--only", Self.checks]),
                    status: 1,
                    stdout: """
                        1. FAILURE outbox-tables: event_outbox (the API's outbox) is not the table of Caracal: column "last_error" does not exist
                        2. FAILURE outbox-dead: 2 rows of the Coordinator's outbox are dead (sessions.revoke 2): the Coordinator's /ready answers 503
                           seen: the Coordinator keeps no errors
                           fix:  caracalctl outbox requeue --dead --outbox coordinator --stream sessions.revoke
                           note: once their cause is gone

                        Not checked:
                          outbox-lost: event_outbox cannot be compared with the streams

                        127.0.0.1:\(server.port ?? 0): 2 failures. 7 checks: 2 failed, 1 not checked, 4 ok.

                        """
                )
                try postgres.sql("ALTER TABLE event_outbox RENAME COLUMN error TO last_error")
                try postgres.sql("ALTER TABLE event_outbox RENAME COLUMN locked_by TO worker")
                let locks = try runner.run(["doctor", "--only", "outbox-locks"])
                #expect(
                    locks.stdout.contains("outbox-locks: the locks of event_outbox cannot be looked at"),
                    "\(locks)"
                )
            }
        }
    }

    @Test func whoMayNotReadATableIsToldSo() throws {
        try withServer { server in
            try withPostgres { postgres in
                try postgres.sql(
                    "CREATE ROLE half LOGIN PASSWORD '\(postgres.password)'; GRANT SELECT ON caracal_outbox TO half"
                )
                let runner = CommandRunner(for: server, postgres, role: "half")
                expect(
                    try runner.run(["doctor", "--only", "outbox-tables,outbox-dead"]),
                    status: 77,
                    stdout: """
                        1. WARNING outbox-tables: the role may not read event_outbox (the API's outbox): permission denied for table event_outbox
                           fix:  caracalctl outbox --emit-grants observer
                           note: what the role lacks is among it

                        Not checked:
                          outbox-dead: event_outbox cannot be looked at

                        127.0.0.1:\(server.port ?? 0): 1 warning. 2 checks: 1 with a warning, 1 not checked.

                        """
                )
                #expect(
                    try runner.run(["doctor", "--only", "outbox-tables", "-q"]).stdout.hasPrefix(
                        "1. WARNING outbox-tables"
                    )
                )
            }
        }
    }

    @Test func checkJudgesDeadRowsAndTheOldest() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres in
                let runner = CommandRunner(for: server, postgres)
                let fine = try runner.run(["check", "--memory", "off"])
                #expect(fine.status == 0, "\(fine.stdout)")
                #expect(
                    fine.stdout.contains("'outbox api dead rows'=0;;0;0 'outbox api oldest row'=0s;300;1800;0"),
                    "\(fine.stdout)"
                )
                try postgres.insertRows(3, in: .coordinator, .dead())
                try postgres.insertRows(in: .api, .waiting, secondsAgo: 605)
                let bad = try runner.run(["check", "--memory", "off", "--perfdata", "none"])
                // The row goes on ageing, and what is warned of is shown in minutes.
                let text = bad.stdout.replacing(/oldest row 1[0-9]m/, with: "oldest row 10m")
                #expect(bad.status == 2 && bad.stderr.isEmpty, "\(bad)")
                #expect(
                    text == """
                        CARACAL CRITICAL - outbox coordinator dead rows 3 (above 0); outbox api oldest row 10m (above 5m00s)
                        CRITICAL: outbox coordinator dead rows 3 (above 0)
                        WARNING: outbox api oldest row 10m (above 5m00s)
                        not checked: signatures (no key)

                        """
                )
                let lenient = [
                    "check", "--memory", "off", "--outbox-dead", "off", "--outbox-oldest", "1h", "--perfdata", "none",
                ]
                #expect(try runner.run(lenient).status == 0)
                let metrics = try runner.run(["check", "-o", "prometheus"]).stdout
                #expect(metrics.contains("caracal_outbox_up 1\n"))
                #expect(
                    metrics.contains(
                        #"caracal_outbox_rows{outbox="coordinator",stream="caracal.sessions.revoke",state="dead"} 3"#
                    )
                )
            }
        }
    }

    /// One outbox may be all that a deployment has; a database without any is another one.
    @Test func checkIsUnknownWhereTheDatabaseHasNoOutbox() throws {
        try withPostgres { postgres throws in
            try withServer { server in
                expect(try server.run("provision", "-q"), status: 0)
                let runner = CommandRunner(for: server, postgres)
                try postgres.sql("DROP TABLE caracal_outbox")
                let result = try runner.run(["check", "--memory", "off"])
                #expect(result.status == 0, "\(result)")
                #expect(result.stdout.contains("outbox coordinator (no table caracal_outbox)"), "\(result)")
                try postgres.sql("DROP TABLE event_outbox")
                let none = try runner.run(["check", "--memory", "off"])
                #expect(none.status == 3, "\(none)")
                let reason = "the outboxes are unknown: the database has none (event_outbox, caracal_outbox)"
                #expect(none.stdout.hasPrefix("CARACAL UNKNOWN - \(reason)"), "\(none)")
            }
        }
    }

    @Test func checkIsUnknownWhereTheDatabaseCannotBeAsked() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            var runner = CommandRunner(for: server)
            runner.environment["DATABASE_URL"] = "postgres://u@127.0.0.1:1/x"
            let result = try runner.run(["check", "--memory", "off"])
            #expect(result.status == 3)
            #expect(
                result.stdout.hasPrefix("CARACAL UNKNOWN - the outboxes are unknown: cannot reach 127.0.0.1:1"),
                "\(result.stdout)"
            )
            #expect(try runner.run(["check", "-o", "prometheus"]).stdout.contains("caracal_outbox_up 0\n"))
        }
    }

    /// A database that hangs has a part of the time: the rest is for the server, of which there is news.
    @Test func checkTellsWhatTheServerSaysWhileTheDatabaseHangs() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try server.send("DEL caracal.sessions.revoke")
            let peer = try ScriptedPeer([[.expectBytes(1), .silent]])
            var runner = CommandRunner(for: server)
            runner.environment["DATABASE_URL"] = "postgres://u@127.0.0.1:\(peer.port)/x"
            let result = try runner.run([
                "check", "--memory", "off", "--perfdata", "none", "--deadline", "45s", "--connect-timeout", "1h",
            ])
            #expect(result.status == 2)
            let lines = result.stdout.split(separator: "\n")
            let missing = "sessions.revoke does not exist (caracalctl provision sessions.revoke --start 0 creates it)"
            #expect(
                lines.first?.hasPrefix("CARACAL CRITICAL - \(missing); the outboxes are unknown: ") == true,
                "\(result.stdout)"
            )
            #expect(lines.dropFirst().first == "CRITICAL: \(missing)")
            #expect(lines.first?.contains("127.0.0.1:\(peer.port)") == true, "\(result.stdout)")
            #expect(lines.first?.contains("no answer within 1h") == false, "\(result.stdout)")
            // It is the share that ran out: another setting would not have given it more.
            #expect(
                lines.first?.hasSuffix(" (check DATABASE_URL); a third of --deadline is for the database") == true,
                "\(result.stdout)"
            )
            #expect(!result.stdout.contains("127.0.0.1:\(server.port ?? 0)"), "\(result.stdout)")
        }
    }

    /// Who may not read the tables has not found them in order, whichever command looks.
    @Test func reportEndsAsDoctorWhereTheTablesMayNotBeRead() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres throws in
                let runner = CommandRunner(for: server, postgres, role: "caracalcoordinator")
                #expect(try runner.run(["doctor"]).status == 77)
                #expect(try runner.run(["report"]).status == 77)
                #expect(try CommandRunner(for: server, postgres).run(["report"]).status == 0)
            }
        }
    }

    @Test func traceAndGetBeginAtTheRow() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres in
                var runner = CommandRunner(for: server, postgres)
                let key = ["STREAMS_HMAC_KEY": String(repeating: "22", count: 32)]
                runner.environment.merge(key) { $1 }
                let id = try postgres.insertRows(in: .api, .waiting, secondsAgo: 1)[0]
                #expect(try RivalDispatcher.publishAll(.api, from: postgres, to: server, environment: key) == 1)
                let reply = try server.send("XREVRANGE caracal.sessions.revoke + - COUNT 1")[0].root[0]?[0]?.text ?? []
                let entry = String(decoding: reply, as: UTF8.self)
                for words in [["trace", id], ["trace", entry], ["get", "sessions.revoke", entry]] {
                    let result = try runner.run(words)
                    #expect(result.status == 0, "\(result)")
                    #expect(result.stdout.contains("event_outbox, published +"), "\(result.stdout)")
                    #expect(result.stdout.contains(", 1 attempt\n"), "\(result.stdout)")
                }
            }
        }
    }

    @Test func aDeadRowFailsATraceThatWaitingDoesNot() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres in
                let runner = CommandRunner(for: server, postgres)
                let dead = try postgres.insertRows(in: .coordinator, .dead(), secondsAgo: 5)[0]
                let result = try runner.run(["trace", dead])
                #expect(result.status == 1)
                #expect(result.stdout.contains("outbox  caracal_outbox, dead after 10 attempts\n"), "\(result.stdout)")
                #expect(result.stdout.contains("next    caracalctl outbox requeue \(dead)\n"), "\(result.stdout)")
                #expect(result.stderr == "caracalctl: its row in caracal_outbox is dead: no dispatcher takes it\n")
                let waiting = try postgres.insertRows(
                    in: .api,
                    .retrying(inSeconds: 95_400, error: "OOM"),
                    secondsAgo: 5
                )[0]
                let other = try runner.run(["trace", waiting])
                #expect(other.status == 0, "\(other)")
                #expect(other.stdout.contains("event_outbox, tried again in 1d02h, 3 attempts: OOM"), "\(other.stdout)")
                let none = try runner.run(["trace", "019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1"])
                #expect(none.status == 1)
                #expect(none.stdout.contains("no row has this id"), "\(none.stdout)")
            }
        }
    }

    /// A row in a table that may not be read is no row that is not there.
    @Test func traceDoesNotCallARowAbsentThatItMayNotSee() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres in
                try postgres.sql(
                    "CREATE ROLE half LOGIN PASSWORD '\(postgres.password)'; GRANT SELECT ON event_outbox TO half"
                )
                let runner = CommandRunner(for: server, postgres, role: "half")
                let id = try postgres.insertRows(in: .coordinator, .waiting, secondsAgo: 5)[0]
                let hidden = try runner.run(["trace", id])
                #expect(hidden.status == 77, "\(hidden)")
                #expect(
                    hidden.stdout == "outbox  unknown whether there is a row: caracal_outbox could not be looked at\n",
                    "\(hidden.stdout)"
                )
                #expect(
                    hidden.stderr.contains(
                        "caracalctl: warning: the role may not read caracal_outbox (the Coordinator's outbox): permission denied for "
                            + "table caracal_outbox\n"
                    ),
                    "\(hidden.stderr)"
                )
                let json = try runner.run(["trace", id, "-o", "ndjson"])
                #expect(json.stdout.contains(#""state":"unknown","certain":false"#), "\(json.stdout)")
                // One that is found in the other table needs no more.
                let seen = try postgres.insertRows(in: .api, .waiting, secondsAgo: 5)[0]
                #expect(try runner.run(["trace", seen]).status == 0)
                let entry = try server.send("XADD caracal.sessions.revoke * zone_id z-1 session_id s-9 outbox_id \(id)")
                let place = String(decoding: entry[0].root.text ?? [], as: UTF8.self)
                let shown = try runner.run(["get", "sessions.revoke", place])
                #expect(
                    shown.stdout.contains("unknown whether there is a row: caracal_outbox could not be looked at\n"),
                    "\(shown.stdout)"
                )
                try postgres.sql("REVOKE SELECT ON event_outbox FROM half")
                #expect(
                    try runner.run(["trace", id]).stdout.contains(
                        "unknown whether there is a row: event_outbox and caracal_outbox could not be looked at\n"
                    )
                )
                #expect(
                    try CommandRunner(for: server, postgres).run(["trace", id]).stdout.contains(
                        "caracal_outbox, waiting for "
                    )
                )
            }
        }
    }

    /// A row that waited for hours, or was returned to waiting, is published long after the time that its id names.
    @Test(arguments: TestOutbox.allCases)
    func traceFindsWhatWasPublishedLate(outbox: TestOutbox) throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres in
                let runner = CommandRunner(for: server, postgres)
                let id = try postgres.insertRows(in: outbox, .waiting, secondsAgo: 9_000)[0]
                #expect(try RivalDispatcher.publishAll(outbox, from: postgres, to: server) == 1)
                let reply = try server.send("XREVRANGE caracal.sessions.revoke + - COUNT 1")[0].root[0]?[0]?.text ?? []
                let entry = String(decoding: reply, as: UTF8.self)
                let found = try runner.run(["trace", id])
                #expect(found.stdout.contains("entry   sessions.revoke \(entry)  "), "\(found)")
                #expect(found.stdout.contains("\(outbox.table), published +2h3"), "\(found.stdout)")
                #expect(!found.stderr.contains("nothing found"), "\(found.stderr)")
                // A range that is asked for is what is searched.
                let narrow = try runner.run(["trace", id, "--since", "-3h", "--until", "-2h"])
                #expect(narrow.status == 1)
                #expect(narrow.stderr == "caracalctl: nothing found: 0 entries were searched\n")
                try server.send("XDEL caracal.sessions.revoke \(entry)")
                let gone = try runner.run(["trace", id])
                #expect(gone.status == 1)
                #expect(
                    gone.stderr
                        == "caracalctl: nothing found: 0 entries were searched around the times that the id and its row name "
                        + "(--window, --since search more)\n"
                )
            }
        }
    }

    @Test func anAuditEventIsFoundByItsOwnID() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres in
                let ids = try postgres.insertRows(in: .api, stream: "caracal.audit.events", secondsAgo: 2)
                let event = ids[0].prefix(24) + "abcdefabcdef"
                try postgres.sql("UPDATE event_outbox SET payload_json = '{\"id\":\"\(event)\",\"data\":\"{}\"}'")
                let result = try CommandRunner(for: server, postgres).run(["trace", String(event)])
                #expect(result.status == 0, "\(result)")
                #expect(result.stdout.contains("event_outbox, waiting for "), "\(result.stdout)")
                #expect(result.stdout.contains(ids[0]), "\(result.stdout)")
            }
        }
    }
}
