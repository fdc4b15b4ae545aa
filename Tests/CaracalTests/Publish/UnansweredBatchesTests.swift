import Testing

@testable import Caracal

@Suite struct UnansweredBatchesTests {
    /// A batch of entries that say which line they are from.
    private func batch(_ lines: ClosedRange<Int>, size: Int = 0) throws -> FrameBatch {
        var encoder = try EntryEncoder(PublishRules(stream: StreamTable["sessions.revoke"], signing: nil, maxLength: 5))
        var batch = FrameBatch()
        for line in lines {
            let value = Array("\(line)".utf8) + Array(repeating: UInt8(ascii: "x"), count: size)
            encoder.append(SentEntry(line: line, fields: [(Array("line".utf8), value)]), to: &batch.frames)
            batch.close(line: line)
        }
        return batch
    }

    @Test func anEntryIsReadBackFromItsFrame() throws {
        let fields = [("*", "*"), ("", ""), ("outbox_id", "m-1"), ("MAXLEN", "\r\n$1")]
        let entry = SentEntry(line: 7, fields: fields.map { (Array($0.0.utf8), Array($0.1.utf8)) })
        var encoder = try EntryEncoder(PublishRules(stream: StreamTable["sessions.revoke"], signing: nil, maxLength: 5))
        var batch = try batch(1...1)
        encoder.append(entry, to: &batch.frames)
        batch.close(line: 7)
        #expect(batch.entry(at: 1) == entry)
        #expect(batch.entry(at: 1).outboxID == Array("m-1".utf8))
    }

    @Test func answersAreTakenInTheOrderOfSending() throws {
        var unanswered = UnansweredBatches()
        for lines in [1...3, 4...5] { unanswered.append(try batch(lines)) }
        var lines: [Int] = []
        while !unanswered.isEmpty {
            lines.append(unanswered.line)
            #expect(unanswered.entry.line == unanswered.line)
            unanswered.removeFirst()
        }
        #expect(lines == [1, 2, 3, 4, 5])
    }

    @Test func whatIsMissingAfterALossIsOneBatchAndTheRestIsForgotten() throws {
        var unanswered = UnansweredBatches()
        for lines in [1...3, 4...5] { unanswered.append(try batch(lines)) }
        for _ in 0..<2 { unanswered.removeFirst() }
        #expect(unanswered.entries.map(\.line) == [3, 4, 5])
        let missing = unanswered.removeAll { $0 != 1 }
        #expect(unanswered.isEmpty)
        #expect((0..<missing.count).map { missing.entry(at: $0).line } == [3, 5])
    }

    @Test func whatIsSentAgainIsInTheOrderOfItsLines() throws {
        var unanswered = UnansweredBatches()
        for lines in [4...6, 1...3] { unanswered.append(try batch(lines)) }
        let missing = unanswered.removeAll { $0 != 1 }.inOrderOfLines
        #expect((0..<missing.count).map { missing.entry(at: $0).line } == [1, 2, 3, 4, 6])
        #expect(
            (0..<missing.count).map { missing.entry(at: $0).fields.map { $0.value } }
                == [1, 2, 3, 4, 6].map { [Array("\($0)".utf8)] }
        )
    }

    @Test func whatWasSentFirstComesBeforeAllOthers() throws {
        var unanswered = UnansweredBatches()
        unanswered.append(try batch(4...6))
        unanswered.removeFirst()
        unanswered.prepend(try batch(1...2))
        #expect(unanswered.entries.map(\.line) == [1, 2, 5, 6])
        unanswered.prepend(FrameBatch())
        #expect(unanswered.entries.map(\.line) == [1, 2, 5, 6])
    }

    @Test func tooManyMessagesOrBytesAreAnsweredBeforeMoreIsSent() throws {
        var many = UnansweredBatches()
        many.append(try batch(1...8_192))
        #expect(!many.isFull)
        many.append(try batch(8_193...8_193))
        #expect(many.isFull)
        var large = UnansweredBatches()
        large.append(try batch(1...1, size: 7 << 20))
        #expect(!large.isFull, "a single message of any size has to be sent")
        large.append(try batch(2...2))
        #expect(large.isFull)
        large.removeFirst()
        #expect(!large.isFull)
    }
}
