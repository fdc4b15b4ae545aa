extension Collection<UInt8> {
    /// The bytes as text for a message: UTF-8 as it stands, anything else with its high bytes as `\xHH`.
    ///
    /// Not yet fit for a terminal: control characters are escaped where the message is shown.
    package var readable: String {
        if let text = String(validating: self, as: UTF8.self) { return text }
        return map { byte in
            byte < 0x80 ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16)
        }.joined()
    }
}
