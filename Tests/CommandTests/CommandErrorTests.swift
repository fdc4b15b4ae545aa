import Glibc
import RESP
import Redis
import RedisSandbox
import Rendering
import Testing

@testable import CaracalCommands
import Text

/// Each error of the layers below, as the line and the status it ends in.
@Suite struct CommandErrorTests {
    private static func error(
        _ cause: RedisError.Cause,
        _ phase: RedisError.Phase = .awaiting
    ) -> RedisError {
        RedisError(target: "redis:6379", phase: phase, cause: cause)
    }

    @Test(arguments: [(SIGHUP, 129), (SIGINT, 130), (SIGQUIT, 131), (SIGTERM, 143)] as [(Int32, Int32)])
    func aSignalIsAStatusOfItsOwn(signal: Int32, status: Int32) {
        #expect(ExitStatus(signal: signal).rawValue == status)
    }

    /// What will not end by itself is not taken for a failover.
    @Test(arguments: [
        (
            RedisError.Cause.link(.unreachable(reason: "connection refused")), "connection refused",
            "a failover may be under way: raise --timeout"
        ),
        (
            .link(.unresolvable(reason: "name or service not known")), "name or service not known",
            "that name has to be known here, or the Sentinels have to announce addresses"
        ),
        (
            .link(.tls(.notTLS)), "10.0.0.1:6379 does not speak TLS (is this a TLS port?)",
            "leave --tls out, or use redis+sentinel://, if that server does not speak TLS"
        ),
        (
            .link(.disconnected(reason: "connection reset by peer")),
            "it closed the connection: connection reset by peer",
            "a failover may be under way: raise --timeout; if that server speaks TLS, use --tls"
        ),
    ])
    func theServerThatASentinelNamesIsSaidWhatIsWrongWith(cause: RedisError.Cause, words: String, advice: String) {
        let error = RedisError(target: "10.0.0.1:6379", phase: .connecting, cause: cause)
        let attempt = MasterNotFound.Attempt(sentinel: "s:26379", outcome: .unusable(error))
        let reasons = MasterNotFound(masterName: "bus", attempts: [attempt])
        #expect(
            CommandError(RedisError(target: "x", phase: .connecting, cause: .masterNotFound(reasons)))
                == CommandError(
                    .unreachable,
                    "no master \"bus\" yet (s:26379: it names 10.0.0.1:6379: \(words); \(advice))"
                )
        )
    }

    static let links: [(RedisError, CaracalCommands.ExitStatus, String)] = [
        (
            error(.link(.unresolvable(reason: "name or service not known")), .connecting), .unreachable,
            "cannot resolve redis:6379: name or service not known (check --host or REDIS_URL)"
        ),
        (
            error(.link(.unreachable(reason: "connection refused")), .connecting), .unreachable,
            "cannot reach redis:6379: connection refused (check --host or REDIS_URL)"
        ),
        (
            error(.link(.unreachable(reason: "connection refused"))).duringWrite(), .unknownOutcome,
            "cannot reach redis:6379: connection refused (check --host or REDIS_URL); what had been sent may or may not have "
                + "been carried out"
        ),
        (
            error(.link(.unresolvable(reason: "no such name"))).duringWrite(), .unknownOutcome,
            "cannot resolve redis:6379: no such name (check --host or REDIS_URL); what had been sent may or may not have "
                + "been carried out"
        ),
        (
            error(.link(.timedOut(after: .seconds(2))), .connecting), .unreachable,
            "cannot reach redis:6379: no answer within 2s (check the address, or raise --connect-timeout)"
        ),
        (
            error(.link(.timedOut(after: .milliseconds(500)))), .unreachable,
            "no answer from redis:6379 within 500ms (raise --timeout)"
        ),
        (
            error(.link(.timedOut(after: .seconds(5)))).duringWrite(), .unknownOutcome,
            "no answer from redis:6379 within 5s (raise --timeout); what had been sent may or may not have been carried out"
        ),
        (
            error(.link(.timedOut(after: .seconds(5))), .sending).duringWrite(), .unreachable,
            "no answer from redis:6379 within 5s (raise --timeout)"
        ),
        (
            error(.link(.disconnected(reason: nil)), .connecting), .unreachable,
            "redis:6379 closed the connection before authentication finished"
        ),
        (
            error(.link(.disconnected(reason: "connection reset by peer"))), .unreachable,
            "redis:6379 closed the connection in the middle of a command: connection reset by peer"
        ),
        (
            error(.link(.disconnected(reason: nil))).duringWrite(), .unknownOutcome,
            "redis:6379 closed the connection in the middle of a command; what had been sent may or may not have been "
                + "carried out"
        ),
        (error(.link(.interrupted(signal: SIGINT))), .interrupted, "interrupted while waiting for redis:6379"),
        (error(.link(.interrupted(signal: SIGTERM))), .terminated, "interrupted while waiting for redis:6379"),
        (
            error(.malformed(.httpServer), .connecting), .protocolViolation,
            "redis:6379 does not speak RESP as Redis does: this is an HTTP server"
        ),
        (
            error(.malformed(.unknownType(0x1B))), .protocolViolation,
            "redis:6379 does not speak RESP as Redis does: expected a reply, found \"\\x1b\""
        ),
        (
            error(.unexpected("the reply to XADD does not have its documented shape")).duringWrite(), .unknownOutcome,
            "redis:6379: the reply to XADD does not have its documented shape; what had been sent may or may not have "
                + "been carried out"
        ),
    ]

    @Test(arguments: links)
    func aBrokenConversationEndsIn(error: RedisError, status: CaracalCommands.ExitStatus, message: String) {
        #expect(CommandError(error as any Error) == CommandError(status, TerminalText(keeping: message)))
    }

    static let refusals: [(String, CaracalCommands.ExitStatus, String)] = [
        ("NOAUTH Authentication required.", .noRights, " (give a password: --password-file or REDIS_PASSWORD)"),
        ("WRONGPASS invalid username-password pair", .noRights, " (check the user and the password)"),
        ("NOPERM no", .noRights, " (the ACL user lacks this right)"),
        ("DENIED protected", .noRights, " (the server is in protected mode)"),
        ("ERR unknown command 'XINFO'", .noRights, ""),
        ("LOADING Redis is loading", .refusedForNow, " (wait, or use --wait where there is one)"),
        ("OOM no", .refusedForNow, " (caracalctl memory shows what uses it)"),
        ("READONLY no", .refusedForNow, " (this is a replica: connect to the master)"),
        ("MISCONF no", .refusedForNow, ""),
        ("NOREPLICAS no", .refusedForNow, ""),
        ("MASTERDOWN no", .refusedForNow, ""),
        ("BUSY no", .refusedForNow, ""),
        ("UNBLOCKED no", .refusedForNow, ""),
        ("TRYAGAIN no", .refusedForNow, ""),
        (
            "CLUSTERDOWN no", .refusedForNow,
            " (part of the cluster is served by nobody: redis-cli --cluster check shows which)"
        ),
        ("MOVED 1 h:1", .refusedForNow, " (the key is elsewhere in a cluster that is changing: try again)"),
        ("ASK 1 h:1", .refusedForNow, " (the key is elsewhere in a cluster that is changing: try again)"),
        ("ERR max number of clients reached", .refusedForNow, ""),
        ("ERR DB index is out of range", .configuration, " (check --db or the URL: streams live in db 0)"),
        ("WRONGTYPE no", .finding, ""),
        ("NOGROUP no", .finding, ""),
        ("ERR whatever", .protocolViolation, ""),
    ]

    @Test(arguments: refusals)
    func aRefusalEndsIn(text: String, status: CaracalCommands.ExitStatus, hint: String) {
        let error = Self.error(.refused(Refusal(ErrorReply(message: Array(text.utf8)))))
        #expect(CommandError(error as any Error) == CommandError(status, "redis:6379 refused: \(text)\(hint)"))
        #expect(CommandError(error.duringWrite() as any Error).status == status, "a refusal is never unknown")
    }

    /// Under a context the environment tells no password: it is no advice to set one there, and one that is there is named.
    @Test func underAContextAPasswordInTheEnvironmentIsNamedAsUnused() throws {
        let set = ["REDIS_PASSWORD": "p", "REDISCLI_AUTH": "", "REDIS_USERNAME": "u", "PGPASSWORD": "p"]
        let environment: @Sendable (String) -> String? = { set[$0] }
        let hint = try #require(ContextHint("context prod (/run/url)", environment: environment))
        #expect(
            hint.redisPassword.text
                == "give a password: --password-file, or password_file in context prod; REDIS_PASSWORD and REDIS_USERNAME are set, "
                + "but not used under a context"
        )
        #expect(
            hint.postgresPassword.text
                == "give it in ~/.pgpass, or in the file that database_url_file in context prod names; PGPASSWORD is set, but not "
                + "used under a context"
        )
        #expect(hint.unused(["REDISCLI_AUTH", "PGUSER"]) == "")
        for other in [nil, "REDIS_URL", "--url", "contexts"] { #expect(ContextHint(other)?.name == nil) }
    }

    @Test func aServerThatWantsAPasswordIsNotQuotedOnHello() {
        let text = "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH …"
        let error = Self.error(.refused(Refusal(ErrorReply(message: Array(text.utf8)))))
        #expect(
            CommandError(error).message.text
                == "redis:6379 refused: NOAUTH Authentication required. "
                + "(give a password: --password-file or REDIS_PASSWORD)"
        )
    }

    @Test func whatTheServerSaysIsEscaped() {
        let message = Array("ERR \u{1B}]0;title\u{7} \u{202E}x\r\n".utf8) + [0xFF]
        let failure = CommandError(Self.error(.refused(Refusal(ErrorReply(message: message)))))
        #expect(failure.message.text.unicodeScalars.allSatisfy { (" "..."~").contains($0) }, "\(failure.message)")
    }

    @Test func otherErrorsEndIn() {
        #expect(CommandError(SettingsError("no") as any Error) == CommandError(.configuration, "no"))
        let mistyped = CommandError(SettingsError("no", valueOf: .option("--port")) as any Error)
        #expect(mistyped == CommandError(.usage, "no"))
        let malformed = CommandError(SettingsError("no", valueOf: .environment("P")) as any Error)
        #expect(malformed == CommandError(.configuration, "no"))
        let interrupted = CommandError(LinkError.interrupted(signal: SIGINT) as any Error)
        #expect(interrupted == CommandError(.interrupted, "interrupted"))
        #expect(CommandError(SandboxError.portInUse(5) as any Error).status == .configuration)
        #expect(
            CommandError(SandboxError.notFound(program: "redis-server") as any Error)
                == CommandError(
                    .internalError,
                    "redis-server is not installed (on Debian and Ubuntu: apt-get install redis-server)"
                )
        )
    }

    @Test func statusesAreTheContract() {
        #expect(
            CaracalCommands.ExitStatus.allCases.map(\.rawValue) == [
                0, 1, 2, 3, 64, 65, 69, 70, 73, 74, 75, 76, 77, 78, 129, 130, 131, 143,
            ]
        )
    }

    @Test func anErrorIsALineForAPersonAndAnObjectForAScript() {
        let failure = CommandError(.unreachable, "cannot reach \"x\"")
        #expect(ErrorFormat.line.text(failure) == "caracalctl: cannot reach \"x\"")
        #expect(ErrorFormat.line.text(CommandError(.usage, "\u{1B}[2J\n\\x1b")) == #"caracalctl: \x1b[2J\n\x1b"#)
        #expect(
            ErrorFormat.json.text(failure)
                == #"{"error":{"status":69,"code":"unreachable","message":"cannot reach \"x\""}}"#
        )
    }

    @Test(
        arguments: [
            ([], false), (["xlen"], false), (["xlen", "-o", "json"], true), (["xlen", "-o", "ndjson"], true),
            (["xlen", "-ojson"], true), (["xlen", "--output", "json"], true), (["xlen", "--output=json"], true),
            (["xlen", "-o", "table"], false), (["xlen", "-o"], false), (["xlen", "-o", "xjson"], false),
        ] as [([String], Bool)]
    )
    func aBrokenCommandLineIsAnsweredInTheFormatItAsksFor(arguments: [String], isJSON: Bool) {
        #expect((ErrorFormat(CommandLineWords(arguments), standard: nil) == .json) == isJSON)
    }
}
