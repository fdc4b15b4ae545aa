import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    @Test(arguments: [0, 1, 7, 255] as [Int32])
    func reportsTheExitStatus(status: Int32) throws {
        let termination = try shell("exit \(status)").start().wait()
        #expect(termination == .exited(status))
        #expect(termination.shellStatus == status)
    }

    @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV])
    func reportsTheSignalThatEndedIt(signal: Int32) throws {
        let termination = try shell("kill -\(signal) $$").start().wait()
        #expect(termination == .signalled(signal))
        #expect(termination.shellStatus == 128 + signal)
    }

    @Test func theEndIsToldAgainAndAgain() throws {
        let child = try shell("exit 3").start()
        #expect(child.wait() == .exited(3))
        #expect(child.wait(until: .after(.zero)) == .exited(3))
        #expect(child.stop(grace: .zero) == .exited(3))
    }

    @Test func waitingEndsAtTheDeadline() throws {
        let child = try shell("exec sleep 1000").start()
        #expect(child.wait(until: .after(.milliseconds(20))) == nil)
        #expect(child.stop(grace: .seconds(30)) == .signalled(SIGTERM))
    }

    @Test func aChildThatIgnoresSIGTERMIsKilled() throws {
        let pipe = try Pipe()
        let child = try shell("trap '' TERM; echo; exec sleep 1000").start(output: pipe.input.number)
        var byte: UInt8 = 0
        #expect(read(pipe.output.number, &byte, 1) == 1)
        #expect(child.stop(grace: .milliseconds(20)) == .signalled(SIGKILL))
    }

    @Test func isKilledWhenNobodyHoldsItAnyMore() throws {
        var child: ChildProcess? = try shell("exec sleep 1000").start()
        let identifier = try #require(child?.identifier)
        child = nil
        #expect(!ProcessState.isRunning(identifier))
    }

    @Test func runsWithExactlyItsEnvironmentFolderAndArguments() throws {
        let folder = try TemporaryFolder()
        let command = ChildCommand(
            "/bin/sh",
            ["-c", #"pwd; echo "$#" "$1"; env -u PWD -u OLDPWD | sort"#, "sh", "a b", ""],
            environment: Environment(["PATH": "/usr/bin:/bin", "B": "2", "A": "caf\u{e9} = 1"]),
            folder: folder.path
        )
        #expect(try outputOf(command) == "\(folder.path)\n2 a b\nA=caf\u{e9} = 1\nB=2\nPATH=/usr/bin:/bin\n")
    }

    @Test func inheritsNoDescriptorsButItsStreams() throws {
        let open = Descriptor(dup(0))
        _ = fcntl(open.number, F_SETFD, 0)
        #expect(try outputOf(shell("ls /proc/$$/fd")) == "0\n1\n2\n")
    }

    @Test func startsWithDefaultSignalsAndNoneBlocked() throws {
        signal(SIGPIPE, SIG_IGN)
        let masks = try outputOf(shell("exec sed -nE 's/^Sig(Blk|Ign):[[:space:]]//p' /proc/self/status"))
            .split(separator: "\n").compactMap { UInt64($0, radix: 16) }
        // The C library keeps 32 and 33 for itself.
        #expect(masks.map { $0 & ~(0b11 << 31) } == [0, 0])
    }

    @Test func hasAProcessGroupOfItsOwn() throws {
        let child = try shell("exec sleep 1000").start()
        #expect(getpgid(child.identifier) == child.identifier)
        child.killGroup(SIGINT)
        #expect(child.wait() == .signalled(SIGINT))
    }

    @Test func diesWithAKilledParent() async throws {
        let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            let child = try ChildCommand("/bin/sleep", ["1000"]).start()
            print("<\(child.identifier)>")
            fflush(nil)
            kill(getpid(), SIGKILL)
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        let identifier = try #require(output.split(separator: "<").last?.split(separator: ">").first)
        #expect(hasEnded(try #require(pid_t(identifier))))
    }

    @Test(arguments: [
        ("/nowhere/job", "cannot run /nowhere/job: no such file or directory", 127),
        ("/etc/passwd", "cannot run /etc/passwd: permission denied", 126),
        ("/tmp", "cannot run /tmp: permission denied", 126),
    ])
    func aProgramThatCannotBeRunIsAnErrorOfTheStart(program: String, message: String, status: Int32) {
        let error = errorOf { () throws(SpawnError) in try ChildCommand(program).start() }
        #expect(error?.description == message)
        #expect(error?.shellStatus == status)
    }

    @Test func aMissingFolderIsAnErrorOfTheStart() {
        let command = ChildCommand("/bin/true", folder: "/nowhere")
        #expect(errorOf { () throws(SpawnError) in try command.start() }?.reason == SystemError(code: ENOENT))
    }

    @Test func manyStartAtOnceWithoutMixingUpTheirPipes() throws {
        let outputs = Box<[String]>([])
        let threads = (0..<8).map { number in
            BackgroundThread {
                for round in 0..<10 {
                    let output = try? outputOf(shell("echo \(number).\(round)"))
                    if output != "\(number).\(round)\n" {
                        outputs.update { $0.append("\(number).\(round): \(output ?? "-")") }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(outputs.value == [])
    }
}
