import TestSupport
import Testing

/// Help is shown to those who ask for it, and is nobody's success otherwise.
@Suite struct HelpRequestTests {
    /// A server that nobody reaches: none of these lines comes so far.
    private let runner = CommandRunner(environment: ["REDIS_URL": "unix:///nowhere/redis.sock"])

    private func run(_ line: String) throws -> CommandResult {
        try runner.run(line.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        "", "-x", "-2h", "-help", "-hq", "-h 10.0.0.1", "-h 10.0.0.1 xlen", "-h=10.0.0.1", "--bogus", "--bogus -2h",
        "--help=1", "--version=1", "--bogus -h xlen",
        "nosuch", "nosuch -2h", "nosuch -h 10.0.0.1", "nosuch --bogus -1h",
        "help nosuch", "help nosuch -h", "help -2h", "help --bogus", "help xlen nosuch", "help dlq nosuch",
        "help dlq ls nosuch", "help streams nosuch", "xlen help", "outbox -h nosuch", "nosuch -h", "nosuch --help",
        "help stream",
        "provision --bogus -1h", "provision -h 10.0.0.1", "provision --start -1h",
        "xlen --bogus", "xlen --bogus -2h", "xlen -2h", "xlen -x2h", "xlen -oh", "xlen -h 10.0.0.1",
        "xlen -h=10.0.0.1", "xlen --since -2h", "xlen --help=1", "xlen --version=2", "xlen audit.events -h host",
        "pending --min-idle -2h", "pending --bogus -1h", "pending -h 10.0.0.1", "pending a b c -2h",
        "claim audit.events g --min-idle -24h --to c --yes", "claim audit.events g --bogus -3h", "claim -h 10.0.0.1",
        "ack audit.events g --bogus -2h --yes", "ack -h 10.0.0.1", "ack audit.events -2h",
        "trim audit.events --older -2h --yes", "trim -h 10.0.0.1", "trim -2h",
        "memory --bogus -1h", "memory -h 10.0.0.1", "memory --rate -1h",
        "doctor --bogus -1h", "doctor -h 10.0.0.1", "doctor --only -1h", "doctor audit -2h",
        "watch --interval -1h", "watch -h 10.0.0.1", "watch --bogus -1h",
        "tail --until -2h", "tail -h 10.0.0.1", "tail --bogus -1h", "tail -n -2h",
        "publish keys.invalidate a=b --bogus -1h", "publish -h 10.0.0.1", "publish keys.invalidate -2h",
        "verify-sig --bogus -2h", "verify-sig -h 10.0.0.1", "verify-sig --limit -1h", "help times extra",
        "dlq redrive --older-than -24h --yes", "dlq --bogus -1h", "dlq -h 10.0.0.1", "dlq ls -h 10.0.0.1",
        "dlq show -h 10.0.0.1", "dlq show -2h", "dlq purge --exported -1h", "dlq nosuch", "dlq nosuch -2h",
        "dlq export --bogus -2h", "dlq redrive nosuch -1h", "dlq help nosuch",
        "sandbox --bogus -1h", "sandbox -h 10.0.0.1", "sandbox --port -1h",
        "env --bogus -1h", "env -h 10.0.0.1",
        "context nosuch", "context nosuch -2h", "context --bogus -1h", "context ls --bogus -1h", "context use -h prod",
        "context add x --url redis://h --bogus -1h", "context rm -h prod", "context show -h prod", "context rm -2h",
        "shell --bogus -1h", "shell -h 10.0.0.1",
        "raw", "raw -h 10.0.0.1 PING", "raw --bogus PING", "raw --bogus -1h", "raw -2h", "raw --yes -h 10.0.0.1",
    ])
    func aMistakenLineIsAUsageError(line: String) throws {
        let result = try run(line)
        #expect(result.status == 64)
        #expect(result.stdout.isEmpty)
        #expect(!result.stderr.isEmpty)
    }

    /// 0 is OK to a monitoring system.
    @Test(arguments: [
        "--since -2h", "-h 10.0.0.1", "-H 10.0.0.1", "--bogus", "--bogus -1h", "-2h", "-wh", "--lag 1,2 -h 10.0.0.1",
        "--lag -2h", "--oldest -1h", "audit.events -2h", "--help=1", "--version=1", "-h=10.0.0.1", "-help",
    ])
    func aMistakenCheckIsUnknown(line: String) throws {
        let result = try run("check " + line)
        #expect(result.status == 3)
        #expect(result.stdout.hasPrefix("CARACAL UNKNOWN - "))
        #expect(result.stderr.isEmpty)
    }

