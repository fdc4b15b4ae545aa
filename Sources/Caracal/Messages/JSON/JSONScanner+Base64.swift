extension JSONScanner {
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
}
