import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

@Suite struct GroupRelationTests {
    private let stream = "caracal.keys.invalidate"

    /// What the groups of the stream are to the entry; `change` comes between the look and the question.
    private func relations(
        _ entry: UInt64,
        on server: SandboxServer,
        change: () throws -> Void = {}
    ) throws -> [GroupRelation] {
        let connection = try server.connect()
        let look = StreamLook(streams: [StreamTable["keys.invalidate"]], includesGroups: true)
        guard case .stream(let info, let groups) = try look.run(on: connection).streams[0].state else { return [] }
        try change()
        let question = RelationLook(
            key: Array(stream.utf8),
            id: EntryID(milliseconds: entry, sequence: 0),
            stream: info,
            groups: groups,
            isPresent: true,
            counts: true
        )
        let commands = question.commands(ReadScript.Name(for: connection.server))
        return try question.read(try connection.look(commands)[...], on: connection)
    }

    /// Sends commands written as in a shell, without quoting.
    private func send(_ lines: [String], to server: SandboxServer) throws {
        let connection = try server.connect()
        for line in lines {
            let words = line.split(separator: " ").map { Array($0.utf8) }
            _ = try connection.send(
                Command(String(decoding: words[0], as: UTF8.self), arguments: Array(words.dropFirst()))
            )
        }
    }

    /// Entries from 1-0 on, and groups that have read up to these ids.
    private func fill(_ server: SandboxServer, _ count: Int, groups: [(String, String)]) throws {
        try send((1...count).map { "XADD \(stream) \($0)-0 zone_id z" }, to: server)
        try send(groups.map { "XGROUP CREATE \(stream) \($0.0) \($0.1)" }, to: server)
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupThatIsRemovedInBetweenIsUnknown(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try fill(server, 3, groups: [("a", "0"), ("b", "0"), ("c", "$")])
            let found = try relations(2, on: server) { try send(["XGROUP DESTROY \(stream) a"], to: server) }
            #expect(found.map(\.state) == [.unknown, .waiting, .passed])
            #expect(found[0].refusal?.kind == .noGroup && found[0].before == nil)
            #expect(found[1].before == .exact(1))
        }
    }

    /// What comes first is counted once for groups at one place, and no further than what is worth knowing.
    @Test(arguments: RedisBinary.allCases)
    func whatComesFirstIsCountedUpToAHundred(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try fill(server, 150, groups: [("a", "0"), ("b", "0"), ("c", "20"), ("d", "148")])
            #expect(try relations(100, on: server).map(\.before) == [.exact(99), .exact(99), .exact(79), nil])
            #expect(
                try relations(149, on: server).map(\.before) == [
                    .atLeast(100), .atLeast(100), .atLeast(100), .exact(0),
                ]
            )
        }
    }
}
