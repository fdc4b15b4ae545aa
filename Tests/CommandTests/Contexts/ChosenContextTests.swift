import ArgumentParser
import Redis
import TestSupport
import Testing

@testable import CaracalCommands
import Text

@Suite struct ChosenContextTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try CommandRunner("/bin/mkdir").expectSuccess(["\(folder.path)/caracalctl"])
        try folder.write("password", "of-prod")
        try folder.write(
            "caracalctl/config.toml",
            """
            current = "dev"
            [contexts.dev]
            url = "redis://dev:1"
            [contexts.prod]
            url = "redis://prod:2"
            user = "ops"
            password_file = "\(folder.path)/password"
            streams_hmac_key_file = "~/key"
            """
        )
    }

    private func source(_ environment: [String: String]) -> SettingsSource {
        let variables = environment.merging(["XDG_CONFIG_HOME": folder.path, "HOME": "/home/me"]) { $1 }
        var source = SettingsSource.process
        source.environment = { variables[$0] }
        return source
    }

    private func settle(_ arguments: [String], _ environment: [String: String]) throws -> ConnectionSettings {
        let options = CommandLineWords(["xlen"] + arguments).common.connection
        let source = source(environment)
        return try ConnectionSettings.resolve(options, source.under(try ChosenContext.choose(options, source)))
    }

    /// Everything another server might be described by.
    static let others = [
        "REDIS_URL": "redis://u:secret@url:3/3", "REDIS_HOST": "host", "REDIS_PASSWORD": "p", "REDIS_USERNAME": "r",
        "REDISCLI_AUTH": "q",
    ]

    static let cases: [(arguments: [String], environment: [String: String], summary: String, origin: String)] = [
        (["--host", "h"], ["CARACALCTL_CONTEXT": "prod"], "h:6379 db 0 as nobody", "--host"),
        (["--context", "prod"], others, "prod:2 db 0 as ops/of-prod", "context prod"),
        (["--context", "prod"], ["CARACALCTL_URL": "redis://own"], "prod:2 db 0 as ops/of-prod", "context prod"),
        (["--context", "prod"], ["CARACALCTL_DB": "4"], "prod:2 db 0 as ops/of-prod", "context prod"),
        (["--context", "dev"], others, "dev:1 db 0 as nobody", "context dev"),
        (["--context", "dev"], ["CARACALCTL_CONTEXT": "prod"], "dev:1 db 0 as nobody", "context dev"),
        (["--context", "prod", "--user", "me", "--db", "2"], [:], "prod:2 db 2 as me/of-prod", "context prod"),
        ([], others.merging(["CARACALCTL_CONTEXT": "prod"]) { $1 }, "prod:2 db 0 as ops/of-prod", "context prod"),
        ([], ["REDIS_URL": "redis://url"], "url:6379 db 0 as nobody", "REDIS_URL"),
        ([], ["REDIS_PORT": "9"], "127.0.0.1:9 db 0 as nobody", "REDIS_PORT"),
        ([], [:], "dev:1 db 0 as nobody", "context dev"),
        ([], ["REDIS_PASSWORD": "p"], "dev:1 db 0 as nobody", "context dev"),
    ]

    @Test(arguments: cases)
    func oneSourceNamesTheServer(
        arguments: [String],
        environment: [String: String],
        summary: String,
        origin: String
    ) throws {
        let settings = try settle(arguments, environment)
        #expect(settings.summary == summary)
        #expect(settings.address.origin.description == origin)
    }

    @Test func theSentinelsLoginIsThatOfTheContext() throws {
        try folder.write("sentinels", "of-sentinels")
        try folder.write(
            "caracalctl/config.toml",
            """
            [contexts.watched]
            url = "redis+sentinel://s1:1,s2:2/bus"
            password_file = "\(folder.path)/password"
            sentinel_user = "looker"
            sentinel_password_file = "\(folder.path)/sentinels"
            """
        )
        let others = ["CARACALCTL_SENTINEL_PASSWORD": "stray", "CARACALCTL_SENTINEL_USER": "stray"]
        let sentinels = try #require(try settle(["--context", "watched"], others).sentinels)
        let login = Credentials(user: "looker", password: Secret(Array("of-sentinels".utf8)))
        #expect(sentinels.endpoints.map(\.credentials) == [login, login])
        #expect(sentinels.credentials == Credentials(user: nil, password: Secret(Array("of-prod".utf8))))
    }

    static let contradictions: [([String], [String: String], String)] = [
        (["--context", "prod", "--url", "redis://h"], [:], "--context and --url contradict each other: give one"),
        (["--context", "prod", "--host", "h"], [:], "--context and --host contradict each other: give one"),
        (["--context", "prod", "--socket", "/s"], [:], "--context and --socket contradict each other: give one"),
        (
            [], ["CARACALCTL_CONTEXT": "prod", "CARACALCTL_URL": "redis://h"],
            "CARACALCTL_CONTEXT and CARACALCTL_URL contradict each other: give one"
        ),
        (["--context", "prd"], [:], "--context: there is no context prd (did you mean prod?)"),
        (
            [], ["CARACALCTL_CONTEXT": "nowhere"],
            "CARACALCTL_CONTEXT: there is no context nowhere (caracalctl context ls shows them)"
        ),
    ]

    @Test(arguments: contradictions)
    func aChoiceThatCannotBeMeant(arguments: [String], environment: [String: String], message: String) {
        #expect(throws: SettingsError("\(message)")) { try settle(arguments, environment) }
    }

    @Test func theKeyFileOfAContextBeatsAnInheritedKey() throws {
        let source = source(["STREAMS_HMAC_KEY": "00", "AUDIT_HMAC_KEY": "11"])
        let prod = source.under(
            try ChosenContext.choose(CommandLineWords(["--context", "prod", "xlen"]).common.connection, source)
        )
        #expect(prod.variable("STREAMS_HMAC_KEY") == nil)
        #expect(prod.variable("STREAMS_HMAC_KEY_FILE") == Setting("/home/me/key", .context("prod")))
        #expect(prod.variable("AUDIT_HMAC_KEY")?.value == "11")
    }

    @Test func aFileThatEverybodyCanWriteIsNotBelieved() throws {
        let file = "\(folder.path)/caracalctl/config.toml"
        try CommandRunner("/bin/chmod").expectSuccess(["666", file])
        #expect(
            throws: SettingsError(
                "\(file) can be written by everybody, who could send passwords elsewhere: chmod 600 it"
            )
        ) { try settle([], [:]) }
    }
}

extension CommandRunner {
    /// Runs it, and fails the test if it fails.
    func expectSuccess(_ arguments: [String]) throws {
        #expect(try run(arguments).status == 0)
    }
}
