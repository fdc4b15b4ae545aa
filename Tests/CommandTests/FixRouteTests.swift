import Redis
import Testing
import Text

@testable import Caracal
@testable import CaracalCommands

/// How the commands of fixes are typed so that they reach what was looked at, as who looked.
@Suite struct FixRouteTests {
    private static let files = ["/pw": "sesame", "/dev/fd/63": "sesame", "/key": "sesame"]

    private func route(
        _ options: String,
        _ environment: [String: String],
        in shell: ShellRoute? = nil,
        under context: Context? = nil
    ) throws -> FixRoute {
        let words = options.split(separator: " ").map { String($0).replacing("_", with: " ") }
        let chosen = context.map { ChosenContext(context: $0, origin: .option("--context")) }
        let settings = try ConnectionSettings.resolve(
            CommandLineWords(["xlen"] + words).common.connection,
            source(environment, Self.files, "sesame").under(chosen)
        )
        var endpoint = settings.endpoint
        if let sentinels = settings.sentinels {
            // The master that they name.
            endpoint = Endpoint(
                address: .tcp(host: "10.0.0.9", port: 7),
                credentials: sentinels.credentials,
                tls: sentinels.tls
            )
        }
        return FixRoute(settings, to: endpoint, hasPort: settings.hasPortOption, in: shell)
    }

