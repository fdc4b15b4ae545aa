import Glibc
import RESP
import RedisSandbox
import TestSupport
import Testing

/// Files that are pipes: of a shell's `<(...)` they are taken, and for one that nobody writes nothing waits for ever.
@Suite struct PipedFileTests {
    private func bash(_ script: String, _ environment: [String: String]) throws -> CommandResult {
        try CommandRunner("/bin/bash", environment: environment, timeout: .seconds(120)).run(["-c", script])
    }

    /// A pipe that nobody writes.
    private func pipe(in folder: TemporaryFolder) -> String {
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        return path
    }

    @Test func certificatesComeOutOfPipes() throws {
        let files = try TLSFiles.shared
        let tool = CommandRunner.caracalctl
        try withTLSServer(wantsClients: true) { server in
            let options = [
                "--cacert <(cat \(files.file(.authority)))", "--cert <(cat \(files.file(.client)))",
                "--key \(files.key(.client))",
            ]
            let result = try bash("\(tool) raw \(options.joined(separator: " ")) PING", ["REDIS_URL": server.url])
            expect(result, status: 0, stdout: "PONG\n")
            // A connection that is made again has what the first one read.
            let lines = "printf 'raw PING\\nraw --timeout 90s PING\\n'"
            let shell = "\(lines) | \(tool) shell \(options.joined(separator: " "))"
            expect(try bash(shell, ["REDIS_URL": server.url]), status: 0, stdout: "PONG\nPONG\n")
        }
    }

    @Test(arguments: ["--cacert", "SSL_CERT_FILE", "--cert"])
    func aPipeThatNobodyWritesIsGivenUp(name: String) throws {
        let files = try TLSFiles.shared
        let folder = try TemporaryFolder()
        let pipe = pipe(in: folder)
        let isOption = name.hasPrefix("--")
        var environment = ["REDIS_URL": "rediss://127.0.0.1:1"]
        if !isOption { environment[name] = pipe }
        let runner = CommandRunner(environment: environment, timeout: .seconds(120))
        let options = (isOption ? [name, pipe] : []) + (name == "--cert" ? ["--key", files.key(.client)] : [])
        expect(
            try runner.run(["xlen", "--connect-timeout", "200ms"] + options),
            status: 78,
            stderr:
                "caracalctl: cannot use the file \(pipe) for TLS: it is a pipe, and nobody wrote it to its end in time "
                + "(--connect-timeout)\n"
        )
        let asked = ["__complete", "zsh", "250ms", "pending", "audit.events"] + options + ["--group", ""]
        expect(try runner.run(asked), status: 0, stdout: "words\n")
    }

    @Test func aDeviceIsNoFileOfCertificates() throws {
        expect(
            try run("xlen", "--cacert", "/dev/zero", "-u", "rediss://127.0.0.1:1"),
            status: 78,
            stderr: "caracalctl: cannot use the file /dev/zero for TLS: it is neither a regular file nor a pipe\n"
        )
    }

    /// Messages may come later, as what is typed does; a signal ends the wait.
    @Test func aPipeOfMessagesIsWaitedForUntilASignalComes() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-1 f v")
            let folder = try TemporaryFolder()
            let pipe = pipe(in: folder)
            let runner = VerifySig.runner(server)
            let command = try runner.start(["publish", "keys.invalidate", "--ndjson", pipe, "-v"])
            try command.waitForErrors("HELLO")
            command.signal(SIGINT)
            #expect(try command.finish().status == 130)
            let script = "\(CommandRunner.caracalctl) publish keys.invalidate --ndjson <(echo '{\"zone_id\":\"z\"}') -q"
            #expect(try bash(script, runner.environment).status == 0)
            #expect(try server.send("XLEN caracal.keys.invalidate")[0].root.integer == 2)
        }
    }
}
