import COpenSSL

/// The SHA-256 of lines, as `sha256sum` has it of a file of them, and how many they are: a file that lost lines, or of which a byte
/// was changed, is recognised.
package final class LinesDigest {
    /// How many lines were added.
    package private(set) var count: UInt64 = 0
    private let context: OpaquePointer
    private static let length = 32
    private static let lineFeed = [UInt8(ascii: "\n")]

    /// The digest of no lines.
    package init() throws(CryptographyError) {
        guard let context = EVP_MD_CTX_new() else { throw CryptographyError("EVP_MD_CTX_new", of: "SHA-256") }
        self.context = context
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            throw CryptographyError("EVP_DigestInit_ex", of: "SHA-256")
        }
    }

    /// Adds the line at `range`, which does not hold the line feed at its end.
    package func add(_ bytes: [UInt8], _ range: Range<Int>) throws(CryptographyError) {
        try add(bytes.span.extracting(range))
        try add(Self.lineFeed.span)
        count += 1
    }

    /// `sha256:` and 64 hexadecimal digits. Nothing can be added afterwards.
    package func finish() throws(CryptographyError) -> String {
        var output = [UInt8](repeating: 0, count: Self.length)
        guard EVP_DigestFinal_ex(context, &output, nil) == 1 else {
            throw CryptographyError("EVP_DigestFinal_ex", of: "SHA-256")
        }
        let digits = output.flatMap { [HexText.lowerCaseDigit($0 >> 4), HexText.lowerCaseDigit($0 & 0x0F)] }
        return "sha256:" + String(decoding: digits, as: UTF8.self)
    }

    private func add(_ bytes: Span<UInt8>) throws(CryptographyError) {
        let isAdded = bytes.withUnsafeBufferPointer { EVP_DigestUpdate(context, $0.baseAddress, $0.count) == 1 }
        guard isAdded else { throw CryptographyError("EVP_DigestUpdate", of: "SHA-256") }
    }

    deinit { EVP_MD_CTX_free(context) }
}
