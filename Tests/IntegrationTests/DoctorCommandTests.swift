import RESP
import RedisSandbox
import TestSupport
import Testing

@Suite struct DoctorCommandTests {
    private static let key = String(repeating: "7", count: 64)
    private static let keys = ["STREAMS_HMAC_KEY": key, "AUDIT_HMAC_KEY": key]

    @Test func aHealthyBusIsShortAndPleasant() throws {
        try withServer(extra: ["maxmemory 2gb", "bind 0.0.0.0"]) { server in
            #expect(try server.run("provision").status == 0)
            expect(
                try server.run("doctor", "--skip", "consumers", environment: Self.keys),
                status: 0,
                stdout: "127.0.0.1:\(server.port ?? 0): healthy. 39 checks: 39 ok.\n"
            )
            expect(try server.run("doctor", "-q", environment: Self.keys), status: 0)
        }
    }

    @Test func whatWasNotCheckedIsSaidAndNotCalledInOrder() throws {
        try withServer(extra: ["maxmemory 2gb", "bind 0.0.0.0"]) { server in
            #expect(try server.run("provision").status == 0)
            expect(
                try server.run("doctor", "--only", "signatures,timeout"),
                status: 0,
                stdout: """
                    Not checked:
                      signatures: signatures of the fields scheme were not checked: STREAMS_HMAC_KEY is not set
                      signatures: signatures of the audit scheme were not checked: AUDIT_HMAC_KEY is not set

                    127.0.0.1:\(server.port ?? 0): what could be checked is healthy. 2 checks: 1 not checked, 1 ok.

                    """
            )
        }
    }

    @Test func findingsAreNumberedTheFailuresFirstEachWithWhatMendsIt() throws {
        try withServer(extra: ["maxmemory 2gb", "timeout 30", "maxmemory-policy allkeys-lru"]) { server in
            #expect(try server.run("provision").status == 0)
            expect(
                try server.run("doctor", "--only", "timeout,bind,maxmemory-policy,save"),
                status: 1,
                stdout: """
                    1. FAILURE maxmemory-policy: maxmemory-policy is allkeys-lru: a full server may delete whole streams (set it to noeviction)
                       fix:  redis-cli -u "$REDIS_URL" CONFIG SET maxmemory-policy noeviction && redis-cli -u "$REDIS_URL" CONFIG REWRITE
                    2. WARNING timeout: timeout is 30: the server closes connections that are idle for that many seconds
                       fix:  redis-cli -u "$REDIS_URL" CONFIG SET timeout 0 && redis-cli -u "$REDIS_URL" CONFIG REWRITE
                    3. NOTE bind: the server listens on this machine alone
                       seen: bind is 127.0.0.1 -::1

                    127.0.0.1:\(server.port ?? 0): 1 failure, 1 warning. 4 checks: 1 failed, 1 with a warning, 1 with a note, 1 ok.

                    """
            )
        }
    }

