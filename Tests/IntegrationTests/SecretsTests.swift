import RedisSandbox
import TestSupport
import Testing

/// A password that must be seen nowhere: not in output, errors or the process's arguments, whatever goes wrong.
@Suite struct SecretsTests {
    private static let canary = "c4n4ry-p4ssw0rd"

    @Test func thePasswordIsInNoOutputWhateverFails() throws {
        try withServer(extra: ["requirepass other"]) { server in
            let port = server.port ?? 0
            let folder = try TemporaryFolder()
            let file = try folder.write("password", Self.canary + "\n")
            let urlFile = try folder.write("url", "redis://:\(Self.canary)@127.0.0.1:\(port)\n")
            let echo = [PeerStep.expectCommands(3), .send("-ERR no \(Self.canary)\r\n"), .silent]
            let echoing = try ScriptedPeer([echo, echo])
            let environments = [
                ["REDIS_URL": "redis://:\(Self.canary)@127.0.0.1:\(port)"],
                ["REDIS_URL": "redis://:\(Self.canary)@127.0.0.1:1"], ["REDIS_URL": "redis://:\(Self.canary)@"],
                ["REDIS_URL": "redis://:\(Self.canary)%@h"], ["REDIS_URL": "redis://:\(Self.canary)@h:x"],
                ["REDIS_URL": Self.canary], ["REDIS_URL": "\(Self.canary)://h"], ["REDIS_URL_FILE": urlFile],
                ["REDIS_URL": server.url, "REDIS_PASSWORD": Self.canary],
                ["REDIS_URL": server.url, "REDIS_PASSWORD_FILE": file],
                ["REDIS_URL": server.url, "REDISCLI_AUTH": Self.canary],
                ["CARACALCTL_URL": "redis://u:\(Self.canary)@127.0.0.1:\(port)"],
                ["REDIS_URL": "redis://:\(Self.canary)@127.0.0.1:\(echoing.port)"],
            ]
            for environment in environments {
                for arguments in [["xlen"], ["provision", "-o", "json"], ["env"], ["env", "--connect", "-o", "json"]] {
                    let result = try CommandRunner(environment: environment)
                        .run(arguments + ["--connect-timeout", "300ms"])
                    #expect(!(result.stdout + result.stderr).contains(Self.canary), "\(environment) \(arguments)")
                }
            }
        }
    }

    /// A server may repeat what it was sent, whatever it is asked.
    @Test(arguments: [
        ["xlen"], ["pending"], ["pending", "audit.events", "audit-ingestor"], ["memory"], ["doctor"],
        ["tail", "--no-follow"],
        ["dlq"], ["dlq", "ls"], ["dlq", "redrive", "--yes"], ["provision"], ["trim", "audit.events", "--yes"],
        ["check"],
        ["publish", "keys.invalidate", "zone_id=z"], ["claim", "audit.events", "g", "--to", "c", "1-1", "--yes"],
        ["ack", "audit.events", "g", "1-1", "--yes"], ["verify-sig", "keys.invalidate"], ["raw", "ECHO", "x"],
        ["env", "--connect"], ["watch", "-n", "1"],
    ])
    func aServerThatRepeatsThePasswordIsNotRepeated(arguments: [String]) throws {
        let refusal = "-ERR no '\(Self.canary)' here\r\n"
        let welcome = "%2\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$4\r\nrole\r\n$6\r\nmaster\r\n+OK\r\n+OK\r\n"
        let steps =
            [PeerStep.expectCommands(3), .send(welcome)] + (0..<60).flatMap { _ in [.expectCommand, .send(refusal)] }
        let peer = try ScriptedPeer([steps, steps, steps])
        let runner = CommandRunner(
            environment: [
                "REDIS_URL": "redis://:\(Self.canary)@127.0.0.1:\(peer.port)", "STREAMS_HMAC_KEY": VerifySig.key,
                "AUDIT_HMAC_KEY": VerifySig.key,
            ]
        )
        for format in [[], ["-o", "json"], ["-v"]] {
            let result = try runner.run(arguments + format + ["--timeout", "1s"])
            #expect(result.status != 0 || arguments[0] == "env")
            #expect(!(result.stdout + result.stderr).contains(Self.canary), "\(result)")
        }
    }

