import Postgres
import Redis
import Testing
import Text

@testable import CaracalCommands

@Suite struct PostgresFailureTests {
    private static func refused(_ state: String, endsConnection: Bool = false) -> PostgresError.Cause {
        .refused(PostgresRefusal(state: state, message: Array("words".utf8), endsConnection: endsConnection))
    }

    private static let errors: [(PostgresError.Cause, CaracalCommands.ExitStatus, String)] = [
        (
            .noLibrary(reason: "no such file"), .internalError,
            "cannot use Postgres: libpq is not installed (no such file); install it: apt-get install libpq5"
        ),
        (.settings(reason: "bad"), .configuration, "DATABASE_URL: bad"),
        (.link(.interrupted(signal: 2)), .interrupted, "interrupted while waiting for db:5432"),
        (
            .link(.unresolvable(reason: "unknown")), .unreachable,
            "cannot resolve db:5432: unknown (check DATABASE_URL)"
        ),
        (.link(.unreachable(reason: "refused")), .unreachable, "cannot reach db:5432: refused (check DATABASE_URL)"),
        (.link(.timedOut(after: .seconds(5))), .unreachable, "no answer from db:5432 within 5s (raise --timeout)"),
        (.link(.disconnected(reason: nil)), .unreachable, "db:5432 closed the connection in the middle of a statement"),
        (.tls(reason: "x"), .unreachable, "TLS with db:5432 failed: x (check sslmode and sslrootcert in DATABASE_URL)"),
        (
            .noPassword, .noRights,
            "db:5432 asks for a password (give it in DATABASE_URL, PGPASSWORD_FILE or ~/.pgpass)"
        ),
        (.unexpected("x"), .protocolViolation, "db:5432 does not speak as Postgres does: x"),
        (refused("28000"), .noRights, "db:5432 refused: words (check the user and the password in DATABASE_URL)"),
        (refused("42501"), .noRights, "db:5432 refused: words (the role lacks this right)"),
        (refused("3D000"), .configuration, "db:5432 refused: words (check the database in DATABASE_URL)"),
        (
            refused("42P01"), .configuration,
            "db:5432 refused: words (is this Caracal's database? check DATABASE_URL)"
        ),
        (
            refused("42703"), .configuration,
            "db:5432 refused: words (is this Caracal's database? check DATABASE_URL)"
        ),
        (refused("57014"), .unreachable, "db:5432 refused: words (raise --timeout)"),
        (refused("57P03"), .refusedForNow, "db:5432 refused: words (wait, and try again)"),
        (refused("57P01", endsConnection: true), .unreachable, "db:5432 refused: words (try again)"),
        (refused("53300"), .refusedForNow, "db:5432 refused: words (try again)"),
        (refused("53100"), .refusedForNow, "db:5432 refused: words"),
        (
            refused("25006"), .refusedForNow,
            "db:5432 refused: words (this is a standby, or read-only: connect to the primary)"
        ),
        (refused("40001"), .refusedForNow, "db:5432 refused: words (try again)"),
        (
            refused("08P01"), .configuration,
            "db:5432 refused: words (is this a pooler? connect to the server itself)"
        ),
        (refused("22012"), .protocolViolation, "db:5432 refused: words"),
    ]

    @Test func eachErrorHasItsStatusAndItsNextStep() {
        for (cause, status, message) in Self.errors {
            let error = PostgresError(target: "db:5432", phase: .awaiting, cause: cause, namedBy: "DATABASE_URL")
            #expect(CommandError(error) == CommandError(status, "\(message)"))
        }
    }

    /// No setting of one step is to be raised where all steps together had less time, which is never shown as none.
    @Test(
        arguments: [
            (
                RedisError.Phase.connecting, false,
                "cannot reach db:5432: no answer within 1ms (check PGHOST, or raise --connect-timeout)"
            ),
            (.connecting, true, "cannot reach db:5432: no answer within 1ms (check PGHOST)"),
            (.awaiting, false, "no answer from db:5432 within 1ms (raise --timeout)"),
            (.awaiting, true, "no answer from db:5432 within 1ms"),
        ]
    )
    func aShareOfTheTimeIsNoSetting(phase: RedisError.Phase, isCut: Bool, message: String) {
        let cause = PostgresError.Cause.link(.timedOut(after: .microseconds(300)))
        let error = PostgresError(target: "db:5432", phase: phase, cause: cause, namedBy: "PGHOST")
        #expect(CommandError(error, isCut: isCut) == CommandError(.unreachable, "\(message)"))
    }

    @Test func underAContextNoVariableIsProposed() {
        let error = PostgresError(target: "db:5432", phase: .connecting, cause: .noPassword, namedBy: "context prod")
        let message: TerminalText =
            "db:5432 asks for a password (give it in ~/.pgpass, or in the file that database_url_file in context prod names)"
        #expect(CommandError(error) == CommandError(.noRights, message))
    }

    @Test func aWriteWithoutAnAnswerIsInDoubt() {
        let doubt = "; what had been sent may or may not have been carried out"
        for (cause, status, message) in Self.errors {
            let error = PostgresError(
                target: "db:5432",
                phase: .awaiting,
                cause: cause,
                isWrite: true,
                namedBy: "DATABASE_URL"
            )
            let isSettled = error.refusal.map { !$0.endsConnection } ?? false
            #expect(
                CommandError(error)
                    == CommandError(isSettled ? status : .unknownOutcome, "\(message + (isSettled ? "" : doubt))")
            )
            let unsent = PostgresError(
                target: "db:5432",
                phase: .sending,
                cause: cause,
                isWrite: true,
                namedBy: "DATABASE_URL"
            )
            #expect(CommandError(unsent).status == status)
        }
    }
}
