import Glibc
import RESP
import RedisSandbox
import TestSupport
import Testing

/// A bus that was made anew: what was published before is lost, however long ago that was.
@Suite struct MadeAnewTests {
    private static let hour: Int64 = 3_600_000
    private static let keys = "caracal.keys.invalidate"

    /// An id of that many milliseconds ago.
    private static func id(_ ago: Int64) -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return "\(Int64(time.tv_sec) * 1000 - ago)-0"
    }

    /// Three rows that were published two days ago, and a bus with the streams of the table.
    private func withBus(_ body: (SandboxServer, CommandRunner) throws -> Void) throws {
        try withBus { server, _, runner in try body(server, runner) }
    }

    private func withBus(_ body: (SandboxServer, PostgresServer, CommandRunner) throws -> Void) throws {
        try withServer(.v8_2) { server in
            try withPostgres { postgres in
                let runner = CommandRunner(for: server, postgres)
                #expect(try runner.run(["provision", "-q"]).status == 0)
                try postgres.insertRows(3, in: .api, .published, stream: Self.keys, secondsAgo: 2 * 86_400)
                try body(server, postgres, runner)
            }
        }
    }

    private func doctor(_ runner: CommandRunner) throws -> CommandResult {
        try runner.run(["doctor", "--only", "outbox-lost", "-q"])
    }

    /// The bus began ninety minutes ago, or has no entry yet.
    @Test(arguments: [true, false])
    func whatWasPublishedBeforeItIsFoundAndReturned(hasEntries: Bool) throws {
        try withBus { server, runner in
            if hasEntries {
                try server.send(
                    "XADD \(Self.keys) \(Self.id(3 * Self.hour / 2)) a b",
                    "XADD caracal.policy.invalidate * a b"
                )
            }
            let found = try doctor(runner)
            #expect(found.status == 1)
            #expect(
                found.stdout.hasPrefix(
                    "1. FAILURE outbox-lost: 3 rows of the API's outbox were published and are in no stream (keys.invalidate 3): lost\n"
                ),
                "\(found)"
            )
            let fix = try #require(Self.fix(found))
            #expect(fix.hasSuffix(" --stream keys.invalidate --requeue"))
            let done = try runner.run(Self.words(fix) + ["--yes", "-o", "json"])
            #expect(done.status == 0 && done.stdout.contains("\"requeued\": 3"), "\(done)")
            expect(try doctor(runner), status: 0, stdout: "")
        }
    }

    /// The first fix, without the tool's name.
    private static func fix(_ found: CommandResult) -> Substring? {
        let marker = "fix:  caracalctl "
        return found.stdout.split(separator: "\n").first { $0.contains(marker) }?.split(separator: marker).last
    }

    /// The words of a fix as they are typed.
    private static func words(_ fix: Substring) -> [String] {
        fix.split(separator: " ").map(String.init)
    }

    /// More was published before than is looked at: all of it is returned, and what was not looked at is never called well.
    @Test func ofMoreThanIsLookedAtAllIsReturned() throws {
        try withBus { server, postgres, runner in
            try postgres.insertRows(10_030, in: .api, .published, stream: Self.keys, secondsAgo: 6 * 3_600)
            let found = try doctor(runner)
            #expect(
                found.stdout.hasPrefix(
                    """
                    1. FAILURE outbox-lost: at least 10,000 rows of the API's outbox were published and are in no stream \
                    (keys.invalidate 10,000): lost; none of the rows that were compared is on this server: is it the Redis of these \
                    services?

                    """
                ),
                "\(found)"
            )
            let fix = try #require(Self.fix(found))
            #expect(
                fix.hasSuffix(" --limit 10033 --requeue --force"),
                "\(fix)"
            )
            let done = try runner.run(Self.words(fix) + ["--yes", "-o", "json"])
            #expect(done.status == 0 && done.stdout.contains("\"requeued\": 10033"), "\(done.stderr)")
            expect(
                try runner.run(["doctor", "--only", "outbox-lost"]),
                status: 0,
                stdout: """
                    Not checked:
                      outbox-lost: not all rows of the time before the bus began were compared: caracalctl outbox reconcile compares all that there are

                    127.0.0.1:\(server.port ?? 0): what could be checked is healthy. 1 check: 1 not checked.

                    """
            )
        }
    }

    /// The stream is full since: what it lacks may have been trimmed.
    @Test func whatIsNotKnownOfThatTimeIsNotCalledWell() throws {
        try withBus { server, runner in
            try server.send(Array(repeating: "XADD \(Self.keys) * a b", count: 10_000))
            let result = try runner.run(["doctor", "--only", "outbox-lost"])
            #expect(result.status == 0)
            let gap =
                "outbox-lost: whether 3 rows of the time before the bus began are lost is not known: what they became may have been removed\n"
            #expect(result.stdout.contains(gap), "\(result)")
        }
    }

    /// The database refuses the one query that looks for them.
    @Test func aLookThatFailsIsNotCalledWell() throws {
        try withBus { _, postgres, runner in
            try postgres.sql(
                """
                CREATE FUNCTION read(name text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
                IF current_query() LIKE '% AS r GROUP BY 1' THEN RAISE 'the disk is broken'; END IF; RETURN name; END $$
                """
            )
            try postgres.sql("ALTER TABLE event_outbox RENAME TO kept")
            try postgres.sql(
                """
                CREATE VIEW event_outbox AS SELECT id, read(stream_name) AS stream_name, payload_json, attempts, available_at, \
                locked_until, locked_by, last_error, dispatched_at, request_id, created_at FROM kept
                """
            )
            let result = try runner.run(["doctor", "--only", "outbox-lost"])
            #expect(result.status == 0)
            let gap =
                "outbox-lost: the rows of the time before the bus began could not be looked at: the disk is broken\n"
            #expect(result.stdout.contains(gap), "\(result)")
        }
    }

    /// No stream is there: the server may be another one, and what is returned needs groups.
    @Test func onAServerWithoutStreamsThatComesFirst() throws {
        try withBus { server, runner in
            try server.send("FLUSHALL")
            let found = try runner.run(["doctor", "--only", "streams,outbox-lost", "-q"])
            #expect(found.status == 1)
            #expect(found.stdout.hasPrefix("1. FAILURE streams: 9 streams do not exist: "), "\(found)")
            for words in [
                "2. FAILURE outbox-lost: 3 rows of the API's outbox were published and are in no stream (keys.invalidate 3): lost; none "
                    + "of the rows that were compared is on this server: is it the Redis of these services?\n",
                "fix:  caracalctl provision --start 0 && caracalctl outbox reconcile --since 1",
                " --stream keys.invalidate --requeue --force\n   note: if it is their Redis; consumers that had read some get those twice\n",
            ] { #expect(found.stdout.contains(words), "\(words)\n\(found)") }
        }
    }

    /// The server is that of another bus: the line that doctor prints is kept from it as any other.
    @Test func onALiveBusOfOthersTheLineIsRefused() throws {
        try withBus { server, postgres, runner in
            try postgres.insertRows(120, in: .api, .published, stream: Self.keys, secondsAgo: 6 * 3_600)
            try server.send("XADD \(Self.keys) * outbox_id m-1 zone_id z")
            let found = try doctor(runner)
            #expect(found.stdout.contains("on this server: is it the Redis of these services?\n"), "\(found)")
            #expect(found.stdout.contains("   note: if it is their Redis; "), "\(found)")
            let fix = try #require(Self.fix(found), "\(found)")
            #expect(fix.hasSuffix(" --stream keys.invalidate --requeue"), "\(fix)")
            let done = try runner.run(Self.words(fix) + ["--yes"])
            #expect(done.status == 78 && done.stdout.isEmpty, "\(done)")
            #expect(
                done.stderr.hasSuffix(
                    "caracalctl: this may be the wrong Redis (it has entries, and none of 123 rows): nothing was changed; if it is the "
                        + "right one: --force\n"
                ),
                "\(done.stderr)"
            )
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["0"])
            #expect(try server.send("XLEN \(Self.keys)")[0].root.unsigned == 1)
        }
    }

    /// All is lost, and streams and groups may have been made anew since: outbox reconcile takes that for another server, and doctor's
    /// line is the one that works.
    @Test(arguments: [false, true])
    func afterTheLossOfEverythingTheLineWorksAsItIsTyped(isProvisioned: Bool) throws {
        try withBus { server, postgres, runner in
            try postgres.insertRows(120, in: .api, .published, stream: Self.keys, secondsAgo: 6 * 3_600)
            try server.send("FLUSHALL")
            if isProvisioned { #expect(try runner.run(["provision", "-q"]).status == 0) }
            let found = try doctor(runner)
            let fix = try #require(Self.fix(found), "\(found)")
            #expect(fix.hasSuffix(" --stream keys.invalidate --requeue --force"), "\(fix)")
            let commands = fix.split(separator: " && caracalctl ").map(Self.words)
            #expect(commands.count == (isProvisioned ? 1 : 2), "\(fix)")
            for command in commands {
                let isLast = command.contains("--requeue")
                let done = try runner.run(command + (isLast ? ["--yes", "-o", "json"] : []))
                #expect(done.status == 0, "\(command) \(done)")
                if isLast { #expect(done.stdout.contains("\"requeued\": 123"), "\(done)") }
            }
        }
    }

    /// A stream that was trimmed, one that began long ago, and one that was made anew among others that were not.
    @Test func whereItIsNotCertainNothingIsSaid() throws {
        let (old, now) = (Self.id(9 * 24 * Self.hour), Self.id(Self.hour))
        for lines in [
            [
                "XADD \(Self.keys) \(Self.id(2 * Self.hour)) a b", "XADD \(Self.keys) \(now) a b",
                "XTRIM \(Self.keys) MAXLEN 1",
            ],
            ["XADD \(Self.keys) \(old) a b"],
            ["XADD \(Self.keys) \(now) a b", "XADD caracal.policy.invalidate \(Self.id(3 * 24 * Self.hour)) a b"],
        ] {
            try withBus { server, runner in
                for line in lines { try server.send(line) }
                expect(try doctor(runner), status: 0, stdout: "")
            }
        }
    }
}
