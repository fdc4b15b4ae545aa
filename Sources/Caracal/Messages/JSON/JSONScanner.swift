import Redis

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

    /// A scanner of the text at `range` of bytes that others hold. As long as it only steps over values nothing is copied.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        end = range.upperBound
        self.bytes = bytes
        position = range.lowerBound
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

    /// Reads the object that must come first, member by member: `read` is told where each name lies, and reads the value.
    @inline(__always)
    mutating func readObject(
        _ read: (inout JSONScanner, _ name: Range<Int>) throws(JSONError) -> Void
    ) throws(JSONError) {
        skipSpace()
        guard !startsWithByteOrderMark else { throw error(.byteOrderMark) }
        try require(UInt8(ascii: "{"), .object)
        skipSpace()
        guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "}") else { throw unexpected(.nameOrEnd) }
        guard !skip(UInt8(ascii: "}")) else { return }
        repeat {
            let name = try readName()
            try read(&self, name)
        } while try continues(before: UInt8(ascii: "}"), .commaOrBrace)
    }

    /// Reads an array, from its opening bracket on: `read` reads each element.
    mutating func readArray(_ read: (inout JSONScanner) throws(JSONError) -> Void) throws(JSONError) {
        position += 1
        skipSpace()
        guard !skip(UInt8(ascii: "]")) else { return }
        repeat {
            try read(&self)
        } while try continues(before: UInt8(ascii: "]"), .commaOrBracket)
    }

    /// Steps over what follows a member or element: true after a comma, false after the closing `bracket`.
    mutating func continues(
        before bracket: UInt8,
        _ expectation: JSONError.Expectation
    ) throws(JSONError) -> Bool {
        skipSpace()
        if skip(UInt8(ascii: ",")) {
            skipSpace()
            return true
        }
        try require(bracket, expectation)
        return false
    }

    /// Reads a name and the colon after it, up to the value: where the name lies.
    @inline(__always)
    private mutating func readName() throws(JSONError) -> Range<Int> {
        guard next == UInt8(ascii: "\"") else { throw unexpected(.name) }
        let name = try readString()
        skipSpace()
        try require(UInt8(ascii: ":"), .colon)
        skipSpace()
        return name
    }

    /// Throws unless nothing but white space is left.
    mutating func requireEnd() throws(JSONError) {
        skipSpace()
        guard position == end else { throw unexpected(.endOfLine) }
    }

    /// Throws when two of the fields bear one name. `order` is scratch space.
    func refuseRepeatedName(_ fields: [FieldRange], _ order: inout FieldOrder) throws(JSONError) {
        order.sort(fields, in: bytes)
        guard let repeated = order.firstRepeated(of: fields, in: bytes) else { return }
        let name = fields[repeated].name
        throw error(.repeatedName(Array(bytes[name])), at: name.lowerBound - 1)
    }

    private var startsWithByteOrderMark: Bool {
        end - position >= 3 && bytes[position] == 0xEF && bytes[position + 1] == 0xBB && bytes[position + 2] == 0xBF
    }

    /// Reads a string, from its opening quote on: where its text lies, its escapes resolved.
    @inline(__always)
    mutating func readString() throws(JSONError) -> Range<Int> {
        position &+= 1
        let start = position
        try skipPlainBytes()
        let textEnd = position
        return skip(UInt8(ascii: "\"")) ? start..<textEnd : try readEscapedString(from: start)
    }

    /// Reads the rest of a string whose text starts at `start` and whose first escape comes next.
    private mutating func readEscapedString(from start: Int) throws(JSONError) -> Range<Int> {
        var place = position
        while !skip(UInt8(ascii: "\"")) {
            UTF8Sequence.write(try readEscape(), to: &bytes, at: &place)
            let run = position
            try skipPlainBytes()
            move(run..<position, to: &place)
        }
        return start..<place
    }

    /// Steps over a string, from its opening quote on, checking it as `readString` does.
    mutating func skipString() throws(JSONError) {
        position &+= 1
        while true {
            try skipPlainBytes()
            if skip(UInt8(ascii: "\"")) { return }
            _ = try readEscape()
        }
    }

    /// Steps over what stands for itself in a string, up to a quote or a backslash.
    @inline(__always)
    private mutating func skipPlainBytes() throws(JSONError) {
        while true {
            position = endOfPlainASCII(from: position)
            guard position < end else { throw unexpected(.endOfString) }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            guard byte >= 0x20 else { throw error(.controlCharacter(byte)) }
            guard let length = UTF8Sequence.length(at: position, in: bytes, end: end) else { throw error(.notUTF8) }
            position &+= length
        }
    }

    /// The offset of the next quote, backslash, control byte or byte outside ASCII; `end` when there is none. Eight bytes at a
    /// step: measured on 36 bytes, an eighth of the time of a loop over the bytes.
    @inline(__always)
    private func endOfPlainASCII(from start: Int) -> Int {
        let input = bytes.span.bytes
        var offset = start
        while end &- offset >= 8 {
            let word = UInt64(littleEndian: input.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let special = Self.specialBytes(in: word)
            if special != 0 { return offset &+ special.trailingZeroBitCount &>> 3 }
            offset &+= 8
        }
        while offset < end, !Self.isSpecial(bytes[offset]) { offset &+= 1 }
        return offset
    }

    /// The high bit of each byte of `word` that is special. Bits above the lowest one set may be wrong.
    @inline(__always)
    private static func specialBytes(in word: UInt64) -> UInt64 {
        let (quotes, backslashes) = (word ^ 0x2222_2222_2222_2222, word ^ 0x5C5C_5C5C_5C5C_5C5C)
        let zeros = (quotes &- 0x0101_0101_0101_0101) & ~quotes | (backslashes &- 0x0101_0101_0101_0101) & ~backslashes
        let controls = (word &- 0x2020_2020_2020_2020) & ~word
        return (zeros | controls | word) & 0x8080_8080_8080_8080
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Reads an escape, from its backslash on: the scalar value it stands for.
    private mutating func readEscape() throws(JSONError) -> UInt32 {
        let start = position
        position += 1
        let letter = next
        position += 1
        switch letter {
        case UInt8(ascii: "\""): return 0x22
        case UInt8(ascii: "\\"): return 0x5C
        case UInt8(ascii: "/"): return 0x2F
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return try readUnicodeEscape(startingAt: start)
        default: throw error(.badEscape, at: start)
        }
    }

    /// Reads the digits of `\uHHHH`, and a second escape when they are the first half of a surrogate pair.
    private mutating func readUnicodeEscape(startingAt start: Int) throws(JSONError) -> UInt32 {
        let unit = try readHexDigits(startingAt: start)
        guard 0xD800...0xDFFF ~= unit else { return unit }
        guard unit < 0xDC00, skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else {
            throw error(.loneSurrogate, at: start)
        }
        let second = try readHexDigits(startingAt: position - 2)
        guard 0xDC00...0xDFFF ~= second else { throw error(.loneSurrogate, at: start) }
        return 0x1_0000 + (unit - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func readHexDigits(startingAt start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap(HexText.digit) else { throw error(.badEscape, at: start) }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
