import Glibc
import RESP
import RedisSandbox
import TestSupport
import Testing

/// Names that only the server and the configuration know.
@Suite struct LiveCompletionTests {
    private func withFilledServer(_ body: (SandboxServer, [String: String]) throws -> Void) throws {
        try withServer { server in
            try server.send(
                "XGROUP CREATE caracal.keys.invalidate sts-keys 0 MKSTREAM",
                "XGROUP CREATE caracal.keys.invalidate gateway-revocation:host-1 0",
                "XADD caracal.keys.invalidate 1700000000000-7 zone_id z extra v _sig s",
                "XREADGROUP GROUP sts-keys worker-one STREAMS caracal.keys.invalidate >",
                "XADD other.stream 1-1 f v"
            )
            try DLQ.add([DLQ.audited("event-1")], to: DLQ.audit, on: server)
            try DLQ.add([DLQ.connected(), DLQ.served()], to: DLQ.revocations, on: server)
            try body(server, ["REDIS_URL": server.url])
        }
    }

    @Test(arguments: CompletingShell.allCases)
    func theShellOffersGroupsConsumersAndIDs(shell: CompletingShell) throws {
        try withFilledServer { server, environment in
            let offers = { try shell.offers("caracalctl " + $0, environment: environment) }
            #expect(try offers("pending keys.invalidate st") == ["sts-keys"])
            #expect(try offers("claim keys.invalidate sts-keys --to ") == ["worker-one"])
            #expect(try offers("ack caracal.keys.invalidate sts-keys 17") == ["1700000000000-7"])
            #expect(try offers("dlq ls --reason pg") == ["pg_permanent_error"])
            let elsewhere = try shell.offers("caracalctl -p \(server.port ?? 0) pending keys.invalidate st")
            #expect(elsewhere == ["sts-keys"])
        }
    }

    @Test func eachValueIsWhatItsPlaceMeans() throws {
        try withFilledServer { server, environment in
            let offers = { (line: String) in
                let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                let result = try CommandRunner(environment: environment).run(["__complete", "zsh", "1m"] + words)
                expect(result, status: 0, stdout: result.stdout)
                return result.offered
            }
            #expect(try offers("xlen --any-stream oth") == ["other.stream"])
            #expect(try offers("dlq --stream sessions.") == ["sessions.revoke", "sessions.revoke.dead"])
            #expect(try offers("pending keys.invalidate gate") == ["gateway-revocation:host-1"])
            #expect(try offers("pending keys.invalidate sts-keys --consumer ") == ["worker-one"])
            #expect(try offers("ack keys.invalidate sts-keys 1700000000000-7 ") == [])
            #expect(try offers("verify-sig keys.invalidate --id ") == ["1700000000000-7"])
            let letters = try server.send("XREVRANGE \(DLQ.audit) + - COUNT 1")[0].root[0]?[0]?.text
            let id = String(decoding: letters ?? [], as: UTF8.self)
            #expect(try offers("dlq show --stream audit.events ") == [id])
            #expect(
                try offers("dlq redrive --reason ").sorted()
                    == ["cannot store", "missing_revocation_anchor", "pg_permanent_error"]
            )
            #expect(try offers("publish keys.invalidate ") == ["zone_id=", "extra="])
            #expect(try offers("publish keys.invalidate zone_id=") == [])
            #expect(try offers("tail keys.invalidate --match ") == ["zone_id=", "extra=", "_sig="])
            #expect(try offers("tail keys.invalidate --where ") == ["zone_id=", "extra=", "_sig="])
            #expect(try offers("find keys.invalidate --count-by ") == ["zone_id", "extra", "_sig"])
            #expect(try offers("publish keys.invalidate --outbox-id ") == [])
        }
    }

    @Test func candidatesSayWhatTheyAre() throws {
        try withFilledServer { _, environment in
            let groups = try complete("pending", "keys.invalidate", "", environment: environment)
            expect(
                groups,
                status: 0,
                stdout: "words\ngateway-revocation:host-1\t0 pending\nsts-keys\t1 pending\n"
            )
            let fields = try complete("publish", "keys.invalidate", "zo", environment: environment)
            expect(fields, status: 0, stdout: "stems\nzone_id=\trequired\n")
            let command = try complete("tri")
            expect(command, status: 0, stdout: command.stdout)
            #expect(command.stdout.hasPrefix("words\ntrim\t"))
        }
    }

    @Test func contextsAreOfferedAndGoneBy() throws {
        try withFilledServer { server, _ in
            let folder = try TemporaryFolder()
            #expect(mkdir(folder.path + "/caracalctl", 0o700) == 0)
            _ = try folder.write(
                "caracalctl/config.toml",
                "current = \"away\"\n[contexts.away]\nurl = \"redis://127.0.0.1:1\"\n[contexts.prod]\nurl = \"\(server.url)\"\nprotected = true\n"
            )
            let environment = ["XDG_CONFIG_HOME": folder.path]
            let contexts = try complete("--context", "", environment: environment)
            expect(
                contexts,
                status: 0,
                stdout:
                    "words\naway\tredis://127.0.0.1:1, in use\nprod\t\(server.url), protected\n"
            )
            #expect(try complete("context", "use", "pr", environment: environment).offered == ["prod"])
            #expect(try complete("xlen", "--confirm=pr", environment: environment).offered == ["--confirm=prod"])
            #expect(try !complete("context", "add", "", environment: environment).offered.contains("prod"))
            let groups = ["pending", "keys.invalidate", "st"]
            let prod = try CommandRunner(environment: environment)
                .run(["__complete", "fish", "1m", "--context", "prod"] + groups)
            #expect(prod.offered == ["sts-keys"])
        }
    }

    @Test func nothingIsEverWritten() throws {
        try withFilledServer { server, environment in
            try server.send("CONFIG RESETSTAT")
            for words in [
                ["ack", "keys.invalidate", "sts-keys", ""], ["dlq", "redrive", "--reason", ""], ["dlq", "show", ""],
                ["publish", "keys.invalidate", ""], ["claim", "keys.invalidate", "sts-keys", "--to", ""],
                ["xlen", "--any-stream", ""], ["verify-sig", ""], ["pending", "keys.invalidate", ""],
            ] {
                _ = try CommandRunner(environment: environment).run(["__complete", "zsh", "1m"] + words)
            }
            let reply = try server.send("INFO commandstats")[0].root.text.map { String(decoding: $0, as: UTF8.self) }
            let names = (reply ?? "").split(separator: "cmdstat_").dropFirst().map { $0.prefix { $0 != ":" } }
            let reading: Set = [
                "config|resetstat", "hello", "client|setinfo", "client|setname", "scan", "xinfo|groups",
                "xinfo|consumers", "xlen", "xpending", "xrevrange",
            ]
            #expect(Set(names.map { String($0) }).subtracting(reading) == [])
            #expect(names.contains("xrevrange"))
        }
    }
}

