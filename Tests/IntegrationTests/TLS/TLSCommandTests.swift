import RedisSandbox
import TestSupport
import Testing

/// The built binary and real servers that speak TLS.
@Suite struct TLSCommandTests {
    /// What is said of the stream, with the options of the command in the line that creates it.
    private static func missing(_ options: [String] = []) -> String {
        let tool = (["caracalctl"] + options).joined(separator: " ")
        return
            "caracalctl: caracal.sessions.revoke does not exist (\(tool) provision sessions.revoke --start 0 creates it)\n"
    }

    private static let table = """
        STREAM            LENGTH  BOUND  FILL  OLDEST  NEWEST  GROUPS
        sessions.revoke  MISSING

        """

    private func xlen(
        _ server: SandboxServer,
        _ arguments: [String] = [],
        _ environment: [String: String] = [:]
    ) throws -> CommandResult {
        try CommandRunner(environment: ["REDIS_URL": server.url].merging(environment) { $1 })
            .run(["xlen", "sessions.revoke"] + arguments)
    }

    @Test func trustComesFromOptionsVariablesAndOpenSSLsOwn() throws {
        let files = try TLSFiles.shared
        let (file, folder) = (files.file(.authority), files.folderPath)
        let ways: [([String], [String: String])] = [
            (["--cacert", file], [:]), (["--capath", folder], [:]), ([], ["CARACALCTL_CACERT": file]),
            ([], ["CARACALCTL_CAPATH": folder]), ([], ["SSL_CERT_FILE": file]), ([], ["SSL_CERT_DIR": folder]),
        ]
        try withTLSServer { server in
            for (arguments, environment) in ways {
                expect(
                    try xlen(server, arguments, environment),
                    status: 1,
                    stdout: Self.table,
                    stderr: Self.missing(arguments)
                )
            }
        }
    }

    /// What is trusted is said by one source, and no other is added to it.
    @Test func theIssuersThatAreNamedAreTheOnlyOnes() throws {
        let files = try TLSFiles.shared
        try withTLSServer { server in
            let result = try xlen(
                server,
                ["--cacert", files.file(.stranger)],
                ["SSL_CERT_FILE": files.file(.authority), "SSL_CERT_DIR": files.folderPath]
            )
            #expect(result.status == 69)
            #expect(result.stderr.contains("which is unknown (--cacert names a file of trusted issuers)"), "\(result)")
        }
    }

    static let untrusted: [(TLSCertificate, String)] = [
        (.expired, "the certificate of \"CN=expired\" expired at 2021-01-02T03:04:05Z"),
        (.early, "the certificate of \"CN=early\" is not valid before 2039-01-02T03:04:05Z"),
        (
            .wrongName,
            #"its certificate is for redis.example, *.wild.example, 10.0.0.1, \x1b[31m.example, not for 127.0.0.1 "#
                + "(--sni says which name to expect)"
        ),
        (
            .unknownIssuer,
            "its certificate was issued by \"CN=stranger\", which is unknown (--cacert names a file of trusted issuers)"
        ),
        (
            .selfSigned,
            "its certificate is self-signed (if that is meant, give the certificate itself as --cacert)"
        ),
    ]

    @Test(arguments: untrusted)
    func aServerThatIsNotTrustedIsRefusedUnlessInsecure(certificate: TLSCertificate, reason: String) throws {
        try withTLSServer(certificate) { server in
            let authority = ["--cacert", try TLSFiles.shared.file(.authority)]
            expect(
                try xlen(server, authority),
                status: 69,
                stderr: "caracalctl: 127.0.0.1:\(server.port ?? 0) is not trusted: \(reason)\n"
            )
            // Each time, and whatever else is asked for.
            for arguments in [["--insecure"], ["--insecure", "-q"]] {
                expect(
                    try xlen(server, arguments),
                    status: 1,
                    stdout: Self.table,
                    stderr:
                        "caracalctl: warning: --insecure: the server's certificate is not checked, so anyone who answers can "
                        + "read and change everything, passwords too\n" + Self.missing(["--insecure"])
                )
            }
        }
    }

    @Test func aServerThatWantsAClientCertificateGetsOne() throws {
        let files = try TLSFiles.shared
        let authority = ["--cacert", files.file(.authority)]
        try withTLSServer(wantsClients: true) { server in
            expect(
                try xlen(server, authority),
                status: 69,
                stderr: "caracalctl: 127.0.0.1:\(server.port ?? 0) wants a client certificate (--cert and --key)\n"
            )
            let own = authority + ["--cert", files.file(.client), "--key", files.key(.client)]
            expect(try xlen(server, own), status: 1, stdout: Self.table, stderr: Self.missing(own))
            let encrypted = authority + ["--cert", files.file(.client), "--key", files.encryptedKey]
            expect(
                try xlen(server, encrypted),
                status: 78,
                stderr: "caracalctl: cannot use the file \(files.encryptedKey) for TLS: the key is encrypted: "
                    + "decrypt it first (openssl pkey)\n"
            )
        }
    }

    @Test func aPlaintextServerIsNotMistakenForATLSServer() throws {
        let peer = try ScriptedPeer([[.silent]])
        expect(
            try run("xlen", "--tls", "--url", peer.url, "--connect-timeout", "2s"),
            status: 69,
            stderr: "caracalctl: 127.0.0.1:\(peer.port) does not answer the TLS handshake within 2s "
                + "(is this a TLS port?)\n"
        )
    }

    @Test func aTLSServerIsNotMistakenForAPlaintextServer() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send("\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{16}"), .silent]])
        expect(
            try run("provision", "--url", peer.url),
            status: 69,
            stderr: "caracalctl: 127.0.0.1:\(peer.port) speaks TLS (use --tls or rediss://)\n"
        )
    }

    @Test func nothingAboutTLSIsIgnoredInTheClear() throws {
        try withServer { server in
            expect(
                try server.run("xlen", "--cacert", "/none"),
                status: 78,
                stderr: "caracalctl: --cacert is about TLS, which nothing asks for: add --tls, or use rediss://\n"
            )
        }
    }

    @Test func envShowsWhatTLSIsSpokenWithAndNeverTheKey() throws {
        let files = try TLSFiles.shared
        try withTLSServer(wantsClients: true) { server in
            let result = try CommandRunner(
                environment: [
                    "REDIS_URL": server.url, "SSL_CERT_FILE": files.file(.authority),
                    "CARACALCTL_CERT": files.file(.client), "CARACALCTL_KEY": files.key(.client),
                ]
            ).run(["env", "--connect"])
            #expect(result.status == 0)
            #expect(result.stderr.isEmpty)
            let lines = result.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(lines.contains(["tls", "yes", "REDIS_URL"]))
            #expect(lines.contains(["cacert", files.file(.authority), "SSL_CERT_FILE"]))
            #expect(lines.contains(["cert", files.file(.client), "CARACALCTL_CERT"]))
            #expect(lines.contains(["key", "***", "CARACALCTL_KEY", "(\(files.key(.client)))"]))
            #expect(lines.contains(["sni", "-", "not", "set"]))
            #expect(lines.contains(["insecure", "no", "default"]))
            #expect(
                lines.last?.joined(separator: " ") == "connected to 127.0.0.1:\(server.port ?? 0): Redis 7.0.15, master"
            )
        }
    }
}
