import Redis
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

/// What a signature field's text holds.
enum SignatureText {
    /// 64 hexadecimal digits.
    case signature(Signature, hasUpperCase: Bool)
    /// 64 bytes that are not all hexadecimal digits.
    case notHex
    /// Some other number of bytes.
    case wrongLength(Int)

    /// Reads the text at `range` of `bytes`.
    static func read(_ bytes: [UInt8], _ range: Range<Int>) -> SignatureText {
        guard range.count == 64 else { return .wrongLength(range.count) }
        let input = bytes.span.bytes
        var signature = Signature()
        var areAllDigits = true
        var hasUpperCase = false
        for index in 0..<8 {
            let offset = range.lowerBound &+ 8 &* index
            let word = HexWord(UInt64(littleEndian: input.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            areAllDigits = areAllDigits && word.areAllDigits
            hasUpperCase = hasUpperCase || word.hasUpperCase
            for byte in 0..<4 {
                signature.bytes[4 &* index &+ byte] = UInt8(truncatingIfNeeded: word.decoded &>> UInt32(8 &* byte))
            }
        }
        return areAllDigits ? .signature(signature, hasUpperCase: hasUpperCase) : .notHex
    }
}

/// Eight hexadecimal digits, read at one go: a byte of the word for each, the first one lowest. Measured on a signature: a sixth
/// of the time of a loop over its digits, which would be a tenth of a verification.
///
/// Sums with 0x80 less the lower end of a range set a byte's high bit exactly when it lies at or above that end; the high
/// bits are cleared before, so that no sum carries into the next byte.
struct HexWord {
    /// Whether each byte is a digit.
    let areAllDigits: Bool
    /// Whether any of them is an upper-case letter.
    let hasUpperCase: Bool
    /// The four bytes they stand for, the first one lowest; of no meaning unless all are digits.
    let decoded: UInt32

    @inline(__always)
    init(_ word: UInt64) {
        let low = word & Self.each(0x7F)
        let folded = low | Self.each(0x20)
        let digits = (low &+ Self.each(0x80 - 0x30)) & ~(low &+ Self.each(0x80 - 0x3A)) & Self.each(0x80)
        let letters = (folded &+ Self.each(0x80 - 0x61)) & ~(folded &+ Self.each(0x80 - 0x67)) & Self.each(0x80)
        areAllDigits = (digits | letters) & ~word == Self.each(0x80)
        hasUpperCase = letters & ~(low << 2) != 0
        let nibbles = (low & Self.each(0x0F)) &+ (letters >> 7) &* 9
        let spread = (nibbles << 4 | nibbles >> 8) & 0x00FF_00FF_00FF_00FF
        let paired = (spread | spread >> 8) & 0x0000_FFFF_0000_FFFF
        decoded = UInt32(truncatingIfNeeded: paired | paired >> 16)
    }

    /// A word of eight times this byte.
    @inline(__always)
    private static func each(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
}

extension Message {
    /// Adds the field that carries the signature of `scheme`.
    package mutating func append(_ signature: Signature, of scheme: SignatureScheme) {
        let start = bytes.count
        bytes.append(contentsOf: scheme.fieldName)
        let middle = bytes.count
        signature.appendHex(to: &bytes)
        fields.append(FieldRange(name: start..<middle, value: middle..<bytes.count))
    }
}
