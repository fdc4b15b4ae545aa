/// Finds what is noteworthy about the names of an entry.
enum NameSurvey {
    /// The findings about the names of `fields`, which lie in `bytes` and were sorted by `order`.
    static func findings(_ fields: [FieldRange], in bytes: [UInt8], order: FieldOrder) -> SignatureFindings {
        var findings: SignatureFindings = order.hasDuplicates ? .repeatedField : []
        for field in fields { findings.formUnion(Self.findings(bytes, field.name)) }
        if UTF16Order.differs(fields, in: bytes, order: order) { findings.insert(.orderDiffersInUTF16) }
        return findings
    }

    private static func findings(_ bytes: [UInt8], _ name: Range<Int>) -> SignatureFindings {
        var findings: SignatureFindings = []
        if name.isEmpty { findings.insert(.emptyName) }
        if ByteSearch.first(UInt8(ascii: "="), in: bytes, name) != nil { findings.insert(.equalsSignInName) }
        if ByteSearch.first(UInt8(ascii: "\n"), in: bytes, name) != nil { findings.insert(.newlineInName) }
        if !UTF8Sequence.isValid(bytes, name) { findings.insert(.notUTF8) }
        return findings
    }
}