    /// A host is no place for a password, and neither are a socket, a context, a stream and a command's name.
    @Test(arguments: ["redis://:\(canary)@127.0.0.1", ":\(canary)@127.0.0.1", "\(canary)@127.0.0.1", "u:\(canary)@h"])
    func aPasswordWhereAHostBelongsIsNotShown(text: String) throws {
        let commands = [["xlen"], ["check"], ["check", "-o", "prometheus"], ["env"], ["xlen", "-o", "json"]]
        for name in ["REDIS_HOST", "CARACALCTL_HOST", "CARACALCTL_SENTINEL"] {
            for command in commands {
                let result = try CommandRunner(environment: [name: text, "CARACALCTL_MASTER_NAME": "m"]).run(command)
                #expect(result.status == (command[0] == "check" ? 3 : 78), "\(name) \(command)")
                #expect(!(result.stdout + result.stderr).contains(Self.canary), "\(name) \(command): \(result.stderr)")
            }
        }
        expect(
            try run("xlen", "--host", text),
            status: 78,
            stderr: "caracalctl: --host is not a host name: it contains '@' or '/' (--url and REDIS_URL take URLs)\n"
        )
    }

    @Test func aSecretThatWasTypedInTheWrongPlaceIsNotRepeated() throws {
        let url = "redis://:\(Self.canary)@h"
        let lines = [
            ["AUTH", Self.canary], ["HELLO", "3", "AUTH", "u", Self.canary],
            ["CONFIG", "SET", "requirepass", Self.canary],
            [url, "xlen"], ["xlen", url], ["xlen", "--socket", url], ["xlen", "--context", url],
        ]
        for words in lines {
            let result = try CommandRunner(environment: [:]).run(words)
            #expect([64, 78].contains(result.status), "\(words)")
            #expect(!(result.stdout + result.stderr).contains(Self.canary), "\(words): \(result.stderr)")
            guard words[0] != "xlen" else { continue }
            let shell = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"])
                .run(["shell"], input: words.joined(separator: " ") + "\n")
            #expect(shell.status == 64)
            #expect(!(shell.stdout + shell.stderr).contains(Self.canary), "\(words): \(shell.stderr)")
        }
    }

    @Test func envMasksAndTellsWhereEachValueComesFrom() throws {
        let environment = ["REDIS_URL": "redis://op:\(Self.canary)@redis:6380/2", "CARACALCTL_TIMEOUT": "1m"]
        expect(
            try run("env", "--connect-timeout", "300ms", environment: environment),
            status: 0,
            stdout: """
                SETTING                          VALUE       FROM
                context                          -           not set
                address                          redis:6380  REDIS_URL
                master-name                      -           not set
                sentinel-user                    -           not set
                sentinel-password                -           not set
                database                         2           REDIS_URL
                user                             op          REDIS_URL
                password                         ***         REDIS_URL
                tls                              no          default
                cacert                           -           not set
                capath                           -           not set
                cert                             -           not set
                key                              -           not set
                sni                              -           not set
                insecure                         no          default
                connect-timeout                  300ms       --connect-timeout
                timeout                          1m00s       CARACALCTL_TIMEOUT
                output                           table       default
                quiet                            no          default
                trace                            no          default
                read-only                        no          default
                confirm                          -           not set
                color                            auto        default
                local                            no          default
                postgres                         -           not set
                postgres-database                -           not set
                postgres-user                    -           not set
                postgres-password                -           not set
                postgres-sslmode                 -           not set
                postgres-service                 -           not set
                streams-hmac-key                 -           not set
                audit-hmac-key                   -           not set
                outbox-api-poll                  250ms       default
                outbox-api-batch                 32          default
                outbox-api-lock                  30s         default
                outbox-api-max-attempts          100         default
                outbox-api-maxlen                100000      default
                outbox-coordinator-poll          1s          default
                outbox-coordinator-batch         50          default
                outbox-coordinator-max-attempts  10          default
                outbox-coordinator-maxlen        100000      default
                mode                             production  default
                audit-claim-idle                 30s         default
                audit-max-deliveries             8           default
                no-color                         no          default
                clicolor-force                   no          default

                """,
            stderr: "caracalctl: warning: REDIS_URL selects db 2, but Caracal's streams live in db 0\n"
        )
    }

