import Redis
import TestSupport
import Testing

@testable import Caracal

/// Between XINFO STREAM and XINFO GROUPS others add entries and read them: the groups are newer than the stream.
@Suite struct TornLookTests {
    private static let stream = StreamTable["keys.invalidate"]

    private static func text(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)" }

    /// XINFO STREAM's reply.
    private static func info(length: Int, last: String) -> String {
        let entry = ["*2", text(last), "*2", text("a"), text("b")].joined(separator: "\r\n")
        let fields = [
            ("length", ":\(length)"), ("last-generated-id", text(last)), ("max-deleted-entry-id", text("0-0")),
            ("entries-added", ":\(length)"), ("groups", ":2"), ("first-entry", entry), ("last-entry", entry),
        ]
        return (["%\(fields.count)"] + fields.flatMap { [text($0.0), $0.1] }).joined(separator: "\r\n")
    }

    /// XINFO GROUPS' reply.
    private static func groups(_ positions: [String]) -> String {
        let groups = positions.enumerated().flatMap { index, position in
            let fields = [
                ("name", text("g\(index)")), ("consumers", ":0"), ("pending", ":0"),
                ("last-delivered-id", text(position)), ("entries-read", ":1"), ("lag", ":0"),
            ]
            return ["%\(fields.count)"] + fields.flatMap { [text($0.0), $0.1] }
        }
        return (["*\(positions.count)"] + groups).joined(separator: "\r\n")
    }

    /// What a look comes to, and how many round trips it took.
    ///
    /// - Parameter later: the reply to a second question; nil where none is due.
    private func look(_ positions: [String], later: String?) throws -> (state: StreamState, trips: Int) {
        let replies = ["+stream", Self.info(length: 1, last: "10-0"), Self.groups(positions)]
        let connection = try Connection.open(ReplayLink(answering: replies + [later].compactMap(\.self)))
        let before = connection.roundTrips
        let look = StreamLook(streams: [Self.stream], includesGroups: true, includesTime: false)
        let state = try look.run(on: connection).streams[0].state
        return (state, connection.roundTrips - before)
    }

    /// The stream's last id, and of each group whether it is beyond it.
    private func beyond(_ state: StreamState) -> (last: String, groups: [Bool])? {
        guard case .stream(let info, let groups) = state else { return nil }
        return ("\(info.lastGeneratedID)", groups.map { GroupPosition(stream: info, group: $0).isBeyondStream })
    }

    @Test func aGroupThatStandsWithinIsAskedAboutOnce() throws {
        let found = try look(["10-0", "0-0"], later: nil)
        #expect(found.trips == 1)
        let told = try #require(beyond(found.state))
        #expect(told.last == "10-0" && told.groups == [false, false])
    }

    @Test(arguments: [
        // It had moved on, however far.
        (["12-0", "9-0"], "12-0", "12-0", [false, false]), (["12-0", "11-0"], "15-0", "12-0", [false, false]),
        // It had not come that far.
        (["12-0", "9-0"], "10-0", "10-0", [true, false]), (["12-0", "10-0"], "11-0", "10-0", [true, false]),
        // Of two groups it is true of one.
        (["12-0", "999-0"], "15-0", "12-0", [false, true]),
    ])
    func oneThatLooksBeyondTheEndIsJudgedByASecondLook(
        positions: [String],
        later: String,
        last: String,
        groups: [Bool]
    ) throws {
        let found = try look(positions, later: Self.info(length: 7, last: later))
        #expect(found.trips == 2)
        let told = try #require(beyond(found.state))
        #expect(told.last == last && told.groups == groups)
        // What was removed since would look lost: the rest is that of the first look.
        #expect(found.state.info?.length == 1 && found.state.info?.entriesAdded == 1)
    }

    @Test func oneThatWentAwayIsMissing() throws {
        #expect(try look(["12-0"], later: "-ERR no such key").state == .missing)
    }

    @Test func oneThatIsRefusedByThenIsNotJudged() throws {
        let error = #expect(throws: RedisError.self) { try look(["12-0"], later: "-NOPERM no") }
        #expect(error?.refusal?.kind == .noPermission)
    }
}
