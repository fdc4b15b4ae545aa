/// Base64 with padding (RFC 4648, section 4).
package enum Base64 {
    /// `bytes` as Base64 text.
    package static func encoded(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            appendGroup(bytes[start..<min(start + 3, bytes.count)], to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func appendGroup(_ group: ArraySlice<UInt8>, to output: inout [UInt8]) {
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for position in 0..<4 {
            let isPadding = position > group.count
            output.append(isPadding ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * position) & 0x3F])
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
