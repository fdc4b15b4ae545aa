@testable import RESP
import Testing

/// The catalogue of hostile bytes, each whole and in pieces. Sizes are those a server can choose; the outcome is not.
@Suite struct HostileFrameTests {
    static let frames = HostileFrame.lengths + HostileFrame.values + HostileFrame.framing
    /// Cutting at every offset is quadratic: long frames are left to the chunkings above.
    static let shortFrames = frames.filter { $0.bytes.count <= 2_000 }

    @Test(arguments: frames) func endsAsItMust(_ frame: HostileFrame) {
        let parsing = Parsing(frame.bytes)
        switch frame.outcome {
        case .violation(let error):
            #expect(parsing.failure == error)
            #expect(parsing.replies.isEmpty)
        case .waiting:
            #expect(parsing.failure == nil && parsing.replies.isEmpty && parsing.left == frame.bytes.count)
        case .replies(let count):
            #expect(parsing.failure == nil && parsing.left == 0)
            #expect(parsing.replies.count == count)
        }
    }

    @Test(arguments: frames) func byteByByteEndsTheSame(_ frame: HostileFrame) {
        #expect(Parsing.byteByByte(frame.bytes) == Parsing(frame.bytes))
    }

    @Test(arguments: shortFrames) func everySplitEndsTheSame(_ frame: HostileFrame) {
        let whole = Parsing(frame.bytes)
        for offset in frame.bytes.indices { #expect(Parsing.split(frame.bytes, at: offset) == whole) }
    }

    /// What is cut off is never taken for a value, and an error found early is the error found late.
    @Test(arguments: shortFrames) func everyCutIsAPrefixOfTheOutcome(_ frame: HostileFrame) {
        let whole = Parsing(frame.bytes)
        for end in frame.bytes.indices {
            let cut = Parsing(Array(frame.bytes[..<end]))
            #expect(cut.replies == Array(whole.replies.prefix(cut.replies.count)))
            #expect(cut.failure == nil || cut.failure == whole.failure)
            #expect(cut.failure != nil || cut.replies.reduce(cut.left) { $0 + $1.bytes.count } == end)
        }
    }

    @Test(arguments: shortFrames) func noMemoryIsTakenForWhatHasNotArrived(_ frame: HostileFrame) {
        var parser = ReplyParser()
        parser.append(frame.bytes)
        _ = try? parser.next()
        #expect(parser.reservedByteCount <= 4_096)
    }
}
