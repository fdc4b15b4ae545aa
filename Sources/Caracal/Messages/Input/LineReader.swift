import Glibc
import Redis

/// Reads lines from a file descriptor in bounded memory.
///
/// The line last read lies in `bytes` at `line`, without its LF or CRLF, until the next call of `advance()`. The
/// descriptor is borrowed: it is never closed here.
package struct LineReader {
    /// What the ranges point into.
    package private(set) var bytes: [UInt8] = []
    /// Where the current line lies in `bytes`.
    package private(set) var line: Range<Int> = 0..<0
    /// The number of the current line, counted from 1; 0 before the first.
    package private(set) var number = 0

    private let descriptor: Int32
    private let limit: Int
    /// Where the bytes after the current line start, and where those that were read end.
    private var start = 0
    private var end = 0
    private var isAtEnd = false

    /// How many bytes are asked for at once.
    private static let chunk = 1 << 20

    /// A reader at the descriptor's current position, for lines of at most `limit` bytes.
    package init(descriptor: Int32, limit: Int = 16 << 20) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Whether a whole line is at hand, so that `advance()` will not wait for input.
    package var hasBufferedLine: Bool {
        isAtEnd || ByteSearch.first(UInt8(ascii: "\n"), in: bytes, start..<end) != nil
    }

    /// Goes to the next line: false when there is none left. A last line without LF counts.
    ///
    /// After `LineReaderError.interrupted` it may be called again; after any other error it may not.
    package mutating func advance() throws(LineReaderError) -> Bool {
        var searched = start
        while true {
            if let newline = ByteSearch.first(UInt8(ascii: "\n"), in: bytes, searched..<end) {
                try take(upTo: newline, next: newline + 1)
                return true
            }
            guard !isAtEnd else { return try takeLast() }
            let pending = end - start
            guard pending <= limit + 1 else { throw .tooLong(line: number + 1, limit: limit) }
            try fill()
            searched = start + pending
        }
    }

    private mutating func takeLast() throws(LineReaderError) -> Bool {
        guard start < end else { return false }
        try take(upTo: end, next: end)
        return true
    }

    private mutating func take(upTo lineEnd: Int, next: Int) throws(LineReaderError) {
        let hasReturn = lineEnd > start && bytes[lineEnd - 1] == UInt8(ascii: "\r")
        line = start..<(hasReturn ? lineEnd - 1 : lineEnd)
        number += 1
        guard line.count <= limit else { throw .tooLong(line: number, limit: limit) }
        start = next
    }

    /// Reads more bytes behind those that are left, which move to the front first.
    private mutating func fill() throws(LineReaderError) {
        moveToFront()
        if bytes.count < end + Self.chunk {
            bytes.append(contentsOf: repeatElement(0, count: end + Self.chunk - bytes.count))
        }
        let end = end
        let received = bytes.withUnsafeMutableBytes { buffer in
            read(descriptor, buffer.baseAddress?.advanced(by: end), Self.chunk)
        }
        guard received < 0 else {
            isAtEnd = received == 0
            self.end += received
            return
        }
        switch errno {
        case EINTR: throw .interrupted
        case EAGAIN: try waitForInput()
        case let code: throw .unreadable(SystemError(code: code))
        }
    }

    private mutating func moveToFront() {
        guard start > 0 else { return }
        let start = start
        let count = end - start
        bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            memmove(base, base + start, count)
        }
        self.start = 0
        end = count
    }

    /// Waits until a non-blocking descriptor has something to read. Input has no deadline: it may be typed by hand.
    private func waitForInput() throws(LineReaderError) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, -1) < 0 else { return }
        throw errno == EINTR ? .interrupted : .unreadable(SystemError.last)
    }
}