    @Test(arguments: [
        ("xlen -h 10.0.0.1", "-h shows help and takes no value (--host names the server)"),
        ("tail --bogus -2h", "tail has no option --bogus (caracalctl tail --help lists them)"),
        ("doctor --only -1h", "--only needs a value: --only ID,…"),
        ("nosuch -2h", "there is no command nosuch (caracalctl help lists them)"),
        ("help xlne", "there is no command xlne (did you mean xlen?)"),
        ("help stream", "there is no command stream (did you mean streams?)"),
        ("help xlen nosuch", "there is no command xlen nosuch (caracalctl help lists them)"),
        ("nosuch --help", "there is no command nosuch (caracalctl help lists them)"),
        ("help dlq nosuch", "there is no command dlq nosuch (caracalctl help lists them)"),
        ("help \u{1B}[31m", #"there is no command \x1b[31m (caracalctl help lists them)"#),
        ("xlen --help=1", "--help takes no value"),
        ("raw --bogus PING", "--bogus is no option here, and no Redis command (caracalctl raw --help)"),
    ])
    func theMistakeIsNamed(line: String, message: String) throws {
        expect(try run(line), status: 64, stderr: "caracalctl: \(message)\n")
    }

    @Test(arguments: [
        ("-h", "caracalctl [common options] COMMAND "), ("--help", "caracalctl [common options] COMMAND "),
        ("help", "caracalctl [common options] COMMAND "), ("help help", "caracalctl [common options] COMMAND "),
        ("-q --help", "caracalctl [common options] COMMAND "),
        ("xlen -h", "caracalctl xlen "), ("xlen --help", "caracalctl xlen "), ("help xlen", "caracalctl xlen "),
        ("xlen -h -o json", "caracalctl xlen "), ("xlen -o json -h", "caracalctl xlen "),
        ("--host 10.0.0.1 xlen -h", "caracalctl xlen "), ("-o json help xlen", "caracalctl xlen "),
        ("xlen --bogus --help", "caracalctl xlen "), ("help xlen -h", "caracalctl xlen "),
        ("xlen audit.events --help", "caracalctl xlen "),
        ("check -h", "caracalctl check "), ("check --help", "caracalctl check "), ("dlq -h", "caracalctl dlq "),
        ("dlq redrive --help", "caracalctl dlq redrive "), ("help dlq redrive", "caracalctl dlq redrive "),
        ("dlq --reason x -h", "caracalctl dlq "), ("sandbox -h -- xlen", "caracalctl sandbox "),
        ("raw -h", "caracalctl raw "), ("raw --help", "caracalctl raw "), ("raw -o json --help", "caracalctl raw "),
        ("raw --help PING", "caracalctl raw "), ("context rm -h", "caracalctl context rm "),
        ("dlq help", "caracalctl dlq "), ("group help", "caracalctl group "), ("outbox help", "caracalctl outbox "),
        ("outbox help ls", "caracalctl outbox ls "), ("outbox -h ls", "caracalctl outbox ls "),
        ("outbox --help ls", "caracalctl outbox ls "),
    ])
    func helpThatIsAskedForIsShown(line: String, usage: String) throws {
        let result = try run(line)
        #expect(result.status == 0)
        #expect(result.stdout.contains("\nUsage: \(usage)"))
        #expect(result.stderr.isEmpty)
    }

    @Test(
        arguments: [
            "connection", "output", "streams", "times", "exit", "environment", "runbook", "deployment", "metrics",
            "json",
        ]
    )
    func topicsAreShown(topic: String) throws {
        let result = try run("help \(topic)")
        #expect(result.status == 0)
        #expect(result.stdout.split(separator: "\n").count > 8)
        #expect(result.stderr.isEmpty)
    }

    /// What `-h` leaves out, `--help` has.
    @Test func aShortPageSaysWhereTheRestIs() throws {
        let (short, long) = (try run("xlen -h").stdout, try run("xlen --help").stdout)
        #expect(short.contains("\nEverything: caracalctl xlen --help\n"))
        #expect(!short.contains("--sentinel") && long.contains("--sentinel"))
        #expect(try run("help xlen").stdout == long)
        #expect(try run("xlen -h --help").stdout == long)
    }

    @Test func aLineWithoutACommandGetsTheCommandsAndIsAUsageError() throws {
        expect(try run(""), status: 64, stderr: try run("--help").stdout)
        let failure = try run("-o json")
        #expect(failure.status == 64)
        #expect(failure.stderr.contains("\"message\":\"no command is named (caracalctl --help lists them)\""))
    }

    /// Pages are folded for the terminal; lines to paste are not.
    @Test func pagesAreFoldedAtTheWidthOfTheTerminal() throws {
        let narrow = try CommandRunner().startInTerminal(["publish", "--help"], columns: 60).finish().stdout
        let lines = narrow.split(separator: "\r\n").map(String.init)
        let examples = lines.filter { $0.hasPrefix("  caracalctl ") }
        #expect(examples.contains { $0.count > 60 })
        #expect(lines.filter { !examples.contains($0) }.allSatisfy { $0.count <= 60 })
        let wide = try CommandRunner().startInTerminal(["publish", "--help"], columns: 200).finish().stdout
        #expect(wide.split(separator: "\r\n").contains { $0.count > 160 })
    }

    @Test(arguments: ["--version", "xlen --version", "raw --version"])
    func theVersionIsShown(line: String) throws {
        let result = try run(line)
        #expect(result.status == 0)
        #expect(try run("--version").stdout == result.stdout)
        #expect(result.stderr.isEmpty)
    }

    @Test(arguments: ["--help", "help xlen", "--version"])
    func helpThatCannotBeWrittenIsNoSuccess(line: String) throws {
        let shell = CommandRunner("/bin/sh")
        expect(
            try shell.run(["-c", "\(CommandRunner.caracalctl) \(line) >/dev/full"]),
            status: 73,
            stderr: "caracalctl: cannot write the output: no space left on device\n"
        )
    }

    @Test func aShellJudgesHelpAsTheToolDoes() throws {
        try withServer { server in
            let runner = CommandRunner(for: server)
            for line in ["xlen -h", "help xlen", "raw --help"] {
                let result = try runner.run(["shell"], input: "\(line)\n")
                #expect(result.status == 0)
            }
            for line in ["xlen -h 10.0.0.1", "xlen --bogus -2h", "help nosuch"] {
                let result = try runner.run(["shell"], input: "\(line)\n")
                #expect(result.status == 64)
            }
        }
    }
}
