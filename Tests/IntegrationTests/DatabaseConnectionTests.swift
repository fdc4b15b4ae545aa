import Glibc
import RedisSandbox
import TestSupport
import Testing

/// The database of the outboxes, as `env` names it and tries it.
@Suite struct DatabaseConnectionTests {
    private static func lastLine(_ result: CommandResult) -> String {
        result.stdout.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test func envTriesTheDatabaseToo() throws {
        try withServer { server throws in
            try withPostgres { postgres throws in
                let port = postgres.port ?? 0
                let runner = CommandRunner(for: server, postgres, role: "caracalapi")
                let shown = try runner.run(["env", "--connect"])
                #expect(shown.status == 0 && shown.stderr == "")
                let line = Self.lastLine(shown)
                #expect(line.hasPrefix("connected to 127.0.0.1:\(port): PostgreSQL 15."))
                #expect(line.hasSuffix(", database caracal, user caracalapi, no TLS"))
                let rows = shown.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
                #expect(rows.contains("postgres 127.0.0.1:\(port) DATABASE_URL"))
                #expect(rows.contains("postgres-database caracal DATABASE_URL"))
                #expect(rows.contains("postgres-user caracalapi DATABASE_URL"))
                #expect(rows.contains("postgres-password - not set"))
                // Without --connect nobody is asked.
                #expect(try !runner.run(["env"]).stdout.contains("connected to"))
            }
        }
    }

    @Test func thePasswordIsShownNowhere() throws {
        try withServer { server throws in
            try withPostgres { postgres throws in
                let port = postgres.port ?? 0
                for secret in ["hunter2secret", postgres.password] {
                    var runner = CommandRunner(for: server)
                    runner.environment["DATABASE_URL"] = "postgres://caracal:\(secret)@127.0.0.1:\(port)/caracal"
                    for options in [[], ["-o", "json"], ["-v"], ["-v", "-o", "ndjson"]] {
                        let result = try runner.run(["env", "--connect"] + options)
                        #expect(result.status == (secret == postgres.password ? 0 : 77))
                        #expect(!(result.stdout + result.stderr).contains(secret))
                    }
                }
                var runner = CommandRunner(for: server)
                runner.environment["DATABASE_URL"] = "postgres://caracal:hunter2secret@127.0.0.1:\(port)/caracal"
                #expect(
                    try runner.run(["env", "--connect", "-q"]).stderr == """
                        caracalctl: 127.0.0.1:\(port) refused: password authentication failed for user "caracal" \
                        (check the user and the password in DATABASE_URL)

                        """
                )
            }
        }
    }

    @Test(
        arguments: [
            (
                "postgres://u@127.0.0.1:1/d", 69,
                "cannot reach 127.0.0.1:1: connection refused (check DATABASE_URL)"
            ),
            (
                "postgres://u@127.0.0.1:1/d?schema=x", 78,
                "DATABASE_URL: libpq 15 has no setting schema"
            ),
            (
                "postgres://u:hunter2@h:x/d", 78,
                "DATABASE_URL is not a usable URL: the port is not a number from 1 to 65535"
            ),
        ] as [(String, Int32, String)]
    )
    func aDatabaseThatCannotBeHadIsAnError(url: String, status: Int32, message: String) throws {
        try withServer { server throws in
            var runner = CommandRunner(for: server)
            runner.environment["DATABASE_URL"] = url
            let result = try runner.run(["env", "--connect"])
            #expect(result.status == status)
            #expect(result.stderr == "caracalctl: \(message)\n")
            #expect(
                result.stdout.contains("connected to \(server.url.dropFirst("redis://".count).prefix { $0 != "/" })")
            )
            // Who does not ask for it is not bothered.
            #expect(try runner.run(["provision", "-q"]).status == 0)
        }
    }

    @Test func withoutLibpqOnlyTheDatabaseIsOutOfReach() throws {
        try withServer { server throws in
            let folder = try TemporaryFolder()
            _ = try folder.write("libpq.so.5", "")
            var runner = CommandRunner(for: server)
            runner.environment["LD_LIBRARY_PATH"] = folder.path
            runner.environment["DATABASE_URL"] = "postgres://u@127.0.0.1:1/d"
            let result = try runner.run(["env", "--connect", "-q"])
            #expect(result.status == 70)
            #expect(
                result.stderr == """
                    caracalctl: cannot use Postgres: libpq is not installed (\(folder.path)/libpq.so.5: file too short); \
                    install it: apt-get install libpq5

                    """
            )
            #expect(try runner.run(["provision", "-q"]).status == 0)
        }
    }

    @Test func ctrlCEndsTheWaitForAServerThatHangs() throws {
        try withServer { server throws in
            let latch = try Latch()
            let peer = try ScriptedPeer([[.expectBytes(1), .open(latch), .silent]])
            var runner = CommandRunner(for: server)
            runner.environment["DATABASE_URL"] = "postgres://u@127.0.0.1:\(peer.port)/d"
            let command = try runner.start(["env", "--connect", "-q", "--connect-timeout", "60s"])
            #expect(latch.wait())
            command.signal(SIGINT)
            let result = try command.finish()
            #expect(result.status == 130)
            #expect(result.stderr == "caracalctl: interrupted while waiting for 127.0.0.1:\(peer.port)\n")
        }
    }

    @Test func aContextNamesItsOwn() throws {
        try withServer { server throws in
            try withPostgres { postgres throws in
                let folder = try TemporaryFolder()
                let url = try folder.write("url", postgres.url(role: "caracal", password: postgres.password))
                var runner = CommandRunner(environment: [
                    "XDG_CONFIG_HOME": folder.path, "DATABASE_URL": "postgres://elsewhere", "PGUSER": "nobody",
                ])
                let added = try runner.run(["context", "add", "prod", "--url", server.url, "--database-url-file", url])
                #expect(added.status == 0)
                runner.environment["CARACALCTL_CONTEXT"] = "prod"
                let result = try runner.run(["env", "--connect"])
                #expect(result.status == 0 && result.stderr == "")
                #expect(Self.lastLine(result).hasPrefix("connected to 127.0.0.1:\(postgres.port ?? 0): PostgreSQL "))
                #expect(result.stdout.contains("context prod (\(url))"))
                #expect(!(result.stdout + result.stderr).contains(postgres.password))
                let both = ["--database-url", "postgres://h", "--database-url-file", url]
                let refused = try runner.run(["context", "add", "other", "--url", server.url] + both)
                #expect(refused.status == 64)
                #expect(
                    refused.stderr.contains("--database-url and --database-url-file contradict each other: give one")
                )
            }
        }
    }
}
