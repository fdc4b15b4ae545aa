import RESP
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
        case let digit? where ASCII.isDigit(digit): try skipNumber()
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
        while position < end, ASCII.isDigit(bytes[position]) { position &+= 1 }
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
}

/// The arrays and objects that are open around a place of the text.
struct JSONNesting {
    /// How deep they may be nested in a value: the bits of the word that keeps track of them.
    static let limit = 64

    /// How many are open.
    private(set) var depth = 0
    /// Bit n tells whether the container n levels above the innermost one is an object.
    private var objects: UInt64 = 0

    /// Whether the innermost one is an object.
    var isInObject: Bool { objects & 1 == 1 }

    /// What ends the innermost one.
    var closingBracket: UInt8 { isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

    /// What has to come after an element of the innermost one.
    var endOfElement: JSONError.Expectation { isInObject ? .commaOrBrace : .commaOrBracket }

    /// Goes into one that begins with `bracket`.
    mutating func open(_ bracket: UInt8) {
        depth += 1
        objects = objects << 1 | (bracket == UInt8(ascii: "{") ? 1 : 0)
    }

    /// Leaves the innermost one.
    mutating func close() {
        depth -= 1
        objects >>= 1
    }
}

/// Values that are stepped over: nothing is rewritten, so bytes that others hold are not copied.
extension JSONScanner {
    /// Steps over a value of any kind, and checks it. `depth` is how many containers are open around it.
    ///
    /// `compactContainer` takes the same steps and moves bytes between them. They stay two loops: one that took what to do at white
    /// space from outside would call it for each token of a million lines.
    mutating func skipValue(within depth: Int = 0) throws(JSONError) {
        var nesting = JSONNesting()
        repeat {
            if nesting.isInObject { _ = try skipName() }
            switch next {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth + nesting.depth < JSONNesting.limit else {
                    throw error(.tooDeep(limit: JSONNesting.limit))
                }
                nesting.open(bytes[position])
                position += 1
                skipSpace()
                if !skip(nesting.closingBracket) { continue }
                nesting.close()
            case UInt8(ascii: "\""): try skipString()
            default: try skipScalar()
            }
            try skipEnd(&nesting)
        } while nesting.depth > 0
    }

    /// Steps over the comma after an element, or over the closing brackets after it until a comma follows.
    private mutating func skipEnd(_ nesting: inout JSONNesting) throws(JSONError) {
        while nesting.depth > 0 {
            skipSpace()
            if skip(UInt8(ascii: ",")) { return skipSpace() }
            try require(nesting.closingBracket, nesting.endOfElement)
            nesting.close()
        }
    }

    /// Steps over a name and the colon after it: where the name stands, its escapes unresolved.
    mutating func skipName() throws(JSONError) -> Range<Int> {
        guard next == UInt8(ascii: "\"") else { throw unexpected(.name) }
        let start = position + 1
        try skipString()
        let name = start..<position - 1
        skipSpace()
        try require(UInt8(ascii: ":"), .colon)
        skipSpace()
        return name
    }

    /// Steps over the object that comes next: `visit` is told where each name stands, and steps over the value.
    mutating func skipObject(
        _ visit: (inout JSONScanner, _ name: Range<Int>) throws(JSONError) -> Void
    ) throws(JSONError) {
        try require(UInt8(ascii: "{"), .object)
        skipSpace()
        guard !skip(UInt8(ascii: "}")) else { return }
        repeat {
            let name = try skipName()
            try visit(&self, name)
        } while try continues(before: UInt8(ascii: "}"), .commaOrBrace)
    }
}
