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
    /// Where the bytes after the current line start.
    private var start = 0
    private var isAtEnd = false
    /// Where the LF of the next line is; nil when it has not been looked for or is not there.
    private var newline: Int?

    /// How many bytes are asked for at once.
    private static let chunk = 1 << 20

    /// The longest line that is read where nothing else is said, in bytes.
    package static let usualLimit = 64 << 20

    /// A reader at the descriptor's current position, for lines of at most `limit` bytes.
    package init(descriptor: Int32, limit: Int = usualLimit) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Reads what is there without waiting. Returns whether `advance()` will not wait for input either.
    package mutating func prepare() throws(LineReaderError) -> Bool {
        var searched = start
        while newline == nil, !isAtEnd, bytes.count - start <= limit + 1 {
            newline = ByteSearch.first(UInt8(ascii: "\n"), in: bytes, searched..<bytes.count)
            guard newline == nil else { break }
            guard isReadable else { return false }
            let pending = bytes.count - start
            try fill()
            searched = start + pending
        }
        return true
    }

    /// Goes to the next line: false when there is none left. A last line without LF counts.
    ///
    /// After `LineReaderError.interrupted` it may be called again, and after `tooLong` once `passOver()` was; after any other error it
    /// may not.
    package mutating func advance() throws(LineReaderError) -> Bool {
        var searched = start
        while true {
            if let newline = newline ?? ByteSearch.first(UInt8(ascii: "\n"), in: bytes, searched..<bytes.count) {
                self.newline = nil
                try take(upTo: newline, next: newline + 1)
                return true
            }
            guard !isAtEnd else { return try takeLast() }
            let pending = bytes.count - start
            guard pending <= limit + 1 else { throw .tooLong(line: number + 1, limit: limit) }
            try fill()
            searched = start + pending
        }
    }

    /// Whether nothing is left behind the current line, as far as that is known without waiting. The line is gone then.
    package mutating func hasEnded() -> Bool {
        guard start == bytes.count else { return false }
        line = 0..<0
        return (try? prepare()) == true && start == bytes.count
    }

    /// Steps over a line that `advance()` found too long; the next call of `advance()` goes to the line after it.
    package mutating func passOver() throws(LineReaderError) {
        // Where its end had been read it was counted.
        let isCounted = line.count > limit
        line = 0..<0
        while true {
            if let newline = ByteSearch.first(UInt8(ascii: "\n"), in: bytes, start..<bytes.count) {
                start = newline + 1
                break
            }
            start = bytes.count
            guard !isAtEnd else { break }
            try fill()
        }
        number += isCounted ? 0 : 1
    }

    private mutating func takeLast() throws(LineReaderError) -> Bool {
        guard start < bytes.count else { return false }
        try take(upTo: bytes.count, next: bytes.count)
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
        try waitForInput()
        var received = 0
        bytes.append(addingCapacity: Self.chunk) { output in
            received = output.withUnsafeMutableBufferPointer { buffer, count in
                let received = read(descriptor, buffer.baseAddress, Self.chunk)
                count = max(0, received)
                return received
            }
        }
        guard received < 0 else {
            isAtEnd = received == 0
            return
        }
        switch errno {
        case EINTR, EAGAIN: throw .interrupted
        case let code: throw .unreadable(SystemError(code: code))
        }
    }

    private mutating func moveToFront() {
        guard start > 0 else { return }
        bytes.removeFirst(start)
        start = 0
    }

    /// Whether there is something to read, if only the end.
    private var isReadable: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// Waits until there is something to read, or a signal to stop. Input has no deadline: it may be typed by hand.
    private func waitForInput() throws(LineReaderError) {
        // poll(2) would pass over a negative number, and wait for ever.
        guard descriptor >= 0 else { throw .unreadable(SystemError(code: EBADF)) }
        do {
            try Poll.wait(for: descriptor, events: Int16(POLLIN), until: .after(.seconds(86_400)))
        } catch .disconnected {
            throw .unreadable(SystemError.last)
        } catch {
            throw .interrupted
        }
    }
}

/// Why no further line could be read.
package enum LineReaderError: Error, Sendable, Equatable {
    /// A line is longer than the limit in bytes. What stood before it was read.
    case tooLong(line: Int, limit: Int)
    /// A signal came while waiting for input. Reading may go on.
    case interrupted
    /// The descriptor cannot be read.
    case unreadable(SystemError)
}

extension LineReaderError: CustomStringConvertible {
    /// One line, lower case.
    package var description: String {
        switch self {
        case .tooLong(let line, let limit): "line \(line) is longer than \(limit >> 20) MiB (\(limit) bytes)"
        case .interrupted: "interrupted"
        case .unreadable(let error): "cannot read: \(error)"
        }
    }
}
