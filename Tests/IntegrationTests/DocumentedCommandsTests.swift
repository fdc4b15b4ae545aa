import RedisSandbox
import TestSupport
import Testing

/// The commands that README and the manual's guides show, typed as they stand there.
@Suite struct DocumentedCommandsTests {
    @Test func noCommandOfTheGuidesIsMistyped() throws {
        let commands = try Self.commands()
        #expect(commands.count > 50)
        try withServer(extra: ["appendonly yes"]) { server in
            #expect(try server.run("provision").status == 0)
            var shell = VerifySig.runner(server)
            shell.executable = "/bin/sh"
            let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
            shell.environment["PATH"] = "\(folder):\(Environment.current["PATH"] ?? "")"
            for command in commands {
                // What the pages watch for ten seconds need not be watched as long here.
                let result = try shell.run(["-c", command.replacing("--rate 10s", with: "--rate 1s")])
                let wantsYes = result.stderr.contains("--yes")
                #expect(result.status != 127, "\(command): \(result.stderr)")
                #expect(result.status != 70, "\(command): \(result.stderr)")
                #expect(result.status != 64 || wantsYes, "\(command): \(result.stderr)")
            }
        }
    }

    /// What README shows works where README sends its reader first.
    @Test func theCommandsOfReadmeWorkInASandbox() throws {
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        let runner = CommandRunner(environment: ["PATH": "\(folder):\(Environment.current["PATH"] ?? "")"])
        let commands = try Self.commands(in: ["README.md"])
        #expect(commands.count >= 3)
        for command in commands {
            let result = try runner.run(["sandbox", "--", "sh", "-c", command])
            #expect([0, 1].contains(result.status), "\(command): \(result.stderr)")
        }
    }

    /// What help shows can be pasted, and what only looks works in a sandbox.
    @Test func theExamplesOfHelpWorkInASandbox() throws {
        let examples = try HelpExample.all()
        #expect(examples.count > 60)
        for example in examples {
            let syntax = try CommandRunner("/bin/sh").run(["-n", "-c", example.text])
            #expect(syntax.status == 0, "\(example.text): \(syntax.stderr)")
            // A line without a backslash before its rest would be two commands.
            #expect(example.text.split(separator: "\n").allSatisfy { $0.last == "\\" || example.text.hasSuffix($0) })
            #expect(example.text.contains("caracalctl"), "\(example.text)")
        }
        // Files that the examples read.
        let preparation = """
            printf '%064d\\n' 7 >old.hex
            caracalctl publish keys.invalidate zone_id=z-1 --no-schema >id
            caracalctl tail keys.invalidate --no-follow -o ndjson >entries.ndjson
            """
        let runnable = examples.filter { !$0.isEndless && !$0.needsReader }
        let script = runnable.map { "( \($0.prepared) ) </dev/null >out 2>err; echo \"$? $(tr '\\n' ' ' <err)\"" }
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        var runner = CommandRunner(environment: ["PATH": "\(folder):\(Environment.current["PATH"] ?? "")"])
        runner.timeout = .seconds(600)
        let result = try runner.run(
            ["sandbox", "--postgres", "--", "sh", "-c", ([preparation] + script).joined(separator: "\n")]
        )
        let endings = result.stdout.split(separator: "\n")
        #expect(endings.count == runnable.count, "\(result)")
        for (example, ending) in zip(runnable, endings) {
            let status = Int(ending.prefix { $0 != " " }) ?? -1
            let wantsYes = ending.contains("--yes") || ending.contains("--confirm")
            #expect(![70, 127, -1].contains(status) && (status != 64 || wantsYes), "\(example.text): \(ending)")
            if example.reads { #expect([0, 1].contains(status), "\(example.text): \(ending)") }
        }
    }

    /// Those that run until Ctrl-C are parsed, and end where there is no server.
    @Test func theEndlessExamplesOfHelpAreNotMistyped() throws {
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        let runner = CommandRunner(
            "/bin/sh",
            environment: [
                "PATH": "\(folder):\(Environment.current["PATH"] ?? "")", "REDIS_URL": "unix:///nowhere/redis.sock",
                "STREAMS_HMAC_KEY": VerifySig.key, "AUDIT_HMAC_KEY": VerifySig.key,
            ]
        )
        let endless = try HelpExample.all().filter { $0.isEndless && !$0.startsSandbox && !$0.needsReader }
        #expect(!endless.isEmpty)
        for example in endless {
            let result = try runner.run(["-c", example.text])
            #expect(result.status == 69, "\(example.text): \(result.stderr)")
        }
    }

    /// The lines that begin with a dollar sign and call the tool, but for those that need what only the reader has: a
    /// context, a Sentinel, somebody who presses Ctrl-C.
    private static func commands(
        in pages: [String] = ["README.md", "man/caracalctl-deployment.7", "man/caracalctl-runbook.7"]
    ) throws -> [String] {
        try pages.flatMap { page in
            try String(decoding: TemporaryFolder.read("\(Repository.root)/\(page)"), as: UTF8.self)
                .split(separator: "\n").filter { $0.hasPrefix("$ ") && $0.contains("caracalctl") }
                .map { unescaped($0.dropFirst(2)) }
                .filter { !$0.contains("context") && !$0.contains("sentinel") && !$0.contains("| redis-cli") }
        }
    }

    /// Roff's names for characters, as the characters.
    private static func unescaped(_ line: Substring) -> String {
        [("\\-", "-"), ("\\(aq", "'"), ("\\(ti", "~"), ("\\(ha", "^"), ("\\e", "\\")].reduce(String(line)) {
            $0.replacing($1.0, with: $1.1)
        }
    }
}
