import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    private static let caracal = """
        protected-mode yes
        tcp-keepalive 60
        timeout 0
        appendonly yes
        appendfsync everysec
        save 3600 1
        maxmemory-policy noeviction

        """

    @Test(arguments: [
        (SandboxSettings.Listening.freePort, "port 6379\n"),
        (.port(7001), "port 7001\n"),
        (.socket, "port 0\n"),
        (.freeTLSPort, "port 0\ntls-port 6379\n"),
    ])
    func isCaracalsOnLoopback(listening: SandboxSettings.Listening, ports: String) {
        let expected =
            "# Caracal's Redis settings, written by caracalctl sandbox at every start.\nbind 127.0.0.1 -::1\n" + ports
            + "unixsocket redis.sock\nunixsocketperm 700\n" + Self.caracal
        #expect(SandboxSettings(listening: listening).configuration == expected)
    }

    @Test func extraDirectivesComeLast() {
        let settings = SandboxSettings(extraDirectives: ["maxmemory 2mb", "requirepass secret"])
        #expect(settings.configuration.hasSuffix(Self.caracal + "maxmemory 2mb\nrequirepass secret\n"))
    }

    @Test func theServerRunsWithWhatIsPrinted() throws {
        try withServer(listening: .socket) { server in
            let file = try TemporaryFolder.read(server.folderPath + "/redis.conf")
            // The tests' servers keep no slow log.
            let settings = SandboxSettings(listening: .socket, extraDirectives: ["slowlog-max-len 0"])
            #expect(String(decoding: file, as: UTF8.self) == settings.configuration)
        }
    }
}
