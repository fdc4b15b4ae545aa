import CaracalCommands
import RESP
import RedisSandbox
import TestSupport
import Testing

/// What a command says and ends with when nobody reads its results, or they cannot be written.
@Suite struct LostOutputTests {
    /// Runs the tool with a standard output that lost its only reader before it begins; its status is the last line of
    /// standard error.
    private func withoutReader(_ server: SandboxServer, _ command: String) throws -> String {
        try shell(server, "mkfifo p; exec 3<>p; exec 4>p; exec 3>&-; \(CommandRunner.caracalctl) \(command) >&4")
    }

    /// The same with a standard output that is full.
    private func withoutRoom(_ server: SandboxServer, _ command: String) throws -> String {
        try shell(server, "\(CommandRunner.caracalctl) \(command) >/dev/full")
    }

    private func shell(_ server: SandboxServer, _ script: String) throws -> String {
        try CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url])
            .run(["-c", script + "\necho status $? >&2"]).stderr
    }

    @Test(arguments: ["table", "json", "ndjson"])
    func aWriteThatWasRefusedIsNoSuccessWithoutAReader(format: String) throws {
        try withServer { server in
            try server.send("SET caracal.keys.invalidate x")
            #expect(try withoutReader(server, "provision -o \(format)").hasSuffix("status 1\n"))
            #expect(try withoutReader(server, "provision --check -o \(format)").hasSuffix("status 1\n"))
        }
    }

    @Test func theFindingsOfADocumentThatNobodyReadsAreSaid() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-1 n 1")
            let said = try withoutReader(server, "provision keys.invalidate -o json")
            #expect(
                said.hasPrefix(
                    #"{"warning":{"code":"skips_entries","message":"group sts-keys on caracal.keys.invalidate "#
                )
            )
            #expect(said.hasSuffix("}}\nstatus 0\n"))
        }
    }

    @Test func anEntryThatCouldNotBeAcknowledgedIsNoSuccessWithoutAReader() throws {
        try withServer { server in
            try server.send("XGROUP CREATE caracal.keys.invalidate sts-keys 0 MKSTREAM")
            #expect(try withoutReader(server, "ack keys.invalidate sts-keys 9-9 --yes").hasSuffix("status 1\n"))
        }
    }

    @Test func readingEndsQuietlyWithItsReader() throws {
        try withServer { server in
            let said = try withoutReader(server, "xlen")
            #expect(said == "status 0\n")
        }
    }

    /// Their status is their answer.
    @Test func aVerdictDoesNotHangOnItsReader() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-1 n 1")
            let key = "STREAMS_HMAC_KEY=\(String(repeating: "ab", count: 32)) "
            for command in ["verify-sig keys.invalidate --each", "verify-sig keys.invalidate", "check"] {
                let script =
                    "mkfifo p; exec 3<>p; exec 4>p; exec 3>&-; \(key)\(CommandRunner.caracalctl) \(command) >&4"
                let status = command == "check" ? 2 : 1
                #expect(try shell(server, script).hasSuffix("status \(status)\n"), "\(command)")
            }
        }
    }

    /// Nor on an output that was closed from the beginning.
    @Test func aVerdictDoesNotHangOnAnOutput() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-1 n 1")
            let key = "STREAMS_HMAC_KEY=\(String(repeating: "ab", count: 32)) "
            for (command, status) in [
                ("verify-sig keys.invalidate --each", 1), ("verify-sig keys.invalidate -o json", 1), ("check", 2),
                ("check -o json", 2),
                // Metrics are judged by their reader, unless there are none.
                ("check -o prometheus", 0), ("check -o prometheus -u redis://127.0.0.1:1", 3),
            ] {
                let said = try shell(server, "\(key)\(CommandRunner.caracalctl) \(command) >&-")
                #expect(said.hasSuffix("status \(status)\n") && !said.contains("cannot write"), "\(command): \(said)")
            }
        }
    }

    /// What nobody got is no success, and what was done is done.
    @Test func anOutputThatIsClosedIsNoSuccess() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let lost = "caracalctl: cannot write the output: bad file descriptor"
            for command in ["xlen", "xlen -o json", "doctor -o ndjson", "help xlen", "version"] {
                let said = try shell(server, "\(CommandRunner.caracalctl) \(command) >&-")
                #expect(said.contains("cannot write the output: bad file descriptor"), "\(command): \(said)")
                #expect(said.hasSuffix("status 73\n"), "\(command): \(said)")
            }
            let publish = "publish keys.invalidate zone_id=z-1 --unsigned"
            let said = try shell(server, "\(CommandRunner.caracalctl) \(publish) >&-")
            #expect(said.contains("\(lost); what it was to do is done (do not repeat it)\nstatus 73\n"), "\(said)")
            let shown = try shell(server, "\(CommandRunner.caracalctl) trim keys.invalidate --dry-run >&-")
            #expect(shown.hasSuffix("\(lost); nothing else went wrong\nstatus 73\n"), "\(shown)")
            let none = try shell(server, "\(CommandRunner.caracalctl) ack keys.invalidate sts-keys 9-9 --yes >&-")
            #expect(
                none.hasSuffix(
                    "\(lost); without that the status is 1: something was found, or could not be done; what else it was to do "
                        + "is done (do not repeat it)\nstatus 73\n"
                ),
                "\(none)"
            )
            #expect(try server.send("XLEN caracal.keys.invalidate")[0].root.integer == 1)
        }
    }

    /// What was not read is not empty.
    @Test func anInputThatIsClosedIsNoEmptyOne() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            for command in [
                "publish keys.invalidate --ndjson - --unsigned", "dlq purge --exported - --yes", "shell",
            ] {
                let said = try shell(server, "\(CommandRunner.caracalctl) \(command) <&-")
                #expect(said.contains("cannot read") && said.contains("bad file descriptor"), "\(command): \(said)")
                #expect(said.hasSuffix("status 65\n"), "\(command): \(said)")
            }
        }
    }

    @Test(arguments: ["table", "json", "ndjson"])
    func aWriteWhoseReportCannotBeWrittenSaysThatItIsDone(format: String) throws {
        try withServer { server in
            let said = try withoutRoom(server, "provision -o \(format)")
            #expect(said.contains("no space left on device; what it was to do is done (do not repeat it)"))
            #expect(said.hasSuffix("status 73\n"))
            #expect(try server.keyCount() == 9)
        }
    }

    /// Nobody has seen what was found. What was refused, lost or left open counts more.
    @Test func aFindingThatCannotBeWrittenIsAnOutputThatCannotBeWritten() throws {
        try withServer { server in
            try server.send("ACL SETUSER low on nopass ~* +@all -xgroup")
            #expect(try withoutRoom(server, "provision --user low").hasSuffix("no space left on device\nstatus 77\n"))
            #expect(try server.run("provision").status == 0)
            try server.send("XGROUP CREATE caracal.keys.invalidate stranger $")
            let lost = "cannot write the output: no space left on device"
            let rest = "without that the status is 1: something was found, or could not be done"
            #expect(
                try withoutRoom(server, "provision --check").hasSuffix("\ncaracalctl: \(lost); \(rest)\nstatus 73\n")
            )
            let failure = #"{"failure":{"code":"output","message":"\#(lost); \#(rest)"}}"#
            for format in ["json", "ndjson"] {
                let said = try withoutRoom(server, "provision --check -o \(format)")
                #expect(said.hasSuffix("\n\(failure)\nstatus 73\n"), "\(said)")
            }
        }
    }

    /// A full disk is no fault of ours, and a result that nobody got no success: the same of every command there is.
    @Test(arguments: LostOutput.allCases)
    func everyCommandEndsAlikeWhereItsOutputIsLost(output: LostOutput) throws {
        try withServer { server in
            try withPostgres { postgres in
                let bench = try LostOutputBench(server, postgres)
                for line in LostOutputLine.all {
                    let said = try bench.run(line.text, to: output)
                    let status = line.status(output)
                    #expect(said.hasSuffix("status \(status)\n"), "\(line.text): \(said)")
                    // A reader that has gone had enough, and who reads a verdict reads the status.
                    let isTold = output.reason.map { said.contains("cannot write the output: \($0)") }
                    let isLost = status == ExitStatus.outputFailed.rawValue || output == .full && status != 0
                    #expect(isTold ?? said.contains("cannot write") == isLost, "\(line.text): \(said)")
                }
            }
        }
    }

    @Test func everyCommandHasALineHere() {
        let lines = LostOutputLine.all.map { $0.text.split(separator: " ").map(String.init) }
        let commands = Self.commands(below: .root)
        #expect(commands.count > 45)
        for command in commands {
            #expect(lines.contains { $0.starts(with: command) }, "\(command.joined(separator: " "))")
        }
    }

    /// The words of every command that does something itself.
    private static func commands(below command: CommandDescription) -> [[String]] {
        let below = command.visibleSubcommands
        guard below.isEmpty else { return below.flatMap(commands) }
        return [command.superCommands.dropFirst() + [command.commandName]]
    }

    @Test func receiptsThatCannotBeWrittenAreSaid() throws {
        try withServer { server in
            try DLQ.fill(server)
            let shell = "\(CommandRunner.caracalctl) dlq redrive --yes -o ndjson >/dev/full\necho status $? >&2"
            var runner = DLQ.runner(server)
            runner.executable = "/bin/sh"
            let said = try runner.run(["-c", shell]).stderr
            #expect(said.contains("cannot write the output: no space left on device"))
            #expect(said.hasSuffix("status 73\n"))
            #expect(try DLQ.events(on: server).dead.isEmpty)
        }
    }
}
