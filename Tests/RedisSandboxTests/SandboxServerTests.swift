import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct SandboxServerTests {
    @Test(arguments: RedisBinary.allCases)
    func startsEveryVersionAndCleansUpOnStop(binary: RedisBinary) throws {
        let server = try startServer(binary)
        let port = try #require(server.port)
        #expect(server.url == "redis://127.0.0.1:\(port)/0")
        #expect(try redisCLI(server, "PING") == "PONG")
        #expect(access(server.folderPath, F_OK) == 0)
        #expect(isRunning(server.processIdentifier))

        server.stop()

        #expect(access(server.folderPath, F_OK) == -1)
        #expect(!isRunning(server.processIdentifier))
        server.stop()
    }
}

/// What redis-cli prints for a command, without the closing line feed.
func redisCLI(_ server: SandboxServer, _ arguments: String...) throws -> String {
    let result = try CommandRunner("/usr/bin/redis-cli").run(["-s", server.socketPath] + arguments)
    return String(result.stdout.dropLast())
}

/// Whether a process exists and is more than a zombie.
func isRunning(_ identifier: pid_t) -> Bool {
    guard let status = try? TemporaryFolder.read("/proc/\(identifier)/stat") else { return false }
    let state = status.drop { $0 != UInt8(ascii: ")") }.dropFirst(2).first
    return state != UInt8(ascii: "Z") && state != UInt8(ascii: "X")
}
