import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Who gets metrics: the token, and TLS.
@Suite struct ExporterAccessTests {
    private static let token = "k7-Rk3.x_9~q+/="

    @Test(
        arguments: [
            nil, "Bearer", "Bearer ", "Bearer wrong", "Bearer \(token)x", "Bearer k7-Rk3.x_9~q+/", "Basic \(token)",
            token,
        ] as [String?]
    )
    func withoutTheTokenThereAreNoMetrics(header: String?) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("token", "\(Self.token)\n")
        try withExporter(of: nil, "--bearer-file", file) { exporter throws in
            let response = try exporter.ask("/metrics", header.map { ["Authorization: \($0)"] } ?? [])
            #expect(response.status == 401)
            #expect(response.headers["www-authenticate"] == "Bearer realm=\"caracalctl\"")
            #expect(response.body == "a bearer token is needed\n")
            // A probe holds no token.
            #expect(try exporter.ask("/healthz").status == 200)
        }
    }

    @Test func aChangedTokenCountsAtOnce() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("token", "\(Self.token)\n")
        try withExporter(of: nil, "--bearer-file", file) { exporter throws in
            let former = ["Authorization: Bearer \(Self.token)"]
            #expect(try exporter.ask("/metrics", former).status == 200)
            #expect(try exporter.ask("/metrics", ["authorization: bearer  \(Self.token)"]).status == 200)
            _ = try folder.write("token", "another")
            #expect(try exporter.ask("/metrics", former).status == 401)
            #expect(try exporter.ask("/metrics", ["Authorization: Bearer another"]).status == 200)
            #expect(unlink(file) == 0)
            let response = try exporter.ask("/metrics", ["Authorization: Bearer another"])
            #expect(response.status == 500)
            #expect(response.body == "the token to compare with cannot be read\n")
            #expect(try exporter.ask("/metrics", ["Authorization: Bearer another"]).status == 500)
            try exporter.command.waitForErrors("cannot use --bearer-file")
            let ended = try exporter.end()
            #expect(ended.status == 0)
            let told = ended.stderr.split(separator: "\n").filter { $0.contains("--bearer-file") }
            #expect(
                told == ["caracalctl: warning: cannot use --bearer-file, the file \(file): no such file or directory"]
            )
        }
    }

    @Test(
        arguments: [
            ("", "it is empty"), (" \n", "it is empty"),
            ("two words", "a token is one word of ASCII characters, and there is more in it"),
            ("a\u{1B}b", "a token is one word of ASCII characters, and there is more in it"),
        ]
    )
    func aFileWithoutATokenIsRefused(content: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("token", content)
        let result = try run("exporter", "--listen", "127.0.0.1:0", "--bearer-file", file)
        expect(result, status: 78, stderr: "caracalctl: cannot use --bearer-file, the file \(file): \(reason)\n")
    }

    @Test func aTokenInPlaceOfItsFileIsNotShown() throws {
        let result = try run("exporter", "--listen", "127.0.0.1:0", "--bearer-file", "hunter2")
        #expect(result.status == 78)
        #expect(!result.stderr.contains("hunter2"))
    }

    @Test func aFileThatOthersCanReadIsWarnedOf() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("token", Self.token, mode: 0o644)
        try withExporter(of: nil, "--bearer-file", file) { exporter throws in
            #expect(
                exporter.command.stderrSoFar.contains("can be read by others than its owner: chmod 600 it\n")
            )
            #expect(!exporter.command.stderrSoFar.contains(Self.token))
        }
    }

    @Test func aTokenInTheClearIsWarnedOf() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("token", Self.token)
        let command = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"])
            .start(["exporter", "--listen", ":0", "--bearer-file", file])
        try command.waitForErrors("/metrics\n")
        #expect(
            command.stderrSoFar.hasPrefix(
                "caracalctl: warning: without --tls-cert the bearer token crosses the network in the clear\n"
            )
        )
    }

    /// What it may read of the bus is told; what it may not is no whole answer, and named once.
    @Test func streamsThatItMayNotReadAreNamedAndLeaveTheLookIncomplete() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            try server.send(
                "ACL SETUSER prom on nopass ~caracal.audit.events ~caracal.*.dlq ~caracal.*.dead -@all +@read +@connection "
                    + "+info +time +config|get"
            )
            try withExporter(of: server.url.replacing("redis://", with: "redis://prom:x@")) { exporter throws in
                for _ in 1...2 {
                    let lines = try exporter.ask("/metrics").body.split(separator: "\n")
                    for (question, isWhole) in [
                        ("bus", 0), ("clock", 0), ("consumers", 0), ("memory", 0), ("dead_letters", 1), ("writes", 1),
                    ] {
                        #expect(
                            lines.contains("caracal_look_complete{question=\"\(question)\"} \(isWhole)"),
                            "\(question)"
                        )
                    }
                    #expect(lines.count { $0.hasPrefix("caracal_stream_exists{") } == 2)
                }
                let told = try exporter.end().stderr.split(separator: "\n").filter { $0.contains("warning") }
                let warning = """
                    caracalctl: warning: the user "prom" has no access to caracal.policy.invalidate, caracal.sessions.revoke, \
                    caracal.keys.invalidate, caracal.agents.lifecycle, caracal.invocations.lifecycle, \
                    caracal.delegations.invalidate, caracal.providers.ratelimit: these metrics are missing, in whole or in part: \
                    caracal_stream_*, caracal_group_* (caracalctl provision --emit-acl observer prints what it needs)
                    """
                #expect(told.map(String.init) == [warning])
            }
        }
    }

    @Test func deadLettersThatItMayNotReadAreNamed() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            // Only the names of dead letters end with a d.
            try server.send(
                "ACL SETUSER prom on nopass ~caracal.*[^d] -@all +@read +@connection +info +time +config|get"
            )
            try withExporter(of: server.url.replacing("redis://", with: "redis://prom:x@")) { exporter throws in
                let lines = try exporter.ask("/metrics").body.split(separator: "\n")
                for (question, isWhole) in [("bus", 0), ("dead_letters", 0), ("consumers", 1), ("clock", 1)] {
                    #expect(lines.contains("caracal_look_complete{question=\"\(question)\"} \(isWhole)"), "\(question)")
                }
                let told = try exporter.end().stderr.split(separator: "\n").filter { $0.contains("warning") }
                #expect(told.count == 1)
                #expect(told.first?.contains("\"prom\" has no access to caracal.") == true)
                #expect(told.first?.contains(" caracal.sessions.revoke.dead") == true)
                #expect(told.first?.contains(": caracal_dead_letters* (caracalctl provision ") == true)
            }
        }
    }

    @Test func overTLSItShowsTheCertificate() throws {
        let files = try TLSFiles.shared
        let certificate = ["--tls-cert", files.file(.good), "--tls-key", files.key(.good)]
        var policy = TLSPolicy()
        policy.authorityFile = files.file(.authority)
        policy.trustsSystem = false
        try withExporter(of: nil, certificate[0], certificate[1], certificate[2], certificate[3]) { exporter throws in
            #expect(
                exporter.command.stderrSoFar.hasSuffix("listening on https://127.0.0.1:\(exporter.port)/metrics\n")
            )
            #expect(try exporter.ask("/metrics", tls: policy).body.contains("\ncaracal_up 0\n"))
            // In the clear it says nothing.
            let plain = try HTTPConnection(exporter.port)
            try plain.ask("/healthz")
            #expect(throws: HTTPConnection.Cut.self) { try plain.response() }
            #expect(try exporter.ask("/healthz", tls: policy).body == "ok\n")
        }
    }

    @Test func aCertificateThatCannotBeUsedIsRefused() throws {
        let files = try TLSFiles.shared
        let cases = [
            (
                files.file(.good), files.key(.client), files.key(.client),
                "it is not the key of the certificate in \(files.file(.good))"
            ),
            (files.nothing, files.key(.good), files.nothing, "it holds no certificate in PEM"),
            (
                files.file(.client), files.encryptedKey, files.encryptedKey,
                "the key is encrypted: decrypt it first (openssl pkey)"
            ),
            ("/nowhere", files.key(.good), "/nowhere", "no such file or directory"),
        ]
        for (certificate, key, file, reason) in cases {
            expect(
                try run("exporter", "--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key),
                status: 78,
                stderr: "caracalctl: cannot use the file \(file) for TLS: \(reason)\n"
            )
        }
        let alone = try run("exporter", "--tls-cert", files.file(.good))
        #expect(alone.status == 64)
        #expect(alone.stderr.contains("--tls-cert needs the certificate's key: add --tls-key"))
    }
}
