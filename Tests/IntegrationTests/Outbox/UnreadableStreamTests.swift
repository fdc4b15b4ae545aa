import RedisSandbox
import TestSupport
import Testing

/// What `outbox show` and `outbox reconcile` make of a stream that may not be read, or that is none.
@Suite struct UnreadableStreamTests {
    private static let otherType = "caracal.sessions.revoke is not a stream: it holds a string"
    private static let unknown = "caracalctl: warning: whether it is in its stream is not known: "

    @Test func anEntryThatCouldNotBeLookedForIsUnknown() throws {
        try Published.with(1) { runner, server, _, ids in
            let show = ["outbox", "show", ids[1]]
            try server.send("ACL SETUSER looking on nopass ~* +@all -xrange -xrevrange")
            var looking = runner
            looking.environment["REDIS_URL"] = "redis://looking:x@127.0.0.1:\(server.port ?? 0)"
            let refused = try looking.run(show)
            #expect(refused.status == 77)
            #expect(refused.stdout.contains("entry       unknown\n"), "\(refused.stdout)")
            #expect(
                refused.stderr.hasPrefix(
                    "\(Self.unknown)caracal.sessions.revoke: the user \"looking\" may not run XRANGE on caracal.sessions.revoke ("
                ),
                "\(refused)"
            )
            #expect(try looking.run(show + ["-o", "json"]).stdout.contains(#""entries": null"#))
            // What no key holds is not there, whatever may be read.
            try server.send("RENAME caracal.sessions.revoke xx")
            let missing = try looking.run(show)
            #expect(missing.status == 0, "\(missing)")
            #expect(missing.stdout.contains("entry       none found (0 entries searched)\n"), "\(missing.stdout)")
            try server.send("SET caracal.sessions.revoke 1")
            let other = try runner.run(show)
            #expect(other.status == 1)
            #expect(other.stdout.contains("entry       unknown\n"), "\(other.stdout)")
            #expect(other.stderr == "\(Self.unknown)\(Self.otherType)\n")
            for (rights, status) in [("resetkeys", Int32(77)), ("off", 77)] {
                try server.send("ACL SETUSER looking \(rights)")
                let result = try looking.run(show)
                #expect(result.status == status, "\(result)")
                #expect(result.stdout.contains("entry       unknown\n"), "\(result.stdout)")
            }
            looking.environment["REDIS_URL"] = "redis://127.0.0.1:1"
            let unreachable = try looking.run(show)
            #expect(unreachable.status == 69, "\(unreachable)")
            #expect(unreachable.stdout.contains("entry       unknown\n"), "\(unreachable.stdout)")
        }
    }

    @Test(arguments: [1, 0])
    func aKeyThatHoldsNoStreamIsAFinding(_ rows: Int) throws {
        try Published.with(1) { runner, server, postgres, ids in
            if rows == 0 { try postgres.sql("DELETE FROM caracal_outbox") }
            try server.send("RENAME caracal.sessions.revoke xx", "SET caracal.sessions.revoke 1")
            let head = rows == 0 ? "" : "ID                                    STATUS\n\(ids[1])  unknown\n"
            let counts = rows == 0 ? "1 row compared: 1 present\n" : "2 rows compared: 1 present, 1 unknown\n"
            let said = "\(ReconcileOutput.unchecked)caracalctl: \(Self.otherType)\n"
            expect(
                try runner.run(["outbox", "reconcile", "--columns", "id,status"]),
                status: 1,
                stdout: ReconcileOutput.title(server, postgres) + head + counts,
                stderr: said
            )
            let left = rows == 0 ? "" : ", and 1 unknown (not returned: its entry may be there still)"
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes"]),
                status: 1,
                stderr: "\(said)caracalctl: note: of what could be read, nothing is lost\(left): nothing was changed\n"
            )
        }
    }

    /// The dead letters of a missing row could not be looked at either: it may have been in one.
    @Test func aDeadLetterKeyThatHoldsNoStreamIsAFinding() throws {
        try Published.with(1) { runner, server, postgres, ids in
            try server.send("DEL caracal.sessions.revoke", "SET caracal.sessions.revoke.dead 1")
            let said =
                "\(ReconcileOutput.unchecked)caracalctl: caracal.sessions.revoke.dead is not a stream: it holds a string\n"
            expect(
                try runner.run(["outbox", "reconcile", "--columns", "id,status,evidence"]),
                status: 1,
                stdout: """
                    \(ReconcileOutput.title(server, postgres))\
                    ID                                    STATUS
                    \(ids[1])  unknown  its stream or its dead letters could not be read
                    2 rows compared: 1 present, 1 unknown

                    """,
                stderr: said
            )
            let left = "1 unknown (not returned: its entry may be there still): nothing was changed"
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes"]),
                status: 1,
                stderr: "\(said)caracalctl: note: of what could be read, nothing is lost, and \(left)\n"
            )
        }
    }

    /// Every command that looks at dead letters says it of such a key.
    @Test(arguments: [
        ["dlq"], ["dlq", "ls", "sessions.revoke"], ["memory"], ["doctor", "--only", "dead-letters"],
        ["trace", "0199a000-0000-7000-8000-00000000000a"],
    ])
    func noCommandPassesOverADeadLetterKeyThatHoldsNoStream(_ words: [String]) throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("SET caracal.sessions.revoke.dead 1")
            let result = try CommandRunner(for: server).run(words)
            #expect(result.status == 1, "\(result)")
            let said = "caracal.sessions.revoke.dead is not a stream: it holds a string"
            #expect((result.stdout + result.stderr).ranges(of: said).count == 1, "\(result)")
        }
    }
}
