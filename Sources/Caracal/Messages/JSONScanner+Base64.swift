extension JSONScanner {
    /// Reads `{"base64":"…"}`, the form of bytes that are not UTF-8, and appends the bytes to `output`.
    ///
    /// Returns false, having read and appended nothing, when the object that comes next is something else: another
    /// key, a value that is no string, more than one key.
    mutating func readBase64(into output: inout [UInt8]) throws(JSONError) -> Bool {
        var ahead = self
        let start = output.count
        ahead.position += 1
        ahead.skipSpace()
        guard ahead.skip("\"base64\"") else { return false }
        ahead.skipSpace()
        guard ahead.skip(UInt8(ascii: ":")) else { return false }
        ahead.skipSpace()
        guard ahead.next == UInt8(ascii: "\"") else { return false }
        let text = ahead.position
        try ahead.readString(into: &output)
        ahead.skipSpace()
        guard ahead.skip(UInt8(ascii: "}")) else {
            output.removeSubrange(start...)
            return false
        }
        guard Base64Text.decode(&output, from: start) else { throw error(.badBase64, at: text) }
        position = ahead.position
        return true
    }

    /// Steps over `text` when it comes next, and says whether it did.
    private mutating func skip(_ text: StaticString) -> Bool {
        guard end - position >= text.utf8CodeUnitCount else { return false }
        for offset in 0..<text.utf8CodeUnitCount where bytes[position + offset] != text.utf8Start[offset] {
            return false
        }
        position += text.utf8CodeUnitCount
        return true
    }
}
