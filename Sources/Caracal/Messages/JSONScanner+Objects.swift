extension JSONScanner {
    /// Steps into the object that must come first, up to its first name or its closing brace.
    mutating func enterObject() throws(JSONError) {
        skipSpace()
        guard !startsWithByteOrderMark else { throw error(.byteOrderMark) }
        try require(UInt8(ascii: "{"), .object)
        skipSpace()
        guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "}") else { throw unexpected(.nameOrEnd) }
    }

    /// Steps over what ends a member of an object: true after a comma, false after the closing brace.
    mutating func continuesObject() throws(JSONError) -> Bool {
        skipSpace()
        if skip(UInt8(ascii: ",")) {
            skipSpace()
            return true
        }
        try require(UInt8(ascii: "}"), .commaOrBrace)
        return false
    }

    /// Reads a name and the colon after it, up to the value, and appends the name to `output`.
    mutating func readName(into output: inout [UInt8]) throws(JSONError) {
        guard next == UInt8(ascii: "\"") else { throw unexpected(.name) }
        try readString(into: &output)
        skipSpace()
        try require(UInt8(ascii: ":"), .colon)
        skipSpace()
    }

    /// Reads a value and appends it to `output` as a field's value: false, with nothing appended, for null.
    mutating func readValue(into output: inout [UInt8]) throws(JSONError) -> Bool {
        switch next {
        case UInt8(ascii: "\""): try readString(into: &output)
        case UInt8(ascii: "{"): if try !readBase64(into: &output) { try copyContainer(into: &output) }
        case UInt8(ascii: "["): try copyContainer(into: &output)
        case UInt8(ascii: "n"):
            try skipScalar()
            return false
        default:
            let start = position
            try skipScalar()
            output.append(contentsOf: bytes[start..<position])
        }
        return true
    }

    /// Throws unless nothing but white space is left.
    mutating func requireEnd() throws(JSONError) {
        skipSpace()
        guard position == end else { throw unexpected(.endOfLine) }
    }

    private var startsWithByteOrderMark: Bool {
        end - position >= 3 && bytes[position] == 0xEF && bytes[position + 1] == 0xBB && bytes[position + 2] == 0xBF
    }
}
