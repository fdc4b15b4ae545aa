import Glibc
import RedisSandbox
import TestSupport
import Testing

/// A bus that was made anew: what was published before is lost, however long ago that was.
@Suite struct MadeAnewTests {
    private static let hour: Int64 = 3_600_000
    private static let keys = "caracal.keys.invalidate"

    /// An id of that many milliseconds ago.
    private static func id(_ ago: Int64) -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return "\(Int64(time.tv_sec) * 1000 - ago)-0"
    }

    /// Three rows that were published two days ago, and a bus with the streams of the table.
    private func withBus(_ body: (SandboxServer, CommandRunner) throws -> Void) throws {
        try withServer(.v8_2) { server in
            try withPostgres { postgres in
                let runner = CommandRunner(for: server, postgres)
                #expect(try runner.run(["provision", "-q"]).status == 0)
                try postgres.insertRows(3, in: .api, .published, stream: Self.keys, secondsAgo: 2 * 86_400)
                try body(server, runner)
            }
        }
    }

    private func doctor(_ runner: CommandRunner) throws -> CommandResult {
        try runner.run(["doctor", "--only", "outbox-lost", "-q"])
    }

    /// The bus began ninety minutes ago, or has no entry yet.
    @Test(arguments: [true, false])
    func whatWasPublishedBeforeItIsFoundAndReturned(hasEntries: Bool) throws {
        try withBus { server, runner in
            if hasEntries {
                try server.send(
                    "XADD \(Self.keys) \(Self.id(3 * Self.hour / 2)) a b",
                    "XADD caracal.policy.invalidate * a b"
                )
            }
            let found = try doctor(runner)
            #expect(found.status == 1)
            #expect(
                found.stdout.hasPrefix(
                    "1. FAILURE outbox-lost: 3 rows of the API's outbox were published and are in no stream (keys.invalidate 3): lost\n"
                ),
                "\(found)"
            )
            let marker = "fix:  caracalctl "
            let line = try #require(found.stdout.split(separator: "\n").first { $0.contains(marker) })
            let fix = line.split(separator: marker)[1]
            #expect(fix.hasSuffix(" --stream keys.invalidate --requeue"))
            let words = fix.split(separator: " ").map(String.init)
            let done = try runner.run(words + ["--yes", "-o", "json"])
            #expect(done.status == 0 && done.stdout.contains("\"requeued\": 3"), "\(done)")
            expect(try doctor(runner), status: 0, stdout: "")
        }
    }

    /// A stream that was trimmed, one that began long ago, and one that was made anew among others that were not.
    @Test func whereItIsNotCertainNothingIsSaid() throws {
        let (old, now) = (Self.id(9 * 24 * Self.hour), Self.id(Self.hour))
        for lines in [
            [
                "XADD \(Self.keys) \(Self.id(2 * Self.hour)) a b", "XADD \(Self.keys) \(now) a b",
                "XTRIM \(Self.keys) MAXLEN 1",
            ],
            ["XADD \(Self.keys) \(old) a b"],
            ["XADD \(Self.keys) \(now) a b", "XADD caracal.policy.invalidate \(Self.id(3 * 24 * Self.hour)) a b"],
        ] {
            try withBus { server, runner in
                for line in lines { try server.send(line) }
                expect(try doctor(runner), status: 0, stdout: "")
            }
        }
    }
}
