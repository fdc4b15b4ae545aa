import Glibc
import Redis

/// How closely the places lie at which connections are broken.
enum EveryByte {
    /// Whether all of them are asked for, which takes minutes (`make thorough`).
    static var isAsked: Bool { getenv("EVERY_BYTE") != nil }
}

/// A link to a real server that breaks, once it is armed, after a number of bytes in one direction.
final class BreakingLink: Link {
    enum Direction: CaseIterable {
        /// The server gets so much of the commands and then sees an end; we see it too.
        case commands
        /// The server gets so much of the commands; we are told that it got all, and never hear of it again.
        case commandsUnnoticed
        /// The server gets and does everything; we get so much of its replies.
        case replies
    }

    private let link: any Link
    private var direction: Direction?
    private var left = 0
    /// Whether it has broken.
    private(set) var isBroken = false

    init(_ link: any Link) {
        self.link = link
    }

    /// Lets so many bytes pass from now on.
    func breaks(_ direction: Direction, after count: Int) {
        self.direction = direction
        left = count
    }

    func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int {
        guard let direction, direction != .replies else { return try link.write(bytes) }
        if !isBroken {
            let count = min(left, bytes.count)
            let sent = count == 0 ? 0 : try link.write(bytes.extracting(first: count))
            left -= sent
            guard left == 0, sent < bytes.count || bytes.count == 0 else { return sent }
            end()
        }
        guard direction == .commandsUnnoticed else { throw .disconnected(reason: "broken pipe") }
        return bytes.count
    }

    func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress {
        if isBroken { return .end }
        let before = buffer.count
        let progress = try link.read(into: &buffer)
        guard direction == .replies else { return progress }
        let surplus = buffer.count - before - left
        if surplus <= 0 {
            left -= buffer.count - before
            return progress
        }
        buffer.removeLast(surplus)
        end()
        return buffer.count > before ? .appended : .end
    }

    func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError) {
        if !isBroken { try link.wait(toWrite: toWrite, until: deadline) }
    }

    func close() {
        link.close()
    }

    private func end() {
        isBroken = true
        link.close()
    }
}
