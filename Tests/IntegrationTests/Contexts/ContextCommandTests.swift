import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct ContextCommandTests {
    private let folder: TemporaryFolder
    private var file: String { "\(folder.path)/caracalctl/config.toml" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandResult {
        let own = ["XDG_CONFIG_HOME": folder.path]
        return try CommandRunner(environment: own.merging(environment) { $1 }).run(arguments)
    }

    @Test func aContextIsAddedUsedShownAndRemoved() throws {
        expect(
            try run("context", "add", "prod", "--url", "redis://redis.prod:7000", "--protected"),
            status: 0,
            stderr:
                "caracalctl: context prod (redis.prod:7000) was added (caracalctl context use prod makes it the default)\n"
        )
        expect(try run("context", "add", "dev", "--url", "unix:///run/redis.sock", "--user", "me", "-q"), status: 0)
        expect(
            try run("context", "use", "prod"),
            status: 0,
            stderr: "caracalctl: context prod is in use now: redis.prod:7000\n"
        )
        expect(
            try run("context"),
            status: 0,
            stdout: """
                   NAME  URL                      USER  PROTECTED
                *  prod  redis://redis.prod:7000  -     yes
                   dev   unix:///run/redis.sock   me    no

                """
        )
        expect(
            try run("context", "show"),
            status: 0,
            stdout: """
                SETTING    VALUE
                name       prod
                in use     yes
                url        redis://redis.prod:7000
                protected  true

                """
        )
        let shown = try run("env", "-o", "ndjson").stdout
        #expect(shown.hasPrefix("{\"setting\":\"context\",\"value\":\"prod\",\"from\":\"context use\"}\n"))
        expect(
            try run("context", "rm", "prod"),
            status: 0,
            stderr: "caracalctl: context prod (redis.prod:7000) was removed; no context is in use now\n"
        )
        #expect(
            try TemporaryFolder.read(file)
                == Array("[contexts.dev]\nurl = \"unix:///run/redis.sock\"\nuser = \"me\"\n".utf8)
        )
    }

    /// The context in use is the last that is asked.
    @Test func aVariableThatGoesBeforeTheContextIsNamed() throws {
        expect(try run("context", "add", "a", "-q", "--url", "redis://a"), status: 0)
        for name in ["REDIS_URL", "CARACALCTL_CONTEXT", "CARACALCTL_HOST"] {
            let result = try run("context", "use", "a", environment: [name: "a"])
            #expect(result.status == 0)
            #expect(result.stderr.hasSuffix(": a:6379; \(name) is set, and goes before it\n"), "\(result.stderr)")
        }
    }

    /// What the environment says is about another server; who has set a password there wonders why it is refused.
    @Test func aPasswordThatIsNotUsedUnderAContextIsNamed() throws {
        try withServer(extra: ["requirepass sesame"]) { server in
            expect(try run("context", "add", "prod", "-q", "--url", server.url), status: 0)
            let environment = [
                "REDIS_PASSWORD": "sesame", "PGPASSWORD": "p", "PGUSER": "me", "DATABASE_URL": "postgres://h",
                "PGHOST": "",
            ]
            let address = server.url.dropFirst("redis://".count).dropLast("/0".count)
            expect(
                try run("xlen", "--context", "prod", environment: environment),
                status: 77,
                stderr:
                    "caracalctl: \(address) refused: NOAUTH Authentication required. (give a password: --password-file, or "
                    + "password_file in context prod; REDIS_PASSWORD is set, but not used under a context)\n"
            )
            let shown = try run("env", "--context", "prod", environment: environment).stdout
            let lines = shown.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            for line in [
                "user - not set", "password - REDIS_PASSWORD, not used under a context",
                "postgres - DATABASE_URL, not used under a context", "postgres-user - PGUSER, not used under a context",
                "postgres-password - PGPASSWORD, not used under a context", "postgres-database - not set",
            ] {
                #expect(lines.contains(line), "\(line) is not in \(lines)")
            }
        }
    }

    @Test func aDashStandsForThePreviousContext() throws {
        for name in ["a", "b"] { expect(try run("context", "add", name, "-q", "--url", "redis://\(name)"), status: 0) }
        expect(try run("context", "use", "-q", "a"), status: 0)
        expect(try run("context", "use", "-q", "b"), status: 0)
        expect(try run("context", "use", "-"), status: 0, stderr: "caracalctl: context a is in use now: a:6379\n")
        expect(try run("context", "use", "-"), status: 0, stderr: "caracalctl: context b is in use now: b:6379\n")
        expect(try run("context", "use", "b"), status: 0, stderr: "caracalctl: context b is in use already: b:6379\n")
        expect(try run("context", "use", "--none"), status: 0, stderr: "caracalctl: context b is not in use any more\n")
        expect(try run("context", "use", "-q", "-"), status: 0)
        #expect(try run("context", "show", "-o", "ndjson").stdout.hasPrefix("{\"name\":\"b\""))
        expect(try run("context", "rm", "-q", "b"), status: 0)
        #expect(try TemporaryFolder.read(file) == Array("[contexts.a]\nurl = \"redis://a\"\n\n".utf8))
    }

    @Test func aRenamedContextIsWhatItWas() throws {
        let text = """
            current = "a"
            previous = "a"

            # Mind this one.
            [contexts.a] # really
            url = "redis://a"

            """
        mkdir("\(folder.path)/caracalctl", 0o700)
        try folder.write("caracalctl/config.toml", text)
        expect(
            try run("context", "rename", "a", "b"),
            status: 0,
            stderr: "caracalctl: context a is called b (a:6379) now, and still in use\n"
        )
        let renamed = text.replacing("\"a\"", with: "\"b\"").replacing("contexts.a", with: "contexts.b")
        #expect(try TemporaryFolder.read(file) == Array(renamed.utf8))
        expect(try run("context", "add", "c", "-q", "--url", "redis://c"), status: 0)
        expect(
            try run("context", "rename", "b", "c"),
            status: 1,
            stderr: "caracalctl: there is a context c already (caracalctl context rm c)\n"
        )
    }

    @Test func theListHasDescriptionsAndTheUsersOfURLs() throws {
        for words in [
            ["a", "--url", "redis://al@h", "--password-file", "/p", "--description", "rebuilt every night"],
            ["b", "--url", "redis://maybe-a-password@h"],
        ] {
            let result = try CommandRunner(environment: ["XDG_CONFIG_HOME": folder.path]).run(
                ["context", "add", "-q"] + words
            )
            expect(result, status: 0)
        }
        let lines = try run("context").stdout.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        #expect(
            lines == [
                "NAME URL USER PROTECTED DESCRIPTION", "a redis://***@h al no rebuilt every night",
                "b redis://***@h *** no -",
            ]
        )
        let json = try run("context", "use", "a", "-o", "ndjson")
        #expect(json.stdout.hasPrefix("{\"name\":\"a\",\"description\":\"rebuilt every night\",\"url\":"))
        #expect(json.stderr == "")
    }

    @Test func noneOfManyThatAreAddedAtOnceIsLost() throws {
        let script = """
            for n in $(seq 40); do \(CommandRunner.caracalctl) context add -q c$n --url redis://h$n || echo failed $n & done
            wait
            """
        expect(
            try CommandRunner("/bin/sh", environment: ["XDG_CONFIG_HOME": folder.path]).run(["-c", script]),
            status: 0
        )
        let shown = try run("context", "ls", "-o", "ndjson").stdout.split(separator: "\n")
        #expect(shown.count == 40)
        #expect(FileTree.names(in: "\(folder.path)/caracalctl") == ["config.toml"])
    }

    @Test func aLinkToTheFileStays() throws {
        let kept = try folder.write("kept.toml", "# mine\n", mode: 0o640)
        mkdir("\(folder.path)/caracalctl", 0o700)
        symlink(kept, file)
        expect(try run("context", "add", "dev", "-q", "--url", "redis://h"), status: 0)
        var status = stat()
        #expect(lstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(stat(kept, &status) == 0 && status.st_mode & 0o777 == 0o640)
    }

    @Test func theFileIsForItsOwnerAlone() throws {
        expect(try run("context", "add", "dev", "-q", "--url", "redis://h"), status: 0)
        var status = stat()
        #expect(stat(file, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(FileTree.names(in: "\(folder.path)/caracalctl") == ["config.toml"])
    }

    static let refusals: [([String], Int32, String)] = [
        (
            ["add", "a", "--url", "redis://:hush@h"], 64,
            "url holds a password, which has no place here: name the file it is in, as password_file"
        ),
        (["add", "a b", "--url", "redis://h"], 64, "a context's name has letters, digits, - and _, 64 at most"),
        (
            ["add", "a", "--url", "redis://h", "--colour", "pink"], 64,
            "colour is one of red, green, yellow, blue, magenta, cyan"
        ),
        (["use", "a"], 78, "context use: there is no context a (there are none: caracalctl context add)"),
        (["rm", "a"], 78, "context rm: there is no context a (there are none: caracalctl context add)"),
        (
            ["add", "q", "--url", "redis://al@h", "--user", "bob"], 64,
            "--user and the user in --url contradict each other: give one"
        ),
        (["rename", "a", "b"], 78, "context rename: there is no context a (there are none: caracalctl context add)"),
        (["rename", "a", "b c"], 64, "a context's name has letters, digits, - and _, 64 at most"),
        (["use", "-"], 1, "there is no previous context (caracalctl context ls shows those there are)"),
        (["show"], 1, "no context is in use (caracalctl context use NAME)"),
        (["use"], 64, "name a context, or say --none: one of the two"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeDoneChangesNothing(arguments: [String], status: Int32, message: String) throws {
        let result = try CommandRunner(environment: ["XDG_CONFIG_HOME": folder.path]).run(["context"] + arguments)
        expect(result, status: status, stderr: "caracalctl: \(message)\n")
        #expect(access(file, F_OK) != 0)
    }

    @Test func aMistakeInTheFileEndsEveryCommandThatReadsIt() throws {
        expect(try run("context", "add", "dev", "-q", "--url", "redis://h"), status: 0)
        try folder.write("caracalctl/config.toml", "current = \"dev\"\n[contexts.dev]\nurl = redis://h\n")
        for arguments in [["xlen"], ["context", "ls"], ["env"]] {
            let result = try CommandRunner(environment: ["XDG_CONFIG_HOME": folder.path]).run(arguments)
            expect(
                result,
                status: 78,
                stderr: "caracalctl: \(file):3: a value is \"text\" in quotes, true or false\n"
            )
        }
        #expect(try run("env", "--host", "h").status == 0, "an option names the server: the file is not needed")
    }

    @Test func aProtectedContextWantsItsNameBeforeItIsWrittenTo() throws {
        try withServer { server in
            expect(try run("context", "add", "prod", "-q", "--url", server.url, "--protected"), status: 0)
            expect(
                try run("provision", "--context", "prod"),
                status: 64,
                stderr: "caracalctl: context prod is protected and this is not a terminal: pass --confirm prod; "
                    + "nothing was sent\n"
            )
            expect(
                try run("provision", "--context", "prod", "--confirm", "dev"),
                status: 78,
                stderr: "caracalctl: --confirm does not name the context that is written to, prod: nothing was sent\n"
            )
            #expect(try run("provision", "--context", "prod", "--dry-run").status == 0)
            #expect(try server.keyCount() == 0)
            #expect(
                try run("provision", environment: ["CARACALCTL_CONTEXT": "prod", "CARACALCTL_CONFIRM": "prod"]).status
                    == 0
            )
            #expect(try server.keyCount() == 9)
            #expect(try run("xlen", "--context", "prod").status == 0, "looking needs no leave")
        }
    }

    @Test(arguments: [("prod", Int32(0), 9), ("pro", 1, 0), ("", 1, 0)])
    func aProtectedContextAsksOnATerminal(answer: String, status: Int32, keys: Int64) throws {
        try withServer { server in
            expect(try run("context", "add", "prod", "-q", "--url", server.url, "--protected"), status: 0)
            let command = try CommandRunner(environment: ["XDG_CONFIG_HOME": folder.path])
                .startInTerminal(["provision", "--context", "prod"])
            try command.waitForOutput("prod is protected. Type its name to continue: ")
            command.type(answer + "\n")
            let result = try command.finish()
            #expect(result.status == status)
            #expect(try server.keyCount() == keys)
        }
    }
}
