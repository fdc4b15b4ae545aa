import RedisSandbox
import TestSupport
import Testing

/// How far `trace` reaches for what belongs to an entry, and what does not.
@Suite struct TraceReachTests {
    private static let stream = "caracal.sessions.revoke"

    private func trace(_ server: SandboxServer, _ words: [String]) throws -> CommandResult {
        var runner = CommandRunner(for: server)
        runner.environment["CARACAL_MODE"] = "dev"
        return try runner.run(["trace"] + words + ["--stream", "sessions.revoke"])
    }

    /// Ids of two streams have nothing in common but the millisecond, and that only as long as their servers' clocks agree.
    @Test(arguments: [
        ("1767443990029-5", "1767443990029-0", [], true),
        // Of a server whose clock was behind, within the margin and outside of it.
        ("1767443990029-5", "1767443940029-7", [], true), ("1767443990029-5", "1767443740029-0", [], false),
        ("1767443990029-5", "1767443740029-0", ["--window", "5m"], true),
        // Of an entry of a server whose clock was ahead of the one that is there now.
        ("99999999999999-0", "1767443740029-0", [], true),
    ])
    func aDeadLetterMayHaveASmallerID(_ entry: String, _ letter: String, _ options: [String], _ isFound: Bool) throws {
        try withServer { server in
            try server.send(
                "XADD \(Self.stream) \(entry) zone_id z-1",
                #"XADD \#(Self.stream).dead \#(letter) source_id \#(entry) reason broken payload {"zone_id":"z-1"}"#
            )
            let result = try trace(server, [entry] + options)
            let line = "dead    " + (isFound ? "sessions.revoke.dead \(letter)  " : "-\n")
            #expect(result.status == (isFound ? 1 : 0))
            #expect(result.stdout.contains(line), "\(result.stdout)")
            #expect(
                result.stderr
                    == (isFound ? "caracalctl: it is a dead letter, \(letter) in sessions.revoke.dead: broken\n" : "")
            )
        }
    }

    /// Of an id that no stream has come to, a slip of the finger, there are no dead letters: none is read. Of a stream that is gone
    /// nobody knows how far it had come.
    @Test(arguments: [("1767443990029-0", 0), (nil, 2)])
    func deadLettersOfAnIDThatIsYetToComeAreNotRead(_ entry: String?, _ searched: Int) throws {
        try withServer { server in
            if let entry { try server.send("XADD \(Self.stream) \(entry) zone_id z-1") }
            try server.send(
                "XADD \(Self.stream).dead 1767443990031-0 source_id 1767443990029-0 reason broken payload {}",
                "XADD \(Self.stream).dead 1767443990032-0 source_id 1767443990030-0 reason broken payload {}"
            )
            let result = try trace(server, ["99999999999999-0", "-o", "json"])
            #expect(result.stdout.contains("\"searched\": \(searched),"), "\(result)")
        }
    }

    /// Another message that merely says the same is shown, and does not fail the one that was asked for, whichever is the older.
    @Test(arguments: [true, false])
    func whatSaysTheSameDoesNotFailTheOneThatWasAskedFor(isOlder: Bool) throws {
        try withServer { server in
            let ids = ["1767443990029-0", "1767443990050-0"]
            let (asked, other) = isOlder ? (ids[0], ids[1]) : (ids[1], ids[0])
            try server.send(
                "XADD \(Self.stream) \(ids[0]) zone_id z-1 session_id s-9",
                "XADD \(Self.stream) \(ids[1]) zone_id z-1 session_id s-9",
                "XGROUP CREATE \(Self.stream) readers 0",
                "XREADGROUP GROUP readers c COUNT 2 STREAMS \(Self.stream) >",
                "XACK \(Self.stream) readers \(asked)",
                "XCLAIM \(Self.stream) readers c 0 \(other) IDLE 3720000 RETRYCOUNT 3 JUSTID"
            )
            let result = try trace(server, [asked, "-o", "ndjson"])
            #expect(result.status == 0 && result.stderr.isEmpty, "\(result)")
            let lines = result.stdout.split(separator: "\n").dropFirst().filter { !$0.contains(#""station":"group""#) }
            let stations = lines.map { $0.split(separator: "\"") }.map { "\($0[3]) \($0[11])" }
            #expect(stations == (isOlder ? ["entry \(asked)", "copy \(other)"] : ["copy \(other)", "entry \(asked)"]))
            for line in lines {
                let isAsked = line.contains(#""station":"entry""#)
                #expect(line.contains(#""certain":\#(isAsked)"#), "\(line)")
                #expect(line.contains("it says the same as \(asked), and neither has an id of its own") != isAsked)
            }
            let text = try trace(server, [asked])
            #expect(text.status == 0 && !text.stdout.contains("caracalctl claim"), "\(text)")
            #expect(try trace(server, [other]).status == 1)
            // Where values name them, both are meant.
            #expect(try trace(server, ["session_id=s-9", "--since", "2026-01-01"]).status == 1)
        }
    }

    /// A group that may have skipped both is moved, if at all, to the one that was asked for.
    @Test(arguments: [true, false])
    func aGroupIsNotMovedToAnotherMessage(isOlder: Bool) throws {
        try withServer { server in
            let ids = ["1767443990029-0", "1767443990050-0"]
            for id in ids { try server.send("XADD \(Self.stream) \(id) zone_id z-1 session_id s-9") }
            try server.send("XGROUP CREATE \(Self.stream) readers $")
            let asked = isOlder ? ids[0] : ids[1]
            let result = try trace(server, [asked])
            let next = "next    caracalctl group seek sessions.revoke readers --to \(asked) --dry-run\n"
            #expect(result.stdout.hasSuffix("\n" + next), "\(result.stdout)")
            #expect(result.status == 0)
        }
    }
}
