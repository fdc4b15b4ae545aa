import Glibc
import RESP
import Redis
import RedisSandbox
import Rendering
import TestSupport
import Testing

/// What consumers skipped for its signature is published again only after it was shown, and never by the way.
@Suite struct PublishResignTests {
    /// Two valid entries, then two of a publisher with another key; m-1 to m-4.
    private func makeBorder(_ server: SandboxServer) throws -> [String] {
        try server.makeRevocations(empty: true)
        #expect(try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: Publish.lines(2)).status == 0)
        var other = Publish.runner(server.url)
        other.environment["STREAMS_HMAC_KEY"] = String(repeating: "a1", count: 32)
        let late = Publish.lines(4).split(separator: "\n").suffix(2).joined(separator: "\n")
        #expect(try other.run(["publish", "sessions.revoke", "--ndjson", "-"], input: late).status == 0)
        return try server.entryIDs()
    }

    /// What is said of two entries before anybody signs them.
    private func doubt(_ first: String, _ last: String) -> String {
        let named = [first, last].map { id in
            let time = EntryID(Array(id.utf8)).flatMap { ClockZone.utc.timestamp(milliseconds: $0.milliseconds) }
            return "\(id) (\(time ?? ""))"
        }
        return "caracalctl: warning: the 2 entries from \(named[0]) to \(named[1]) may be forged: anybody who can "
            + "write caracal.sessions.revoke could have put them there; sign them only if you know that the services wrote "
            + "them\n"
            + "caracalctl: warning: nothing was compared with the outboxes: set DATABASE_URL to leave out what its row "
            + "contradicts\n"
    }

    private func invalid(_ server: SandboxServer) throws -> String? {
        let report = try VerifySig.run(server, "sessions.revoke", "-o", "json")
        return report.stdout.split(separator: "\n").first { $0.contains("\"invalid\":") }.map { $0.filter(\.isNumber) }
    }