    @Test(
        arguments: [
            ("", ["REDIS_URL": "redis://op:pw@h:1"], "caracalctl provision", #"redis-cli -u "$REDIS_URL""#),
            ("--url redis://h:1", [:], "caracalctl -u redis://h:1 provision", "redis-cli -h h -p 1"),
            (
                "--url redis://op@h:1", [:], "caracalctl -u redis://h:1 --user op provision",
                "redis-cli -h h -p 1 --user op"
            ),
            (
                "--url redis://op:pw@h:1/2", [:],
                "caracalctl -u redis://h:1/2 --user op --ask-password provision",
                "redis-cli -h h -p 1 -n 2 --user op --askpass"
            ),
            (
                "--host h --user a_b --ask-password", [:],
                "caracalctl -u redis://h:6379 --user 'a b' --ask-password provision",
                "redis-cli -h h -p 6379 --user 'a b' --askpass"
            ),
            (
                "--user=-x --password-file /pw", ["REDIS_URL": "redis://h:1"],
                "caracalctl --user=-x --password-file /pw provision", "redis-cli -h h -p 1 --user -x --askpass"
            ),
            (
                "--password-file /dev/fd/63", ["REDIS_HOST": "h"], "caracalctl --ask-password provision",
                "redis-cli -h h -p 6379 --askpass"
            ),
            (
                "", ["REDIS_URL": "redis://h:1", "CARACALCTL_USER": "op"], "caracalctl provision",
                "redis-cli -h h -p 1 --user op"
            ),
            (
                "", ["REDIS_URL": "redis://h:1", "REDIS_PASSWORD": "pw"], "caracalctl provision",
                "redis-cli -h h -p 1 --askpass"
            ),
            (
                "", ["REDIS_URL": "redis://h:1", "REDIS_PASSWORD_FILE": "/pw"], "caracalctl provision",
                "redis-cli -h h -p 1 --askpass"
            ),
            (
                "", ["REDIS_URL": "redis://:pw@h:1", "CARACALCTL_PASSWORD_FILE": "/pw"], "caracalctl provision",
                "redis-cli -h h -p 1 --askpass"
            ),
            // redis-cli reads this one too.
            (
                "", ["REDIS_URL": "redis://h:1", "REDISCLI_AUTH": "pw"], "caracalctl provision",
                #"redis-cli -u "$REDIS_URL""#
            ),
            // But it would take the user for the password.
            (
                "", ["REDIS_URL": "redis://op@h:1", "REDISCLI_AUTH": "pw"], "caracalctl provision",
                "redis-cli -h h -p 1 --user op --askpass"
            ),
            ("", ["REDIS_URL": "redis://op@h:1"], "caracalctl provision", "redis-cli -h h -p 1 --user op"),
            ("", ["REDIS_URL": "redis://h:1/2"], "caracalctl provision", #"redis-cli -u "$REDIS_URL""#),
            (
                "", ["REDIS_URL": "redis://h:1", "CARACALCTL_DB": "2"], "caracalctl provision",
                "redis-cli -h h -p 1 -n 2"
            ),
            (
                "", ["REDIS_URL": "redis://h:1/2", "CARACALCTL_DB": "0"], "caracalctl provision",
                "redis-cli -h h -p 1"
            ),
            ("", ["REDIS_URL": "rediss://h:1"], "caracalctl provision", #"redis-cli -u "$REDIS_URL""#),
            (
                "", ["REDIS_URL": "redis://h:1", "CARACALCTL_TLS": "0"], "caracalctl provision",
                #"redis-cli -u "$REDIS_URL""#
            ),
            (
                "", ["REDIS_URL": "redis://h:1", "CARACALCTL_TLS": "1"], "caracalctl provision",
                "redis-cli -h h -p 1 --tls"
            ),
            (
                "--url rediss://h:1 --cacert /ca.pem --cert /own.pem --key /key --sni bus.example", [:],
                "caracalctl -u rediss://h:1 --cacert /ca.pem --cert /own.pem --key /key --sni bus.example provision",
                "redis-cli -h h -p 1 --tls --cacert /ca.pem --cert /own.pem --key /key --sni bus.example"
            ),
            (
                "--host h --tls --capath /a_b --insecure", [:],
                "caracalctl -u rediss://h:6379 --capath '/a b' --insecure provision",
                "redis-cli -h h -p 6379 --tls --cacertdir '/a b' --insecure"
            ),
            (
                "--tls --db 2", ["REDIS_HOST": "h"], "caracalctl --db 2 --tls provision",
                "redis-cli -h h -p 6379 --tls -n 2"
            ),
            (
                "", ["REDIS_URL": "rediss://h:1", "CARACALCTL_CACERT": "/ca.pem"], "caracalctl provision",
                "redis-cli -h h -p 1 --tls --cacert /ca.pem"
            ),
            (
                "--sentinel a:1,b:2 --master-name m --user op", [:],
                "caracalctl --sentinel 'a:1,b:2' --master-name m --user op provision",
                "redis-cli -h 10.0.0.9 -p 7 --user op"
            ),
            (
                "--url rediss+sentinel://op@a:1/m", [:],
                "caracalctl --sentinel a:1 --master-name m --tls --user op provision",
                "redis-cli -h 10.0.0.9 -p 7 --tls --user op"
            ),
            (
                "--master-name m", ["CARACALCTL_SENTINEL": "a:1"], "caracalctl --master-name m provision",
                "redis-cli -h 10.0.0.9 -p 7"
            ),
        ]
    )
    func whatIsNeededAndNoSecretIsTypedAgain(
        options: String,
        environment: [String: String],
        tool: String,
        redisCLI: String
    ) throws {
        let route = try route(options, environment)
        #expect(route.text("caracalctl provision && caracalctl ack a").text == "\(tool) && \(ack(tool))")
        #expect(route.text("\(keeping: RedisCLI.text) PING").text == "\(redisCLI) PING")
    }

    private func ack(_ tool: String) -> String { tool.dropLast("provision".count) + "ack a" }

    /// Only commands that go to a server are told of it, and no line twice.
    @Test(
        arguments: [
            (
                "settle it with: caracalctl publish --resume f",
                "settle it with: caracalctl -u redis://h:1 publish --resume f"
            ),
            ("x (caracalctl dlq, caracalctl help where)", "x (caracalctl -u redis://h:1 dlq, caracalctl help where)"),
            ("caracalctl outbox requeue 1", "caracalctl -u redis://h:1 outbox requeue 1"),
            ("caracalctl context ls", "caracalctl context ls"), ("caracalctl sandbox", "caracalctl sandbox"),
            ("written by caracalctl and not given", "written by caracalctl and not given"),
            ("caracalctl --help lists them", "caracalctl --help lists them"),
        ]
    )
    func aMessageLeadsToTheServerThatItIsAbout(message: String, routed: String) throws {
        let text = TerminalText(keeping: message)
        let route = try route("--url redis://h:1", [:])
        #expect(route.message(text).text == routed)
        #expect(route.message(route.message(text)).text == routed)
        #expect(try self.route("", ["REDIS_URL": "redis://h:1"]).message(text) == text)
        let shell = try self.route("--url redis://h:1", [:], in: .ownConnection)
        #expect(shell.message("see caracalctl dlq, caracalctl help where").text == "see -u redis://h:1 dlq, help where")
    }

    /// A line that only prints asks no server, and one with a server of its own does not take two.
    @Test(
        arguments: [
            ("caracalctl provision --emit-acl operator", "caracalctl provision --emit-acl operator"),
            ("caracalctl outbox --emit-grants observer", "caracalctl outbox --emit-grants observer"),
            (
                "caracalctl dlq; caracalctl provision --emit-acl all; caracalctl dlq",
                "caracalctl -u redis://h:1 --user op dlq; caracalctl provision --emit-acl all; "
                    + "caracalctl -u redis://h:1 --user op dlq"
            ),
            (
                "caracalctl doctor --url redis://m:2 # its master",
                "caracalctl --user op doctor --url redis://m:2 # its master"
            ),
        ]
    )
    func aLineHasOnlyTheOptionsThatItNeeds(line: String, routed: String) throws {
        let text = TerminalText(keeping: line)
        let route = try route("--url redis://op@h:1", [:])
        #expect(route.text(text).text == routed)
        #expect(route.message(text).text == routed)
        #expect(route.document(text).text == routed)
        let shell = try self.route("--url redis://op@h:1", [:], in: .ownConnection)
        #expect(shell.message(text).text == routed.replacing("caracalctl ", with: ""))
    }

    /// Whatever names the server: no other name goes with a URL, and what belonged to the name is said by options.
    @Test(
        arguments: [
            (
                "--context prod", "--context prod",
                "--user ops --password-file /pw --cacert /ca.pem --cert /own.pem --key /key --sni bus.example"
            ),
            (
                "--context prod --user me --ask-password --db 2", "--context prod --db 2 --user me --ask-password",
                "--db 2 --user me --ask-password --cacert /ca.pem --cert /own.pem --key /key --sni bus.example"
            ),
            (
                "--context prod --port 7",
                "-u rediss://h:7 --user ops --password-file /pw --cacert /ca.pem --cert /own.pem --key /key --sni bus.example",
                "--user ops --password-file /pw --cacert /ca.pem --cert /own.pem --key /key --sni bus.example"
            ),
            (
                "--sentinel a:1,b:2 --master-name m --user op", "--sentinel 'a:1,b:2' --master-name m --user op",
                "--user op"
            ),
            ("--socket /s --user op", "-u unix:///s --user op", "--user op"),
            ("--host h --db 2", "-u redis://h:6379/2", "--db 2"),
        ]
    )
    func aLineWithAURLHasNoOtherName(options: String, lead: String, besideURL: String) throws {
        let context = Context(
            name: "prod",
            values: [
                .url: "rediss://h:1", .user: "ops", .passwordFile: "/pw", .cacert: "/ca.pem", .cert: "/own.pem",
                .key: "/key", .sni: "bus.example",
            ]
        )
        let route = try route(options, [:], under: options.hasPrefix("--context") ? context : nil)
        #expect(route.text("caracalctl provision").text == "caracalctl \(lead) provision")
        let line = "doctor --url redis://m:2 # its master"
        #expect(route.text(TerminalText(keeping: "caracalctl \(line)")).text == "caracalctl \(besideURL) \(line)")
    }

    @Test func aShellHasTheSameAsOptions() throws {
        let options = "--url redis://op@h:1 --password-file /pw"
        let fix = { (shell: ShellRoute) in try route(options, [:], in: shell).text("caracalctl provision").text }
        #expect(try fix(.ownConnection) == "-u redis://h:1 --user op --password-file /pw provision")
        #expect(try fix(.sameConnection) == "provision")
        let line = try route(options, [:], in: .sameConnection).text("test -e a && caracalctl tail a >a")
        #expect(
            line.text == "tail a # in a shell of the system: test -e a && caracalctl -u redis://h:1 "
                + "--user op --password-file /pw tail a >a"
        )
    }
}
