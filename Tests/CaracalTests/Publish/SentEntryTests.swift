import RESP
import Redis
import Testing

@testable import Caracal

@Suite struct SentEntryTests {
    @Test func theFieldsBeginBehindTheStarThatIsNotTheKey() {
        let stars = ["*", "NOMKSTREAM", "*", "outbox_id", "m-1", "*", "x"].map { Array($0.utf8) }
        var encoder = CommandEncoder()
        encoder.append(Command("XADD", arguments: stars))
        let entry = SentEntry(frame: encoder.bytes[...], line: 7)
        #expect(entry.line == 7)
        #expect(entry.outboxID == Array("m-1".utf8))
        #expect(entry.fields.map(\.name) == [Array("outbox_id".utf8), Array("*".utf8)])
    }
}