    @Test(arguments: RedisBinary.allCases)
    func whatAnotherKeySignedIsPublishedOnceSignedAnewWithItsOutboxID(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let ids = try makeBorder(server)
            let resign = ["sessions.revoke", "--resign", "--since", ids[0]]
            let plan = try Publish.runner(server.url).run(["publish"] + resign + ["--dry-run"])
            #expect(plan.status == 0)
            let lines = plan.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            #expect(lines.first == "ID AGE SIGNATURE RESULT")
            #expect(lines.count == 6)
            #expect(lines[1].hasPrefix("\(ids[2]) ") && lines[2].hasPrefix("\(ids[3]) "), "\(plan.stdout)")
            #expect(lines[1].hasSuffix(" the signature does not match will be signed anew"), "\(plan.stdout)")
            #expect(lines[3] == "They say:")
            #expect(lines[4].hasPrefix("\(ids[2]) ") && lines[5].hasPrefix("\(ids[3]) "), "\(plan.stdout)")
            #expect(lines[4].contains(" outbox_id=m-3") && lines[5].contains(" outbox_id=m-4"), "\(plan.stdout)")
            #expect(plan.stderr == doubt(ids[2], ids[3]))
            #expect(try server.entryIDs() == ids, "nothing was sent")

            let done = try Publish.runner(server.url).run(["publish"] + resign + ["--yes", "-o", "json"])
            #expect(done.status == 0, "\(done.stderr)")
            let after = try server.entryIDs()
            #expect(after.count == 6)
            #expect(done.stdout.contains("\"published\": 2"), "\(done.stdout)")
            #expect(try server.outboxIDs() == ["m-1", "m-2", "m-3", "m-4", "m-3", "m-4"])
            #expect(try invalid(server) == "2", "the old ones stay as they are")

            let again = try Publish.runner(server.url).run(["publish"] + resign + ["--yes"])
            #expect(again.status == 0)
            #expect(again.stdout.contains("kept: published again already, as \(after[4])"), "\(again.stdout)")
            #expect(again.stderr == "caracalctl: note: nothing to do: nothing was sent\n")
            #expect(try server.entryIDs() == after)
        }
    }

    @Test func whatMayNotBePublishedIsKeptAndSaid() throws {
        try withServer { server in
            let ids = try makeBorder(server)
            let stream = Publish.stream
            // A copy from another stream, an entry without an anchor, and one that is not there.
            let copy = VerifySig.invalidation.joined(separator: " ")
            try server.send("XADD \(stream) \(EntryID.last(ids).text) \(copy)", "XADD \(stream) * zone_id z _sig 00")
            let all = try server.entryIDs()
            let named = [ids[0], all[4], all[5], "9-9"]
            let result = try Publish.runner(server.url).run(
                ["publish", "sessions.revoke", "--resign", "--yes", "-o", "ndjson", "--id"] + named
            )
            #expect(result.status == 1)
            let items = try JSONNode.lines(result.stdout)
            #expect(items.map { $0["outcome"] } == Array(repeating: .string("kept"), count: 3))
            #expect(items[0]["reason"] == .string("its signature is valid"))
            #expect(items[1]["reason"] == .string("copied from another stream"))
            #expect(result.stderr.contains("caracal.sessions.revoke has no entry 9-9"))
            #expect(result.stderr.contains("3 entries are not published again"))
            #expect(try server.entryIDs() == all, "nothing was sent")
        }
    }

    @Test func aKeyUnderWhichNothingIsValidIsNotSignedWith() throws {
        try withServer { server in
            let ids = try makeBorder(server)
            var runner = Publish.runner(server.url)
            runner.environment["STREAMS_HMAC_KEY"] = String(repeating: "b2", count: 32)
            let words = ["publish", "sessions.revoke", "--resign", "--since", ids[2], "--dry-run"]
            let result = try runner.run(words)
            let evidence = "no signature in caracal.sessions.revoke is valid"
            expect(
                result,
                status: 78,
                stdout: result.stdout,
                stderr: doubt(ids[2], ids[3]) + otherKey(evidence)
            )
            #expect(result.stdout.contains("will be signed anew"), "the plan is shown all the same")
            // The error says it to who reads, the envelope to who does not.
            let document = try runner.run(words + ["-o", "json"])
            #expect(document.status == 78 && document.stdout.contains("\"no_valid_signature\""), "\(document)")
            #expect(!document.stderr.contains("no_valid_signature") && !document.stderr.contains("is it the one"))
            let forced = try runner.run(words + ["--force"])
            let table = { (text: String) in text.replacing(/-[01] +[0-9]+s/, with: "an age") }
            #expect(table(forced.stdout) == table(result.stdout))
            expect(
                forced,
                status: 0,
                stdout: forced.stdout,
                stderr: doubt(ids[2], ids[3])
                    + "caracalctl: warning: no signature on caracal.sessions.revoke is valid under this key: is it the one "
                    + "that the consumers have?\n"
            )
            #expect(try Publish.runner(server.url).run(words).stderr == doubt(ids[2], ids[3]))
        }
    }

    private func otherKey(_ evidence: String) -> String {
        "caracalctl: \(evidence): this may not be the key of the consumers, and nothing was sent; if it is: --force\n"
    }

    /// With the key of before a change an entry of that time is valid, and all good ones since seem to be bad.
    @Test func anOldValidEntryMakesTheKeyNoRightOne() throws {
        try withServer { server in
            let ids = try makeBorder(server)
            try server.send("XDEL \(Publish.stream) \(ids[0])")
            let words = ["publish", "sessions.revoke", "--resign", "--since", "1h"]
            expect(
                try Publish.runner(server.url).run(words + ["--yes"]),
                status: 78,
                stderr: otherKey("2 of 3 signatures in caracal.sessions.revoke are not valid")
            )
            #expect(try server.entryIDs() == Array(ids.dropFirst()))
            #expect(try Publish.runner(server.url).run(words + ["--yes", "--force"]).status == 0)
            #expect(try server.entryIDs().count == 5)
        }
    }

    /// Where the other streams' signatures hold at that time, it is the publisher of this one that has another key.
    @Test func theOtherStreamsTellWhoseKeyItIs() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            func publish(_ key: String, _ stream: String) throws {
                var runner = Publish.runner(server.url)
                runner.environment["STREAMS_HMAC_KEY"] = key
                let words = ["publish", stream, "--no-schema", "zone_id=z", "session_id=s"]
                #expect(try runner.run(words).status == 0)
            }
            let (own, other) = (Publish.key, String(repeating: "a1", count: 32))
            for (key, stream) in [(other, "sessions.revoke"), (own, "keys.invalidate"), (other, "sessions.revoke")] {
                try publish(key, stream)
            }
            let words = ["publish", "sessions.revoke", "--resign", "--since", "1h", "--dry-run"]
            #expect(try Publish.runner(server.url).run(words).status == 0)
            for (key, stream) in [(other, "keys.invalidate"), (other, "policy.invalidate"), (other, "sessions.revoke")]
            {
                try publish(key, stream)
            }
            let evidence =
                "no signature in caracal.sessions.revoke is valid, and at least half of those of other streams at that time are not either"
            let result = try Publish.runner(server.url).run(words)
            #expect(result.status == 78)
            #expect(result.stderr.hasSuffix(otherKey(evidence)), "\(result.stderr)")
        }
    }

    /// What is shown before the question can neither be flooded nor be taken for other fields than there are.
    @Test func whatAnEntrySaysIsBoundedAndUnmistakable() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let many =
                ["session_id", "s-1", "zone_id", "z", "reason", "a=b"] + (1...1_000).flatMap { ["f\($0)", "v"] }
            let odd = ["session_id", "s-2", "zone_id", "z", "reason", "x sid=s9", "a sid", "\"", "none", ""]
            try VerifySig.add([many + ["_sig", "00"], odd + ["_sig", "00"]], on: server)
            let words = ["publish", "sessions.revoke", "--resign", "--dry-run", "--id", "1-0", "2-0"]
            let lines = try Publish.runner(server.url).run(words).stdout.split(separator: "\n")
            let says = try #require(lines.firstIndex { $0 == "They say:" })
            let told = lines[(says + 1)...].joined(separator: " ").split(separator: " ").joined(separator: " ")
            let shown = (1...17).map { "f\($0)=v" }.joined(separator: " ")
            #expect(
                told == "1-0 session_id=s-1 zone_id=z reason=\"a=b\" \(shown) ... and 983 more fields "
                    + "2-0 session_id=s-2 zone_id=z reason=\"x sid=s9\" \"a sid\"=\"\\\"\" none=\"\""
            )
        }
    }

    @Test func itIsAskedOnATerminalAndRefusedOffOne() throws {
        try withServer { server in
            let ids = try makeBorder(server)
            let words = ["publish", "sessions.revoke", "--resign", "--since", ids[2]]
            let refused = try Publish.runner(server.url).run(words)
            expect(
                refused,
                status: 64,
                stderr:
                    "caracalctl: not a terminal: pass --yes to confirm (--dry-run shows what would be done); nothing was sent\n"
            )
            let asked = try Publish.runner(server.url).startInTerminal(words, columns: 200)
            try asked.waitForOutput("[y/N]")
            #expect(
                asked.stdoutSoFar.contains("Publish 2 entries to caracal.sessions.revoke again, signed anew? [y/N]")
            )
            #expect(asked.stdoutSoFar.contains("will be signed anew"), "the plan stands above the question")
            #expect(asked.stdoutSoFar.contains("session_id="), "what they say stands there too")
            #expect(asked.stdoutSoFar.contains("may be forged: anybody who can write caracal.sessions.revoke"))
            asked.type("n\n")
            #expect(try asked.finish().status == 1)
            #expect(try server.entryIDs() == ids)
        }
    }

    /// Else the round trip of tail and publish would make valid whatever somebody has put into a stream.
    @Test(arguments: RedisBinary.allCases)
    func aForgedEntryIsNotSignedByTheWay(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let ids = try makeBorder(server)
            let tail = ["tail", "sessions.revoke", "--since", "-", "--no-follow", "-o", "ndjson"]
            let printed = try VerifySig.runner(server).run(tail)
            #expect(printed.status == 0)
            let refused = try Publish.run(
                server,
                "sessions.revoke",
                "--ndjson",
                "-",
                "--outbox-id",
                "new",
                input: printed.stdout
            )
            #expect(refused.status == 65)
            #expect(
                refused.stderr.hasPrefix(
                    "caracalctl: warning: the newest 4 signed entries of caracal.sessions.revoke are of two keys: 2 verify with "
                        + "this key, 2 do not (caracalctl verify-sig sessions.revoke)\n"
                        + "caracalctl: line 3: an entry that its consumers skip: the signature does not match "
                        + "(with --resign it is shown, and signed anew after a question)\n"
                ),
                "\(refused.stderr)"
            )
            #expect(try server.entryIDs().count == ids.count + 2, "what stands before it is published")
            let unsigned = #"{"stream":"caracal.sessions.revoke","fields":{"zone_id":"z","session_id":"s"}}"#
            let dry = try Publish.run(server, "sessions.revoke", "--ndjson", "-", "--dry-run", input: unsigned)
            #expect(dry.status == 65)
            #expect(dry.stderr.contains("line 1: an entry that its consumers skip: no signature ("))

            let folder = try TemporaryFolder()
            let file = try folder.write("entries.ndjson", printed.stdout)
            let plan = try Publish.run(server, "sessions.revoke", "--resign", "--ndjson", file, "--yes")
            #expect(plan.status == 1, "the valid ones are kept, and that is said")
            #expect(plan.stdout.contains("kept: its signature is valid"))
            #expect(try server.outboxIDs().suffix(2) == ["m-3", "m-4"])
        }
    }

    @Test(arguments: [
        (["--resign"], "say which entries: --resign with --since, --id or --ndjson, one of them"),
        (
            ["--resign", "--since", "2h", "--id", "1-1"],
            "say which entries: --resign with --since, --id or --ndjson, one of them"
        ),
        (
            ["--resign", "a=b"],
            "--resign takes entries by --since, --id or --ndjson, and signs them: give nothing else"
        ),
        (["--since", "2h", "a=b"], "--since goes with --resign"), (["--yes", "a=b"], "--yes goes with --resign"),
        (["--force", "a=b"], "--force goes with --resign"),
        (["--resign", "--since", "1h", "--until", "2h"], "--since lies behind --until: there is nothing between them"),
        (["--resign", "--since", "1h", "--limit", "0"], "--limit is a number from 1"),
        (["--resign", "--since", "1h", "--outbox-id", "x"], "--outbox-id gives every entry the same id: leave it out"),
    ])
    func whatContradictsItselfIsRefused(arguments: [String], message: String) throws {
        let result = try CommandRunner().run(["publish", "sessions.revoke"] + arguments)
        #expect(result.status == 64)
        #expect(result.stderr.hasPrefix("caracalctl: \(message)\n"), "\(result.stderr)")
    }
}

extension EntryID {
    /// An id behind the last of some.
    fileprivate static func last(_ ids: [String]) -> (id: EntryID, text: String) {
        let next = ids.last.flatMap { EntryID(Array($0.utf8)) }?.next ?? .zero
        return (next, next.description)
    }
}
