import Glibc
import RESP
import RedisSandbox
import TestSupport
import Testing

@Suite struct ShellBatchTests {
    private func run(_ server: SandboxServer, _ script: String, _ options: String...) throws -> CommandResult {
        try CommandRunner(for: server).run(["shell"] + options, input: script)
    }

    @Test func aScriptRunsOnOneConnection() throws {
        try withServer { server in
            let before = try connections(server)
            let script = "# set up\n\nprovision -q\n  xlen audit.events --raw\nraw PING\nxlen keys.invalidate --raw"
            expect(try run(server, script), status: 0, stdout: "0\nPONG\n0\n")
            // The two counts come over a connection each.
            #expect(try connections(server) == before + 2)
        }
    }

    @Test func theFirstFailureEndsItWithItsStatus() throws {
        try withServer { server in
            expect(
                try run(server, "raw PING\nxlen keys.invalidate --raw\nraw PING\n"),
                status: 1,
                stdout: "PONG\n",
                stderr: """
                    caracalctl: caracal.keys.invalidate does not exist (provision keys.invalidate --start 0 creates it)
                    caracalctl: line 2 ended with status 1: what follows was not run

                    """
            )
        }
    }

    @Test func keepGoingEndsWithTheFirstFailure() throws {
        try withServer { server in
            expect(
                try run(server, "xlen keys.invalidate --raw\nxlen 'keys\nraw PING\n", "--keep-going", "-q"),
                status: 1,
                stdout: "PONG\n",
                stderr: """
                    caracalctl: caracal.keys.invalidate does not exist (provision keys.invalidate --start 0 creates it)
                    caracalctl: line 1 ended with status 1
                    caracalctl: a quote is not closed: nothing was run
                    caracalctl: line 2 ended with status 64

                    """
            )
        }
    }

    @Test func helpNamesTheCommandsButNotTheShell() throws {
        try withServer { server in
            let result = try run(server, "help\n")
            #expect(result.status == 0)
            let names = result.stdout.split(separator: "\n").compactMap { $0.split(separator: " ").first }
            #expect(Set(["xlen", "dlq", "raw", "help", "exit,"]).isSubset(of: Set(names.map(String.init))))
            #expect(!names.contains("shell"))
        }
    }

    @Test func exitEndsIt() throws {
        try withServer { server in
            expect(try run(server, "raw PING\nexit\nraw PING\n"), status: 0, stdout: "PONG\n")
        }
    }

    @Test func theScriptIsNotTheInputOfItsCommands() throws {
        try withServer { server in
            let result = try run(
                server,
                "provision -q\npublish keys.invalidate --unsigned --ndjson -\nraw PING\n",
                "--keep-going"
            )
            #expect(result.stdout.hasSuffix("PONG\n"))
            #expect(try server.send("XLEN caracal.keys.invalidate")[0].root.integer == 0)
        }
    }

    @Test func whatTheShellIsGivenHoldsForItsCommands() throws {
        try withServer { server in
            expect(
                try run(server, "provision\n", "--read-only"),
                status: 78,
                stderr: """
                    caracalctl: provision writes, and --read-only forbids that: nothing was sent
                    caracalctl: line 1 ended with status 78: what follows was not run

                    """
            )
            #expect(try run(server, "raw PING\n", "-o", "ndjson").stdout == "{\"reply\":\"PONG\"}\n")
            #expect(try run(server, "raw -o table PING\n", "-o", "ndjson").stdout == "PONG\n")
        }
    }

    @Test func aShellHasNoPlaceInAShell() throws {
        try withServer { server in
            let result = try run(server, "shell")
            #expect(result.status == 64)
            #expect(result.stderr.hasPrefix("caracalctl: this is a shell already (exit leaves it)\n"))
        }
    }

    @Test func aCommandWithConnectionOptionsRunsOnAConnectionOfItsOwn() throws {
        try withServer { server in
            try withServer { other in
                try server.send("SELECT 1", "SET a one")
                try other.send("SET a other")
                let script = """
                    raw --yes SET a zero
                    raw --db 1 GET a
                    raw --url \(other.url) GET a
                    raw GET a
                    """
                let result = try run(server, script)
                expect(
                    result,
                    status: 0,
                    stdout: "OK\n\"one\"\n\"other\"\n\"zero\"\n",
                    stderr: "caracalctl: warning: --db selects db 1, but Caracal's streams live in db 0\n"
                )
            }
        }
    }

