import RedisSandbox
import TestSupport
import Testing

/// What is signed anew is published once, whatever names it, however often it stands in the stream, and at how many runs.
@Suite struct PublishResignOnceTests {
    /// Adds entries of `sessions.revoke` that another key signed, and returns what the stream has. Beside each, one of another stream
    /// shows that the key is the right one.
    @discardableResult
    private func add(_ entries: [(id: String, fields: String)], to server: SandboxServer) throws -> [String] {
        for entry in entries {
            try server.send("XADD \(Publish.stream) \(entry.id) zone_id z \(entry.fields) _sig 00")
            try server.vouch(for: try #require(try server.entryIDs().last))
        }
        return try server.entryIDs()
    }

    private func resign(_ server: SandboxServer, _ words: String..., input: String = "") throws -> CommandResult {
        let command = ["publish", "sessions.revoke", "--resign", "-o", "ndjson"]
        return try Publish.runner(server.url).run(command + words, input: input)
    }

    private static let nothing = "nothing to do: nothing was sent"

    @Test func anEntryThatIsNamedTwiceIsPublishedOnce() throws {
        for words in [["5-1", "5-1"], ["5-1", "--id", "5-1"], ["5-1", "5-1", "--id", "5-1", "5-1"], ["5", "5-1"]] {
            try withServer { server in
                try server.makeRevocations(empty: true)
                try add([("5-1", "session_id s-1")], to: server)
                let command = ["publish", "sessions.revoke", "--resign", "-y", "-o", "ndjson", "--id"]
                let result = try Publish.runner(server.url).run(command + words)
                #expect(result.status == 0, "\(result.stderr)")
                #expect(try Resigned.outcomes(result) == [.string("new")])
                #expect(try server.entryIDs().count == 2, "\(words)")
            }
        }
    }

    @Test func anEntryThatIsTwiceInAFileIsPublishedOnce() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            try add([("5-1", "session_id s-1")], to: server)
            let tail = ["tail", "sessions.revoke", "--since", "-", "--no-follow", "-o", "ndjson"]
            let line = try VerifySig.runner(server).run(tail).stdout
            let altered = line.replacing("s-1", with: "s-2")
            #expect(line != altered)
            let ambiguous = try resign(server, "-y", "--ndjson", "-", input: line + altered)
            #expect(ambiguous.status == 1)
            #expect(try Resigned.outcomes(ambiguous) == [.string("several lines have its id and say different things")])
            #expect(try server.entryIDs() == ["5-1"], "nothing was sent")
            let result = try resign(server, "-y", "--ndjson", "-", input: line + line)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try Resigned.outcomes(result) == [.string("new")])
            #expect(try server.entryIDs().count == 2)
        }
    }

    /// What is settled takes up no room of the limit: else the same command would stand still at it.
    @Test func theSameCommandWithALimitGetsToTheEnd() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            try add((1...5).map { ("5-\($0)", "session_id s-\($0) outbox_id m-\($0)") }, to: server)
            for (count, isCut) in [(2, true), (2, true), (1, false), (0, false)] {
                let before = try server.entryIDs()
                let result = try resign(server, "-y", "--force", "--since", "5-0", "--until", "5-9", "--limit", "2")
                #expect(result.status == 0, "\(result.stderr)")
                #expect(try server.entryIDs().count == before.count + count)
                let said = try Resigned.messages(result)
                #expect(said.contains("stopped at --limit; more entries match") == isCut, "\(said)")
                #expect(said.contains(Self.nothing) == (count == 0), "\(said)")
            }
            #expect(try server.outboxIDs().dropFirst(5) == ["m-1", "m-2", "m-3", "m-4", "m-5"])
        }
    }

    /// Each would publish all that it finds: none sees what the others are about to.
    @Test(arguments: RedisBinary.allCases)
    func ofTwoThatSignTheSameStreamOneSends(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations(empty: true)
            try add((1...3).map { ("5-\($0)", "session_id s-\($0) outbox_id m-\($0)") }, to: server)
            let words = ["publish", "sessions.revoke", "--resign", "--since", "5-0", "--force"]
            let runner = Publish.runner(server.url)
            let first = try runner.startInTerminal(words, columns: 200)
            try first.waitForOutput("[y/N]")
            expect(
                try runner.run(words + ["--yes"]),
                status: 75,
                stderr:
                    "caracalctl: another run signs the messages of caracal.sessions.revoke again; nothing was sent\n"
            )
            #expect(try runner.run(words + ["--dry-run"]).status == 0, "who only looks is in nobody's way")
            first.type("y\n")
            #expect(try first.finish().status == 0)
            #expect(try server.outboxIDs() == ["m-1", "m-2", "m-3", "m-1", "m-2", "m-3"])
            #expect(try runner.run(words + ["--yes"]).status == 0)
            #expect(try server.entryIDs().count == 6)
        }
    }

    /// Who wants new ids publishes the same ones once more by the same command, and is told where the next begins.
    @Test func aLimitOfNewMessagesNamesTheNextEntry() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            try add((1...3).map { ("5-\($0)", "session_id s-\($0) outbox_id m-\($0)") }, to: server)
            let words = ["-y", "--force", "--outbox-id", "new", "--limit", "2", "--since"]
            let command = ["publish", "sessions.revoke", "--resign", "-o", "ndjson"] + words
            let result = try Publish.runner(server.url).run(command + ["5-0"])
            #expect(result.status == 0, "\(result.stderr)")
            let way = "stopped at --limit; more entries match (continue with --since 5-3)"
            #expect(try Resigned.messages(result).contains(way), "\(result.stderr)")
            let rest = try Publish.runner(server.url).run(command + ["5-3"])
            #expect(rest.status == 0)
            #expect(try Resigned.outcomes(rest) == [.string("new")])
        }
    }

    /// Else its own signature would be taken for one that comes again.
    @Test func anEntryThatIsNamedTwiceIsCheckedOnce() throws {
        try withServer { server in
            try VerifySig.add([VerifySig.signed], on: server)
            let once = try VerifySig.run(server, "sessions.revoke", "--id", "1-0")
            #expect(once.status == 0)
            #expect(try VerifySig.run(server, "sessions.revoke", "--id", "1-0", "1-0") == once)
        }
    }

    @Test func absentEntriesAreNamedOnce() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let result = try resign(server, "-y", "--id", "9-9", "9-9")
            #expect(result.status == 1)
            #expect(try Resigned.messages(result) == ["caracal.sessions.revoke has no entry 9-9", Self.nothing])
        }
    }

    /// Which of them is true is not known without a database.
    @Test func ofSeveralEntriesWithOneOutboxIDThatDifferNoneIsPublished() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let ids = try add(
                [
                    ("5-1", "session_id s-evil outbox_id m-1"), ("6-1", "session_id s-1 outbox_id m-1"),
                    ("7-1", "session_id s-evil outbox_id m-1"),
                ],
                to: server
            )
            let result = try resign(server, "-y", "--since", "-")
            #expect(result.status == 1)
            let reason = "several entries with one outbox_id say different things"
            #expect(try Resigned.outcomes(result) == Array(repeating: .string(reason), count: 3))
            #expect(try Resigned.messages(result) == ["3 entries are not published again", Self.nothing])
            #expect(try server.entryIDs() == ids, "nothing was sent")
        }
    }

    @Test func ofSeveralEntriesThatSayTheSameOneIsPublished() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            try add(
                [("5-1", "session_id s-1 outbox_id m-1"), ("6-1", "outbox_id m-1 session_id s-1")],
                to: server
            )
            let result = try resign(server, "-y", "--since", "-")
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try Resigned.outcomes(result) == [.string("new"), .string("5-1 says the same")])
            let ids = try server.entryIDs()
            #expect(ids.count == 3)
            let again = try resign(server, "-y", "--since", "-")
            #expect(again.status == 0)
            #expect(
                try Resigned.outcomes(again)
                    == Array(repeating: .string("published again already, as \(ids[2])"), count: 2)
            )
            #expect(try server.entryIDs() == ids)
            // As a new message it is published once as well.
            let new = try resign(server, "-y", "--since", "-", "--outbox-id", "new")
            #expect(new.status == 0)
            #expect(try Resigned.outcomes(new) == [.string("new"), .string("5-1 says the same")])
            #expect(try server.entryIDs().count == 4)
        }
    }

    /// Its consumers had the true one.
    @Test func aForgedEntryBehindAValidOneIsLeftOut() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            #expect(try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: Publish.lines(1)).status == 0)
            let ids = try add([("*", "session_id s-evil outbox_id m-1")], to: server)
            let result = try resign(server, "-y", "--id", ids[1])
            #expect(result.status == 0)
            #expect(try Resigned.outcomes(result) == [.string("the valid entry \(ids[0]) has its outbox_id")])
            #expect(try Resigned.messages(result) == [Self.nothing])
            #expect(try server.entryIDs() == ids)
            // Who asks for a new message gets one.
            #expect(try resign(server, "-y", "--id", ids[1], "--outbox-id", "new").status == 0)
            #expect(try server.entryIDs().count == 3)
            #expect(try server.outboxIDs().prefix(2) == ["m-1", "m-1"])
            #expect(try server.outboxIDs()[2].count == 36)
        }
    }

    /// It is known by what it says.
    @Test(arguments: RedisBinary.allCases)
    func anEntryWithoutOutboxIDIsPublishedAgainOnce(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations(empty: true)
            try add([("5-1", "session_id s-1"), ("6-1", "session_id s-2")], to: server)
            let first = try resign(server, "-y", "--id", "5-1")
            #expect(first.status == 0, "\(first.stderr)")
            let ids = try server.entryIDs()
            #expect(ids.count == 3)
            let second = try resign(server, "-y", "--since", "-")
            #expect(second.status == 0)
            #expect(
                try Resigned.outcomes(second) == [
                    .string("the later valid entry \(ids[2]) says the same"), .string("new"),
                ]
            )
            let all = try server.entryIDs()
            #expect(all.count == 4)
            // One that came after it is another message.
            try add([("*", "session_id s-1")], to: server)
            let third = try resign(server, "-y", "--since", "-")
            #expect(third.status == 0)
            #expect(
                try Resigned.outcomes(third)
                    == [
                        .string("the later valid entry \(all[2]) says the same"),
                        .string("the later valid entry \(all[3]) says the same"), .string("new"),
                    ]
            )
            #expect(try resign(server, "-y", "--since", "-").status == 0)
            #expect(try server.entryIDs().count == 6)
        }
    }
}

/// What `publish --resign -o ndjson` tells.
enum Resigned {
    /// What became of each entry: `new`, or why it was kept.
    static func outcomes(_ result: CommandResult) throws -> [JSONNode?] {
        try JSONNode.lines(result.stdout).map { $0["outcome"] == .string("kept") ? $0["reason"] : $0["outcome"] }
    }

    /// What stands on standard error.
    static func messages(_ result: CommandResult) throws -> [String] {
        try JSONNode.lines(result.stderr).map { line in
            guard case .object(let members) = line, case .string(let text)? = members.values.first?["message"] else {
                return "\(line)"
            }
            return text
        }
    }
}
