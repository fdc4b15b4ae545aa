import Redis

/// A key for HMAC-SHA256: at least 32 bytes, given as hexadecimal text.
package struct SigningKey {
    /// The decoded bytes.
    let secret: SecretBytes

    /// The fewest bytes that the services accept.
    package static let minimumCount = 32

    /// Decodes `text`, hexadecimal digits of either case and nothing else.
    ///
    /// The caller's copy of the text stays the caller's to wipe.
    package init(hex text: Span<UInt8>) throws(SigningKeyError) {
        try Self.check(text)
        secret = SecretBytes(capacity: text.count / 2) { buffer in
            for offset in buffer.indices {
                let high = HexText.digit(text[2 * offset]) ?? 0
                let low = HexText.digit(text[2 * offset + 1]) ?? 0
                buffer[offset] = high << 4 | low
            }
            return buffer.count
        }
    }

    /// Decodes the value of an environment variable.
    package init(hex text: [UInt8]) throws(SigningKeyError) {
        try self.init(hex: text.span)
    }

    private static func check(_ text: Span<UInt8>) throws(SigningKeyError) {
        guard !text.isEmpty else { throw .empty }
        if let offset = text.indices.first(where: { HexText.digit(text[$0]) == nil }) {
            throw looksLikeBase64(text) ? .base64 : .notHex(position: offset + 1)
        }
        guard text.count % 2 == 0 else { throw .oddNumberOfDigits(text.count) }
        guard text.count / 2 >= minimumCount else { throw .tooShort(count: text.count / 2) }
    }

    /// Whether every byte is one of base64's, of the URL-safe alphabet too, with padding at the end alone.
    private static func looksLikeBase64(_ text: Span<UInt8>) -> Bool {
        var padding = 0
        for offset in text.indices {
            switch text[offset] {
            case UInt8(ascii: "="): padding += 1
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                guard padding == 0 else { return false }
            default: return false
            }
        }
        return padding <= 2 && text.count >= 16
    }
}

extension SigningKey {
    /// What two places that hold the same key have in common, and the key cannot be found from: half of a signature over a text
    /// that no message is, as 16 hexadecimal digits.
    package func fingerprint() throws(CryptographyError) -> String {
        let text = Array("caracalctl: fingerprint of a key".utf8)
        let digits = String(try Signer(key: self).sign(text, text.indices).fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The same for every key.
    package var description: String { "(secret)" }
    /// The same for every key.
    package var debugDescription: String { "(secret)" }
    /// Shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What is wrong with the text of a key. Never holds any part of it.
package enum SigningKeyError: Error, Sendable, Equatable {
    /// There is no text, or nothing but white space.
    case empty
    /// Hexadecimal digits, but not a whole number of bytes.
    case oddNumberOfDigits(Int)
    /// The character at this position, counted from 1, is no hexadecimal digit.
    case notHex(position: Int)
    /// Not hexadecimal, but it could be base64.
    case base64
    /// Fewer bytes than the services accept.
    case tooShort(count: Int)
}

extension SigningKeyError: CustomStringConvertible {
    /// One line, lower case, to follow the name of where the key came from.
    package var description: String {
        switch self {
        case .empty: "the key is empty"
        case .oddNumberOfDigits(let count): "the key has an odd number of hexadecimal digits (\(count)): one is missing"
        case .notHex(let position): "the key is not hexadecimal: character \(position) is no digit"
        case .base64: "the key looks like base64: it must be hexadecimal"
        case .tooShort(let count):
            "the key has \(count) \(count == 1 ? "byte" : "bytes"): it needs at least \(SigningKey.minimumCount)"
        }
    }
}

/// The keys that signatures are checked with; each may be missing.
package struct SignatureKeys {
    /// The key of the fields scheme, `STREAMS_HMAC_KEY`.
    package var fields: SigningKey?
    /// The key of the audit scheme, `AUDIT_HMAC_KEY`.
    package var audit: SigningKey?
    /// The key of the fields scheme before the last change, for explaining failures. It makes nothing valid.
    package var previousFields: SigningKey?
    /// The key of the audit scheme before the last change, for explaining failures. It makes nothing valid.
    package var previousAudit: SigningKey?

    package init(
        fields: SigningKey? = nil,
        audit: SigningKey? = nil,
        previousFields: SigningKey? = nil,
        previousAudit: SigningKey? = nil
    ) {
        self.fields = fields
        self.audit = audit
        self.previousFields = previousFields
        self.previousAudit = previousAudit
    }
}
