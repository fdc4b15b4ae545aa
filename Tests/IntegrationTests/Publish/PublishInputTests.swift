import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Input that may not be published: what is said, what the status is, and that nothing was sent.
@Suite struct PublishInputTests {
    @Test(arguments: [
        (["zone_id=z", "session_id=s", "_sig=x"], 64, "_sig"),
        (["zone_id=z", "session_id=s", "sig=x"], 64, "sig"),
        (["zone_id=z", "session_id=s", "=x"], 64, "name"),
        (["zone_id=z", "session_id=s", "session_id=t"], 64, #"field "session_id" is given twice"#),
        (["zone_id=z", "session_id=s\n"], 64, "line feed"),
        (["zone_id=z", "a\nb=c", "session_id=s"], 64, "line feed"),
        (["zone_id=z"], 64, "--no-schema skips this check"),
        (["session_id"], 64, "session_id is not FIELD=VALUE"),
        (["zone_id=z", "session_id=s", "outbox_id=1", "--outbox-id", "2"], 64, #"field "outbox_id" is given twice"#),
        (["--unsigned", "--scheme", "fields", "a=b"], 64, "contradict"),
        (["--ndjson", "-", "a=b"], 64, "give one"),
        (["--ndjson", "-", "--outbox-id", "x"], 64, "same id"),
        ([], 64, "give the message"),
        (["--rate", "0", "a=b"], 64, "--rate is a number from 1"),
        (["zone_id=z", "--json", "nowhere.json"], 64, "give one"),
        (["--json", "nowhere.json"], 65, "cannot read nowhere.json: no such file or directory"),
        (["--ndjson", "/"], 65, "caracalctl: cannot read /: is a directory\n"),
    ])
    func nothingOfABadCommandLineIsSent(arguments: [String], status: Int32, message: String) throws {
        try withServer { server in
            try server.makeRevocations()
            let result = try Publish.runner(server.url).run(["publish", "sessions.revoke"] + arguments)
            #expect(result.status == status)
            #expect(result.stdout == "")
            #expect(result.stderr.contains(message), "\(result.stderr)")
            #expect(try server.addCount() == 1)
        }
    }

    @Test(arguments: [
        ("", "there is no key"), ("abcdef", "32 bytes"), (String(repeating: "7", count: 65), "odd"),
        (String(repeating: "7", count: 63) + "=", "base64"),
    ])
    func withoutAProperKeyNothingIsSent(key: String, message: String) throws {
        try withServer { server in
            try server.makeRevocations()
            var runner = CommandRunner(for: server)
            if !key.isEmpty { runner.environment["STREAMS_HMAC_KEY"] = key }
            let result = try runner.run(["publish", "sessions.revoke", "zone_id=z", "session_id=s"])
            #expect(result.status == 78)
            #expect(key.isEmpty || !result.stderr.contains(key))
            #expect(try server.addCount() == 1)
        }
    }

    @Test func aBadLineIsNamedAndEverythingBeforeItIsPublished() throws {
        try withServer { server in
            try server.makeRevocations()
            let input = Publish.lines(7314) + "{\"zone_id\":\n" + Publish.lines(100)
            let result = try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: input)
            #expect(result.status == 65)
            #expect(result.stdout.hasPrefix("published 7,314 to sessions.revoke: "))
            #expect(result.stderr.hasPrefix("caracalctl: line 7315: "))
            #expect(result.stderr.contains("caracalctl: note: lines from 7316 on were not read (tail -n +7316)\n"))
            #expect(try server.outboxIDs() == Publish.identifiers(7314))
        }
    }

    @Test(arguments: ["", "\n"])
    func behindTheLastLineNothingIsLeftToRead(end: String) throws {
        try withServer { server in
            try server.makeRevocations()
            let folder = try TemporaryFolder()
            let file = try folder.write("bad.ndjson", Publish.lines(1) + "x" + end)
            let result = try Publish.run(server, "sessions.revoke", "--ndjson", file, "-o", "json")
            #expect(result.status == 65)
            #expect(result.stdout.contains("line 2: "), "\(result)")
            #expect(!result.stdout.contains("were not read"), "\(result.stdout)")
            let summary = result.stdout.filter { !$0.isWhitespace }
            #expect(summary.contains(#""next_line":null"#), "\(result.stdout)")
        }
    }

    @Test func aLineThatIsTooLongIsNotReadAgain() throws {
        try withServer { server in
            try server.makeRevocations()
            let long = String(repeating: " ", count: 64 << 20) + " \n"
            let input = Publish.lines(1) + long + Publish.lines(1)
            let result = try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: input)
            #expect(result.status == 65)
            #expect(result.stderr.contains("caracalctl: line 2 is longer than 64 MiB (67108864 bytes)\n"))
            #expect(result.stderr.contains("caracalctl: note: lines from 3 on were not read (tail -n +3)\n"))
            #expect(try server.outboxIDs() == ["m-1"])
        }
    }

