import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Whoever publishes with another key than the consumers have is told so, since these skip such messages without a word.
@Suite struct PublishKeyTests {
    private static let other = String(repeating: "a1", count: 32)
    private static let warning = "the newest signed entry of caracal.sessions.revoke does not verify with this key"
    private static let fields = ["publish", "sessions.revoke", "zone_id=z", "session_id=s"]

    private static func runner(_ server: SandboxServer, key: String = Publish.key) -> CommandRunner {
        var runner = Publish.runner(server.url)
        runner.environment["STREAMS_HMAC_KEY"] = key
        return runner
    }

    @Test func theSameKeyIsNothingToTellOf() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            // First an empty stream, then one with an entry of this key.
            for _ in 1...2 {
                let result = try Self.runner(server).run(Self.fields)
                #expect(result.status == 0)
                #expect(result.stderr == "caracalctl: note: caracal.sessions.revoke is read by sts-revocation\n")
            }
        }
    }

    @Test func anEntryWithoutASignatureTellsNothing() throws {
        try withServer { server in
            try server.makeRevocations()
            let result = try Self.runner(server).run(Self.fields)
            #expect(result.status == 0)
            #expect(result.stderr == "caracalctl: note: caracal.sessions.revoke is read by sts-revocation\n")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anotherKeyIsSaidAndTheMessageIsPublished(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations(empty: true)
            #expect(try Self.runner(server).run(Self.fields).status == 0)
            let result = try Self.runner(server, key: Self.other).run(Self.fields)
            #expect(result.status == 0)
            #expect(
                result.stderr == """
                    caracalctl: warning: \(Self.warning): consumers that have the key it was signed with skip what is published here
                    caracalctl: note: caracal.sessions.revoke is read by sts-revocation

                    """
            )
            #expect(try server.entryIDs().count == 2)
            // Not signed at all is what was asked for.
            let unsigned = try Self.runner(server).run(Self.fields + ["--unsigned"])
            #expect(unsigned.status == 0)
            #expect(!unsigned.stderr.contains(Self.warning), "\(unsigned)")
        }
    }

    private static let reader = "caracalctl: note: caracal.sessions.revoke is read by sts-revocation\n"

    private static func mixture(_ all: Int, _ counts: String) -> String {
        "caracalctl: warning: the newest \(all) signed entries of caracal.sessions.revoke are of two keys: \(counts) not "
            + "(caracalctl verify-sig sessions.revoke)\n"
    }

    /// The second message with a wrong key is no confirmation of the first, and what came before blames no right key.
    @Test func newestEntriesOfTwoKeysAreSaidToBeThatWithoutBlame() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            for _ in 1...2 { #expect(try Self.runner(server).run(Self.fields).stderr == Self.reader) }
            let wrong = Self.runner(server, key: Self.other)
            #expect(
                try wrong.run(Self.fields).stderr.hasPrefix(
                    "caracalctl: warning: none of the newest 2 signed entries of caracal.sessions.revoke verifies with this key: "
                )
            )
            #expect(
                try wrong.run(Self.fields).stderr == Self.mixture(3, "1 verifies with this key, 2 do") + Self.reader
            )
            #expect(
                try Self.runner(server).run(Self.fields).stderr
                    == Self.mixture(4, "2 verify with this key, 2 do") + Self.reader
            )
            // What is not signed counts on neither side.
            #expect(try Self.runner(server).run(Self.fields + ["--unsigned"]).stderr == Self.reader)
            #expect(
                try Self.runner(server).run(Self.fields + ["--dry-run"]).stderr
                    .contains(Self.mixture(5, "3 verify with this key, 2 do"))
            )
        }
    }

    /// No more round trips than without a key to try: one more command goes along with HELLO, and one with the look.
    @Test func theTrialGoesAlongWithTheLook() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let signed = try Self.runner(server).run(Self.fields + ["--trace"]).stderr.split(separator: "\n")
            let unsigned = try Self.runner(server).run(Self.fields + ["--trace", "--unsigned"]).stderr
                .split(separator: "\n")
            #expect(signed.count == unsigned.count + 2)
            #expect(
                signed.count { $0.contains(" 6/6 XREVRANGE caracal.sessions.revoke + - COUNT 20 ") } == 1,
                "\(signed)"
            )
        }
    }

    /// Fewer entries are read where they are large, and of very large ones no more than the look brings.
    @Test func noMoreIsReadThanAMebibyte() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            func add(_ bytes: Int) throws {
                let fields = ["pad", String(repeating: "x", count: bytes), "_sig", String(repeating: "0", count: 64)]
                let words = ["caracal.sessions.revoke", "*"] + fields
                let reply = try VerifySig.connect(server).send(Command("XADD", arguments: words.map { Array($0.utf8) }))
                #expect(reply.root.error == nil)
            }
            let words = Self.fields + ["--trace", "--dry-run"]
            for _ in 1...20 { try add(60_000) }
            let some = try Self.runner(server).run(words)
            #expect(some.status == 0)
            #expect(some.stderr.contains(" 6/6 XREVRANGE caracal.sessions.revoke + - COUNT 17 "), "\(some.stderr)")
            #expect(some.stderr.contains("none of the newest 17 signed entries"), "\(some.stderr)")
            try add(600_000)
            let one = try Self.runner(server).run(words)
            #expect(one.status == 0)
            #expect(!one.stderr.contains("XREVRANGE"), "\(one.stderr)")
            #expect(one.stderr.contains(Self.warning), "\(one.stderr)")
        }
    }

    /// Who may not read the stream is told by the newest entry, which the look brings.
    @Test func withoutTheRightToReadTheNewestEntryIsTried() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            #expect(try Self.runner(server).run(Self.fields).status == 0)
            try server.send("ACL SETUSER default -xrevrange")
            #expect(try Self.runner(server).run(Self.fields).stderr == Self.reader)
            let result = try Self.runner(server, key: Self.other).run(Self.fields)
            #expect(result.status == 0)
            #expect(result.stderr.contains(Self.warning), "\(result)")
            // The newest one tells nothing.
            #expect(try Self.runner(server).run(Self.fields + ["--unsigned"]).stderr == Self.reader)
            #expect(
                try Self.runner(server).run(Self.fields).stderr == """
                    caracalctl: warning: the key could not be tried on caracal.sessions.revoke: this user may not XREVRANGE; with \
                    another key than the consumers' they skip what is published
                    \(Self.reader)
                    """
            )
        }
    }

    @Test func manyMessagesAndThePlanAreWarnedOfOnce() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            #expect(try Self.runner(server).run(Self.fields).status == 0)
            let runner = Self.runner(server, key: Self.other)
            let runs: [(arguments: [String], input: String)] = [
                (Self.fields + ["--dry-run"], ""),
                (["publish", "sessions.revoke", "--ndjson", "-", "--dry-run"], Publish.lines(300)),
                (["publish", "sessions.revoke", "--ndjson", "-"], Publish.lines(300)),
            ]
            for (arguments, input) in runs {
                let document = try runner.run(arguments + ["-o", "json"], input: input)
                #expect(document.status == 0)
                #expect(
                    document.stdout.split(separator: "\n").count { $0.contains(Self.warning) } == 1,
                    "\(arguments) \(document)"
                )
                #expect(document.stdout.contains(#""code": "invalid_signature""#))
                if arguments.contains("--dry-run") { #expect(try server.entryIDs().count == 1) }
            }
            let text = try Self.runner(server).run(runs[1].arguments, input: runs[1].input)
            #expect(
                text.stderr.split(separator: "\n").count {
                    $0.contains(
                        "none of the newest 20 signed entries of caracal.sessions.revoke verifies with this key"
                    )
                } == 1,
                "\(text.stderr)"
            )
        }
    }

    @Test func anAuditEventHasAKeyOfItsOwn() throws {
        try withServer { server in
            try server.send("XGROUP CREATE caracal.audit.events audit-ingestor $ MKSTREAM")
            var runner = Publish.runner(server.url)
            let arguments = ["publish", "audit.events", #"data={"id":"1"}"#, "--no-schema"]
            runner.environment["AUDIT_HMAC_KEY"] = Publish.key
            for _ in 1...2 {
                let result = try runner.run(arguments)
                #expect(result.status == 0, "\(result)")
                #expect(!result.stderr.contains("does not verify"), "\(result)")
            }
            runner.environment["AUDIT_HMAC_KEY"] = Self.other
            let result = try runner.run(arguments)
            #expect(result.status == 0)
            #expect(
                result.stderr.contains(
                    "none of the newest 2 signed entries of caracal.audit.events verifies with this key: consumers that have "
                        + "the key they were signed with skip what is published here"
                ),
                "\(result)"
            )
        }
    }
}
