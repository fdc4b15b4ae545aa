import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// Checks over examinations that were changed by hand: what no server can easily be brought into.
@Suite struct HealthCheckTests {
    @Test func idsAreWordsInKebabCaseAndComeOnce() {
        let ids = HealthCheck.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.allSatisfy { $0 == 0x2D || (0x61...0x7A).contains($0) } })
        #expect(HealthCheck.all.allSatisfy { !$0.subject.isEmpty && !$0.reason.isEmpty && !$0.remedy.isEmpty })
    }

    /// No command takes a name that is not UTF-8: redis-cli takes the place of those that hold it, and of no other.
    @Test(
        arguments: [
            ("caracalctl pending s \"$(printf 'a\\377')\" # start it", true),
            ("caracalctl ack s \"$(printf 'a\\377')\" --trimmed && caracalctl dlq redrive", true),
            ("caracalctl group prune s # if those hosts are gone for good", false),
            ("caracalctl pending s \"$(printf 'aa\\377')\"", false),
            (nil, false),
        ] as [(String?, Bool)]
    )
    func aFixIsReplacedOnlyWhereItHoldsTheName(fix: String?, isReplaced: Bool) {
        let name: [UInt8] = [0x61, 0xFF]
        let fix = fix.map { TerminalText(keeping: $0) }
        let outcome = CheckOutcome(.failure, "x", stream: "s", group: name, fix: fix)
        #expect(outcome.fix == (isReplaced ? RedisCLI.look(at: name, on: "s".utf8) : fix))
    }

    @Test(
        arguments: [
            ("8.2.3", CheckOutcome.Status.ok), ("7.0.15", .note), ("6.2.14", .warning), ("6.0.16", .failure),
            ("5", .unknown), (nil, .unknown),
        ] as [(String?, CheckOutcome.Status)]
    )
    func aVersionIsJudgedByWhatItCanTell(version: String?, status: CheckOutcome.Status) throws {
        #expect(
            try outcome(.serverVersion) { $0.servers[0].server.version = version.map { ServerVersion($0) } } == [status]
        )
    }

    @Test(
        arguments: [
            (21 * 86_400, CheckOutcome.Status.ok), (21 * 86_400 - 1, .warning), (0, .warning), (-1, .failure),
            (nil, .unknown),
        ] as [(Int?, CheckOutcome.Status)]
    )
    func aCertificateIsJudgedByTheTimeLeft(left: Int?, status: CheckOutcome.Status) throws {
        let certificate = ServerCertificate(subject: Array("CN=x".utf8), end: "2030-01-01T00:00:00Z", left: left)
        #expect(try outcome(.certificate) { $0.servers[0].certificate = certificate } == [status])
    }

    @Test func anUnencryptedConnectionOverANetworkIsNoted() throws {
        #expect(try outcome(.certificate) { $0.servers[0].isRemote = true } == [.note])
        #expect(try outcome(.certificate) { $0.servers[0].isRemote = false } == [.ok])
    }

    @Test func protectedModeMattersLessBehindAPassword() throws {
        let off = ConfigValues(["protected-mode": "no"])
        func change(_ examination: inout Examination, _ hasCredentials: Bool) {
            examination.servers[0].settings.answers["protected-mode"] = .success(off)
            examination.servers[0].hasCredentials = hasCredentials
        }
        #expect(try outcome(.protectedMode) { change(&$0, false) } == [.failure])
        #expect(try outcome(.protectedMode) { change(&$0, true) } == [.warning])
    }

    @Test(
        arguments: [
            ("appendfsync", "everysec", CheckOutcome.Status.ok), ("appendfsync", "always", .note),
            ("appendfsync", "no", .failure),
            ("save", "3600 1", .ok), ("save", "900 1", .note), ("save", "", .warning), ("timeout", "0", .ok),
            ("timeout", "1", .warning), ("tcp-keepalive", "60", .ok), ("tcp-keepalive", "300", .note),
            ("tcp-keepalive", "0", .warning), ("bind", "0.0.0.0", .ok), ("bind", "", .ok),
            ("bind", "127.0.0.1 -::1", .note),
            ("bind", "127.0.0.1 10.0.0.1", .ok),
        ]
    )
    func aSettingIsHeldAgainstTheSpecification(name: String, value: String, status: CheckOutcome.Status) throws {
        let check = try #require(HealthCheck.all.first { $0.id == name })
        #expect(
            try outcome(check) { $0.servers[0].settings.answers[name] = .success(ConfigValues([name: value])) } == [
                status
            ]
        )
        #expect(try outcome(check) { $0.servers[0].settings.answers[name] = .success(ConfigValues([:])) } == [.unknown])
        let refusal = Refusal(code: "NOPERM", message: Array("NOPERM".utf8))
        #expect(try outcome(check) { $0.servers[0].settings.answers[name] = .failure(refusal) } == [.unknown])
    }

    @Test func aMissingKeyIsNeverTakenForOk() throws {
        let key = LocalSetup.Key(scheme: .fields, variable: "STREAMS_HMAC_KEY", state: .absent)
        #expect(try outcome(.signatures) { $0.setup = LocalSetup(keys: [key]) } == [.unknown])
    }

    @Test func aReplicaOutOfStepIsAWarning() throws {
        let info = InfoFields(
            Array(
                "role:master\r\nconnected_slaves:2\r\nslave0:ip=a,state=online\r\nslave1:ip=b,state=wait_bgsave\r\n"
                    .utf8
            )
        )
        #expect(try outcome(.replication) { $0.servers[0].replication = .success(info) } == [.warning])
    }

    /// The statuses that a check comes to on a healthy bus that was changed.
    /// Seconds ago, and how many milliseconds each took.
    @Test(
        arguments: [
            ([], CheckOutcome.Status.ok), ([(1, 999), (2, 999)], .ok), ([(1, 100), (2, 100), (880, 100)], .warning),
            ([(1, 99), (2, 100), (880, 100)], .ok), ([(1, 100), (2, 100), (920, 100)], .ok), ([(1, 1000)], .warning),
        ] as [([(UInt64, UInt64)], CheckOutcome.Status)]
    )
    func callsCountWhereTheyAreRecentAndMoreThanAMomentsHaste(calls: [(UInt64, UInt64)], status: CheckOutcome.Status)
        throws
    {
        let found = try outcome(.slowCalls) { examination in
            let now = examination.servers[0].clock.value?.server ?? 0
            examination.servers[0].slowCalls = .known(
                calls.map { SlowCall(time: now - $0 * 1000, duration: $1 * 1000, command: Array("keys".utf8)) }
            )
        }
        #expect(found == [status])
    }

    /// The latest second that the log of a hostile server can name.
    @Test func aCallOfTheFarFutureEndsNothing() throws {
        let last = UInt64.max / 1000 * 1000
        let found = try outcome(.slowCalls) {
            $0.servers[0].slowCalls = .known([SlowCall(time: last, duration: .max, command: Array("keys".utf8))])
        }
        #expect(found == [.warning])
    }

    @Test func callsThatNobodyLogsAreNotKnown() throws {
        for value in ["-1", "100001", "x"] {
            let off = ConfigValues(["slowlog-log-slower-than": value])
            let found = try outcome(.slowCalls) {
                $0.servers[0].settings.answers["slowlog-log-slower-than"] = .success(off)
            }
            #expect(found == [.unknown], "\(value)")
        }
        #expect(try outcome(.slowCalls) { $0.servers[0].slowCalls = .notPermitted } == [.unknown])
        #expect(try outcome(.slowCalls) { $0.servers[0].clock = .notPermitted } == [.unknown])
    }

    private func outcome(_ check: HealthCheck, _ change: (inout Examination) -> Void) throws -> [CheckOutcome.Status] {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            var examination = try DoctorBus(server).examine()
            change(&examination)
            return check.examine(examination).map(\.status)
        }
    }
}