    @Test func blankLinesAreCountedAndNotPublished() throws {
        try withServer { server in
            try server.makeRevocations()
            let input = "\n  \t\r\n" + Publish.lines(1) + "\n\nx\n"
            let result = try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: input)
            #expect(result.status == 65)
            #expect(result.stderr.hasPrefix("caracalctl: line 6: "))
            #expect(try server.outboxIDs() == ["m-1"])
        }
    }

    @Test func aLineOf64MegabytesIsRefusedAndStoredNowhere() throws {
        try withServer { server in
            try server.makeRevocations()
            let folder = try TemporaryFolder()
            let long = Array(Publish.lines(1).utf8) + Array(repeating: UInt8(ascii: "x"), count: (64 << 20) + 1) + [10]
            let file = try folder.write("long.ndjson", long)
            let result = try Publish.run(server, "sessions.revoke", "--ndjson", file)
            #expect(result.status == 65)
            #expect(result.stderr.hasPrefix("caracalctl: line 2 is longer than 64 MiB (67108864 bytes)\n"))
            #expect(result.stderr.contains("lines from 3 on were not read"))
            #expect(try server.outboxIDs() == ["m-1"])
        }
    }

    @Test(arguments: [
        ("{\"zone_id\":\"\u{FFFD}", "UTF-8"), ("[1]", "expected '{'"), ("{\"a\":1} x", "after"),
        ("{\"_sig\":\"x\"}", "_sig"),
    ])
    func whatIsNoMessageIsRefused(line: String, word: String) throws {
        try withServer { server in
            try server.makeRevocations()
            var bytes = Array(line.utf8)
            if word == "UTF-8" { bytes = Array("{\"zone_id\":\"".utf8) + [0xFF] + Array("\"}".utf8) }
            let result = try Publish.runner(server.url).run(
                ["publish", "sessions.revoke", "--ndjson", "-"],
                input: bytes + [10]
            )
            #expect(result.status == 65)
            #expect(result.stderr.hasPrefix("caracalctl: line 1: "))
            #expect(result.stderr.lowercased().contains(word.lowercased()), "\(result.stderr)")
            #expect(try server.addCount() == 1)
        }
    }

    @Test func numbersKeepTheirText() throws {
        try withServer { server in
            try server.makeRevocations()
            let line =
                "{\"zone_id\":\"z\",\"session_id\":123456789012345678901234567890,\"reason\":1e999,\"x\":true,\"y\":null,\"z\":[1, {\"a\": 2}]}"
            #expect(try Publish.run(server, "sessions.revoke", "--json", "-", input: line).status == 0)
            let entry = try #require(try server.send("XREVRANGE \(Publish.stream) + - COUNT 1")[0].root[0]?[1])
            let fields = entry.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) }
            #expect(
                fields.prefix(10) == [
                    "zone_id", "z", "session_id", "123456789012345678901234567890", "reason", "1e999", "x", "true", "z",
                    "[1,{\"a\":2}]",
                ]
            )
            #expect(fields.count == 14)
        }
    }

    /// Each message is signed for itself, however long the one before it was.
    @Test func longAndShortLinesAreSignedAlike() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let lines = [500, 3, 200, 1, 60].map {
                "{\"zone_id\":\"z\",\"session_id\":\"\(String(repeating: "s", count: $0))\"}\n"
            }
            #expect(try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: lines.joined()).status == 0)
            let verified = try Publish.runner(server.url).run(["verify-sig", "sessions.revoke", "-o", "ndjson"])
            #expect(verified.status == 0)
            #expect(verified.stdout.contains("\"valid\":5,"))
        }
    }
}
