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

    /// Reads a name and the colon after it, up to the value: where the name lies.
    @inline(__always)
    mutating func readName() throws(JSONError) -> Range<Int> {
        guard next == UInt8(ascii: "\"") else { throw unexpected(.name) }
        let name = try readString()
        skipSpace()
        try require(UInt8(ascii: ":"), .colon)
        skipSpace()
        return name
    }

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
