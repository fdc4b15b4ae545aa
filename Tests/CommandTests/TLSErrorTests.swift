import RESP
import Redis
import Testing

@testable import CaracalCommands
import Text

/// Each failure of TLS, as the line and the status it ends in.
@Suite struct TLSFailureTests {
    private static let name = Array("CN=evil\u{1B}[31m".utf8)

    static let failures: [(TLSError, CaracalCommands.ExitStatus, String)] = [
        (
            .unusableFile(path: "/ca\u{1B}", reason: "no such file or directory"), .configuration,
            #"cannot use the file /ca\x1b for TLS: no such file or directory"#
        ),
        (.unusableName(""), .configuration, #""" cannot be the name of a TLS server (check --host or --sni)"#),
        (
            .noAnswer(after: .seconds(2)), .unreachable,
            "redis:6379 does not answer the TLS handshake within 2s (is this a TLS port?)"
        ),
        (
            .handshakeCut(reason: nil), .unreachable,
            "redis:6379 closed the connection during the TLS handshake (is this a TLS port?)"
        ),
        (
            .handshakeCut(reason: "connection reset by peer"), .unreachable,
            "redis:6379 closed the connection during the TLS handshake: connection reset by peer (is this a TLS port?)"
        ),
        (.notTLS, .unreachable, "redis:6379 does not speak TLS (is this a TLS port?)"),
        (
            .nothingInCommon, .unreachable,
            "redis:6379 has no TLS version or cipher in common with us (TLS 1.2 or newer is needed)"
        ),
        (.certificateRequired, .unreachable, "redis:6379 wants a client certificate (--cert and --key)"),
        (
            .certificateRefused(reason: "unknown ca"), .unreachable,
            "redis:6379 does not take our client certificate: unknown ca (check --cert and --key)"
        ),
        (.unknownName("n"), .unreachable, "redis:6379 does not know the name n (check --sni)"),
        (.other(reason: "bad record mac"), .unreachable, "TLS with redis:6379 failed: bad record mac"),
        (
            .untrusted(.expired(subject: name, at: "2021-01-02T03:04:05Z")), .unreachable,
            #"redis:6379 is not trusted: the certificate of "CN=evil\x1b[31m" expired at 2021-01-02T03:04:05Z"#
        ),
        (
            .untrusted(.notYetValid(subject: name, before: "2039-01-02T03:04:05Z")), .unreachable,
            #"redis:6379 is not trusted: the certificate of "CN=evil\x1b[31m" is not valid before 2039-01-02T03:04:05Z"#
        ),
        (
            .untrusted(.wrongName(expected: "redis", names: [Array("a".utf8), Array("b\u{202E}".utf8)])), .unreachable,
            #"redis:6379 is not trusted: its certificate is for a, b\u{202e}, not for redis (--sni says which name to expect)"#
        ),
        (
            .untrusted(.unknownIssuer(name)), .unreachable,
            #"redis:6379 is not trusted: its certificate was issued by "CN=evil\x1b[31m", which is unknown "#
                + "(--cacert names a file of trusted issuers)"
        ),
        (
            .untrusted(.selfSigned), .unreachable,
            "redis:6379 is not trusted: its certificate is self-signed (if that is meant, give the certificate itself as "
                + "--cacert)"
        ),
        (.untrusted(.other(reason: "CA md too weak")), .unreachable, "redis:6379 is not trusted: CA md too weak"),
    ]

    @Test(arguments: failures)
    func isALineWithItsRemedy(failure: TLSError, status: CaracalCommands.ExitStatus, message: String) {
        let error = RedisError(target: "redis:6379", phase: .connecting, cause: .link(.tls(failure)))
        #expect(CommandError(error) == CommandError(status, TerminalText(keeping: message)))
    }

    @Test func inTheMiddleOfAWriteItsOutcomeIsUnknown() {
        let error = RedisError(
            target: "redis:6379",
            phase: .awaiting,
            cause: .link(.tls(.other(reason: "bad record mac")))
        )
        #expect(
            CommandError(error.duringWrite())
                == CommandError(
                    .unknownOutcome,
                    "TLS with redis:6379 failed: bad record mac; what had been sent may or may not have been carried out"
                )
        )
    }

    @Test(arguments: failures.map(\.0))
    func onlyWhatTimeMayMendIsTriedAgain(failure: TLSError) {
        let error = RedisError(target: "redis:6379", phase: .connecting, cause: .link(.tls(failure)))
        switch failure {
        case .noAnswer, .handshakeCut: #expect(error.nextStep(isRepeatable: false) == .reconnect)
        default: #expect(error.nextStep(isRepeatable: false) == .stop)
        }
    }

    @Test func aTLSServerOnThePlainPortIsNamed() {
        let error = RedisError(target: "redis:6379", phase: .connecting, cause: .malformed(.tlsServer))
        #expect(CommandError(error) == CommandError(.unreachable, "redis:6379 speaks TLS (use --tls or rediss://)"))
        let reset = RedisError(
            target: "redis:6379",
            phase: .connecting,
            cause: .link(.disconnected(reason: "connection reset by peer"))
        )
        #expect(
            CommandError(reset)
                == CommandError(
                    .unreachable,
                    "redis:6379 closed the connection before authentication finished: connection reset by peer (if it speaks TLS, "
                        + "use --tls)"
                )
        )
    }
}
