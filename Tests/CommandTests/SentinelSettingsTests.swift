import Caracal
import Redis
import Testing
import Text

@testable import CaracalCommands

@Suite struct SentinelSettingsTests {
    private static let both: [Endpoint.Address] = [.tcp(host: "a", port: 1), .tcp(host: "::1", port: 26_379)]

    @Test(arguments: [
        (["--sentinel", "a:1,[::1]", "--master-name", "bus"], [:]),
        ([], ["CARACALCTL_SENTINEL": "a:1,[::1]", "CARACALCTL_MASTER_NAME": "bus"]),
        (["--url", "redis+sentinel://a:1,[::1]/bus"], [:]),
        (["--url", "redis+sentinel://a:1,[::1]/other", "--master-name", "bus"], [:]),
        ([], ["REDIS_URL": "redis+sentinel://a:1,[::1]/bus", "CARACALCTL_MASTER_NAME": "other"]),
    ])
    func sentinelsAreNamedByOptionsVariablesAndURLs(arguments: [String], environment: [String: String]) throws {
        let sentinels = try #require(try settle(arguments, environment).sentinels)
        #expect(sentinels.endpoints.map(\.address) == Self.both)
        #expect(sentinels.masterName == "bus")
        #expect(sentinels.credentials == nil)
        #expect(sentinels.tls == nil)
    }

    /// What one part of a run has seen of the master's replicas, every other part knows.
    @Test func theMasterOfARunIsCheckedByOne() throws {
        let words = CommandLineWords(["publish", "--sentinel", "a", "--master-name", "bus"])
        let session = try Session(words.common, effect: .writes, source: source([:]))
        let check = try #require(session.masterCheck)
        #expect(session.masterCheck === check)
        #expect(session.anew(until: .distant).masterCheck !== check)
        let single = try Session(CommandLineWords(["publish"]).common, effect: .writes, source: source([:]))
        #expect(single.masterCheck == nil)
    }

    @Test func theLoginOfTheURLIsForTheMasterAlone() throws {
        let url = ["REDIS_URL": "redis+sentinel://u:secret@a/bus/3"]
        let sentinels = try #require(try settle([], url).sentinels)
        #expect(sentinels.credentials == Credentials(user: "u", password: Secret(Array("secret".utf8))))
        #expect(sentinels.database == 3)
        #expect(sentinels.endpoints.map(\.address) == [.tcp(host: "a", port: 26_379)])
    }

    @Test func theSentinelsHaveALoginOfTheirOwn() throws {
        let file = [
            "CARACALCTL_SENTINEL": "a", "CARACALCTL_MASTER_NAME": "m", "CARACALCTL_SENTINEL_PASSWORD_FILE": "/p",
        ]
        let value = ["CARACALCTL_SENTINEL_PASSWORD": "value", "CARACALCTL_SENTINEL_USER": "u"]
        let filed = try #require(try settle([], file, files: ["/p": "filed"]).sentinels)
        #expect(filed.endpoints[0].credentials == Credentials(user: nil, password: Secret(Array("filed".utf8))))
        #expect(filed.credentials == nil)
        let both = try #require(try settle([], file.merging(value) { $1 }, files: ["/p": "filed"]).sentinels)
        #expect(both.endpoints[0].credentials == Credentials(user: "u", password: Secret(Array("value".utf8))))
    }

    @Test func tlsIsSpokenWithBoth() throws {
        for arguments in [["--url", "rediss+sentinel://a/m"], ["--sentinel", "a", "--master-name", "m", "--tls"]] {
            let sentinels = try #require(try settle(arguments).sentinels)
            #expect(sentinels.tls == TLSPolicy())
            #expect(sentinels.endpoints[0].tls == TLSPolicy())
        }
    }

    @Test func thePasswordOfAURLDoesNotTravelToSentinelsNamedElsewhere() throws {
        let arguments = ["--sentinel", "evil", "--master-name", "m"]
        let sentinels = try #require(try settle(arguments, ["REDIS_URL": "redis://u:secret@redis"]).sentinels)
        #expect(sentinels.credentials == nil)
    }

    @Test func aPasswordFileOfTheSentinelsThatOthersCanReadDrawsAWarning() throws {
        let settings = try settle(
            ["--sentinel", "a", "--master-name", "m"],
            ["CARACALCTL_SENTINEL_PASSWORD_FILE": "/p-open"],
            files: ["/p-open": "secret"]
        )
        #expect(settings.warnings.map(\.code.rawValue) == ["password_file_readable"])
    }
}
