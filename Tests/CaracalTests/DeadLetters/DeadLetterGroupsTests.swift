import Redis
import Testing

@testable import Caracal
import Text

@Suite struct DeadLetterGroupsTests {
    @Test func reasonsBeyondTheLimitAreLumpedTogether() throws {
        var groups = DeadLetterGroups(stream: [])
        for number in 0..<100 { try groups.add("reason \(number): detail", at: UInt64(number)) }
        let sorted = groups.sorted
        #expect(sorted.count == DeadLetterGroups.limit + 1)
        #expect(sorted.last?.reasonKind == nil)
        #expect(sorted.last?.count == UInt64(100 - DeadLetterGroups.limit))
        #expect(sorted.reduce(0) { $0 + $1.count } == 100)
    }

    @Test func reasonsAreOneUpToTheFirstColonAndTheLargestGroupComesFirst() throws {
        var groups = DeadLetterGroups(stream: [])
        try groups.add("a:1", at: 5)
        try groups.add("b:1", at: 6)
        try groups.add("b:2:3", at: 4)
        try groups.add("b", at: 9)
        #expect(groups.sorted.map { $0.reasonKind?.readable } == ["a", "b"])
        #expect(groups.sorted.map(\.count) == [1, 3])
        #expect(groups.sorted[1].oldest.milliseconds == 4)
        #expect(groups.sorted[1].newest.milliseconds == 9)
    }

    @Test func aReasonOfAnyLengthTakesBoundedMemory() throws {
        var groups = DeadLetterGroups(stream: [])
        try groups.add(String(repeating: "x", count: 1_000_000), at: 1)
        #expect(groups.sorted[0].reasonKind?.count == DeadLetterGroups.reasonLimit)
    }

    /// A character that does not fit is left out, and what comes behind the cut tells nothing apart.
    @Test(arguments: [("", 126), ("x", 127), ("xx", 128)])
    func aReasonIsCutBetweenCharacters(start: String, length: Int) throws {
        let reason = start + String(repeating: "\u{754C}", count: 130)
        var groups = DeadLetterGroups(stream: [])
        for tail in ["", "x", "\u{754C}"] { try groups.add(reason + tail, at: 1) }
        #expect(groups.sorted.map(\.reasonKind) == [Array(reason.utf8.prefix(length))])
        #expect(groups.sorted.map(\.count) == [3])
        let text = start + String(repeating: "\u{754C}", count: 42)
        #expect(groups.sorted.map { $0.reasonKind?.readable } == [text])
    }

    /// Bytes that are no characters.
    @Test(arguments: [[0x80], [0xFF], [0x80, 0x80, 0x80, 0x80, 0x41], [0xE7, 0x41, 0x41]] as [[UInt8]])
    func aReasonThatIsNoTextIsCutAtTheLimit(unit: [UInt8]) {
        let bytes = (0..<200).flatMap { _ in unit }
        let kind = DeadLetterGroups.name(of: 1..<bytes.count, in: bytes)
        #expect(kind == 1..<1 + DeadLetterGroups.reasonLimit)
    }
}

extension DeadLetterGroups {
    fileprivate mutating func add(_ reason: String, at milliseconds: UInt64) throws {
        let message = CheckSupport.message(["reason": reason, "payload": "{\"a\":\"b\"}"])
        let source = try #require(SignatureTarget(key: Array("caracal.sessions.revoke.dead".utf8)).source)
        var judge = try DeadLetterJudge(keys: SignatureKeys())
        let head = judge.head(message.fields, in: message.bytes, of: source)
        let letter = try judge.judge(message.fields, in: message.bytes, head, of: source)
        count(EntryID(milliseconds: milliseconds, sequence: 0), letter, in: message.bytes)
    }
}
