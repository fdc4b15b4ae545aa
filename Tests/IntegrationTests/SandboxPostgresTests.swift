import Glibc
import RedisSandbox
import TestSupport
import Testing

/// `sandbox --postgres`, and the incidents of the outboxes.
@Suite struct SandboxPostgresTests {
    private static let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)

    private func sandbox(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandResult {
        let path = ["PATH": "\(Self.folder):\(Environment.current["PATH"] ?? "")"]
        return try CommandRunner(environment: path.merging(environment) { $1 }).run(["sandbox"] + arguments)
    }

    /// What `psql` says of a count in the sandbox.
    private func count(_ query: String, in options: String...) throws -> String {
        let line = "psql -XqAt -d \"$DATABASE_URL\" -c \"\(query)\""
        var arguments = ["sandbox"] + options + ["--", "sh", "-c", line]
        arguments.removeAll { $0.isEmpty }
        let path = ["PATH": "\(Self.folder):\(Environment.current["PATH"] ?? "")"]
        let result = try CommandRunner(environment: path).run(arguments)
        #expect(result.status == 0, "\(result.stderr)")
        return result.stdout
    }

    @Test func theDatabaseHasBothOutboxesAndNoRow() throws {
        #expect(
            try count(
                "SELECT count(*) FROM event_outbox UNION ALL SELECT count(*) FROM caracal_outbox",
                in: "--postgres"
            )
                == "0\n0\n"
        )
    }

    /// The password is in a file, and the services' variables of the shell lead nowhere else.
    @Test func theURLHasNoPasswordAndOtherVariablesAreGone() throws {
        let result = try sandbox(
            "--postgres",
            "--",
            "sh",
            "-c",
            #"echo "$DATABASE_URL" | sed 's/:[0-9][0-9]*//'; stat -c %a "$PGPASSFILE"; env | grep -c ^PGHOST"#,
            environment: ["PGHOST": "db.prod", "PGPASSWORD": "x", "DATABASE_URL_FILE": "/nowhere"]
        )
        #expect(result.stdout == "postgres://caracal@127.0.0.1/caracal\n600\n0\n", "\(result)")
    }

    @Test func onASocketTheDatabaseIsOnOneToo() throws {
        #expect(try count("SELECT inet_server_addr() IS NULL", in: "--postgres", "--socket") == "t\n")
    }

    @Test func aFolderCannotBeKeptWithIt() throws {
        let result = try sandbox("--postgres", "--keep", "/tmp/x")
        #expect(result.status == 64)
        #expect(
            result.stderr.contains(
                "--postgres and --keep contradict each other: only the data of Redis can be kept"
            )
        )
    }

    @Test func theDemoPublishesFromRowsAndSomeAreInTrouble() throws {
        let rows = try count(
            """
            SELECT status, count(*) > 0 FROM caracal_outbox GROUP BY 1 UNION ALL
            SELECT CASE WHEN available_at = 'infinity' THEN 'api dead' WHEN locked_by IS NOT NULL THEN 'api locked'
                WHEN last_error IS NOT NULL THEN 'api retrying' ELSE 'api published' END, count(*) > 0
            FROM event_outbox WHERE dispatched_at IS NOT NULL OR available_at > now() OR locked_by IS NOT NULL
            GROUP BY 1 ORDER BY 1
            """.replacing("\n", with: " "),
            in: "--postgres",
            "--demo"
        )
        #expect(
            rows.split(separator: "\n").filter { !$0.hasPrefix("pending") }
                == ["api dead|t", "api locked|t", "api published|t", "api retrying|t", "dead|t", "published|t"]
        )
    }

    /// The demo has its rows in hand, as the services' dispatchers have.
    @Test func aDispatcherBesideTheDemoPublishesNothingTwice() throws {
        let line = """
            for _ in 1 2 3 4 5; do caracalctl outbox dispatch --yes -q > /dev/null; done
            caracalctl outbox reconcile -o csv | grep -c duplicate
            """
        let result = try sandbox("--postgres", "--demo", "--", "bash", "-c", line)
        #expect(result.stdout == "0\n", "\(result)")
    }

    /// The rows of the incidents that are about rows.
    @Test(arguments: [
        ("coordinator-unready", "SELECT count(*) FROM caracal_outbox WHERE status = 'dead'", "24\n"),
        ("coordinator-unready", "SELECT count(*) FROM event_outbox WHERE available_at = 'infinity'", "5\n"),
        ("policies-late", "SELECT count(*) FROM event_outbox WHERE locked_until < now()", "32\n"),
        ("policies-late", "SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL AND attempts = 0", "90\n"),
    ])
    func anIncidentOfRowsIsInTheTables(name: String, query: String, rows: String) throws {
        #expect(try count(query, in: "--incident", name) == rows)
    }

    /// Of what was published, that second is missing in the streams, and nothing else.
    @Test(arguments: [("revocations-missing", 6), ("bus-empty", 100)])
    func lostMessagesAreInTheTablesAndInNoStream(name: String, lost: Int) throws {
        let line = """
            psql -XqAt -d "$DATABASE_URL" -c "SELECT id FROM caracal_outbox WHERE topic = 'caracal.sessions.revoke' \
            AND status = 'published'" | sort > rows
            redis-cli -u "$REDIS_URL" XRANGE caracal.sessions.revoke - + | grep -A 1 '^outbox_id$' | grep - | grep -v '^--' \
            | sort > entries
            comm -23 rows entries | wc -l; comm -13 rows entries | wc -l
            """
        let result = try sandbox("--incident", name, "--", "bash", "-c", line)
        #expect(result.stdout == "\(lost)\n0\n", "\(result)")
    }

    /// A terminal that closes says so more than once, also while the database stops: the keys do not stay behind.
    @Test func aSecondHangupWhileItEndsLeavesNothing() throws {
        let running = try CommandRunner().start(["sandbox", "--postgres"])
        try running.waitForErrors("/pgpass\n")
        let paths = running.stderrSoFar.split(separator: "\n").compactMap { line in
            line.split(separator: "=").dropFirst().last.map(String.init)
        }
        let keys = try #require(paths.first { $0.hasSuffix("/streams_hmac_key.hex") })
        let password = try #require(paths.first { $0.hasSuffix("/pgpass") })
        let process = password.dropLast("pgpass".count) + "data/postmaster.pid"
        running.signal(SIGHUP)
        try eventually("the database stops") {
            let lines = (try? TemporaryFolder.read(String(process))) ?? []
            return lines.isEmpty || String(decoding: lines, as: UTF8.self).contains("stopping")
        }
        running.signal(SIGHUP)
        #expect(try running.finish().status == 129)
        #expect(access(keys, F_OK) != 0)
        #expect(access(password, F_OK) != 0)
    }

    /// Killed in the hardest way, the sandbox leaves no server.
    @Test func theDatabaseEndsWithTheSandbox() throws {
        let path = ["PATH": "\(Self.folder):\(Environment.current["PATH"] ?? "")"]
        let running = try CommandRunner(environment: path).start([
            "sandbox", "--postgres", "--", "sh", "-c",
            #"head -n 1 "$(dirname "$PGPASSFILE")/data/postmaster.pid"; echo; sleep 1000"#,
        ])
        try running.waitForOutput("\n\n")
        let first = running.stdoutSoFar.split(separator: "\n").first
        let process = try #require(first.flatMap { pid_t($0) })
        running.signal(SIGKILL)
        while ProcessState.isRunning(process) { usleep(1000) }
    }
}
