import COpenSSL

/// The digest at the end of every line of an export, over all that stands before it: a line of which a single byte was
/// changed since is recognised.
package enum ExportSeal {
    /// A JSON object on one line, with its last member added: `,"digest":"sha256:…"}`.
    package static func seal(_ object: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let body = Array(object.dropLast())
        return body + member(try digest(body, body.indices))
    }

    /// Whether the line at `range` ends with the digest over what stands before it.
    static func holds(_ bytes: [UInt8], _ range: Range<Int>) throws(CryptographyError) -> Bool {
        guard range.count > memberLength else { return false }
        let end = range.upperBound - memberLength
        return bytes[end..<range.upperBound].elementsEqual(member(try digest(bytes, range.lowerBound..<end)))
    }

    private static func member(_ digest: [UInt8]) -> [UInt8] {
        opening + digest.flatMap { [HexText.lowerCaseDigit($0 >> 4), HexText.lowerCaseDigit($0 & 0x0F)] } + closing
    }

    private static func digest(_ bytes: [UInt8], _ range: Range<Int>) throws(CryptographyError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: digestLength)
        let isDone = bytes.span.extracting(range).withUnsafeBufferPointer {
            EVP_Digest($0.baseAddress, $0.count, &output, nil, EVP_sha256(), nil) == 1
        }
        guard isDone else { throw CryptographyError("EVP_Digest") }
        return output
    }

    private static let opening = Array(#","digest":"sha256:"#.utf8)
    private static let closing = Array(#""}"#.utf8)
    private static let digestLength = 32
    private static let memberLength = opening.count + 2 * digestLength + closing.count
}
