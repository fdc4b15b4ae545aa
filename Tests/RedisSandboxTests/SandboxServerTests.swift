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
        #expect(try redisCLI(server, "INFO", "server").contains("\(binary.infoLine)\r\n"))
        #expect(ProcessState.isRunning(server.processIdentifier))

        server.stop()

        #expect(!ProcessState.isRunning(server.processIdentifier))
        #expect(access(server.folderPath, F_OK) == -1)
        server.stop()
    }

    @Test(arguments: RedisBinary.allCases)
    func hasCaracalsSettings(binary: RedisBinary) throws {
        try withServer(binary) { server throws in
            for (name, value) in [
                ("appendonly", "yes"), ("appendfsync", "everysec"), ("save", "3600 1"),
                ("maxmemory-policy", "noeviction"), ("tcp-keepalive", "60"), ("timeout", "0"),
                ("protected-mode", "yes"), ("bind", "127.0.0.1 -::1"), ("port", "\(server.port ?? 0)"),
            ] {
                #expect(try redisCLI(server, "CONFIG", "GET", name) == name + "\n" + value)
            }
        }
    }

    @Test func isGoneWhenTheLastReferenceGoes() throws {
        var server: SandboxServer? = try startServer()
        let identifier = try #require(server?.processIdentifier)
        let folder = try #require(server?.folderPath)
        server = nil
        #expect(!ProcessState.isRunning(identifier))
        #expect(access(folder, F_OK) == -1)
    }

    @Test func listensOnItsSocketAloneWhenAskedTo() throws {
        try withServer(listening: .socket) { server throws in
            #expect(server.port == nil)
            #expect(server.url == "unix://\(server.folderPath)/redis.sock")
            #expect(try redisCLI(server, "CONFIG", "GET", "port") == "port\n0")
        }
    }

    @Test func extraDirectivesOverruleCaracals() throws {
        try withServer(extra: ["maxmemory 3mb", "appendonly no", "requirepass hunter2"]) { server throws in
            #expect(try redisCLI(server, "PING") == "NOAUTH Authentication required.")
            #expect(
                try redisCLI(server, "--no-auth-warning", "-a", "hunter2", "CONFIG", "GET", "appendonly")
                    == "appendonly\nno"
            )
        }
    }

    @Test func keepsNothingReadableForOthers() throws {
        try withServer { server throws in
            #expect(try mode(of: server.folderPath) == 0o700)
            #expect(try mode(of: server.folderPath + "/redis.conf") == 0o600)
            #expect(try mode(of: server.folderPath + "/redis.log") == 0o600)
            #expect(try mode(of: server.socketPath) == 0o700)
        }
    }

    @Test func passwordsAreNotInTheProcessList() throws {
        try withServer(extra: ["requirepass hunter2"]) { server throws in
            let line = try TemporaryFolder.read("/proc/\(server.processIdentifier)/cmdline")
            #expect(!String(decoding: line, as: UTF8.self).contains("hunter2"))
        }
    }

    @Test func anEndIsSeenOnItsDescriptor() throws {
        try withServer { server throws in
            var watched = pollfd(fd: server.endDescriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&watched, 1, 0) == 0)
            kill(server.processIdentifier, SIGKILL)
            #expect(poll(&watched, 1, 30_000) == 1)
        }
    }

    @Test func diesWithAKilledParent() async throws {
        let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            let server = try startServer()
            print("<\(server.processIdentifier) \(server.folderPath)>")
            fflush(nil)
            kill(getpid(), SIGKILL)
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        let words = try #require(output.split(separator: "<").last?.split(separator: ">").first).split(separator: " ")
        let identifier = try #require(pid_t(words[0]))
        #expect(hasEnded(identifier))
        FileTree.remove(String(words[1]))
    }

    @Test func outlivesTheThreadThatStartedIt() throws {
        let server = Box<SandboxServer?>(nil)
        BackgroundThread { server.value = try? startServer() }.join()
        let started = try #require(server.value)
        #expect(try redisCLI(started, "PING") == "PONG")
    }

    private func mode(of path: String) throws -> mode_t {
        var information = stat()
        try #require(stat(path, &information) == 0)
        return information.st_mode & 0o777
    }

    /// What it has written is there again, at the same address.
    @Test(arguments: RedisBinary.allCases)
    func afterACrashItIsWhereItWas(binary: RedisBinary) throws {
        try withServer(binary) { server throws in
            let client = CommandRunner("/usr/bin/redis-cli")
            let (url, process) = (server.url, server.processIdentifier)
            _ = try client.run(["-u", url, "SET", "key", "value"])
            try server.crash()
            #expect(server.url == url)
            #expect(server.processIdentifier != process)
            #expect(try client.run(["-u", url, "GET", "key"]).stdout == "value\n")
        }
    }
}
