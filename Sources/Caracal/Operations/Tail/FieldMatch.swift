import Redis

/// A field with a certain value: what `tail --match` looks for.
package struct FieldMatch: Sendable, Equatable {
    private let name: [UInt8]
    private let value: [UInt8]

    /// Reads `FIELD=VALUE`, the first `=` being the border; nil without one, or without a name.
    package init?(_ text: String) {
        guard let border = text.utf8.firstIndex(of: UInt8(ascii: "=")), border != text.utf8.startIndex else {
            return nil
        }
        name = Array(text.utf8[..<border])
        value = Array(text.utf8[text.utf8.index(after: border)...])
    }

    /// Whether the field's name has a dot.
    package var hasDot: Bool { name.contains(UInt8(ascii: ".")) }

    /// Whether the fields in `bytes` have it, byte for byte. A name may be there more than once: any of its values will do.
    func isIn(_ fields: [FieldRange], _ bytes: [UInt8]) -> Bool {
        fields.contains {
            ByteComparison.equal(bytes, $0.name, name) && ByteComparison.equal(bytes, $0.value, value)
        }
    }
}