    /// Keys are told by what two places have in common that hold the same one.
    @Test func envShowsEverySettingAndNoKey() throws {
        let folder = try TemporaryFolder()
        let key = String(repeating: "5e", count: 32)
        let file = try folder.write("audit.hex", key + "\n")
        let environment = [
            "CARACALCTL_SENTINEL": "h:1", "CARACALCTL_MASTER_NAME": "m", "CARACALCTL_SENTINEL_USER": "s",
            "CARACALCTL_SENTINEL_PASSWORD": Self.canary, "CARACALCTL_CONFIRM": "prod", "STREAMS_HMAC_KEY": key,
            "AUDIT_HMAC_KEY_FILE": file, "CARACAL_MODE": "dev", "AUDIT_CLAIM_IDLE_SECS": "90",
            "AUDIT_MAX_DELIVERIES": "3", "NO_COLOR": "1", "OUTBOX_BATCH_SIZE": "64", "CARACAL_OUTBOX_BATCH": "16",
            "OUTBOX_INTERVAL_MS": "2500", "STREAMS_MAXLEN": "5000",
        ]
        let shown = try run("env", environment: environment)
        #expect(shown.status == 0)
        #expect(!shown.stdout.contains(key) && !shown.stdout.contains(Self.canary))
        let lines = shown.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        let fingerprint = try #require(lines.first { $0.hasPrefix("streams-hmac-key ") }).split(separator: " ")[2]
        #expect(fingerprint.count == 16)
        for line in [
            "sentinel h:1 CARACALCTL_SENTINEL", "master-name m CARACALCTL_MASTER_NAME",
            "sentinel-user s CARACALCTL_SENTINEL_USER", "sentinel-password *** CARACALCTL_SENTINEL_PASSWORD",
            "confirm prod CARACALCTL_CONFIRM", "streams-hmac-key fingerprint \(fingerprint) STREAMS_HMAC_KEY",
            "audit-hmac-key fingerprint \(fingerprint) AUDIT_HMAC_KEY_FILE (\(file))", "mode dev CARACAL_MODE",
            "audit-claim-idle 1m30s AUDIT_CLAIM_IDLE_SECS", "audit-max-deliveries 3 AUDIT_MAX_DELIVERIES",
            "outbox-api-batch 16 CARACAL_OUTBOX_BATCH", "outbox-coordinator-batch 64 OUTBOX_BATCH_SIZE",
            "outbox-api-poll 250ms default", "outbox-coordinator-poll 2500ms OUTBOX_INTERVAL_MS",
            "outbox-coordinator-maxlen 5000 STREAMS_MAXLEN", "no-color yes NO_COLOR",
        ] {
            #expect(lines.contains(line), "\(line) is not in \(lines)")
        }
    }

    @Test func envShowsWhatCannotBeUsed() throws {
        let environment = [
            "STREAMS_HMAC_KEY": "abcd", "AUDIT_MAX_DELIVERIES": "x", "CARACALCTL_MASTER_NAME": "m",
            "CARACAL_OUTBOX_LOCK_SEC": "0",
        ]
        let shown = try run("env", environment: environment)
        #expect(shown.status == 0)
        let lines = shown.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for line in [
            "master-name - CARACALCTL_MASTER_NAME, not used",
            "streams-hmac-key - STREAMS_HMAC_KEY is not a usable key: the key has 2 bytes: it needs at least 32",
            "audit-max-deliveries - unknown: AUDIT_MAX_DELIVERIES is not a number from 1",
            #"outbox-api-lock - unknown: CARACAL_OUTBOX_LOCK_SEC is "0": expected a number, 1 to 2147483647"#,
        ] {
            #expect(lines.contains(line), "\(line) is not in \(lines)")
        }
    }

