import Glibc
import RedisSandbox
import TestSupport
import Testing

/// The runner that the command tests stand on.
@Suite struct CommandRunnerTests {
    private let shell = CommandRunner("/bin/sh")

    @Test func returnsBothStreamsAndTheStatus() throws {
        let result = try shell.run(["-c", "echo out; echo problem >&2; exit 7"])
        #expect(result.stdout == "out\n")
        #expect(result.stderr == "problem\n")
        #expect(result.status == 7)
    }

    @Test func aBigInputAndTwoBigOutputsDoNotBlockEachOther() throws {
        let input = [UInt8](repeating: UInt8(ascii: "x"), count: 5_000_000)
        let result = try shell.run(["-c", "tee /dev/stderr"], input: input)
        #expect(result.stdoutBytes == input)
        #expect(result.stderrBytes == input)
        #expect(result.status == 0)
    }

    @Test func aCommandThatDoesNotReadItsInputIsNoFailure() throws {
        let input = [UInt8](repeating: 0, count: 1_000_000)
        #expect(try shell.run(["-c", "exit 3"], input: input).status == 3)
    }

    @Test func theEnvironmentIsCleanAndHomeIsAnEmptyFolder() throws {
        var runner = shell
        runner.environment = ["REDIS_URL": "redis://there"]
        let result = try runner.run([
            "-c", #"env | cut -d= -f1 | sort | tr '\n' ' '; ls -A "$HOME"; test "$HOME" = "$PWD""#,
        ])
        let names = result.stdout.split(separator: " ").map(String.init)
        #expect(
            names.filter { !(CommandRunner.instruments + ["OLDPWD"]).contains($0) } == [
                "CARACALCTL_CONNECT_TIMEOUT", "HOME", "LANG", "PATH", "PWD", "REDIS_URL",
            ]
        )
        #expect(result.status == 0)
    }

    @Test func aCommandPastItsDeadlineIsKilledWithWhatItWrote() throws {
        var runner = shell
        runner.timeout = .seconds(3)
        let command = try runner.start(["-c", "echo begun; sleep 1000"])
        try command.waitForOutput("begun")
        let error = #expect(throws: CommandTimedOut.self) { try command.finish() }
        #expect(error?.stdout == "begun\n")
        #expect(hasEnded(command.processIdentifier))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalReachesTheCommand(signal: Int32) throws {
        let command = try shell.start(["-c", "trap 'echo caught; exit 9' \(signal); echo ready; read -r line"])
        try command.waitForOutput("ready\n")
        command.signal(signal)
        let result = try command.finish()
        #expect(result.stdout == "ready\ncaught\n")
        #expect(result.status == 9)
    }

    @Test func aTerminalIsATerminalOfItsSize() throws {
        let script = "test -t 0 && test -t 1 && test -t 2 && stty size"
        let result = try shell.startInTerminal(["-c", script], columns: 91, rows: 17).finish()
        #expect(result.stdout == "17 91\r\n")
        #expect(result.status == 0)
    }

    @Test func controlCOnATerminalInterrupts() throws {
        let command = try shell.startInTerminal(["-c", "stty -echo; echo ready; exec sleep 1000"])
        try command.waitForOutput("ready")
        command.type("\u{3}")
        #expect(try command.finish().termination == .signalled(SIGINT))
    }

    @Test func theBinaryUnderTestLiesBesideTheTestBundle() {
        #expect(CommandRunner.caracalctl.hasSuffix("/debug/caracalctl"))
    }
}
