/// What is noteworthy about an entry besides whether its signature holds.
package struct SignatureFindings: OptionSet, Sendable, Hashable {
    /// One bit for each finding.
    package let rawValue: UInt16

    /// Findings with these bits.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A name is given twice: the last value counts, a reader of raw entries sees both.
    package static let repeatedField = SignatureFindings(rawValue: 1 << 0)
    /// A value holds LF: the same signature fits other fields.
    package static let newlineInValue = SignatureFindings(rawValue: 1 << 1)
    /// A name holds LF: the same signature fits other fields.
    package static let newlineInName = SignatureFindings(rawValue: 1 << 2)
    /// A name holds `=`: the same signature fits another name and value.
    package static let equalsSignInName = SignatureFindings(rawValue: 1 << 3)
    /// A name is empty.
    package static let emptyName = SignatureFindings(rawValue: 1 << 4)
    /// A name or value is not UTF-8: some consumers cannot read the entry.
    package static let notUTF8 = SignatureFindings(rawValue: 1 << 5)
    /// The signature has upper-case digits: not every consumer accepts that.
    package static let upperCaseSignature = SignatureFindings(rawValue: 1 << 6)
    /// Names sort differently as UTF-16, so a signer that sorts that way signs other bytes.
    package static let orderDiffersInUTF16 = SignatureFindings(rawValue: 1 << 7)
    /// Signed by the scheme that this stream's consumers do not check.
    package static let unexpectedScheme = SignatureFindings(rawValue: 1 << 8)

    /// The findings that leave open what was signed.
    package static let ambiguous: SignatureFindings = [
        .repeatedField, .newlineInValue, .newlineInName, .equalsSignInName,
    ]
}
