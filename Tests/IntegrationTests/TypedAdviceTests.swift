import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Lines that commands print with names in them, typed as they stand in the shells that people have: what counts is their effect.
@Suite struct TypedAdviceTests {
    private static let shells = ["sh", "bash", "zsh", "fish"]
    private static let stream = "caracal.keys.invalidate"
    /// What an option parser, a shell or a line with remarks could take for something else.
    private static let names = [
        "-x", "--all", "a b", "a'b", "$(x)", #"a\'b"#, #"b\"#, #"\';id;#"#, "a # b", "caracalctl", "x caracalctl ack y",
        "ü",
        "-\u{1B}[31m\u{301}", "a\tb",
    ]

    @discardableResult
    private func send(_ connection: Connection, _ words: [[UInt8]]) throws -> Reply {
        let command = String(decoding: words[0], as: UTF8.self)
        let result = try connection.send(Command(command, arguments: Array(words.dropFirst())))
        #expect(result.root.error == nil, "\(words)")
        return result
    }

    @discardableResult
    private func send(_ connection: Connection, _ words: String...) throws -> Reply {
        try send(connection, words.map { Array($0.utf8) })
    }

    /// Two entries, and groups in which `old` is stuck with the first, and a consumer called as the group has the second.
    private func withStuck(_ groups: [[UInt8]], _ body: (SandboxServer, Connection) throws -> Void) throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD \(Self.stream) 5-1 a b", "XADD \(Self.stream) 6-1 a b")
            let connection = try VerifySig.connect(server)
            let stream = Array(Self.stream.utf8)
            let words = { (text: String) in text.split(separator: " ").map { Array($0.utf8) } }
            for group in groups {
                try send(connection, words("XGROUP CREATE") + [stream, group] + words("0"))
                try send(
                    connection,
                    words("XREADGROUP GROUP") + [group] + words("old COUNT 1 STREAMS \(Self.stream) >")
                )
                try send(connection, words("XREADGROUP GROUP") + [group, group] + words("STREAMS \(Self.stream) >"))
                try send(connection, words("XCLAIM") + [stream, group] + words("old 0 5-1 IDLE 60000"))
            }
            try body(server, connection)
        }
    }

    /// Types a line as it stands, in a shell with more in its environment.
    private func type(
        _ line: String,
        in shell: String,
        on server: SandboxServer,
        _ environment: [String: String] = [:]
    ) throws -> CommandResult {
        var runner = VerifySig.runner(server)
        runner.executable = "/usr/bin/env"
        runner.environment.merge(environment) { $1 }
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        runner.environment["PATH"] = "\(folder):\(Environment.current["PATH"] ?? "")"
        return try runner.run([shell, "-c", line])
    }

    /// What doctor proposes for stuck consumers, of a server that an option or REDIS_URL names.
    private func fixes(_ server: SandboxServer, byOption: Bool = false) throws -> [String] {
        var runner = CommandRunner(for: server)
        if byOption { runner.environment = [:] }
        let words = ["doctor", "--only", "stuck-consumers", "-o", "ndjson"] + (byOption ? ["-u", server.url] : [])
        return try JSONNode.lines(try runner.run(words).stdout).compactMap { line in
            guard case .string(let fix)? = line["fix"] else { return nil }
            return fix
        }
    }

    /// Who holds how many entries in each group.
    private func holders(_ connection: Connection) throws -> [[String]] {
        try Self.names.map { name in
            let reply = try send(connection, "XPENDING", Self.stream, name)
            return reply.root[3]?.elements.map { holder in
                holder.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) }.joined(separator: ": ")
            } ?? []
        }
    }

    @Test(arguments: shells)
    func whatDoctorProposesHandsOnWhateverTheNames(shell: String) throws {
        try withStuck(Self.names.map { Array($0.utf8) }) { server, connection in
            let lines = try fixes(server, byOption: true)
            #expect(lines.count == Self.names.count)
            for line in lines {
                let yes = line.replacing(" claim keys", with: " claim --yes keys", maxReplacements: 1)
                let result = try type(yes, in: shell, on: server)
                #expect(result.status == 0, "\(line): \(result.stderr)")
            }
            #expect(try holders(connection) == Self.names.map { ["\($0): 2"] })
        }
    }

    /// The default user may create no groups: only who looked, by the certificates that were given, gets there.
    @Test(arguments: shells)
    func whatDoctorProposesIsTypedAsTheUserThatLooked(shell: String) throws {
        let users = ["user default on nopass ~* &* +@all -xgroup", "user op on >pw ~* &* +@all"]
        try withTLSServer(extra: users) { server in
            let folder = try TemporaryFolder()
            let password = try folder.write("pass word", "pw", mode: 0o600)
            let authority = try TLSFiles.shared.file(.authority)
            let options = ["--url", server.url, "--user", "op", "--password-file", password, "--cacert", authority]
            let found = try CommandRunner(environment: [:]).run(
                ["doctor", "--only", "streams", "-o", "ndjson"] + options
            )
            #expect(found.status == 1, "\(found.stderr)")
            let item = try #require(try JSONNode.lines(found.stdout).first)
            guard case .string(let fix)? = item["fix"] else {
                Issue.record("no fix: \(found.stdout)")
                return
            }
            #expect(
                fix.hasPrefix(
                    "caracalctl -u rediss://127.0.0.1:\(server.port ?? 0) --user op --password-file '\(password)' "
                        + "--cacert \(authority) provision --start 0 "
                ),
                "\(fix)"
            )
            let result = try type(fix, in: shell, on: server)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try server.send("EXISTS caracal.sessions.revoke")[0].root.unsigned == 1)
        }
    }

    /// Whatever else names a server where the line is typed, it reaches the one that an option named.
    @Test(
        arguments: shells,
        ["CARACALCTL_HOST", "CARACALCTL_SOCKET", "CARACALCTL_SENTINEL", "CARACALCTL_URL", "CARACALCTL_CONTEXT"]
    )
    func whatDoctorProposesGoesOverTheEnvironment(shell: String, variable: String) throws {
        try withServer { server in
            // No server, nor a context.
            let environment = [variable: variable == "CARACALCTL_URL" ? "redis://127.0.0.1:1" : "/nowhere"]
            let found = try CommandRunner(environment: environment).run(
                ["-u", server.url, "doctor", "--only", "streams", "-o", "ndjson"]
            )
            #expect(found.status == 1, "\(found.stderr)")
            let item = try #require(try JSONNode.lines(found.stdout).first)
            guard case .string(let fix)? = item["fix"] else {
                Issue.record("no fix: \(found.stdout)")
                return
            }
            let port = server.port ?? 0
            #expect(fix.hasPrefix("caracalctl -u redis://127.0.0.1:\(port) provision --start 0 "), "\(fix)")
            let result = try type(fix, in: shell, on: server, environment)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try server.send("EXISTS caracal.sessions.revoke")[0].root.unsigned == 1)
        }
    }

    @Test(arguments: shells)
    func whatTraceProposesHandsOnWhateverTheNames(shell: String) throws {
        try withStuck(Self.names.map { Array($0.utf8) }) { server, connection in
            let trace = try server.run("trace", "5-1", "--stream", "keys.invalidate")
            let lines = trace.stdout.split(separator: "\n").filter { $0.hasPrefix("next    caracalctl claim ") }
            #expect(lines.count == Self.names.count)
            for line in lines {
                let yes = line.dropFirst("next    ".count).replacing("claim keys", with: "claim --yes keys")
                let result = try type(String(yes), in: shell, on: server)
                #expect(result.status == 0, "\(line): \(result.stderr)")
            }
            #expect(try holders(connection) == Self.names.map { ["\($0): 2"] })
        }
    }

    /// What nobody can be given any more is noted first, and then taken off the list: the note is typed too.
    @Test(arguments: shells)
    func whatIsToBeNotedFirstIsShown(shell: String) throws {
        try withStuck(Self.names.map { Array($0.utf8) }) { server, connection in
            try server.send("XTRIM \(Self.stream) MINID 6-1")
            let lines = try fixes(server)
            #expect(lines.count == Self.names.count)
            for line in lines {
                let note = try #require(line.split(separator: "as far as the group knows: ").last)
                let shown = try type("\(note) -o ndjson", in: shell, on: server)
                #expect(shown.status == 0, "\(note): \(shown.stderr)")
                let lost = try JSONNode.lines(shown.stdout)
                #expect(lost.count == 1 && lost.first?["id"] == .string("5-1"), "\(note): \(shown.stdout)")
                let yes = line.replacing("caracalctl ack keys", with: "caracalctl ack --yes keys")
                let result = try type(yes, in: shell, on: server)
                #expect(result.status == 0, "\(line): \(result.stderr)")
            }
            #expect(try holders(connection) == Self.names.map { ["\($0): 1"] })
        }
    }

    /// A group that looks left over is removed by the line that trim prints, and no other.
    @Test(arguments: shells)
    func whatTrimProposesRemovesTheGroup(shell: String) throws {
        try withServer(.v8_2) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD \(Self.stream) 5-1 a b")
            try server.send("XREADGROUP GROUP sts-keys c NOACK STREAMS \(Self.stream) >")
            let connection = try VerifySig.connect(server)
            for name in Self.names {
                try send(connection, "XGROUP", "CREATE", Self.stream, name, "0")
                let trim = try server.run("trim", "keys.invalidate", "--dry-run")
                let end = try #require(trim.stderr.split(separator: "is gone for good, ").last, "\(trim.stderr)")
                let line = try #require(end.split(separator: " removes the group; then trim again)").first)
                let yes = line.replacing("caracalctl group rm", with: "caracalctl group rm --yes")
                let result = try type(String(yes), in: shell, on: server)
                #expect(result.status == 0, "\(line): \(result.stderr)")
                #expect(try send(connection, "XINFO", "GROUPS", Self.stream).root.elements.count == 1)
            }
        }
    }

    /// No command can be given such a name: another is proposed, which can.
    @Test(arguments: shells)
    func aGroupWhoseNameIsNoTextIsLookedAtWithRedisCLI(shell: String) throws {
        try withStuck([[0x2D, 0xFF]]) { server, _ in
            let line = try #require(try fixes(server).first)
            #expect(
                line == """
                    redis-cli -u "$REDIS_URL" XINFO CONSUMERS \(Self.stream) "$(printf '\\055\\377')" # its name is not UTF-8: \
                    redis-cli takes it, and no command of this tool does
                    """
            )
            let result = try type(line, in: shell, on: server)
            #expect(result.status == 0 && result.stdout.split(separator: "\n").contains("old"), "\(result)")
        }
    }

    /// A line with the URL of another server has no context beside it, and is typed as the user that the context names: the default one
    /// may not look.
    @Test(arguments: shells)
    func whatDoctorProposesOfAReplicaLeadsToItsMaster(shell: String) throws {
        let users = ["user default on nopass ~* &* +@all -info", "user op on >pw ~* &* +@all"]
        try withServer(extra: users) { master in
            let port = master.port ?? 0
            try withServer(extra: users + ["replicaof 127.0.0.1 \(port)"]) { replica in
                let folder = try TemporaryFolder()
                let password = try folder.write("pass word", "pw", mode: 0o600)
                let own = ["XDG_CONFIG_HOME": folder.path]
                let words = ["--url", replica.url, "--user", "op", "--password-file", password, "-q"]
                #expect(try CommandRunner(environment: own).run(["context", "add", "rep"] + words).status == 0)
                var fix = ""
                try eventually("it follows") {
                    let found = try CommandRunner(environment: own).run(
                        ["doctor", "--context", "rep", "--only", "replication", "-o", "ndjson"]
                    )
                    guard case .string(let text)? = try JSONNode.lines(found.stdout).first?["fix"] else { return false }
                    fix = text
                    return text.hasPrefix("caracalctl")
                }
                #expect(
                    fix.hasPrefix(
                        "caracalctl --user op --password-file '\(password)' doctor --url redis://127.0.0.1:\(port) # "
                    ),
                    "\(fix)"
                )
                let result = try type(fix, in: shell, on: replica, own)
                // The streams are not there yet.
                #expect(result.status == 1, "\(result.stderr)")
                #expect(result.stdout.contains("127.0.0.1:\(port)"), "\(result.stdout)")
            }
        }
    }
}
