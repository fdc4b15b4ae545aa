import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What `outbox reconcile --requeue` says where it could look only at a part.
@Suite struct ReconcileGuardTests {
    /// What may not be read may hold what is missing, and may be lost as well: neither is known, and neither option returns it.
    @Test func whatCouldNotBeReadIsNotSaidToBeThere() throws {
        try Published.with { runner, server, postgres, _ in
            try server.send("DEL caracal.sessions.revoke", "XADD caracal.sessions.revoke.dead * a b")
            try server.send(
                "ACL SETUSER looking on nopass resetkeys ~caracal.keys.invalidate ~caracal.sessions.revoke +@all"
            )
            var runner = runner
            runner.environment["REDIS_URL"] = "redis://looking:x@127.0.0.1:\(server.port ?? 0)"
            let rest = "3 unknown (not returned: their entries may be there still): nothing was changed\n"
            for (options, none) in [([], "nothing is lost"), (["--unknown"], "there is nothing to return")] {
                let result = try runner.run(["outbox", "reconcile", "--requeue", "--yes"] + options)
                #expect(result.status == 77, "\(result)")
                #expect(
                    result.stderr.hasSuffix("caracalctl: note: of what could be read, \(none), and \(rest)"),
                    "\(result.stderr)"
                )
            }
            // What is lost all the same is returned, and that it was not all stays the status.
            try server.send("DEL caracal.keys.invalidate", "ACL SETUSER looking ~caracal.keys.invalidate.dead")
            let result = try runner.run(["outbox", "reconcile", "--requeue", "--yes"])
            #expect(result.status == 77, "\(result)")
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL") == ["3"])
        }
    }
}
