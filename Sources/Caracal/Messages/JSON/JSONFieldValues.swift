/// Values as the bytes of a field.
extension JSONScanner {
    /// Reads a value as a field's value: where it lies, or nil for null.
    @inline(__always)
    mutating func readValue() throws(JSONError) -> Range<Int>? {
        next == UInt8(ascii: "\"") ? try readString() : try readOtherValue()
    }

    private mutating func readOtherValue() throws(JSONError) -> Range<Int>? {
        switch next {
        case UInt8(ascii: "{"):
            if let decoded = try readBase64() { return decoded }
            return try compactContainer()
        case UInt8(ascii: "["): return try compactContainer()
        default:
            let start = position
            try skipScalar()
            return bytes[start] == UInt8(ascii: "n") ? nil : start..<position
        }
    }

    /// Reads a string or `{"base64":…}`: where the bytes lie.
    mutating func readBytes() throws(JSONError) -> Range<Int> {
        switch next {
        case UInt8(ascii: "\""): return try readString()
        case UInt8(ascii: "{"):
            guard let decoded = try readBase64() else { throw unexpected(.bytes) }
            return decoded
        default: throw unexpected(.bytes)
        }
    }

    /// Reads `{"base64":"…"}`, the form of bytes that are not UTF-8: where the bytes lie.
    ///
    /// Returns nil, having read nothing, when the object that comes next is something else: another key, a value that
    /// is no string, more than one key.
    mutating func readBase64() throws(JSONError) -> Range<Int>? {
        let start = position
        guard try skipBase64Key(), next == UInt8(ascii: "\"") else {
            position = start
            return nil
        }
        let opening = position
        try skipString()
        skipSpace()
        guard next == UInt8(ascii: "}") else {
            position = start
            return nil
        }
        position = opening
        let text = try readString()
        skipSpace()
        position += 1
        guard let count = Base64Text.decode(&bytes, text) else { throw error(.badBase64, at: opening) }
        return text.lowerBound..<(text.lowerBound + count)
    }

    /// Steps over `{"base64":` and says whether that is what came.
    private mutating func skipBase64Key() throws(JSONError) -> Bool {
        position += 1
        skipSpace()
        guard next == UInt8(ascii: "\"") else { return false }
        let opening = position
        try skipString()
        guard ByteComparison.equal(bytes, opening..<position, Self.base64Key) else { return false }
        skipSpace()
        guard skip(UInt8(ascii: ":")) else { return false }
        skipSpace()
        return true
    }

    private static let base64Key = Array("\"base64\"".utf8)

    /// The state of a compaction: the containers that are open, and the bytes not yet in their place.
    private struct Compaction {
        /// Where the bytes start that were looked at and not yet moved.
        var run: Int
        /// Where they go.
        var place: Int
        var nesting = JSONNesting()
    }

    /// Reads an array or object, from its opening bracket on: where it lies, without the white space between tokens.
    mutating func compactContainer() throws(JSONError) -> Range<Int> {
        let start = position
        var state = Compaction(run: position, place: position)
        repeat {
            if state.nesting.isInObject { try skipName(&state) }
            try skipElement(&state)
        } while state.nesting.depth > 0
        move(state.run..<position, to: &state.place)
        return start..<state.place
    }

    /// Steps over an element and what ends it, or into it when it is a container with elements of its own.
    private mutating func skipElement(_ state: inout Compaction) throws(JSONError) {
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try open(&state)
            guard skip(state.nesting.closingBracket) else { return }
            state.nesting.close()
        case UInt8(ascii: "\""): try skipString()
        default: try skipScalar()
        }
        try endElement(&state)
    }

    private mutating func skipName(_ state: inout Compaction) throws(JSONError) {
        guard next == UInt8(ascii: "\"") else { throw unexpected(.name) }
        try skipString()
        compactSpace(&state)
        try require(UInt8(ascii: ":"), .colon)
        compactSpace(&state)
    }

    /// Steps over the comma after an element, or over the closing brackets after it until a comma follows.
    private mutating func endElement(_ state: inout Compaction) throws(JSONError) {
        while state.nesting.depth > 0 {
            compactSpace(&state)
            if skip(UInt8(ascii: ",")) { return compactSpace(&state) }
            try require(state.nesting.closingBracket, state.nesting.endOfElement)
            state.nesting.close()
        }
    }

    private mutating func open(_ state: inout Compaction) throws(JSONError) {
        guard state.nesting.depth < JSONNesting.limit else { throw error(.tooDeep(limit: JSONNesting.limit)) }
        state.nesting.open(bytes[position])
        position += 1
        compactSpace(&state)
    }

    /// Steps over white space after moving what stands before it.
    private mutating func compactSpace(_ state: inout Compaction) {
        guard position < end, Self.isSpace(bytes[position]) else { return }
        move(state.run..<position, to: &state.place)
        skipSpace()
        state.run = position
    }
}

/// Base64 (RFC 4648 §4, padded) as it stands for bytes that are not UTF-8 in JSON.
private enum Base64Text {
    /// Writes what the text at `range` of `bytes` stands for over its beginning, and returns how many bytes that are.
    ///
    /// Returns nil, with the text in no particular state, unless it is exactly what an encoder would write.
    static func decode(_ bytes: inout [UInt8], _ range: Range<Int>) -> Int? {
        guard range.count % 4 == 0 else { return nil }
        let padding = bytes[range].suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var count = 0
        var bits: UInt32 = 0
        for offset in 0..<(range.count - padding) {
            guard let value = value(of: bytes[range.lowerBound + offset]) else { return nil }
            bits = bits << 6 | UInt32(value)
            guard offset % 4 != 0 else { continue }
            bytes[range.lowerBound + count] = UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * (offset % 4)))
            count += 1
        }
        let leftOver: UInt32 = padding == 2 ? 0x0F : padding == 1 ? 0x03 : 0
        return bits & leftOver == 0 ? count : nil
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
