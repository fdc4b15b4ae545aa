extension Collection<UInt8> {
    /// The bytes as text for a message: UTF-8 as it stands but for the backslash, which is doubled; where it is no UTF-8, its
    /// high bytes as `\xHH`. No two names share a text.
    ///
    /// Not yet fit for a terminal: control characters are escaped where the message is shown, and its backslashes kept.
    package var readable: String {
        if let text = String(validating: self, as: UTF8.self) {
            return text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        }
        return map { byte in
            switch byte {
            case UInt8(ascii: "\\"): "\\\\"
            case 0..<0x80: String(UnicodeScalar(byte))
            default: "\\x" + String(byte, radix: 16)
            }
        }.joined()
    }
}
