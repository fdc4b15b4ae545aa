import Glibc
import Redis
import RedisSandbox
import Synchronization
import TestSupport
import Testing

@Suite struct SandboxFailureTests {
    @Test func aMissingProgramSaysWhatToInstall() {
        let error = errorOf { () throws(SandboxError) in
            try SandboxServer.start(SandboxSettings(program: "redis-nowhere"))
        }
        #expect(error == .notFound(program: "redis-nowhere"))
        #expect(
            error?.description
                == "redis-nowhere is not installed (on Debian and Ubuntu: apt-get install redis-server)"
        )
    }

    @Test func aMissingFileIsNotFoundEither() {
        let settings = SandboxSettings(program: "/nowhere/redis-server")
        #expect(
            errorOf { () throws(SandboxError) in try SandboxServer.start(settings) }
                == .notFound(program: "/nowhere/redis-server")
        )
    }

    @Test func aFileThatCannotBeRunSaysSo() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("redis-server", "not a program", mode: 0o600)
        let error = errorOf { () throws(SandboxError) in try SandboxServer.start(SandboxSettings(program: file)) }
        #expect(error?.description == "cannot run \(file): permission denied")
    }

    @Test(arguments: RedisBinary.allCases)
    func aBadDirectiveIsReportedFromTheLog(binary: RedisBinary) throws {
        let settings = SandboxSettings(program: try binary.path, extraDirectives: ["maxmemory-policy never"])
        let error = errorOf { () throws(SandboxError) in try SandboxServer.start(settings) }
        // 6.2 says "argument must", the later ones "argument(s) must".
        let message = try #require(error?.description).replacing("argument(s)", with: "argument")
        #expect(message.hasPrefix("redis-server did not start: argument must be one of the following: volatile-lru, "))
    }

    @Test(arguments: RedisBinary.allCases)
    func aTakenPortIsRefused(binary: RedisBinary) throws {
        let other = try ScriptedPeer([[.stall]])
        let settings = SandboxSettings(program: try binary.path, listening: .port(other.port))
        let error = errorOf { () throws(SandboxError) in try SandboxServer.start(settings) }
        #expect(error == .portInUse(other.port))
        #expect(error?.description == "port \(other.port) is in use (choose another, or none for a free one)")
    }

    @Test(arguments: RedisBinary.allCases)
    func aFreePortThatIsTakenMeanwhileIsReplaced(binary: RedisBinary) throws {
        let other = try ScriptedPeer([[.stall]])
        var choices = [other.port, other.port][...]
        // Should that one be taken too, yet another is chosen.
        var free: UInt16 = 0
        let server = try SandboxServer.start(SandboxSettings(program: try binary.path)) {
            free = choices.popFirst() ?? FreePort.choose()
            return free
        }
        #expect(server.port == free && free != other.port)
        #expect(choices.isEmpty)
        #expect(try redisCLI(server, "PING", port: free) == "PONG")
    }

    @Test func portsThatAreAlwaysTakenAreGivenUp() throws {
        let other = try ScriptedPeer([[.stall]])
        var attempts = 0
        let settings = SandboxSettings(program: try RedisBinary.v8_2.path)
        let error = errorOf { () throws(SandboxError) in
            try SandboxServer.start(settings) {
                attempts += 1
                return other.port
            }
        }
        #expect(error == .portInUse(other.port))
        #expect(attempts == 5)
    }

    @Test func aServerThatNeverAnswersIsGivenUpAndKilled() throws {
        let folder = try TemporaryFolder()
        let script = "#!/bin/sh\necho $$ > \(folder.path)/pid\necho still busy\nexec sleep 1000\n"
        let program = try folder.write("redis-server", script, mode: 0o700)
        let error = errorOf { () throws(SandboxError) in
            try SandboxServer.start(SandboxSettings(program: program), within: .seconds(3))
        }
        #expect(error == .notReady(after: .seconds(3), reason: "still busy"))
        #expect(error?.description == "redis-server was not ready after 3 s: still busy")
        let text = String(decoding: try TemporaryFolder.read(folder.path + "/pid"), as: UTF8.self)
        #expect(!ProcessState.isRunning(try #require(pid_t(text.dropLast()))))
    }

    @Test func aLogCannotReachTheTerminalUnescaped() throws {
        let folder = try TemporaryFolder()
        let program = try folder.write("redis-server", "#!/bin/sh\nprintf 'a\\033[31mb\\n'\nexit 1\n", mode: 0o700)
        let error = errorOf { () throws(SandboxError) in try SandboxServer.start(SandboxSettings(program: program)) }
        #expect(error == .failedToStart(reason: "a?[31mb"))
    }

    @Test func aFailedStartLeavesNoFolder() throws {
        let before = try sandboxFolders()
        let settings = SandboxSettings(program: try RedisBinary.v8_2.path, extraDirectives: ["marker-of-this-test yes"])
        #expect(errorOf { () throws(SandboxError) in try SandboxServer.start(settings) } != nil)
        let left = try sandboxFolders().subtracting(before).filter {
            let text = try? TemporaryFolder.read("/tmp/\($0)/redis.conf")
            return String(decoding: text ?? [], as: UTF8.self).contains("marker-of-this-test")
        }
        #expect(left.isEmpty)
    }

    private func sandboxFolders() throws -> Set<String> {
        Set(try #require(FileTree.names(in: "/tmp")).filter { $0.hasPrefix("caracalctl-") })
    }
}
