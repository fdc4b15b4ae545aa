import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Where many entries are, however they are looked for.
@Suite struct PresenceLookTests {
    private static let key = Array("s".utf8)

    /// Adds `1-0` to `count-0`, each with a value of so many bytes.
    private func fill(_ connection: Connection, _ count: Int, bytes: Int = 2) throws {
        let value = String(repeating: "v", count: bytes)
        let commands = (1...count).map { Command("XADD", "s", "\($0)-0", "field", value) }
        for reply in try connection.pipeline(commands) { #expect(reply.root.error == nil) }
    }

    private func id(_ milliseconds: Int) -> EntryID { EntryID(milliseconds: UInt64(milliseconds), sequence: 0) }

    /// Looks for entries, and tells which commands that took.
    private func look(
        for ids: [EntryID],
        _ connection: Connection,
        pages: Int = 1
    ) throws -> (found: [EntryPresence], calls: [String: Int]) {
        let info = try connection.ask(XInfoStream(key: Self.key)).get(on: connection)
        try connection.run("CONFIG RESETSTAT")
        var look = PresenceLook(key: Self.key)
        var found: [EntryPresence] = []
        for page in 0..<pages {
            let size = ids.count / pages
            found += try look.presence(of: Array(ids[page * size..<(page + 1) * size]), stream: info, on: connection)
        }
        return (found, try connection.commandCounts())
    }

    @Test(arguments: RedisBinary.allCases)
    func neighboursAreReadAndNotLookedForByAScript(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 3_000)
            let gone = Set([2, 500, 501, 1_999, 2_999])
            for number in gone { try connection.run("XDEL s \(number)-0") }
            let (found, calls) = try look(for: (1...3_000).map(id), connection, pages: 3)
            #expect(found == (1...3_000).map { gone.contains($0) ? .deleted : .present })
            #expect(calls.keys.allSatisfy { !$0.hasPrefix("eval") })
            // 16, 128 and 1,000 entries at a time.
            #expect(calls["xrange"] == 5)
        }
    }

    @Test func whatLiesBehindTheLastEntryIsGone() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 1_000)
            for number in 301...999 { try connection.run("XDEL s \(number)-0") }
            let (found, _) = try look(for: (1...999).map(id), connection)
            #expect(found == (1...999).map { $0 <= 300 ? .present : .deleted })
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func entriesFarApartAreLookedForByAScript(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 3_000)
            for number in [20, 40, 2_980] { try connection.run("XDEL s \(number)-0") }
            let wanted = Array(stride(from: 20, to: 3_000, by: 20))
            let (found, calls) = try look(for: wanted.map(id), connection)
            #expect(found == wanted.map { [20, 40, 2_980].contains($0) ? .deleted : .present })
            #expect(calls.contains { $0.key.hasPrefix("eval") && $0.value == 1 })
        }
    }

    @Test func largeEntriesAreNotRead() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 200, bytes: 2_000)
            let (found, calls) = try look(for: (1...200).map(id), connection)
            #expect(found == (1...200).map { _ in .present })
            #expect(calls.contains { $0.key.hasPrefix("eval") && $0.value == 1 })
            // Those inside the script: all but the first and the last entry.
            #expect(calls["xrange"] == 198)
        }
    }

    @Test func idsInAnyOrderAreFound() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 200)
            try connection.run("XDEL s 7-0")
            let (found, _) = try look(for: (1...200).reversed().map(id), connection)
            #expect(found == (1...200).reversed().map { $0 == 7 ? .deleted : .present })
        }
    }

    @Test func whoMayNotRunScriptsIsToldAsWell() throws {
        try withServer(extra: ["user default on nopass ~* +@all -eval -eval_ro"]) { server in
            let connection = try server.connect()
            try fill(connection, 300, bytes: 2_000)
            try connection.run("XDEL s 7-0")
            let (found, _) = try look(for: (1...300).map(id), connection)
            #expect(found == (1...300).map { $0 == 7 ? .deleted : .present })
        }
    }
}
