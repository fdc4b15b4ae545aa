/// Values that are stepped over: nothing is rewritten, so bytes that others hold are not copied.
extension JSONScanner {
    /// Steps over a value of any kind, and checks it. `depth` is how many containers are open around it.
    mutating func skipValue(within depth: Int = 0) throws(JSONError) {
        var level = 0
        // Bit n tells whether the container n levels above the innermost one is an object.
        var objects: UInt64 = 0
        repeat {
            if level > 0, objects & 1 == 1 { _ = try skipName() }
            switch next {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth + level < Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit)) }
                level += 1
                objects = objects << 1 | (next == UInt8(ascii: "{") ? 1 : 0)
                position += 1
                skipSpace()
                if !skip(Self.closingBracket(objects)) { continue }
                level -= 1
                objects >>= 1
            case UInt8(ascii: "\""): try skipString()
            default: try skipScalar()
            }
            try skipEnd(&level, &objects)
        } while level > 0
    }

    /// Steps over the comma after an element, or over the closing brackets after it until a comma follows.
    private mutating func skipEnd(_ level: inout Int, _ objects: inout UInt64) throws(JSONError) {
        while level > 0 {
            skipSpace()
            if skip(UInt8(ascii: ",")) { return skipSpace() }
            try require(Self.closingBracket(objects), objects & 1 == 1 ? .commaOrBrace : .commaOrBracket)
            level -= 1
            objects >>= 1
        }
    }

    private static func closingBracket(_ objects: UInt64) -> UInt8 {
        objects & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")
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

    /// Whether the text of a string that was stepped over is `text` once its escapes are resolved. `range` is without quotes.
    func isText(_ text: [UInt8], at range: Range<Int>) -> Bool {
        // What an escape stands for is shorter than the escape.
        guard range.count > text.count else {
            return ByteComparison.equal(bytes, range, text) && !text.contains(UInt8(ascii: "\\"))
        }
        guard ByteSearch.first(UInt8(ascii: "\\"), in: bytes, range) != nil else { return false }
        return resolved(range).elementsEqual(text)
    }

    /// The text of a string that was stepped over, its escapes resolved. `range` is without quotes.
    func resolved(_ range: Range<Int>) -> ArraySlice<UInt8> {
        guard ByteSearch.first(UInt8(ascii: "\\"), in: bytes, range) != nil else { return bytes[range] }
        var copy = JSONScanner(Array(bytes[range.lowerBound - 1..<range.upperBound + 1]))
        guard let text = try? copy.readString() else { return bytes[range] }
        return copy.bytes[text]
    }
}
