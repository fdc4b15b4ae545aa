import RedisSandbox
import TestSupport
import Testing

/// Rows of the outboxes, and the workers that have them.
@Suite struct OutboxCompletionTests {
    private func complete(_ words: String..., environment: [String: String]) throws -> CommandResult {
        try CommandRunner(environment: environment).run(["__complete", "zsh", "1m"] + words)
    }

    private func environment(_ postgres: PostgresServer) -> [String: String] {
        ["DATABASE_URL": postgres.url, "PGPASSFILE": postgres.passwordFile]
    }

    @Test(arguments: CompletingShell.allCases)
    func theShellOffersRowsAndWorkers(shell: CompletingShell) throws {
        try withPostgres { postgres in
            let dead = try postgres.insertRows(in: .coordinator, .dead())[0]
            let locked = try postgres.insertRows(in: .api, .locked(by: "api-1", forSeconds: 86_400), secondsAgo: 65)[0]
            try postgres.insertRows(in: .api, .published)
            let offers = { try shell.offers("caracalctl outbox " + $0, environment: environment(postgres)) }
            #expect(try offers("show ").sorted() == [dead, locked].sorted())
            #expect(try offers("requeue ") == [dead])
            #expect(try offers("unlock --worker ") == ["api-1"])
        }
    }

    /// The ages are half a day from the next one.
    @Test func rowsSayWhatTheyAre() throws {
        try withPostgres { postgres in
            let dead = try postgres.insertRows(in: .coordinator, .dead(), secondsAgo: 17_323_200)[0]
            let waiting = try postgres.insertRows(in: .api, stream: "caracal.keys.invalidate", secondsAgo: 8_683_200)[0]
            expect(
                try complete("outbox", "show", "", environment: environment(postgres)),
                status: 0,
                stdout: """
                    words
                    \(dead)\tsessions.revoke, dead, made 200d ago
                    \(waiting)\tkeys.invalidate, waiting, made 100d ago

                    """
            )
            // One that is named already is not offered again.
            expect(
                try complete("outbox", "requeue", dead, "", environment: environment(postgres)),
                status: 0,
                stdout: "words\n"
            )
        }
    }

    /// An id is whatever somebody wrote into the table.
    @Test func idsThatNoLineShouldHoldAreNotOffered() throws {
        try withPostgres { postgres in
            try postgres.insertRows(3, in: .coordinator, .dead())
            try postgres.sql(
                """
                UPDATE caracal_outbox SET id = (ARRAY['--yes', E'a\\x1b[2Jb', 'plain'])[n] FROM
                (SELECT id AS old, row_number() OVER (ORDER BY id) AS n FROM caracal_outbox) o WHERE id = old
                """
            )
            #expect(try complete("outbox", "show", "", environment: environment(postgres)).offered == ["plain"])
        }
    }

    @Test func aDatabaseThatHangsOrIsAwayKnowsNothingAndSaysNothing() throws {
        let silent = try ScriptedPeer([[.silent]], ignoresOthers: true)
        for place in ["127.0.0.1:\(silent.port)", "127.0.0.1:1"] {
            let environment = ["DATABASE_URL": "postgres://u:p@\(place)/x"]
            let result = try CommandRunner(environment: environment)
                .run(["__complete", "zsh", "200ms", "outbox", "show", ""])
            expect(result, status: 0, stdout: "words\n")
        }
        expect(try complete("outbox", "show", "", environment: [:]), status: 0, stdout: "words\n")
    }
}