    /// REDIS_URL may name another server than the one that was looked at: what is copied reaches the right one.
    @Test func fixesReachTheServerThatWasLookedAt() throws {
        try withServer(extra: ["timeout 30"]) { server in
            let runner = CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"])
            let port = "\(server.port ?? 0)"
            let socket = server.socketPath
            for (options, redisCLI) in [
                (["--port", port, "--host", "127.0.0.1"], "redis-cli -h 127.0.0.1 -p \(port)"),
                (["--url", "redis://127.0.0.1:\(port)"], "redis-cli -h 127.0.0.1 -p \(port)"),
                (["--socket", socket], "redis-cli -s \(socket)"),
            ] {
                let result = try runner.run(["doctor", "--only", "timeout", "-q"] + options)
                #expect(
                    result.stdout == """
                        1. WARNING timeout: timeout is 30: the server closes connections that are idle for that many seconds
                           fix:  \(redisCLI) CONFIG SET timeout 0 && \(redisCLI) CONFIG REWRITE

                        """
                )
            }
            let missing = try runner.run(["doctor", "--only", "streams", "-q", "--port", port])
            #expect(
                missing.stdout.contains(
                    "fix:  caracalctl -u redis://127.0.0.1:\(port) provision --start 0\n   "
                        + "note: creates all that is missing, and has no group skip what waits\n"
                ),
                "\(missing.stdout)"
            )
        }
    }

    @Test func warningsAloneEndWithZeroAndQuietShowsThemAlone() throws {
        try withServer(extra: ["maxmemory 2gb", "timeout 30"]) { server in
            #expect(try server.run("provision").status == 0)
            expect(
                try server.run("doctor", "-q"),
                status: 0,
                stdout: """
                    1. WARNING timeout: timeout is 30: the server closes connections that are idle for that many seconds
                       fix:  redis-cli -u "$REDIS_URL" CONFIG SET timeout 0 && redis-cli -u "$REDIS_URL" CONFIG REWRITE

                    """
            )
        }
    }

    @Test func programsGetTheSame() throws {
        try withServer(extra: ["maxmemory 2gb", "timeout 30"]) { server in
            #expect(try server.run("provision").status == 0)
            let line = """
                {"check":"timeout","status":"warning","stream":null,"finding":"timeout is 30: the server closes connections \
                that are idle for that many seconds","evidence":null,"fix":"redis-cli -u \\"$REDIS_URL\\" CONFIG SET timeout 0 \
                && redis-cli -u \\"$REDIS_URL\\" CONFIG REWRITE","urgency":"later","group":null,"explained_by":null}

                """
            expect(try server.run("doctor", "--only", "timeout", "-o", "ndjson"), status: 0, stdout: line)
            let json = try server.run("doctor", "-o", "json").stdout
            #expect(json.contains("\"schema\": \"caracalctl.doctor/1\""))
            #expect(json.contains("\"failure\": 0,\n    \"warning\": 1,\n    \"unknown\": 3,"))
            let metrics = try server.run("doctor", "--only", "timeout", "-o", "prometheus")
            expect(
                metrics,
                status: 0,
                stdout: """
                    # HELP caracal_doctor_outcomes Outcomes of a check, by how they turned out.
                    # TYPE caracal_doctor_outcomes gauge
                    caracal_doctor_outcomes{check="timeout",status="failure"} 0
                    caracal_doctor_outcomes{check="timeout",status="warning"} 1
                    caracal_doctor_outcomes{check="timeout",status="unknown"} 0
                    caracal_doctor_outcomes{check="timeout",status="note"} 0
                    caracal_doctor_outcomes{check="timeout",status="ok"} 0

                    """
            )
        }
    }

    @Test func aCheckIsExplainedWithoutAServer() throws {
        expect(
            try run("doctor", "--explain", "timeout"),
            status: 0,
            stdout: """
                timeout
                  Checks timeout: after how many idle seconds the server closes a client's connection. It must be 0,
                         never.
                  Why    Outbox dispatchers and consumers keep connections that may be idle for long. Closed under
                         them, the next message meets a dead connection, and what became of it is unknown.
                  Fix    CONFIG SET timeout 0, and in redis.conf.

                """
        )
        let all = try run("doctor", "--explain", "all")
        #expect(all.status == 0)
        #expect(all.stdout.split(separator: "\n").filter { !$0.hasPrefix(" ") }.count == 47)
        let limit = try run("doctor", "--explain", "shared-consumers", "-o", "ndjson").stdout
        #expect(limit.contains("The server does not tell which consumer a connection reads as."))
    }

    @Test(
        arguments: [
            (["--only", "maxmemory-polcy"], "there is no check \"maxmemory-polcy\" (did you mean maxmemory-policy?)"),
            (["--skip", "lag,"], "there is no check \"\" (--explain all lists them)"),
            (["--only", "lag", "--skip", "lag"], "--only and --skip leave no check to make"),
            (["--explain", "los"], "there is no check \"los\" (did you mean loss?)"),
            (
                ["--explain", "lag", "--only", "lag"],
                "--explain explains checks and makes none: leave --only and --skip out"
            ),
        ]
    )
    func anUnknownCheckIsAUsageError(arguments: [String], message: String) throws {
        let result = try CommandRunner(environment: [:]).run(["doctor"] + arguments)
        expect(result, status: 64, stderr: "caracalctl: \(message)\n")
    }

    @Test func namesFromTheNetworkReachNoTerminalAndNoShell() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XADD caracal.keys.invalidate 1-1 zone_id a",
                "XGROUP CREATE caracal.keys.invalidate \u{1B}[31m;$(id)' 0",
                "XREADGROUP GROUP \u{1B}[31m;$(id)' c\u{1B}]0;x\u{7} STREAMS caracal.keys.invalidate >",
                "XCLAIM caracal.keys.invalidate \u{1B}[31m;$(id)' c\u{1B}]0;x\u{7} 0 1-1 IDLE 60000",
                "SET caracal.\u{1B}[2J\u{202E} 1"
            )
            let result = try server.run("doctor", "--only", "stuck-consumers,unknown-keys,unknown-groups")
            #expect(result.status == 0)
            let lines = result.stdout.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("   seen: ") }
            #expect(
                lines == [
                    #"1. WARNING stuck-consumers: the consumer c\x1b]0;x\x07 of \x1b[31m;$(id)' on caracal.keys.invalidate is "#
                        + "stuck: it holds 1 entry and acknowledges none",
                    #"   fix:  caracalctl claim keys.invalidate "$(printf '\033\13331m\073\044\050id\051\047')" --to CONSUMER "#
                        + "--min-idle 30s",
                    "   note: start another consumer first: this one acknowledges nothing",
                    #"2. WARNING unknown-groups: caracal.keys.invalidate has the group \x1b[31m;$(id)', which is not in the table"#,
                    "   fix:  caracalctl pending keys.invalidate", "   note: shows whether it is in use",
                    #"3. WARNING unknown-keys: the key caracal.\x1b[2J\u{202e} is not in the table"#,
                    "   fix:  find out who writes it",
                    "127.0.0.1:\(server.port ?? 0): 3 warnings. 3 checks: 3 with a warning.",
                ]
            )
        }
    }

    @Test func keyAndPasswordFilesAreLookedAt() throws {
        try withServer(extra: ["maxmemory 2gb", "requirepass secret"]) { server in
            let folder = try TemporaryFolder()
            let password = try folder.write("password", "secret\n", mode: 0o644)
            let key = try folder.write("key", Self.key, mode: 0o640)
            let environment = [
                "REDIS_URL": server.url, "REDIS_PASSWORD_FILE": password, "STREAMS_HMAC_KEY_FILE": key,
                "AUDIT_HMAC_KEY": "abc",
            ]
            let result = try CommandRunner(environment: environment)
                .run(["doctor", "--only", "key-files,connection-settings,protected-mode", "-o", "ndjson"])
            #expect(result.status == 1)
            #expect(result.stderr.isEmpty)
            #expect(result.stdout.contains("AUDIT_HMAC_KEY is not a usable key: the key has an odd number"))
            #expect(result.stdout.contains("is open to its group (mode 0640): chmod 600 it"))
            #expect(result.stdout.contains("the file in REDIS_PASSWORD_FILE"))
            #expect(!(result.stdout + result.stderr).contains("secret\""))
        }
    }

    @Test func anExpiredCertificateThatWasAcceptedIsAFailure() throws {
        try withTLSServer(.expired) { server in
            let result = try server.run("doctor", "--insecure", "--only", "tls-certificate")
            expect(
                result,
                status: 1,
                stdout: """
                    1. FAILURE tls-certificate: the server's certificate has expired
                       seen: CN=expired, valid until 2021-01-02T03:04:05Z
                       fix:  renew the server's certificate and load it: CONFIG SET tls-cert-file, or a restart

                    127.0.0.1:\(server.port ?? 0): 1 failure. 1 check: 1 failed.

                    """
            )
        }
    }

    @Test func aServerThatIsNotThereIsAnError() throws {
        let result = try run("doctor", environment: ["REDIS_URL": "redis://127.0.0.1:1"])
        #expect(result.status == 69)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.hasPrefix("caracalctl: cannot reach 127.0.0.1:1: "))
    }

    @Test(arguments: [3, 30, 58, 65, 80])
    func aServerThatVanishesMidwayIsAnErrorAndNoHalfReport(replies: Int) throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(replies), .cut)])
            let result = try CommandRunner(environment: ["REDIS_URL": proxy.url]).run(["doctor"])
            expect(
                result,
                status: 69,
                stderr: "caracalctl: 127.0.0.1:\(proxy.port) closed the connection in the middle of a command\n"
            )
        }
    }

    @Test func agesAreInWordsForPeopleAndInSecondsForScripts() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            // A hundred days and a half, which stay a hundred for hours.
            let age = 8_683_200
            let now = try server.send("TIME")[0].root[0]?.unsigned ?? 0
            try server.send("XADD caracal.audit.events.dlq \(now - UInt64(age))000-1 reason x")
            let table = try server.run("doctor", "--only", "dead-letters")
            #expect(table.stdout.contains("\n   seen: the oldest is 100d old ("))
            let json = try server.run("doctor", "--only", "dead-letters", "-o", "json")
            #expect(json.stdout.contains(#""evidence": "the oldest is 868"#))
            #expect(json.stdout.contains(#" s old ("#))
        }
    }
}
