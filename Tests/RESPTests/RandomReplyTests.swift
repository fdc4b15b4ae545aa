import RESP
import Testing

/// Replies made at random, written out by a few lines of recursive code, must come back as they were made.
@Suite struct RandomReplyTests {
    @Test(arguments: 0..<200) func whatWasWrittenIsRead(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let models = (0..<5).map { _ in ModelReply.random(depth: 4, using: &random) }
        let bytes = models.flatMap { $0.encoded(using: &random) }
        let sizes = (0..<bytes.count).map { _ in Int.random(in: 1...40, using: &random) }
        let parsing = Parsing(bytes, readSizes: sizes)
        #expect(parsing.failure == nil && parsing.left == 0)
        #expect(parsing.replies.map { ModelReply($0.root) } == models)
    }
}
