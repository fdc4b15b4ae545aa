import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct SandboxCommandTests {
    /// A runner whose sandboxes put their folders where the test can look.
    private func runner(_ folder: TemporaryFolder) -> CommandRunner {
        CommandRunner(environment: ["TMPDIR": folder.path])
    }

    private func leftovers(_ folder: TemporaryFolder) -> [String] {
        FileTree.names(in: folder.path) ?? ["?"]
    }

    @Test func runsACommandOnAProvisionedServerAndCleansUp() throws {
        let folder = try TemporaryFolder()
        let result = try runner(folder).run(["sandbox", "--", CommandRunner.caracalctl, "provision"])
        expect(result, status: 0, stdout: provisioned("exists", start: "-"))
        #expect(leftovers(folder).isEmpty)
    }

    @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("exit 255", 255), ("kill -9 $$", 137), ("kill -15 $$", 143)])
    func endsWithTheStatusOfItsCommand(script: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        expect(try runner(folder).run(["sandbox", "--", "sh", "-c", script]), status: status)
        #expect(leftovers(folder).isEmpty)
    }

    @Test func aCommandThatIsNotThereIs127() throws {
        let folder = try TemporaryFolder()
        expect(
            try runner(folder).run(["sandbox", "--", "no-such-command"]),
            status: 127,
            stderr: "caracalctl: cannot run no-such-command: no such file or directory\n"
        )
        let script = try folder.write("script", "true\n")
        expect(
            try runner(folder).run(["sandbox", "--", script]),
            status: 126,
            stderr: "caracalctl: cannot run \(script): permission denied\n"
        )
        #expect(leftovers(folder) == ["script"])
    }

    @Test func theSocketIsUsable() throws {
        let folder = try TemporaryFolder()
        let script = "echo $REDIS_URL; exec \(CommandRunner.caracalctl) xlen providers.ratelimit --raw"
        let result = try runner(folder).run(["sandbox", "--socket", "--", "sh", "-c", script])
        #expect(result.status == 0)
        #expect(result.stdout.hasPrefix("unix:///"))
        #expect(result.stdout.hasSuffix("/redis.sock\n1\n"))
    }

    @Test func thePortIsTheOneAskedForAndATakenOneIsSaid() throws {
        let free = try ReservedPort()
        expect(
            try run("sandbox", "--port", "\(free.number)", "--", "sh", "-c", "echo $REDIS_URL"),
            status: 0,
            stdout: "redis://127.0.0.1:\(free.number)/0\n"
        )
        try withServer { server in
            let taken = server.port ?? 0
            expect(
                try run("sandbox", "--port", "\(taken)", "--", "true"),
                status: 78,
                stderr: "caracalctl: port \(taken) is in use (choose another, or none for a free one)\n"
            )
        }
    }

    @Test func withoutARedisServerItSaysWhatToInstall() throws {
        let runner = CommandRunner(environment: ["PATH": "/nowhere"])
        expect(
            try runner.run(["sandbox", "--", "true"]),
            status: 70,
            stderr: "caracalctl: redis-server is not installed (on Debian and Ubuntu: apt-get install redis-server)\n"
        )
    }

    @Test func printsTheSettingsItRunsWith() throws {
        expect(
            try run("sandbox", "--print-config"),
            status: 0,
            stdout: """
                # Caracal's Redis settings, written by caracalctl sandbox at every start.
                bind 127.0.0.1 -::1
                port 6379
                unixsocket redis.sock
                unixsocketperm 700
                protected-mode yes
                tcp-keepalive 60
                timeout 0
                appendonly yes
                appendfsync everysec
                save 3600 1
                maxmemory-policy noeviction

                """
        )
    }

    @Test func keptDataIsThereTheNextTime() throws {
        let folder = try TemporaryFolder()
        let kept = folder.path + "/kept"
        let write = "redis-cli -u $REDIS_URL XADD caracal.keys.invalidate 1-0 a b"
        #expect(try run("sandbox", "--keep", kept, "--", "sh", "-c", write).status == 0)
        expect(
            try run("sandbox", "--keep", kept, "--", CommandRunner.caracalctl, "xlen", "keys.invalidate", "--raw"),
            status: 0,
            stdout: "1\n"
        )
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalEndsItAndNothingStays(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let running = try runner(folder).start(["sandbox"])
        try running.waitForErrors("runs until Ctrl-C")
        let server = try #require(serverOf(running))
        running.signal(signal)
        let result = try running.finish()
        #expect(result.status == (signal == SIGTERM ? 143 : 0))
        #expect(!ProcessState.isRunning(server))
        #expect(leftovers(folder).isEmpty)
    }

    @Test func aKillLeavesNoServerBehind() throws {
        let folder = try TemporaryFolder()
        let running = try runner(folder).start(["sandbox"])
        try running.waitForErrors("runs until Ctrl-C")
        let server = try #require(serverOf(running))
        running.signal(SIGKILL)
        _ = try running.finish()
        let deadline = Deadline.after(.seconds(120))
        while ProcessState.isRunning(server) && !deadline.hasPassed { sched_yield() }
        #expect(!ProcessState.isRunning(server))
    }

    @Test func controlCReachesTheCommandOnceAndTheSandboxCleansUp() throws {
        let folder = try TemporaryFolder()
        // A shell that counts: it ends by itself after the first interrupt has been handled and no second one came.
        let script =
            "n=0; trap 'n=$((n+1))' INT; echo ready; while [ $n -eq 0 ]; do sleep 0.05; done; sleep 0.3; echo got $n; exit 7"
        let running = try runner(folder).startInTerminal(["sandbox", "--", "sh", "-c", script])
        try running.waitForOutput("ready")
        running.type("\u{3}")
        let result = try running.finish()
        #expect(result.stdout.contains("got 1"))
        #expect(result.status == 7)
        #expect(leftovers(folder).isEmpty)
    }

    @Test func aTerminationIsPassedOnToTheCommand() throws {
        let folder = try TemporaryFolder()
        let script = "trap 'echo term; exit 9' TERM; echo ready; while :; do sleep 0.05; done"
        let running = try runner(folder).start(["sandbox", "--", "sh", "-c", script])
        try running.waitForOutput("ready")
        running.signal(SIGTERM)
        let result = try running.finish()
        #expect(result.stdout == "ready\nterm\n")
        #expect(result.status == 9)
        #expect(leftovers(folder).isEmpty)
    }

    /// Nobody would know of it: what leads to it was not written.
    @Test func oneInTheBackgroundEndsWhereWhatLeadsToItCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        var shell = runner(folder)
        shell.executable = "/bin/sh"
        let result = try shell.run(["-c", "\(CommandRunner.caracalctl) sandbox --env >/dev/full"])
        #expect(result.status == 73)
        #expect(result.stderr == "caracalctl: cannot write the output: no space left on device\n")
        #expect(leftovers(folder).isEmpty)
    }

    @Test func contradictingOptionsAreRefused() throws {
        expect(
            try run("sandbox", "--port", "1", "--socket"),
            status: 64,
            stderr: "caracalctl: --port and --socket contradict each other: give one\n"
        )
    }

    /// The process id of the redis-server that a running sandbox started.
    private func serverOf(_ running: RunningCommand) -> pid_t? {
        let path = "/proc/\(running.processIdentifier)/task"
        let threads = FileTree.names(in: path) ?? []
        let children = threads.flatMap { thread in
            let text = (try? TemporaryFolder.read("\(path)/\(thread)/children")) ?? []
            return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
        }
        return children.first
    }
}
