import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Two streams may give out the same id: who names it has to be told of both.
@Suite struct DLQSharedIDTests {
    private static let names = "5-1 names dead letters in \(DLQ.audit) and \(DLQ.revocations)"
    private static let streams = [DLQ.audit, DLQ.revocations]

    /// A dead letter under 5-1 in each stream, both of which can go back.
    private func fill(_ server: SandboxServer) throws {
        _ = try server.run("provision")
        let letters = [DLQ.audited("event"), DLQ.connected(reason: "pg_permanent_error")]
        for (stream, letter) in zip(Self.streams, letters) {
            let arguments = ([stream, "5-1"] + letter).map { Array($0.utf8) }
            _ = try VerifySig.connect(server).send(Command("XADD", arguments: arguments))
        }
    }

    private func lengths(_ server: SandboxServer) throws -> [Int64?] {
        try (Self.streams + ["caracal.audit.events", "caracal.sessions.revoke"]).map {
            try server.send("XLEN \($0)")[0].root.integer
        }
    }

    @Test(arguments: ["5-1", "5"])
    func redriveRefusesUntilOneIsChosen(id: String) throws {
        try withServer { server in
            try fill(server)
            let names = Self.names.replacing("5-1", with: id)
            for option in ["--dry-run", "--yes"] {
                let result = try DLQ.run(server, "redrive", id, option)
                #expect(result.stderr == "caracalctl: \(names): choose one with --stream; nothing was changed\n")
                #expect((result.status, result.stdout) == (64, ""))
            }
            #expect(try lengths(server) == [1, 1, 0, 0])
            let chosen = try DLQ.run(server, "redrive", id, "--stream", "sessions.revoke", "--yes")
            #expect((chosen.status, chosen.stderr) == (0, ""))
            #expect(try lengths(server) == [1, 0, 0, 1])
            // Now it names one.
            #expect(try DLQ.run(server, "redrive", id, "--yes").status == 0)
            #expect(try lengths(server) == [0, 0, 1, 1])
        }
    }

    /// Without ids all of them are meant.
    @Test func whoNamesNoneMeansAll() throws {
        try withServer { server in
            try fill(server)
            let result = try DLQ.run(server, "redrive", "--yes")
            #expect((result.status, result.stderr) == (0, ""))
            #expect(try lengths(server) == [0, 0, 1, 1])
        }
    }

    @Test func showAndExportTakeAllAndSaySo() throws {
        try withServer { server in
            try fill(server)
            let warning = "caracalctl: warning: \(Self.names): --stream chooses one\n"
            for command in ["show", "export"] {
                let result = try DLQ.run(server, command, "5-1")
                #expect((result.status, result.stderr) == (0, warning), "\(command)")
                #expect(Self.streams.allSatisfy(result.stdout.contains), "\(command)")
                let chosen = try DLQ.run(server, command, "5-1", "--stream", "audit.events")
                #expect((chosen.status, chosen.stderr) == (0, ""), "\(command)")
                #expect(!chosen.stdout.contains(DLQ.revocations), "\(command)")
            }
            let json = try DLQ.run(server, "show", "5-1", "-o", "json")
            #expect(json.stdout.contains("\"code\": \"same_id\""), "\(json.stdout)")
        }
    }
}
