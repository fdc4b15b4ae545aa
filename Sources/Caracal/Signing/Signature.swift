import COpenSSL

/// An HMAC-SHA256: 32 bytes.
///
/// Deliberately not `Equatable`: signatures are compared by `matches(_:)` alone.
package struct Signature: Sendable {
    /// The bytes.
    var bytes = InlineArray<32, UInt8>(repeating: 0)

    /// Compares in a time that does not depend on where the two differ (CRYPTO_memcmp).
    package func matches(_ other: Signature) -> Bool {
        bytes.span.withUnsafeBytes { left in
            other.bytes.span.withUnsafeBytes { right in
                CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }

    /// The first eight bytes as a number: enough to recognise a signature by, and nothing a key could be found from.
    package var fingerprint: UInt64 {
        bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
    }

    /// The 64 lower-case digits that go into a field.
    package var hex: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        appendHex(to: &text)
        return text
    }

    /// Appends the 64 lower-case digits.
    package func appendHex(to output: inout [UInt8]) {
        var text = InlineArray<64, UInt8>(repeating: 0)
        var place = 0
        for index in bytes.indices { HexText.write(bytes[index], to: &text, at: &place) }
        output.append(text)
    }
}
