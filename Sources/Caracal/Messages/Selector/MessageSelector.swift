import Redis

/// Which messages are meant: those for which every condition holds. `--where` of `find`, `tail` and `dlq`.
package struct MessageSelector: Sendable, Equatable {
    /// Conditions on values.
    package let conditions: [MessageCondition]
    /// Fields of the entry itself that must have certain values: the former `tail --match`.
    package let matches: [FieldMatch]

    /// Every message.
    package static let all = MessageSelector()

    package init(_ conditions: [MessageCondition] = [], matches: [FieldMatch] = []) {
        self.conditions = conditions
        self.matches = matches
    }

    /// Whether it is every message.
    package var isAll: Bool { conditions.isEmpty && matches.isEmpty }
}

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

    /// Whether the fields in `bytes` have it, byte for byte. A name may be there more than once: any of its values is enough.
    func isIn(_ fields: [FieldRange], _ bytes: [UInt8]) -> Bool {
        fields.contains {
            ByteComparison.equal(bytes, $0.name, name) && ByteComparison.equal(bytes, $0.value, value)
        }
    }
}
