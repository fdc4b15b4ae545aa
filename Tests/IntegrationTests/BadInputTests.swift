import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What goes wrong for an operator, and what each of it gets: one clear line, the next step, and a status.
@Suite struct BadInputTests {
    private static let welcome = "%1\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n+OK\r\n+OK\r\n"
    static let commands = [["xlen"], ["provision"], ["provision", "--check"], ["env", "--connect", "-q"]]

    @Test(arguments: commands)
    func aHostThatRefuses(command: [String]) throws {
        let peer = try ScriptedPeer([])
        #expect(peer.finish())
        let result = try CommandRunner().run(command + ["--port", "\(peer.port)"])
        #expect(result.status == 69)
        #expect(
            result.stderr
                == "caracalctl: cannot reach 127.0.0.1:\(peer.port): connection refused (check --port)\n"
        )
    }

    @Test func aHostThatDoesNotExist() throws {
        // Name servers that are out of reach are tried for long.
        let result = try run("xlen", "--host", "no-such-host.invalid", "--connect-timeout", "120s")
        #expect(result.status == 69)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.hasPrefix("caracalctl: cannot resolve no-such-host.invalid:6379: "))
        #expect(result.stderr.hasSuffix(" (check --host)\n"))
    }

    @Test func anErrorIsAnObjectWhereJSONIsAskedFor() throws {
        let peer = try ScriptedPeer([])
        #expect(peer.finish())
        expect(
            try run("xlen", "-o", "json", "--port", "\(peer.port)"),
            status: 69,
            stderr: #"{"error":{"status":69,"code":"unreachable","message":"cannot reach 127.0.0.1:\#(peer.port): "#
                + #"connection refused (check --port)"}}"# + "\n"
        )
    }

    @Test(arguments: RedisBinary.allCases)
    func aWrongPassword(binary: RedisBinary) throws {
        try withServer(binary, extra: ["requirepass sesame"]) { server in
            let result = try server.run("xlen", environment: ["REDIS_PASSWORD": "barley"])
            expect(
                result,
                status: 77,
                stderr: "caracalctl: 127.0.0.1:\(server.port ?? 0) refused: WRONGPASS invalid username-password pair "
                    + "or user is disabled. (check the user and the password)\n"
            )
            let none = try server.run("xlen")
            #expect(none.status == 77)
            #expect(none.stderr.hasSuffix(" (give a password: --password-file or REDIS_PASSWORD)\n"))
            #expect(try server.run("provision", environment: ["REDIS_PASSWORD": "sesame"]).status == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aMissingRight(binary: RedisBinary) throws {
        let users = ["user blind on >pw ~* +ping", "user reader on >pw ~* +@read +xinfo +type +time"]
        try withServer(binary, extra: users) { server in
            let environment = ["REDIS_USERNAME": "blind", "REDIS_PASSWORD": "pw"]
            for command in ["xlen", "provision"] {
                let result = try server.run(command, environment: environment)
                #expect(result.status == 77)
                #expect(result.stdout.isEmpty)
                #expect(
                    result.stderr
                        == "caracalctl: 127.0.0.1:\(server.port ?? 0) refused: the user \"blind\" may not run XINFO STREAM "
                        + "on caracal.audit.events (ACL SETUSER blind +xinfo|stream; "
                        + "caracalctl provision --emit-acl observer)\n"
                )
            }
            let reader = ["REDIS_USERNAME": "reader", "REDIS_PASSWORD": "pw"]
            let refused = try server.run("provision", environment: reader)
            #expect(refused.status == 77)
            #expect(
                refused.stdout.split(separator: "\n").count {
                    $0.contains("refused  -      the user \"reader\" may not run X")
                } == 11
            )
            #expect(try server.keyCount() == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aDatabaseThatDoesNotExist(binary: RedisBinary) throws {
        try withServer(binary) { server in
            expect(
                try server.run("provision", "--db", "16"),
                status: 78,
                stderr: "caracalctl: warning: --db selects db 16, but Caracal's streams live in db 0\n"
                    + "caracalctl: 127.0.0.1:\(server.port ?? 0) refused: ERR DB index is out of range "
                    + "(check --db or the URL: streams live in db 0)\n"
            )
        }
    }

    static let settings: [([String], Int32, String)] = [
        (["--url", "redis"], 78, "--url is not a usable URL: it has no scheme (redis://host:6379)"),
        (["--url", "redis://"], 78, "--url is not a usable URL: it names no host"),
        (["--url", "redis://h:0"], 78, "--url is not a usable URL: the port is not a number from 1 to 65535"),
        (["--port", "65536"], 64, "--port is not a port: expected a number from 1 to 65535"),
        (["--port", "x"], 64, "--port is not a port: expected a number from 1 to 65535"),
        (["--password-file", "/"], 78, "cannot use --password-file, the file /: it is a directory"),
        (
            ["--password-file", "none"], 78,
            "cannot use --password-file: no such file or directory (a file is to be named; what was given is not shown, since it may be the secret itself)"
        ),
        (["--ask-password"], 78, "--ask-password: no password was given"),
        (["--host", "h", "--socket", "/s"], 78, "--socket and --host contradict each other: give one"),
        (
            ["--timeout", "5x"], 64,
            "--timeout is not a duration: expected 500ms, 30s, 5m, 2h, 7d, 1w or 1h30m, or a number of seconds"
        ),
        (["--db", "x"], 64, "--db is not a database: expected a number from 0"),
        (
            ["--password-file", "a\nb"], 78,
            "cannot use --password-file: no such file or directory (a file is to be named; what was given is not shown, since it may be the secret itself)"
        ),
        (["session.revoke"], 64, "session.revoke is not a stream of the bus (did you mean sessions.revoke?)"),
        (["-o", "xml"], 64, "--output is table, wide, csv, json, ndjson or prometheus"),
    ]

    @Test(arguments: settings)
    func aSettingThatCannotBeUsed(arguments: [String], status: Int32, message: String) throws {
        for command in ["xlen", "provision"] {
            expect(
                try CommandRunner().run([command] + arguments),
                status: status,
                stderr: "caracalctl: \(message)\n"
            )
        }
    }

    @Test func anOptionThatDoesNotExistIsNamed() throws {
        for command in ["xlen", "provision"] {
            expect(
                try CommandRunner().run([command, "--no-such-option"]),
                status: 64,
                stderr:
                    "caracalctl: \(command) has no option --no-such-option (caracalctl \(command) --help lists them)\n"
            )
        }
    }

    /// A name that begins with a dash looks like an option.
    @Test(arguments: [
        (
            "pending -x",
            "pending has no option -x (caracalctl pending --help lists them; if it is the STREAM, it goes behind --)"
        ),
        (
            "group create audit.events -weird",
            "group create has no option -w (did you mean -o wide? caracalctl group create --help lists them; "
                + "if it is the GROUP, it goes behind --)"
        ),
        (
            "consumer rm audit.events g -x",
            "consumer rm has no option -x (caracalctl consumer rm --help lists them; if it is the CONSUMER, it goes behind --)"
        ),
        ("context ls -x", "context ls has no option -x (caracalctl context ls --help lists them)"),
        (
            "group create audit.events -- -weird x",
            "group create takes STREAM GROUP, and x is one too many "
                + "(caracalctl group create --help)"
        ),
        ("get audit.events -- -x", "-x is not an id: ms-seq, or ms for a whole millisecond"),
    ])
    func aNameThatBeginsWithADashIsToldItsPlace(line: String, message: String) throws {
        let words = line.split(separator: " ").map(String.init)
        expect(try CommandRunner().run(words), status: 64, stderr: "caracalctl: \(message)\n")
    }

    /// Before the command it belongs to, an option stands with one that does not have it, or has another use for it.
    @Test(arguments: [
        ("outbox --yes requeue --dead", "--yes goes behind the command: caracalctl outbox requeue --yes"),
        ("outbox -y dispatch", "-y goes behind the command: caracalctl outbox dispatch -y"),
        ("outbox --dry-run dispatch", "--dry-run goes behind the command: caracalctl outbox dispatch --dry-run"),
        ("outbox --requeue reconcile", "--requeue goes behind the command: caracalctl outbox reconcile --requeue"),
        (
            "group --yes rm audit.events audit-ingestor",
            "--yes goes behind the command: caracalctl group rm --yes"
        ),
        ("dlq --dry-run redrive", "--dry-run goes behind the command: caracalctl dlq redrive --dry-run"),
        ("--yes dlq redrive", "--yes goes behind the command: caracalctl dlq redrive --yes"),
        ("dlq --since 2h ls", "--since goes behind the command: caracalctl dlq ls --since"),
        ("dlq --reason=x ls", "--reason goes behind the command: caracalctl dlq ls --reason"),
        ("outbox --outbox api ls", "--outbox goes behind the command: caracalctl outbox ls --outbox"),
        ("dlq -n 3 ls", "dlq has no option -n (it goes behind the command: caracalctl dlq ls -n)"),
        ("outbox -n 3 ls", "outbox has no option -n (it goes behind the command: caracalctl outbox ls -n)"),
        (
            "dlq --to x.ndjson export",
            "dlq has no option --to (it goes behind the command: caracalctl dlq export --to)"
        ),
        ("outbox --follow", "outbox has no option --follow (--follow is an option of outbox dispatch)"),
        ("context --yes ls", "context ls has no option --yes (it asks nothing)"),
        ("group sessions.revoke ls", "sessions.revoke goes behind the command: caracalctl group ls sessions.revoke"),
        (
            "group sessions.revoke extra",
            "group takes STREAM, and extra is one too many (caracalctl group --help)"
        ),
        (
            "group sessions.revok",
            "there is no command group sessions.revok (did you mean group sessions.revoke? caracalctl group --help lists them)"
        ),
        (
            "dlq sessions.revok",
            "there is no command dlq sessions.revok (did you mean dlq sessions.revoke? caracalctl dlq --help lists them)"
        ),
    ])
    func whatStandsBeforeItsCommandIsPutBehindIt(line: String, message: String) throws {
        expect(
            try CommandRunner().run(line.split(separator: " ").map(String.init)),
            status: 64,
            stderr: "caracalctl: \(message)\n"
        )
    }

    /// The parser would take the last value and say nothing.
    @Test(arguments: [
        (["doctor", "--only", "lag", "--only", "loss"], "--only"),
        (["xlen", "-o", "json", "--output=table"], "--output"),
        (["trim", "keys.invalidate", "--dry-run", "--host", "a", "--host", "b"], "--host"),
        (["dlq", "ls", "--reason", "a", "--reason", "b"], "--reason"),
    ])
    func anOptionThatIsGivenTwiceIsRefused(arguments: [String], option: String) throws {
        let result = try CommandRunner().run(arguments)
        #expect(result.status == 64)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains("\(option) is given twice, and takes one value: give it once"))
    }

    /// What was typed is shown as text, in a table as well.
    @Test func nothingThatIsTypedIsObeyedByTheTerminal() throws {
        let escape = "\u{1B}[31m"
        try withServer { server in
            let lines = [
                ["xlen", "--any-stream", escape], ["pending", "--any-stream", escape], ["pending", escape],
                ["verify-sig", "--any-stream", escape], ["tail", "--any-stream", "--no-follow", escape],
                ["trim", "--any-stream", "--dry-run", escape], ["sandbox", "--", "/\(escape)"], [escape],
                ["help", escape],
                ["xlen", "--\(escape)"], ["xlen", "--context", escape], ["doctor", "--only", escape],
                ["dlq", "--reason", escape], ["dlq", "ls", "--stream", escape], ["dlq", "purge", "--exported", escape],
                ["publish", "--any-stream", escape, "a=b", "--unsigned", "--dry-run"], ["raw", "ECHO", escape],
                ["memory", "--samples", escape], ["check", "--lag", escape], ["context", "show", escape],
                ["verify-sig", "--offline", escape], ["publish", "--resume", escape], ["xlen", "--host", escape],
            ]
            for line in lines {
                for format in [[], ["-o", "json"]] where format.isEmpty || ["xlen", "pending"].contains(line[0]) {
                    let result = try CommandRunner(for: server).run(line + format)
                    #expect(!(result.stdout + result.stderr).contains("\u{1B}"), "\(line)")
                }
            }
        }
    }

    @Test func aSettingOfTheEnvironmentIsNoFaultOfTheCommandLine() throws {
        expect(
            try run("xlen", environment: ["CARACALCTL_PORT": "x"]),
            status: 78,
            stderr: "caracalctl: CARACALCTL_PORT is not a port: expected a number from 1 to 65535\n"
        )
    }

    @Test func noTimeIsTooLong() throws {
        let result = try run("env", "--timeout", "9223372036854775807ms", "--connect-timeout", "9223372036854775807ms")
        #expect(result.status == 0)
        #expect(result.stdout.contains("\ntimeout                          106751991167d   --timeout\n"))
    }

    @Test func aBrokenCommandLineIsAnsweredInTheFormatOfTheEnvironment() throws {
        expect(
            try run("xlen", "--no-such-option", environment: ["CARACALCTL_OUTPUT": "json"]),
            status: 64,
            stderr: #"{"error":{"status":64,"code":"usage","message":"xlen has no option --no-such-option "#
                + #"(caracalctl xlen --help lists them)"}}"# + "\n"
        )
    }

    @Test func anEmptyPasswordFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("password", "\n")
        expect(
            try run("xlen", "--password-file", file),
            status: 78,
            stderr: "caracalctl: cannot use --password-file, the file \(file): it is empty\n"
        )
    }

    @Test(arguments: ["xlen", "provision"])
    func aServerThatAcceptsAndNeverAnswers(command: String) throws {
        let peer = try ScriptedPeer([[.silent]])
        expect(
            try run(command, "--url", peer.url, "--connect-timeout", "100ms"),
            status: 69,
            stderr: "caracalctl: cannot reach 127.0.0.1:\(peer.port): no answer within 100ms "
                + "(check the address, or raise --connect-timeout)\n"
        )
    }

    @Test(arguments: ["xlen", "provision"])
    func aServerThatFallsSilent(command: String) throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(Self.welcome), .silent]])
        expect(
            try run(command, "--url", peer.url, "--timeout", "100ms"),
            status: 69,
            stderr: "caracalctl: no answer from 127.0.0.1:\(peer.port) within 100ms (raise --timeout)\n"
        )
    }

    @Test(arguments: ["xlen", "provision"])
    func aServerThatClosesInTheMiddleOfAReply(command: String) throws {
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send(Self.welcome), .expectCommands(10), .send("$6\r\nstr"), .close]
        ])
        let result = try run(command, "--url", peer.url)
        #expect(result.status == 69)
        #expect(result.stdout.isEmpty)
        #expect(
            result.stderr.hasPrefix(
                "caracalctl: 127.0.0.1:\(peer.port) closed the connection in the middle of a command"
            )
        )
        #expect(result.stderr.count { $0 == "\n" } == 1)
    }

    static let garbage: [(String, String)] = [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "this is an HTTP server"),
        ("\u{1B}]0;owned\u{7}\r\n", #"expected a reply, found "\x1b""#),
    ]

    @Test(arguments: garbage)
    func aServerThatSendsGarbage(bytes: String, reason: String) throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(bytes), .silent]])
        expect(
            try run("provision", "--url", peer.url),
            status: 76,
            stderr: "caracalctl: 127.0.0.1:\(peer.port) does not speak RESP as Redis does: \(reason)\n"
        )
    }

    @Test func aServerInProtectedMode() throws {
        let peer = try ScriptedPeer([[.send("-DENIED Redis is running in protected mode\r\n"), .close]])
        expect(
            try run("xlen", "--url", peer.url),
            status: 77,
            stderr: "caracalctl: 127.0.0.1:\(peer.port) refused: DENIED Redis is running in protected mode "
                + "(the server is in protected mode)\n"
        )
    }

    @Test(arguments: RedisBinary.allCases)
    func aFullServer(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.send("CONFIG SET maxmemory 1")
            let result = try server.run("provision")
            #expect(result.status == 75)
            #expect(result.stdout.split(separator: "\n").count { $0.contains("refused  -      OOM command") } == 11)
            try server.send("CONFIG SET maxmemory 0")
            #expect(try server.keyCount() == 0)
        }
    }

    @Test func aWriteWhoseReplyIsLostIsUnknown() throws {
        try withServer { server in
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(3 + 27), .swallowThenCut)])
            let result = try run("provision", "--url", proxy.url)
            expect(
                result,
                status: 74,
                stderr: "caracalctl: 127.0.0.1:\(proxy.port) closed the connection in the middle of a command; "
                    + "what had been sent may or may not have been carried out\n"
            )
        }
    }
}
