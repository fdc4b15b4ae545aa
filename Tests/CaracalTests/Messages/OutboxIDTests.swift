import Testing

@testable import Caracal

@Suite struct OutboxIDTests {
    @Test func idIsAUUIDOfVersionSeven() throws {
        var generator = OutboxIDGenerator { 0x019A_BC00_1234 }
        let id = text(try generator.next())
        #expect(id.wholeMatch(of: /019abc00-1234-7[0-7][0-9a-f]{2}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }

    @Test func clockIsTheSystems() throws {
        var generator = OutboxIDGenerator()
        let id = text(try generator.next())
        let milliseconds = try #require(UInt64(id.filter { $0 != "-" }.prefix(12), radix: 16))
        #expect(milliseconds > 1_700_000_000_000)
        #expect(milliseconds < 4_000_000_000_000)
    }

    @Test func idsOfOneMillisecondIncreaseAndDiffer() throws {
        var generator = OutboxIDGenerator { 1_000 }
        var ids: [String] = []
        for _ in 0..<20_000 { ids.append(text(try generator.next())) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }

    @Test func clockThatGoesBackDoesNotMakeASmallerID() throws {
        var times: [UInt64] = [5_000, 4_000, 1, 5_000, 6_000]
        var generator = OutboxIDGenerator { times.removeFirst() }
        var ids: [String] = []
        for _ in 0..<5 { ids.append(text(try generator.next())) }
        #expect(ids == ids.sorted())
        #expect(ids.map { $0.prefix(13) }.last == "00000000-1770")
        #expect(Set(ids.prefix(4).map { $0.prefix(13) }) == ["00000000-1388"])
    }
}