    /// What is shown in a shell is typed there as it stands, and what is pasted from elsewhere is taken.
    @Test func hintsAreTypedAsTheyAreShown() throws {
        try withServer { server in
            let result = try run(server, "caracalctl xlen keys.invalidate\nxlem\nhelp nosuch\n", "--keep-going")
            #expect(
                result.stderr.contains("does not exist (provision keys.invalidate --start 0 creates it)\n"),
                "\(result.stderr)"
            )
            #expect(
                result.stderr.contains("there is no command xlem (did you mean xlen? help lists them)\n"),
                "\(result.stderr)"
            )
            #expect(result.stderr.contains("there is no command nosuch (help lists them)\n"), "\(result.stderr)")
            expect(try run(server, "raw ECHO a # or b\nraw ECHO '#'\n"), status: 0, stdout: "\"a\"\n\"#\"\n")
            let fixes = try run(server, "doctor --only streams\n").stdout.split(separator: "\n").filter {
                $0.contains("fix:")
            }
            #expect(fixes.contains { $0.contains("fix:  provision") }, "\(fixes)")
            let page = try run(server, "doctor --only streams\n").stdout
            #expect(!page.contains("caracalctl "), "\(page)")
        }
    }

    /// One command a line: where the next one removes what the first one was to keep, the note says on what it hangs.
    @Test func aFixThatRemovesSaysOnWhatThatHangs() throws {
        try withServer { server in
            let payload = #"{"zone_id":"z"}"#
            let letter = ["source_id", "1-1", "reason", "missing_revocation_anchor", "payload", payload]
            try DLQ.add([letter], to: DLQ.revocations, on: server)
            let page = try run(server, "doctor --only dead-letters -o ndjson\n").stdout
            guard case .string(let fix)? = try JSONNode.lines(page).first?["fix"] else {
                Issue.record("nothing is proposed: \(page)")
                return
            }
            #expect(fix.hasPrefix("dlq export --stream sessions.revoke.dead --until "), "\(fix)")
            #expect(
                fix.hasSuffix(
                    " --to dead.ndjson # then, only if that ended with 0: dlq purge --exported dead.ndjson # the file keeps them; "
                        + "revoke again what never had an effect"
                ),
                "\(fix)"
            )
        }
    }

    /// A line that needs another shell begins with what can be typed in this one.
    @Test func aFixThatWritesAFileCanBeTypedAsFarAsItLooks() throws {
        try withServer { server in
            try server.send("XADD caracal.invocations.lifecycle 99999999999999-1 a b")
            let page = try run(server, "doctor --only future-ids -o ndjson\n").stdout
            let fixes = try JSONNode.lines(page).compactMap { node in
                if case .string(let fix)? = node["fix"] { fix } else { nil }
            }
            let fix = try #require(fixes.first)
            let look = "tail invocations.lifecycle --since - --no-follow -o ndjson"
            #expect(
                fix.hasPrefix(
                    "\(look) # in a shell of the system: test ! -e invocations.lifecycle.ndjson && caracalctl \(look) "
                        + ">invocations.lifecycle.ndjson && "
                ),
                "\(fix)"
            )
            let shown = try run(server, "\(fix)\n")
            #expect(shown.status == 0 && shown.stdout.contains("99999999999999-1"), "\(shown)")
        }
    }

    /// Fixes for a server that is not the shell's name it.
    @Test func fixesOfAnotherServerNameIt() throws {
        try withServer { server in
            try withServer { other in
                let port = other.port ?? 0
                let fixes = try run(server, "doctor --only streams --port \(port)\n").stdout.split(separator: "\n")
                let start = "   fix:  "
                let fix = try #require(fixes.first { $0.hasPrefix(start) }).dropFirst(start.count)
                #expect(fix.hasPrefix("-u redis://127.0.0.1:\(port) provision"), "\(fix)")
                #expect(try run(server, "\(fix)\n").status == 0)
                // One finding names all streams that are missing, and its fix creates them all.
                #expect(try other.keyCount() == 9)
                #expect(try server.keyCount() == 0)
            }
        }
    }

    @Test(arguments: [
        ("exit 3", "exit leaves the shell, and takes no argument"),
        (
            "xlen keys.invalidate | wc -l",
            "there is no | in this shell: it runs one command a line, and shows its results"
        ),
    ])
    func whatIsOfAnotherShellIsSaid(line: String, words: String) throws {
        try withServer { server in
            let result = try run(server, line + "\n", "--keep-going")
            #expect(result.status == 64)
            #expect(result.stderr.hasPrefix("caracalctl: \(words)\n"), "\(result.stderr)")
        }
    }

    /// What the shell was started with holds beside the command's own options, unless these name another server.
    @Test func theShellsOwnOptionsStayUnlessAnotherServerIsNamed() throws {
        try withServer(extra: ["requirepass sesame"]) { server in
            let folder = try TemporaryFolder()
            let file = try folder.write("password", "sesame\n")
            let shell = ["shell", "--port", "\(server.port ?? 0)", "--password-file", file]
            let same = try CommandRunner().run(shell, input: "raw --timeout 90s PING\n")
            expect(same, status: 0, stdout: "PONG\n")
            let other = try CommandRunner().run(shell, input: "raw --url \(server.url) PING\n")
            #expect(other.status == 77)
        }
    }

    /// Neither the preview nor what the server says of the command repeats a password.
    @Test func aPasswordIsNotShownAgain() throws {
        try withServer { server in
            expect(
                try run(server, "raw --dry-run ACL SETUSER bob '>hush'\n"),
                status: 0,
                stdout: "ACL SETUSER bob >***  (writes)\n"
            )
            let refused = try run(server, "raw --yes ACL SETUSER bob '<hush'\n")
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("ACL SETUSER modifier '<***'"), "\(refused.stderr)")
            #expect(!refused.stderr.contains("hush"))
        }
    }

    static let redisCommands = [
        ("XINFO STREAM caracal.audit.events", "XINFO", "raw XINFO STREAM caracal.audit.events"),
        ("xrange 'a b' - +", "XRANGE", "raw XRANGE 'a b' - '+'"), ("xack k g 1-1", "XACK", "raw XACK k g 1-1"),
    ]

    @Test(arguments: redisCommands)
    func aRedisCommandIsAnsweredWithRaw(line: String, name: String, advice: String) throws {
        try withServer { server in
            let result = try run(server, line + "\n", "--keep-going")
            #expect(result.status == 64)
            #expect(result.stderr.hasPrefix("caracalctl: \(name) is a Redis command: say \(advice)\n"))
        }
    }

    @Test func aLostConnectionIsReplacedAndSaidSo() throws {
        try withServer { server in
            let command = try CommandRunner(for: server).start(["shell"])
            try command.type("raw PING\n", until: "PONG\n")
            try server.send("CLIENT KILL TYPE normal SKIPME yes")
            command.type("raw ECHO back\n")
            command.closeInput()
            expect(
                try command.finish(),
                status: 0,
                stdout: "PONG\n\"back\"\n",
                stderr: "caracalctl: note: connected again to 127.0.0.1:\(server.port ?? 0)\n"
            )
        }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func aSignalEndsABatchInWords(number: Int32, status: Int32) throws {
        try withServer { server in
            let command = try CommandRunner(for: server).start(["shell"])
            try command.type("raw PING\n", until: "PONG\n")
            command.signal(number)
            let result = try command.finish()
            #expect(result.status == status)
            // The signal may still find the line at work.
            #expect(
                [
                    "caracalctl: interrupted\n",
                    "caracalctl: line 1 ended with status \(status): what follows was not run\n",
                ]
                .contains(result.stderr)
            )
        }
    }

    @Test func aServerThatIsNotThereIsSaidByEachLine() throws {
        let result = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"]).run(
            ["shell"],
            input: "xlen\n"
        )
        #expect(result.status == 69)
    }

    private func connections(_ server: SandboxServer) throws -> Int {
        let info = try server.send("INFO stats")[0].root.text.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_connections_received:") }
        return try #require(line.flatMap { Int($0.drop { $0 != ":" }.dropFirst()) })
    }
}
