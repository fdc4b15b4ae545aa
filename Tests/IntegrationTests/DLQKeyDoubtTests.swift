import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What looks forged may have been checked with another key than the services': who is told of an incident is asked about that.
@Suite struct DLQKeyDoubtTests {
    private static func question(_ share: String) -> String {
        "caracalctl: warning: \(share): is the key that is set the services' key? (caracalctl env)\n"
    }

    /// One whose signature does not hold.
    private static func altered(_ event: String, reason: String = "pg_permanent_error:x") -> [String] {
        var letter = DLQ.audited(event, reason: reason)
        letter[7] = "{\"id\":1}"
        return letter
    }

    @Test func withAnotherKeyEveryCommandAsksWhetherItIsTheRightOne() throws {
        try withServer { server in
            try DLQ.fill(server)
            try DLQ.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let id = try #require(try server.entryIDs(of: DLQ.audit).first)
            var runner = DLQ.runner(server)
            for name in ["AUDIT_HMAC_KEY", "STREAMS_HMAC_KEY"] {
                runner.environment[name] = String(repeating: "b2", count: 32)
            }
            let audit = Self.question("none of the signatures looked at in caracal.audit.events.dlq is valid")
            let revocations = Self.question("none of the signatures looked at in caracal.sessions.revoke.dead is valid")
            for (arguments, stderr) in [
                ([], audit + revocations), (["ls"], audit + revocations),
                (["ls", "--newest", "--stream", "audit.events"], audit),
                (["show", id], audit), (["ls", "--stream", "sessions.revoke"], revocations),
            ] {
                let result = try runner.run(["dlq"] + arguments)
                #expect(result.stderr == stderr, "\(arguments)")
                #expect(result.status == 0, "\(arguments)")
                #expect(result.stdout.contains("no: treat as a security incident: the signature does not match"))
                let json = try runner.run(["dlq"] + arguments + ["-o", "json"])
                #expect(json.stdout.contains("is the key that is set the services' key? (caracalctl env)"), "\(json)")
                let right = try DLQ.runner(server).run(["dlq"] + arguments)
                #expect((right.status, right.stderr) == (0, ""), "\(arguments)")
            }
            let named = try runner.run(["dlq", "redrive", id, "--dry-run"])
            #expect(named.status == 1)
            #expect(
                named.stderr == """
                    caracalctl: 1 dead letter stays in caracal.audit.events.dlq for the signature alone, and none of those named has \
                    one that holds: is the key that is set the services' key? (caracalctl env)
                    caracalctl: 1 dead letter stays in caracal.audit.events.dlq: treat as a security incident: the signature does not \
                    match (\(id))

                    """
            )
        }
    }

    /// The newest five say it too: the services may have another key since then.
    @Test func mostOrTheNewestRaiseTheQuestion() throws {
        try withServer { server in
            try DLQ.fill(server, 6)
            for (more, stderr) in [
                (4, ""),
                (1, Self.question("the newest signatures looked at in caracal.audit.events.dlq are not valid")),
                (2, Self.question("most of the signatures looked at in caracal.audit.events.dlq are not valid")),
            ] {
                try DLQ.add((0..<more).map { Self.altered("x\($0)") }, to: DLQ.audit, on: server)
                for arguments in [[], ["ls"], ["ls", "--newest"]] {
                    let result = try DLQ.runner(server).run(["dlq"] + arguments)
                    #expect((result.status, result.stderr) == (0, stderr), "\(more) \(arguments)")
                }
            }
        }
    }

    /// A service that found a message forged did so with its own key; and what is no signature is invalid under every key.
    @Test func whatIsForgedWhateverTheKeyIsRaisesNone() throws {
        try withServer { server in
            _ = try server.run("provision")
            var garbage = DLQ.audited("y")
            garbage[9] = "none"
            try DLQ.add([Self.altered("x", reason: "hmac_verify_failed"), garbage], to: DLQ.audit, on: server)
            let id = try #require(try server.entryIDs(of: DLQ.audit).first)
            for arguments in [[], ["ls"], ["ls", "--reason", "hmac_verify_failed"], ["show", id]] {
                let result = try DLQ.runner(server).run(["dlq"] + arguments)
                #expect((result.status, result.stderr) == (0, ""), "\(arguments)")
            }
        }
    }
}