/// A server that is not there, or does not answer.
@Suite struct CompletionWithoutServerTests {
    private let group = ["pending", "keys.invalidate", ""]

    @Test(arguments: CompletingShell.allCases)
    func aServerThatIsAwayKnowsNothingAndSaysNothing(shell: CompletingShell) throws {
        let environment = ["REDIS_URL": "redis://127.0.0.1:1"]
        #expect(try shell.offers("caracalctl pending keys.invalidate ", environment: environment) == [])
        #expect(try shell.offers("caracalctl pending pol", environment: environment) == ["policy.invalidate"])
    }

    /// The server never answers: that the answer comes at all shows that the limit holds.
    @Test(arguments: [[PeerStep.silent], [.stall], [.flood(Array("+OK\r\n".utf8))]])
    func aServerThatHangsIsWaitedForUpToTheLimit(script: [PeerStep]) throws {
        let peer = try ScriptedPeer([script], ignoresOthers: true)
        for url in [peer.url, peer.url.replacing("redis:", with: "rediss:")] {
            let runner = CommandRunner(environment: ["REDIS_URL": url])
            expect(try runner.run(["__complete", "zsh", "40ms"] + group), status: 0, stdout: "words\n")
        }
    }

    /// Neither a longer time-out nor a patient command makes it wait longer.
    @Test func optionsDoNotExtendTheLimit() throws {
        let peer = try ScriptedPeer([[.silent]], ignoresOthers: true)
        let options = ["--url", peer.url, "--timeout", "1h", "--connect-timeout", "1h"]
        let result = try CommandRunner().run(["__complete", "zsh", "40ms"] + options + group)
        expect(result, status: 0, stdout: "words\n")
    }

    @Test(arguments: [
        ["--ask-password"], ["--password-file", "/nowhere"], ["--context", "nobody"], ["--port", "x"], ["--url", "x:"],
        ["--cacert", "/nowhere", "--tls"], ["--output"], ["--db"], ["--port", "1", "--port", "2"],
    ])
    func whatIsWrongWithTheSettingsIsNotSaid(options: [String]) throws {
        let result = try CommandRunner().run(
            ["__complete", "bash", "1m", ""] + ["caracalctl " + (options + group).joined(separator: " ")]
        )
        expect(result, status: 0, stdout: "words\n")
    }

    @Test func nobodyIsAskedForAPassword() throws {
        let command = try CommandRunner().startInTerminal(["__complete", "zsh", "1m", "--ask-password"] + group)
        let result = try command.finish()
        #expect(result.status == 0)
        #expect(result.stdout == "words\r\n")
    }

    /// A refusal, such as NOAUTH, is a server that knows nothing.
    @Test func aServerThatRefusesKnowsNothing() throws {
        try withServer(extra: ["requirepass hush"]) { server in
            let port = server.port ?? 0
            let result = try CommandRunner().run(
                ["__complete", "zsh", "1m", "--url", "redis://127.0.0.1:\(port)"] + group
            )
            expect(result, status: 0, stdout: "words\n")
        }
    }

    @Test func anyOtherRequestIsACommandLine() throws {
        #expect(try run("__complete").status == 64)
        #expect(try run("__complete", "csh", "1m", "").status == 64)
        #expect(try run("__complete", "zsh", "soon", "").status == 64)
    }
}
