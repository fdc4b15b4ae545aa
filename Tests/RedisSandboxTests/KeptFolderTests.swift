import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct KeptFolderTests {
    private let parent: TemporaryFolder
    private let folder: String

    init() throws {
        parent = try TemporaryFolder()
        folder = parent.path + "/kept"
    }

    @Test(arguments: RedisBinary.allCases)
    func keepsDataFromOneRunToTheNext(binary: RedisBinary) throws {
        let settings = SandboxSettings(program: try binary.path, keptFolder: folder)
        let first = try SandboxServer.start(settings)
        #expect(first.folderPath == folder)
        #expect(try redisCLI(first, "SET", "colour", "sand") == "OK")
        first.stop()
        #expect(!ProcessState.isRunning(first.processIdentifier))

        let second = try SandboxServer.start(settings)
        #expect(try redisCLI(second, "GET", "colour") == "sand")
    }

    @Test func refusesAFolderWithOtherFiles() throws {
        mkdir(folder, 0o700)
        try parent.write("kept/redis.conf", "port 6379\n")
        let error = start()
        #expect(error?.description == "cannot use the folder \(folder): it holds files that are not a sandbox's")
        #expect(try TemporaryFolder.read(folder + "/redis.conf") == Array("port 6379\n".utf8))
    }

    @Test func refusesAFolderThatIsInUse() throws {
        let server = try SandboxServer.start(settings())
        let error = start()
        #expect(error?.description == "cannot use the folder \(folder): another sandbox is running in it")
        #expect(try redisCLI(server, "PING") == "PONG")
    }

    @Test func refusesAFolderThatCannotBeMade() {
        let settings = SandboxSettings(program: "/usr/bin/redis-server", keptFolder: "/nowhere/kept")
        let error = errorOf { () throws(SandboxError) in try SandboxServer.start(settings) }
        #expect(error?.description == "cannot use the folder /nowhere/kept: no such file or directory")
    }

    @Test func aSocketInAVeryDeepFolderIsReadyAllTheSame() throws {
        var deep = parent.path
        for _ in 0..<4 {
            deep += "/" + String(repeating: "d", count: 50)
            mkdir(deep, 0o700)
        }
        let settings = SandboxSettings(program: try RedisBinary.v8_2.path, keptFolder: deep)
        let server = try SandboxServer.start(settings)
        #expect(try redisCLI(server, "PING", port: server.port) == "PONG")
    }

    @Test func aSocketsUrlIsPercentEncoded() throws {
        let odd = parent.path + "/50% of a café"
        let settings = SandboxSettings(program: try RedisBinary.v8_2.path, listening: .socket, keptFolder: odd)
        let server = try SandboxServer.start(settings)
        #expect(server.url == "unix://\(parent.path)/50%25%20of%20a%20caf%C3%A9/redis.sock")
        #expect(try redisCLI(server, "PING") == "PONG")
    }

    private func settings() throws -> SandboxSettings {
        SandboxSettings(program: try RedisBinary.v8_2.path, keptFolder: folder)
    }

    private func start() -> SandboxError? {
        errorOf { () throws(SandboxError) in
            try SandboxServer.start(SandboxSettings(program: "/usr/bin/redis-server", keptFolder: folder))
        }
    }
}
