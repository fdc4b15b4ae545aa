/// A strict scanner (RFC 8259) over a byte array, for JSON whose values are wanted as bytes.
///
/// It works in place and builds no tree: what it reads are ranges of its own bytes. A string without escapes is where
/// it stands; one with escapes, base64 and nested values with white space become shorter, and are rewritten where
/// they stand. It does not recurse.
struct JSONScanner {
    /// The text; of what was read already, partly rewritten.
    var bytes: [UInt8]
    /// The offset of the next byte to look at.
    var position = 0
    /// Where the text ends.
    let end: Int

    /// A scanner at the first byte of `bytes`, which should be referenced nowhere else, or they are copied.
    init(_ bytes: consuming [UInt8]) {
        end = bytes.count
        self.bytes = bytes
    }

    /// The next byte; nil at the end.
    var next: UInt8? { position < end ? bytes[position] : nil }

    /// Steps over white space.
    @inline(__always)
    mutating func skipSpace() {
        while position < end, Self.isSpace(bytes[position]) { position &+= 1 }
    }

    /// Steps over `byte` when it comes next, and says whether it did.
    @inline(__always)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position &+= 1
        return true
    }

    /// Steps over `byte`, or throws that `expectation` was not met.
    @inline(__always)
    mutating func require(_ byte: UInt8, _ expectation: JSONError.Expectation) throws(JSONError) {
        guard skip(byte) else { throw unexpected(expectation) }
    }

    /// Steps over a number or one of `true`, `false` and `null`.
    mutating func skipScalar() throws(JSONError) {
        switch next {
        case UInt8(ascii: "-"): try skipNumber()
        case let digit? where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit: try skipNumber()
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: throw unexpected(.value)
        }
    }

    /// An error about the byte at `position`, or about another one.
    func error(_ reason: JSONError.Reason, at offset: Int? = nil) -> JSONError {
        JSONError(column: (offset ?? position) + 1, reason: reason)
    }

    /// The error of having found something else than `expectation`.
    func unexpected(_ expectation: JSONError.Expectation) -> JSONError {
        error(.expected(expectation, found: next))
    }

    /// Moves the bytes at `range` to where `place` is, at or before them, and moves `place` behind them.
    mutating func move(_ range: Range<Int>, to place: inout Int) {
        if place < range.lowerBound {
            let target = place
            bytes.withUnsafeMutableBytes { buffer in
                let source = UnsafeRawBufferPointer(rebasing: buffer[range])
                UnsafeMutableRawBufferPointer(rebasing: buffer[target...]).copyMemory(from: source)
            }
        }
        place += range.count
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONError) {
        let first = position
        for offset in 0..<word.utf8CodeUnitCount {
            guard skip(word.utf8Start[offset]) else { throw error(.expected(.value, found: bytes[first]), at: first) }
        }
    }

    private mutating func skipNumber() throws(JSONError) {
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try skipDigits() }
        if skip(UInt8(ascii: ".")) { try skipDigits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONError) {
        let first = position
        while position < end, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position &+= 1 }
        guard position > first else { throw unexpected(.digit) }
    }
}
