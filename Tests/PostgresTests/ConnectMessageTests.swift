import Redis
import Testing

@testable import Postgres

/// What libpq 15 says, word for word.
@Suite struct ConnectMessageTests {
    private static let place = "connection to server at \"h\" (10.0.0.1), port 5432 failed: "

    private static func refused(_ state: String, _ message: String) -> PostgresError.Cause {
        .refused(PostgresRefusal(state: state, message: Array(message.utf8), endsConnection: true))
    }

    @Test(
        arguments: [
            (
                place + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
                .link(.unreachable(reason: "connection refused"))
            ),
            (
                "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: No such file or directory\n",
                .link(.unreachable(reason: "no such file or directory"))
            ),
            (
                place
                    + "FATAL:  28P01: password authentication failed for user \"x\"\nLOCATION:  auth_failed, auth.c:326\n",
                refused("28P01", "password authentication failed for user \"x\"")
            ),
            (place + "FATAL:  57P03: das Datenbanksystem startet\n", refused("57P03", "das Datenbanksystem startet")),
            // The second try of sslmode=prefer.
            (
                place + "FATAL:  28P01: wrong\n" + place + "FATAL:  28000: no pg_hba.conf entry, no encryption\n",
                refused("28P01", "wrong")
            ),
            (
                place + "FATAL:  28000: no pg_hba.conf entry, SSL encryption\n" + place + "FATAL:  28P01: wrong\n",
                refused("28P01", "wrong")
            ),
            (place + "fe_sendauth: no password supplied\n", .noPassword),
            (
                place + "server does not support SSL, but SSL was required\n",
                .tls(reason: "server does not support SSL, but SSL was required")
            ),
            (
                place + "SSL error: certificate verify failed\n",
                .tls(reason: "SSL error: certificate verify failed")
            ),
            (
                place + "server certificate for \"a\" does not match host name \"h\"\n",
                .tls(reason: "server certificate for \"a\" does not match host name \"h\"")
            ),
            (
                place
                    + "root certificate file \"/nowhere\" does not exist\nEither provide the file or change sslmode.\n",
                .settings(reason: "root certificate file \"/nowhere\" does not exist")
            ),
            (
                place + "server closed the connection unexpectedly\n\tThis probably means the server terminated\n",
                .link(.disconnected(reason: nil))
            ),
            (
                place + "expected authentication request from server, but received H\n",
                .unexpected("expected authentication request from server, but received H")
            ),
            (
                place + "received invalid response to SSL negotiation: H\n",
                .unexpected("received invalid response to SSL negotiation: H")
            ),
            ("invalid sslmode value: \"x\"\n", .settings(reason: "invalid sslmode value: \"x\"")),
        ] as [(String, PostgresError.Cause)]
    )
    func wordsOfLibpqAreSorted(text: String, cause: PostgresError.Cause) {
        #expect(ConnectMessage(text).cause == cause)
    }
}
