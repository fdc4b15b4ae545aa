import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// A cluster whose servers speak TLS and nothing else, with each other as well.
@Suite struct ClusterTLSTests {
    private static let publish = ["publish", "sessions.revoke", "zone_id=z", "session_id=s", "outbox_id=m-1"]

    @Test func worksOnStreamsWhereverTheyAre() throws {
        try withCluster(certificates: [.good]) { cluster in
            expect(try cluster.run("provision"), status: 0, stdout: provisioned("created", start: "0"))
            for index in 0..<3 { #expect(try cluster.run(index, "DBSIZE").root.integer == 3) }
            let published = try cluster.runner(by: 1).run(Self.publish)
            #expect(published.status == 0)
            expect(try cluster.run("xlen", "sessions.revoke", "--raw"), status: 0, stdout: "1\n")
            expect(
                try cluster.run("verify-sig", "sessions.revoke", by: 2),
                status: 0,
                stdout: """
                    STREAM           SCHEME  ENTRIES  VALID  INVALID  UNSIGNED
                    sessions.revoke  fields        1      1        0         0

                    """
            )
        }
    }

    @Test func followsAStreamThatMovesMeanwhile() throws {
        try withCluster(certificates: [.good]) { cluster in
            try LongPublish.followMove(of: cluster)
            // It was sent from the one to the other, on its way and for good.
            #expect(try cluster.errorCount("ASK", at: 2) > 0)
            #expect(try cluster.errorCount("MOVED", at: 2) > 0)
            let checked = try cluster.run("verify-sig", "sessions.revoke", "--each", by: 1)
            #expect(checked.status == 0)
            #expect(checked.stdout.split(separator: "\n").count { $0.contains("\"verdict\":\"valid\"") } == 3_000)
        }
    }

    @Test func goesOnWithTheSuccessorOfTheServerItEnteredBy() throws {
        try withCluster(replicas: true, certificates: [.good]) { cluster in
            let command = try LongPublish.begin(cluster, by: 2)
            try eventually("the replica has all") { try cluster.outboxIDsOfReplica(5).count == 1_000 }
            try cluster.lose(2)
            let result = try LongPublish.end(command, after: 1_001...3_000)
            #expect(result.status == 0)
            #expect(try cluster.outboxIDs(at: 5) == Publish.identifiers(3_000))
        }
    }

    @Test func everyServerIsShownTheClientCertificate() throws {
        let files = try TLSFiles.shared
        try withCluster(certificates: [.good], wantsClients: true) { cluster in
            expect(
                try cluster.run("provision"),
                status: 69,
                stderr: "caracalctl: 127.0.0.1:\(cluster.port(0)) wants a client certificate (--cert and --key)\n"
            )
            var runner = try cluster.runner()
            runner.environment["CARACALCTL_CERT"] = files.file(.client)
            runner.environment["CARACALCTL_KEY"] = files.key(.client)
            expect(try runner.run(["provision"]), status: 0, stdout: provisioned("created", start: "0"))
        }
    }
}

// MARK: - A server that is not trusted

extension ClusterTLSTests {
    private static func distrust(_ port: UInt16) -> String {
        "127.0.0.1:\(port) is not trusted: its certificate is for redis.example, *.wild.example, 10.0.0.1, "
            + #"\x1b[31m.example, not for 127.0.0.1 (--sni says which name to expect)"#
    }

    @Test func aServerWithTheWrongNameIsToldNothing() throws {
        try withCluster(certificates: [.good, .good, .wrongName]) { cluster in
            // The stream is there, so that only the certificate stands in the way.
            try cluster.run(2, "XADD", Publish.stream, "1-1", "zone_id", "z", "session_id", "s")
            let refused = "caracalctl: \(Self.distrust(cluster.port(2)))\n"
            for index in [0, 2] { expect(try cluster.run("xlen", by: index), status: 69, stderr: refused) }
            expect(try cluster.runner().run(Self.publish), status: 69, stderr: refused)
            expect(try cluster.run("verify-sig", "sessions.revoke"), status: 69, stderr: refused)
            #expect(try cluster.run(2, "XLEN", Publish.stream).root.integer == 1)
            #expect(try !cluster.hasRun("xinfo|stream", at: 2))
        }
    }

    @Test func whatTheOthersHoldCanStillBeUsed() throws {
        try withCluster(certificates: [.good, .good, .wrongName]) { cluster in
            try cluster.run(0, "XADD", "caracal.policy.invalidate", "1-1", "a", "b")
            expect(try cluster.run("xlen", "policy.invalidate", "--raw"), status: 0, stdout: "1\n")
        }
    }

    @Test func insecureIsWarnedOfOnceForAllServers() throws {
        try withCluster(certificates: [.good, .wrongName, .wrongName]) { cluster in
            var runner = try cluster.runner()
            runner.environment["CARACALCTL_CACERT"] = nil
            expect(
                try runner.run(["provision", "--insecure"]),
                status: 0,
                stdout: provisioned("created", start: "0"),
                stderr:
                    "caracalctl: warning: --insecure: the server's certificate is not checked, so anyone who answers can "
                    + "read and change everything, passwords too\n"
            )
        }
    }

    /// The stranger is sent nothing, and once it is trusted after all each message is there once.
    @Test func aStreamThatMovesToAServerThatIsNotTrustedIsNotFollowed() throws {
        try withCluster(certificates: [.wrongName, .good, .good]) { cluster in
            // Its own streams cannot be provisioned.
            try cluster.run(2, "XADD", Publish.stream, "1-1", "zone_id", "z", "session_id", "s")
            let command = try cluster.runner(by: 1)
                .start(["publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson"])
            command.type(LongPublish.lines(1...1_000))
            try command.waitForOutput("\"line\":1000,")
            try cluster.move(Publish.stream, to: 0)
            let result = try LongPublish.end(command, after: 1_001...3_000)
            #expect(result.status == 74)
            #expect(
                result.stderr.contains(
                    "127.0.0.1:\(cluster.port(0)) is not trusted: its certificate is for redis.example"
                )
            )
            #expect(try cluster.outboxIDs(at: 0) == Publish.identifiers(1_000))
            #expect(try !cluster.hasRun("xadd", at: 0))
            let file = try Publish.resumeFile(command)
            let resumed = try cluster.runner(by: 1).run(["publish", "--resume", file, "--sni", "redis.example"])
            #expect(resumed.status == 69, "the others have not that name")
            var trusting = try cluster.runner(by: 1)
            trusting.environment["CARACALCTL_CACERT"] = nil
            #expect(try trusting.run(["publish", "--resume", file, "--insecure"]).status == 0)
            let stored = try cluster.outboxIDs(at: 0)
            #expect(stored.count > 1_000)
            #expect(stored == Publish.identifiers(stored.count))
        }
    }
}

extension ClusterServers {
    /// How often a server has answered with an error of this kind.
    fileprivate func errorCount(_ kind: String, at index: Int) throws -> Int {
        let field = try statistics("errorstats", at: index).bytes("errorstat_\(kind)") ?? []
        return field.split(separator: UInt8(ascii: "=")).last.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    /// Whether a server has run a command.
    fileprivate func hasRun(_ command: String, at index: Int) throws -> Bool {
        try statistics("commandstats", at: index).bytes("cmdstat_\(command)") != nil
    }

    private func statistics(_ section: String, at index: Int) throws -> InfoFields {
        InfoFields(try run(index, "INFO", section).root.text ?? [])
    }
}
