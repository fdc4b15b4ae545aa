/// Finds what is noteworthy about the names and values of an entry, field by field.
///
/// The slow way, taken only for entries that `ByteSurvey` could not clear.
enum FieldSurvey {
    /// The findings about `fields`, which lie in `bytes` and were sorted by `order`. The text of `_sig` is left out.
    static func findings(_ fields: [FieldRange], in bytes: [UInt8], order: FieldOrder) -> SignatureFindings {
        var findings: SignatureFindings = []
        for field in fields where !ByteComparison.equal(bytes, field.name, FieldName.signature) {
            if contains(UInt8(ascii: "\n"), bytes, field.value) { findings.insert(.newlineInValue) }
            if contains(UInt8(ascii: "\n"), bytes, field.name) { findings.insert(.newlineInName) }
            if !UTF8Sequence.isValid(bytes, field.name) || !UTF8Sequence.isValid(bytes, field.value) {
                findings.insert(.notUTF8)
            }
        }
        if UTF16Order.differs(fields, in: bytes, order: order) { findings.insert(.orderDiffersInUTF16) }
        return findings
    }

    private static func contains(_ byte: UInt8, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        ByteSearch.first(byte, in: bytes, range) != nil
    }
}
