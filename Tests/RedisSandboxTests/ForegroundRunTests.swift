import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct ForegroundRunTests {
    @Test func givesTheCommandsOwnStatus() throws {
        #expect(try foreground("exit 42").runInForeground() == .exited(42))
        #expect(try foreground("kill -9 $$").runInForeground() == .signalled(SIGKILL))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func passesOnASignalAndWaitsForTheEnd(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let ready = folder.path + "/ready"
        mkfifo(ready, 0o600)
        // Two minutes at least: a signal that is not passed on has the test fail, not stand still.
        let script =
            "trap 'exit \(signal + 50)' \(signal); echo > \(ready); i=0; while [ $((i += 1)) -lt 12000 ]; do sleep 0.01; done"
        let termination = Box<Termination?>(nil)
        let thread = BackgroundThread { termination.value = try? foreground(script).runInForeground() }

        // The command opens the pipe once its trap is set.
        _ = try TemporaryFolder.read(ready)
        thread.signal(signal)
        thread.join()

        #expect(termination.value == .exited(signal + 50))
    }

    @Test func staysInOurProcessGroup() throws {
        let group = "exit $(( $(ps -o pgid= -p $$) == \(getpgrp()) ? 10 : 11 ))"
        #expect(try foreground(group).runInForeground() == .exited(10))
    }

    @Test func theSignalMaskIsAsBefore() throws {
        var (before, after) = (sigset_t(), sigset_t())
        pthread_sigmask(SIG_BLOCK, nil, &before)
        _ = try foreground("true").runInForeground()
        pthread_sigmask(SIG_BLOCK, nil, &after)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            #expect(sigismember(&before, signal) == sigismember(&after, signal))
        }
    }
}

private func foreground(_ script: String) -> ChildCommand {
    var command = shell(script)
    command.standing = .foreground
    return command
}
