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
        "help dlq ls nosuch",
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
        "tail --since -2h", "tail -h 10.0.0.1", "tail --bogus -1h", "tail -n -2h",
        "publish keys.invalidate a=b --bogus -1h", "publish -h 10.0.0.1", "publish keys.invalidate -2h",
        "verify-sig --since -2h", "verify-sig -h 10.0.0.1", "verify-sig --max-report -1h",
        "dlq redrive --older-than -24h --yes", "dlq --bogus -1h", "dlq -h 10.0.0.1", "dlq ls -h 10.0.0.1",
        "dlq show -h 10.0.0.1", "dlq show -2h", "dlq purge --exported -1h", "dlq nosuch", "dlq nosuch -2h",
        "dlq export --bogus -2h", "dlq redrive nosuch -1h", "dlq help",
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
        ("tail --bogus -2h", "Unknown option '--bogus'"),
        ("doctor --only -1h", "Missing value for '--only <id,…>'"),
        ("help xlne", "there is no command xlne (did you mean xlen?)"),
        ("help dlq nosuch", "there is no command dlq nosuch (caracalctl help lists them)"),
        ("help \u{1B}[31m", #"there is no command \x1b[31m (caracalctl help lists them)"#),
        ("xlen --help=1", "--help takes no value"),
        ("raw --bogus PING", "--bogus is no option here, and no Redis command (caracalctl raw --help)"),
    ])
    func theMistakeIsNamed(line: String, message: String) throws {
        expect(try run(line), status: 64, stderr: "caracalctl: \(message)\n")
    }

    @Test(arguments: [
        ("-h", "caracalctl <subcommand>"), ("--help", "caracalctl <subcommand>"), ("help", "caracalctl <subcommand>"),
        ("xlen -h", "caracalctl xlen "), ("xlen --help", "caracalctl xlen "), ("help xlen", "caracalctl xlen "),
        ("xlen -h -o json", "caracalctl xlen "), ("xlen -o json -h", "caracalctl xlen "),
        ("xlen --bogus --help", "caracalctl xlen "), ("help xlen -h", "caracalctl xlen "),
        ("check -h", "caracalctl check "), ("check --help", "caracalctl check "), ("dlq -h", "caracalctl dlq "),
        ("dlq redrive --help", "caracalctl dlq redrive "), ("help dlq redrive", "caracalctl dlq redrive "),
        ("raw -h", "caracalctl raw "), ("raw --help", "caracalctl raw "), ("raw -o json --help", "caracalctl raw "),
        ("raw --help PING", "caracalctl raw "), ("context rm -h", "caracalctl context rm "),
    ])
    func helpThatIsAskedForIsShown(line: String, usage: String) throws {
        let result = try run(line)
        #expect(result.status == 0)
        #expect(result.stdout.contains("USAGE: \(usage)"))
        #expect(result.stdout.contains("  -h, --help"))
        #expect(result.stderr.isEmpty)
    }

    /// Lines that can be pasted: what does not fit into 80 columns goes on behind a backslash.
    @Test func examplesFitATerminalOrSayThatTheyGoOn() throws {
        let page = try run("--help").stdout.split(separator: "\n")
        // What is indented further goes on with the line before.
        let names = page.drop { $0 != "SUBCOMMANDS:" }.dropFirst()
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ") }
        let commands = names.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(commands.count > 15)
        let nested = ["dlq ls", "dlq show", "dlq export", "dlq redrive", "dlq purge", "context add", "context use"]
        for command in commands + nested where command != "help" {
            let wide = try CommandRunner(environment: ["TERM": "dumb"])
                .startInTerminal(["help"] + command.split(separator: " ").map(String.init), columns: 400).finish()
            let lines = wide.stdout.split(separator: "\r\n").prefix { !$0.hasPrefix("USAGE") }
            let examples = lines.filter { $0.hasPrefix("  ") }
            #expect(!examples.isEmpty, "\(command)")
            #expect(examples.allSatisfy { $0.count <= 80 }, "\(command): \(examples)")
        }
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
            status: 70,
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
