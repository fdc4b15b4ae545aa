import RedisSandbox
import TestSupport
import Testing

/// Where an entry is named, a command is shown that follows it: each is typed as it stands.
@Suite struct MessagePointerTests {
    /// Types a command in a shell.
    private func type(_ command: String, _ server: SandboxServer) throws -> CommandResult {
        var shell = VerifySig.runner(server)
        shell.executable = "/bin/bash"
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        shell.environment["PATH"] = "\(folder):\(Environment.current["PATH"] ?? "")"
        return try shell.run(["-c", command])
    }

    /// What stands behind `next`.
    private func pointers(_ text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("next ") }.map { line in
            String(line.dropFirst("next".count).drop { $0 == " " })
        }
    }

    @Test func dlqShowPointsToTheWayOfTheMessage() throws {
        try withServer { server in
            try server.send("XADD caracal.sessions.revoke 1-0 zone_id z-1 session_id s-1")
            try VerifySig.add([DLQ.connected(), DLQ.served()], to: DLQ.revocations, on: server)
            let shown = try VerifySig.runner(server).run(["dlq", "show", "1-0", "2-0"])
            let commands = pointers(shown.stdout)
            #expect(
                commands == [
                    "caracalctl trace 1-0 --stream sessions.revoke.dead",
                    "caracalctl trace 2-0 --stream sessions.revoke.dead",
                ]
            )
            for (number, command) in commands.enumerated() {
                let result = try type(command, server)
                #expect(result.status == 1)
                #expect(result.stdout.contains("dead    sessions.revoke.dead \(number + 1)-0"), "\(result)")
            }
            // Given an address by hand, the command leads there too.
            let elsewhere = CommandRunner(environment: ["STREAMS_HMAC_KEY": VerifySig.key])
            let named = try elsewhere.run(["dlq", "show", "1-0", "-u", server.url])
            let (address, trace) = ("redis://127.0.0.1:\(server.port ?? 0)", "trace 1-0 --stream sessions.revoke.dead")
            #expect(pointers(named.stdout) == ["caracalctl -u \(address) \(trace)"])
            try server.send("MOVE caracal.sessions.revoke.dead 3")
            let other = try elsewhere.run(["dlq", "show", "1-0", "-u", address + "/3"])
            #expect(pointers(other.stdout) == ["caracalctl -u \(address)/3 \(trace)"])
        }
    }

    @Test func verifySigPointsToTheFirstThatFails() throws {
        try withServer { server in
            try VerifySig.add([VerifySig.signed, VerifySig.signed, VerifySig.invalidation], on: server)
            let checked = try VerifySig.run(server, "sessions.revoke")
            let commands = pointers(checked.stdout)
            #expect(commands == ["caracalctl get sessions.revoke 3-0"])
            let result = try type(commands[0], server)
            #expect(result.status == 0)
            #expect(
                result.stdout.contains(
                    "signature  invalid: signed for caracal.keys.invalidate: copied from another stream\n"
                ),
                "\(result)"
            )
            #expect(try pointers(VerifySig.run(server, "sessions.revoke", "-q").stdout).isEmpty)
            #expect(try pointers(VerifySig.run(server, "sessions.revoke", "-o", "csv").stdout).isEmpty)
            #expect(try pointers(VerifySig.run(server, "sessions.revoke", "--until", "1-0").stdout).isEmpty)
            try VerifySig.add([["a", "b"]], to: "it's mine", on: server)
            let other = try pointers(VerifySig.run(server, "it's mine", "--any-stream").stdout)
            #expect(other == [#"caracalctl get 'it'\''s mine' 1-0 --any-stream"#])
            #expect(try type(other[0], server).stdout.hasPrefix("entry      1-0"))
        }
    }

    @Test func doctorPointsToTheOneEntryThatIsBad() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try VerifySig.add([VerifySig.signed, VerifySig.invalidation, VerifySig.signed], on: server)
            let doctor = try VerifySig.runner(server).run(["doctor", "--only", "signatures"])
            let fix = try #require(doctor.stdout.split(separator: "\n").first { $0.contains("fix:  ") })
            let command = String(fix.trimmingPrefix("   fix:  "))
            #expect(command == "caracalctl get sessions.revoke 2-0")
            let note = "\n   note: what it is, why its signature does not hold, who was given it\n"
            #expect(doctor.stdout.contains(note), "\(doctor)")
            let result = try type(command, server)
            #expect(result.status == 0 && result.stdout.contains("entry      2-0"), "\(result)")
        }
    }

    @Test func watchPointsToTheWayOfTheEntryThatItShows() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try VerifySig.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let command = try CommandRunner(
                environment: ["REDIS_URL": server.url, "TERM": "xterm-256color", "NO_COLOR": "1"]
            )
            .startInTerminal(["watch", "--interval", "100ms"])
            try command.waitForOutput("q quit")
            let shown = "caracalctl trace 1-0 --stream sessions.revoke.dead"
            // The one stream that is left by the filter, its dead letters, and the first of them.
            try command.type("/revoke\r", until: "only /revoke")
            try command.type("\r", until: "d dead letters")
            try command.type("d", until: "caracalctl dlq show 1-0")
            try command.type("\r", until: shown)
            command.type("q")
            #expect(try command.finish().status == 0)
            #expect(try type(shown, server).stdout.contains("dead    sessions.revoke.dead 1-0"))
        }
    }

    /// In the tool's own shell they stand without its name, and are typed as they stand there.
    @Test func inTheShellTheyAreWrittenAsTheyAreTypedThere() throws {
        try withServer { server in
            try VerifySig.add([VerifySig.signed, VerifySig.invalidation], on: server)
            try VerifySig.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let runner = VerifySig.runner(server)
            let shown = try runner.run(["shell"], input: "dlq show 1-0\nverify-sig sessions.revoke\n")
            let commands = pointers(shown.stdout)
            #expect(commands == ["trace 1-0 --stream sessions.revoke.dead", "get sessions.revoke 2-0"], "\(shown)")
            for (command, output) in zip(commands, ["dead    sessions.revoke.dead 1-0", "entry      2-0"]) {
                let typed = try runner.run(["shell"], input: "\(command)\n")
                #expect(typed.stdout.contains(output), "\(typed)")
            }
        }
    }
}
