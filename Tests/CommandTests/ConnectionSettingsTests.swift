import Caracal
import Redis
import Rendering
import Testing
import Text

@testable import CaracalCommands

@Suite struct ConnectionSettingsTests {
    /// One case: what is given, and what it comes to.
    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String] = []
        var environment: [String: String] = [:]
        var files: [String: String] = [:]
        let summary: String
        let origin: String

        var testDescription: String { "\(arguments) \(environment)" }
    }

    /// Every source that names a server, the strongest first.
    static let layers: [(arguments: [String], environment: [String: String], summary: String, origin: String)] = [
        (["--url", "redis://:url@option:1"], [:], "option:1 db 0 as /url", "--url"),
        ([], ["CARACALCTL_URL": "redis://:url@own:2/2"], "own:2 db 2 as /url", "CARACALCTL_URL"),
        ([], ["REDIS_URL": "redis://u:secret@url:3/3"], "url:3 db 3 as u/secret", "REDIS_URL"),
        ([], ["REDIS_URL_FILE": "/url"], "file:4 db 4 as /filed", "REDIS_URL_FILE (/url)"),
        ([], ["REDIS_HOST": "host"], "host:6379 db 0 as nobody", "REDIS_HOST"),
        ([], [:], "127.0.0.1:6379 db 0 as nobody", "default"),
    ]

    @Test(arguments: layers.indices)
    func theStrongestSourceWinsOverAllBelow(first: Int) throws {
        let below = Self.layers[first...]
        let settings = try settle(
            Self.layers[first].arguments,
            below.reduce(into: [:]) { $0.merge($1.environment) { $1 } },
            files: ["/url": "redis://:filed@file:4/4"]
        )
        #expect(settings.summary == Self.layers[first].summary)
        #expect(settings.address.origin.description == Self.layers[first].origin)
    }

    static let cases = [
        Case(arguments: ["--host", "h"], summary: "h:6379 db 0 as nobody", origin: "--host"),
        Case(arguments: ["--host", "::1"], summary: "[::1]:6379 db 0 as nobody", origin: "--host"),
        Case(arguments: ["--host", "[::1]", "--port", "1"], summary: "[::1]:1 db 0 as nobody", origin: "--host"),
        Case(arguments: ["--port", "7000"], summary: "127.0.0.1:7000 db 0 as nobody", origin: "--port"),
        Case(arguments: ["--socket", "/s"], summary: "/s db 0 as nobody", origin: "--socket"),
        Case(arguments: ["--url", "redis://h"], summary: "h:6379 db 0 as nobody", origin: "--url"),
        Case(arguments: ["--url", "redis://h:1", "--port", "2"], summary: "h:2 db 0 as nobody", origin: "--url"),
        Case(arguments: ["--url", "redis://h/3", "--db", "4"], summary: "h:6379 db 4 as nobody", origin: "--url"),
        Case(arguments: ["--url", "redis://a:b@h", "--user", "c"], summary: "h:6379 db 0 as c/b", origin: "--url"),
        Case(arguments: ["--url", "redis://h?x=1&db=5"], summary: "h:6379 db 5 as nobody", origin: "--url"),
        Case(arguments: ["--url", "redis://h/4?db=5"], summary: "h:6379 db 4 as nobody", origin: "--url"),
        Case(arguments: ["--url", "unix:///s?db=5"], summary: "/s db 5 as nobody", origin: "--url"),
        Case(
            environment: ["CARACALCTL_HOST": "h", "CARACALCTL_PORT": "9"],
            summary: "h:9 db 0 as nobody",
            origin: "CARACALCTL_HOST"
        ),
        Case(
            environment: ["CARACALCTL_SOCKET": "/s", "REDIS_PORT": "9"],
            summary: "/s db 0 as nobody",
            origin: "CARACALCTL_SOCKET"
        ),
        Case(
            environment: ["CARACALCTL_PORT": "9", "REDIS_PORT": "8"],
            summary: "127.0.0.1:9 db 0 as nobody",
            origin: "CARACALCTL_PORT"
        ),
        Case(
            environment: ["REDIS_PORT": "tcp://10.0.0.1:6380"],
            summary: "10.0.0.1:6380 db 0 as nobody",
            origin: "REDIS_PORT"
        ),
        Case(
            environment: ["REDIS_PORT": "tcp://[::1]:6379"],
            summary: "[::1]:6379 db 0 as nobody",
            origin: "REDIS_PORT"
        ),
        Case(
            environment: ["REDIS_HOST": "h", "REDIS_PORT": "tcp://10.0.0.1:6380"],
            summary: "h:6380 db 0 as nobody",
            origin: "REDIS_HOST"
        ),
        Case(
            arguments: ["--host", "h", "--port", "1"],
            environment: ["REDIS_PORT": "tcp://10.0.0.1:6380"],
            summary: "h:1 db 0 as nobody",
            origin: "--host"
        ),
        Case(environment: ["REDIS_HOST": "h", "REDIS_PORT": "8"], summary: "h:8 db 0 as nobody", origin: "REDIS_HOST"),
        Case(
            environment: ["REDIS_URL": "redis://h", "REDIS_PORT": "8"],
            summary: "h:6379 db 0 as nobody",
            origin: "REDIS_URL"
        ),
        Case(
            environment: ["REDIS_URL": "", "REDIS_HOST": "h"],
            summary: "h:6379 db 0 as nobody",
            origin: "REDIS_HOST"
        ),
        Case(
            environment: ["REDIS_USERNAME": "u", "REDIS_PASSWORD": "p"],
            summary: "127.0.0.1:6379 db 0 as u/p",
            origin: "default"
        ),
        Case(
            environment: ["REDIS_URL": "redis://h", "REDIS_PASSWORD": "p"],
            summary: "h:6379 db 0 as /p",
            origin: "REDIS_URL"
        ),
        Case(
            environment: ["REDIS_URL": "redis://:u@h", "REDIS_PASSWORD": "p"],
            summary: "h:6379 db 0 as /u",
            origin: "REDIS_URL"
        ),
        Case(
            environment: ["REDIS_URL": "redis://:u@h", "REDIS_PASSWORD_FILE": "/p"],
            summary: "h:6379 db 0 as /u",
            origin: "REDIS_URL"
        ),
        Case(
            environment: ["REDIS_PASSWORD": "p", "REDIS_PASSWORD_FILE": "/p", "REDISCLI_AUTH": "q"],
            files: ["/p": "filed"],
            summary: "127.0.0.1:6379 db 0 as /filed",
            origin: "default"
        ),
        Case(
            environment: ["REDIS_PASSWORD": "p", "REDISCLI_AUTH": "q"],
            summary: "127.0.0.1:6379 db 0 as /p",
            origin: "default"
        ),
        Case(environment: ["REDISCLI_AUTH": "q"], summary: "127.0.0.1:6379 db 0 as /q", origin: "default"),
        Case(
            environment: ["REDIS_URL": "redis://:u@h", "CARACALCTL_PASSWORD_FILE": "/p"],
            files: ["/p": "filed"],
            summary: "h:6379 db 0 as /filed",
            origin: "REDIS_URL"
        ),
        Case(
            arguments: ["--password-file", "/o"],
            environment: ["CARACALCTL_PASSWORD_FILE": "/p"],
            files: ["/o": "option", "/p": "own"],
            summary: "127.0.0.1:6379 db 0 as /option",
            origin: "default"
        ),
        Case(
            arguments: ["--user", "o"],
            environment: ["CARACALCTL_USER": "c", "REDIS_USERNAME": "r", "REDIS_URL": "redis://u:p@h"],
            summary: "h:6379 db 0 as o/p",
            origin: "REDIS_URL"
        ),
        Case(
            environment: ["CARACALCTL_USER": "c", "REDIS_USERNAME": "r", "REDIS_URL": "redis://u:p@h"],
            summary: "h:6379 db 0 as c/p",
            origin: "REDIS_URL"
        ),
        Case(
            environment: ["REDIS_USERNAME": "r", "REDIS_URL": "redis://u:p@h"],
            summary: "h:6379 db 0 as u/p",
            origin: "REDIS_URL"
        ),
        Case(
            environment: ["CARACALCTL_DB": "6", "REDIS_URL": "redis://h/2"],
            summary: "h:6379 db 6 as nobody",
            origin: "REDIS_URL"
        ),
    ]

    @Test(arguments: cases)
    func settles(_ example: Case) throws {
        let settings = try settle(example.arguments, example.environment, files: example.files)
        #expect(settings.summary == example.summary)
        #expect(settings.address.origin.description == example.origin)
    }

    /// A password is for the server it was given with: naming another server leaves it behind.
    @Test(arguments: [["--host", "evil"], ["--url", "redis://evil"], ["--socket", "/evil"]])
    func thePasswordOfAURLDoesNotTravelToAnotherServer(arguments: [String]) throws {
        for variable in ["REDIS_URL", "CARACALCTL_URL"] {
            let settings = try settle(arguments, [variable: "redis://u:secret@redis:6379/3"])
            #expect(settings.endpoint.credentials == nil)
            #expect(settings.endpoint.database == 0)
        }
        let own = try settle([], ["CARACALCTL_HOST": "evil", "REDIS_URL": "redis://u:secret@redis/3"])
        #expect(own.summary == "evil:6379 db 0 as nobody")
    }

    static let bad: [(Case, String)] = [
        (["--url", "redis://h", "--host", "h"], [:], "--url and --host contradict each other: give one"),
        (["--url", "redis://h", "--socket", "/s"], [:], "--url and --socket contradict each other: give one"),
        (["--socket", "/s", "--host", "h"], [:], "--socket and --host contradict each other: give one"),
        (
            [], ["CARACALCTL_URL": "redis://h", "CARACALCTL_HOST": "h"],
            "CARACALCTL_URL and CARACALCTL_HOST contradict each other: give one"
        ),
        (["--socket", "/s", "--port", "1"], [:], "--socket names a socket, which has no port: leave --port out"),
        (["--url", "unix:///s", "--port", "1"], [:], "--url names a socket, which has no port: leave --port out"),
        (
            ["--ask-password", "--password-file", "/p"], [:],
            "--ask-password and --password-file contradict each other: give one"
        ),
        (["--ask-password"], [:], "--ask-password: no password was given"),
        (["--port", "0"], [:], "--port is not a port: expected a number from 1 to 65535"),
        (["--port", "65536"], [:], "--port is not a port: expected a number from 1 to 65535"),
        (["--port", "+1"], [:], "--port is not a port: expected a number from 1 to 65535"),
        (["--port", ""], [:], "--port is not a port: expected a number from 1 to 65535"),
        ([], ["REDIS_PORT": "x"], "REDIS_PORT is not a port: expected a number from 1 to 65535"),
        ([], ["REDIS_PORT": "tcp://10.0.0.1"], "REDIS_PORT is not a port: expected a number from 1 to 65535"),
        ([], ["REDIS_PORT": "tcp://:6379"], "REDIS_PORT is not a port: expected a number from 1 to 65535"),
        ([], ["REDIS_PORT": "udp://10.0.0.1:1"], "REDIS_PORT is not a port: expected a number from 1 to 65535"),
        (
            [], ["CARACALCTL_PORT": "99999999999999999999"],
            "CARACALCTL_PORT is not a port: expected a number from 1 to 65535"
        ),
        (["--db=-1"], [:], "--db is not a database: expected a number from 0"),
        ([], ["CARACALCTL_DB": "100000"], "CARACALCTL_DB is not a database: expected a number from 0"),
        (["--host", ""], [:], "--host is not a host name"),
        (["--host", "a b"], [:], "--host is not a host name"),
        (["--host", "h:7000"], [:], "--host is not a host name: it has a port at its end (--port takes the port)"),
        (["--host", "[::1]:6379"], [:], "--host is not a host name: it has a port at its end (--port takes the port)"),
        (
            [], ["REDIS_HOST": "10.0.0.1:7000"],
            "REDIS_HOST is not a host name: it has a port at its end (CARACALCTL_PORT or REDIS_PORT takes the port)"
        ),
        (["--socket", ""], [:], "--socket is empty"),
        ([], ["REDIS_HOST": "a\n"], "REDIS_HOST is not a host name"),
        (["--timeout", "5x"], [:], "--timeout is not a duration: expected \(Parse.durationExamples)"),
        (["--timeout", "0s"], [:], "--timeout is not a duration: expected \(Parse.durationExamples)"),
        (
            [], ["CARACALCTL_CONNECT_TIMEOUT": "x"],
            "CARACALCTL_CONNECT_TIMEOUT is not a duration: expected \(Parse.durationExamples)"
        ),
        (["--url", "redis"], [:], "--url is not a usable URL: it has no scheme (redis://host:6379)"),
        ([], ["REDIS_URL": "redis://:sesame@"], "REDIS_URL is not a usable URL: it names no host"),
        (
            [], ["REDIS_URL": "redis://:sesame@h:0"],
            "REDIS_URL is not a usable URL: the port is not a number from 1 to 65535"
        ),
        (
            [], ["REDIS_URL_FILE": "/tmp/none"],
            "cannot use REDIS_URL_FILE, the file /tmp/none: no such file or directory"
        ),
        (
            [], ["REDIS_URL_FILE": "/bad"],
            "REDIS_URL_FILE (/bad) is not a usable URL: it has no scheme (redis://host:6379)"
        ),
        (
            ["--password-file", "/tmp/none"], [:],
            "cannot use --password-file, the file /tmp/none: no such file or directory"
        ),
        (
            [], ["REDIS_PASSWORD_FILE": "/tmp/none", "REDIS_PASSWORD": "p"],
            "cannot use REDIS_PASSWORD_FILE, the file /tmp/none: no such file or directory"
        ),
        (["--sentinel", "h"], [:], "--sentinel needs the name of the master: add --master-name"),
        (["--sentinel", "h", "--master-name", ""], [:], "--master-name is empty"),
        (["--master-name", "m"], [:], "--master-name is for Sentinels, which nothing names: add --sentinel"),
        (
            ["--sentinel", "h,", "--master-name", "m"], [:],
            "--sentinel is not a list of host:port with commas between: it names no host"
        ),
        (
            ["--sentinel", "h:0", "--master-name", "m"], [:],
            "--sentinel is not a list of host:port with commas between: the port is not a number from 1 to 65535"
        ),
        (
            ["--sentinel", "h", "--master-name", "m", "--port", "1"], [:],
            "--sentinel names Sentinels with ports of their own: leave --port out"
        ),
        (["--sentinel", "h", "--host", "h"], [:], "--host and --sentinel contradict each other: give one"),
        (["--sentinel", "h", "--url", "redis://h"], [:], "--url and --sentinel contradict each other: give one"),
        (
            ["--sentinel", "h", "--master-name", "m"], ["CARACALCTL_SENTINEL_PASSWORD_FILE": "/tmp/none"],
            "cannot use CARACALCTL_SENTINEL_PASSWORD_FILE, the file /tmp/none: no such file or directory"
        ),
    ].map { (Case(arguments: $0.0, environment: $0.1, files: ["/bad": "sesame"], summary: "", origin: ""), $0.2) }

    @Test(arguments: bad)
    func refuses(_ example: Case, message: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try settle(example.arguments, example.environment, files: example.files)
        }
        #expect(error?.message.text == message)
        #expect(!message.contains("sesame"))
    }

    @Test func theTypedPasswordBeatsEveryOther() throws {
        let settings = try settle(
            ["--ask-password"],
            ["REDIS_PASSWORD": "p", "REDIS_URL": "redis://:u@h"],
            typing: "typed"
        )
        #expect(settings.summary == "h:6379 db 0 as /typed")
        #expect(settings.password?.origin == .prompt)
    }

    @Test func timeoutsHaveTheirOptionsVariablesAndDefaults() throws {
        #expect(try settle().timeouts == Timeouts(connect: .seconds(2), command: .seconds(5)))
        let variables = ["CARACALCTL_CONNECT_TIMEOUT": "300ms", "CARACALCTL_TIMEOUT": "1m"]
        #expect(try settle([], variables).timeouts == Timeouts(connect: .milliseconds(300), command: .seconds(60)))
        let options = ["--connect-timeout", "1s", "--timeout", "9s"]
        #expect(try settle(options, variables).timeouts == Timeouts(connect: .seconds(1), command: .seconds(9)))
    }

    @Test func theLongestTimeoutThatCanBeTypedIsShown() throws {
        let timeout = try settle(["--timeout", "\(Int.max)ms"]).timeouts.command
        #expect(timeout.milliseconds == .max)
        #expect(timeout.text == "106751991167d")
        #expect(Duration.milliseconds(90_500).milliseconds == 90_500)
    }

    @Test(arguments: [
        (["--db", "1"], Finding.Code.databaseNot0, "--db selects db 1, but Caracal's streams live in db 0"),
        (
            ["--url", "redis://:sesame@h"], .passwordInArguments,
            "--url holds a password, which every user of this machine can read: use --password-file"
        ),
        (
            ["--password-file", "/p-open"], .passwordFileReadable,
            "the file in --password-file (/p-open) can be read by others than its owner: chmod 600 it"
        ),
    ])
    func warns(arguments: [String], code: Finding.Code, message: String) throws {
        let settings = try settle(arguments, files: ["/p-open": "sesame"])
        #expect(settings.warnings == [Finding(code, .warning, "\(message)")])
        #expect(!message.contains("sesame"))
    }

    @Test func aURLInTheEnvironmentDrawsNoWarning() throws {
        #expect(try settle([], ["REDIS_URL": "redis://:sesame@h"]).warnings.isEmpty)
    }

    @Test func secretsAreMaskedWhereverSettingsAreDescribed() throws {
        let settings = try settle([], ["REDIS_URL": "redis://op:sesame@h"])
        var dumped = ""
        dump(settings, to: &dumped)
        let lines = SettingLine.all(.process, connection: settings, output: try settleOutput())
        #expect(!"\(settings) \(dumped) \(lines)".contains("sesame"))
        #expect(
            lines.first { $0.name == "password" } == SettingLine(name: "password", value: "***", origin: "REDIS_URL")
        )
    }
}
