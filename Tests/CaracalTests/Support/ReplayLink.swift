import RESP
import Redis

/// A peer that takes everything and gives, command by command, the replies of a recording, up to the byte where it breaks.
final class ReplayLink: Link {
    /// What the peer does where it breaks.
    enum Ending: CaseIterable {
        case closes, resets, hangs
    }

    private let replies: [[UInt8]]
    private let step: Int
    private let ending: Ending
    /// What is still to come before it breaks.
    private var allowance: Int
    private var commands = ReplyParser()
    /// How many commands it was sent, and how many bytes of the replies to them it has given.
    private var asked = 0
    private var place = (reply: 0, byte: 0)

    /// - Parameters:
    ///   - limit: how many bytes it gives.
    ///   - step: how many of them arrive at once.
    init(_ replies: [[UInt8]], limit: Int = .max, step: Int = .max, ending: Ending = .closes) {
        self.replies = replies
        self.step = step
        self.ending = ending
        allowance = limit
    }

    /// A peer that lets everybody in, and then gives these replies, without the CR LF at their end.
    convenience init(answering replies: [String]) {
        let welcome = ["%1\r\n$7\r\nversion\r\n$5\r\n8.2.3", "+OK", "+OK"]
        self.init((welcome + replies).map { Array("\($0)\r\n".utf8) })
    }

    func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int {
        bytes.withUnsafeBufferPointer { commands.append($0) }
        // Commands have the form of replies.
        while (try? commands.next()) != nil { asked += 1 }
        return bytes.count
    }

    func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress {
        // In whole pieces: tests read many millions of bytes.
        var arriving = min(step, allowance, buffer.freeCapacity)
        let isAppended = arriving > 0 && place.reply < min(asked, replies.count)
        while arriving > 0, place.reply < min(asked, replies.count) {
            let reply = replies[place.reply]
            let piece = reply[place.byte..<min(place.byte + arriving, reply.count)]
            Self.append(piece, to: &buffer)
            arriving -= piece.count
            allowance -= piece.count
            place.byte += piece.count
            if place.byte == reply.count { place = (place.reply + 1, 0) }
        }
        if isAppended { return .appended }
        guard allowance == 0 || asked > replies.count else { return .nothingYet }
        switch ending {
        case .closes: return .end
        case .resets: throw .disconnected(reason: "connection reset by peer")
        case .hangs: return .nothingYet
        }
    }

    private static func append(_ piece: ArraySlice<UInt8>, to buffer: inout OutputSpan<UInt8>) {
        buffer.withUnsafeMutableBufferPointer { storage, count in
            _ = storage.suffix(from: count).update(fromContentsOf: piece)
            count += piece.count
        }
    }

    /// Time passes at once: what has not arrived by now never will.
    func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError) {
        throw .timedOut(after: deadline.allowance)
    }

    func close() {}
}