    /// A secret where the name of a file belongs, or a user, is no less a secret.
    @Test(arguments: [
        ("REDIS_PASSWORD_FILE", "c4n4ry-p4ssw0rd"), ("CARACALCTL_PASSWORD_FILE", "c4n4ry-p4ssw0rd"),
        ("REDIS_URL_FILE", "redis://:c4n4ry-p4ssw0rd@h"), ("CARACALCTL_SENTINEL_PASSWORD_FILE", "c4n4ry-p4ssw0rd"),
        ("STREAMS_HMAC_KEY_FILE", "c4n4ry-p4ssw0rd/+="), ("AUDIT_HMAC_KEY_FILE", "/c4n4ry-p4ssw0rd"),
        ("REDIS_URL", "redis://c4n4ry-p4ssw0rd@127.0.0.1:1"),
    ])
    func aSecretInTheWrongPlaceIsNotEchoed(variable: String, value: String) throws {
        let sentinels = ["CARACALCTL_SENTINEL": "127.0.0.1:1", "CARACALCTL_MASTER_NAME": "m"]
        let environment = (variable.contains("SENTINEL") ? sentinels : [:]).merging([variable: value]) { $1 }
        for arguments in [["xlen"], ["check"], ["check", "-o", "json"], ["env"], ["env", "-o", "json"], ["doctor"]] {
            let result = try CommandRunner(environment: environment).run(arguments)
            #expect(!(result.stdout + result.stderr).contains("c4n4ry"), "\(arguments)")
        }
    }

    @Test(arguments: ["--password-file", "--key-file", "--previous-key-file"])
    func aSecretBehindAnOptionThatNamesAFileIsNotEchoed(option: String) throws {
        let key = String(repeating: "5e", count: 32)
        let result = try run(
            "verify-sig",
            option,
            key,
            environment: ["STREAMS_HMAC_KEY": key, "AUDIT_HMAC_KEY": key]
        )
        #expect(result.status == 78)
        #expect(result.stderr.contains(option))
        #expect(!result.stderr.contains(key))
    }

    @Test func envTriesTheConnectionAndShowsTheSettingsEvenIfItFails() throws {
        try withServer(.v7_0) { server in
            let result = try server.run("env", "--connect")
            #expect(result.status == 0)
            #expect(result.stdout.hasSuffix("\nconnected to 127.0.0.1:\(server.port ?? 0): Redis 7.0.15, master\n"))
        }
        let peer = try ScriptedPeer([])
        #expect(peer.finish())
        let result = try run("env", "--connect", "--port", "\(peer.port)")
        #expect(result.status == 69)
        #expect(result.stdout.hasPrefix("SETTING"))
        #expect(
            result.stderr
                == "caracalctl: cannot reach 127.0.0.1:\(peer.port): connection refused (check --port)\n"
        )
    }

    @Test func asksForThePasswordAtTheTerminalWithoutShowingIt() throws {
        try withServer(extra: ["requirepass \(Self.canary)"]) { server in
            let running = try CommandRunner(environment: ["REDIS_URL": server.url])
                .startInTerminal(["provision", "keys.invalidate", "--ask-password"])
            try running.waitForOutput("Redis password: ")
            running.type(Self.canary + "\n")
            let result = try running.finish()
            #expect(result.status == 0)
            #expect(!result.stdout.contains(Self.canary))
            #expect(result.stdout.contains("created"))
        }
    }

    /// A shell that outlives the tool, as an operator's does, says whether the terminal shows what is typed.
    @Test(arguments: [("\u{3}", 130), ("\u{1C}", 131)])
    func aKeyThatInterruptsThePromptLeavesTheTerminalAsItWas(key: String, status: Int) throws {
        let script = """
            trap : INT QUIT
            \(CommandRunner.caracalctl) env --ask-password
            echo "status $?"
            stty -a | tr ' ' '\\n' | grep -x -e echo -e -echo
            """
        let running = try CommandRunner("/bin/sh").startInTerminal(["-c", script])
        try running.waitForOutput("Redis password: ")
        running.type(Self.canary + key)
        let result = try running.finish()
        #expect(result.stdout.hasSuffix("status \(status)\r\necho\r\n"))
        #expect(!result.stdout.contains(Self.canary))
    }
}
