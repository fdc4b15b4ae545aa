extension SignatureFindings {
    /// The findings in words, for a person: one for each, in a fixed order.
    package var descriptions: [String] { Self.words.filter { contains($0.finding) }.map(\.text) }

    /// The findings as codes, for a program: one for each, in a fixed order.
    package var codes: [String] { Self.words.filter { contains($0.finding) }.map(\.code) }

    private static let words: [(finding: SignatureFindings, code: String, text: String)] = [
        (.repeatedField, "repeated_field", "a field is given twice: the last value counts"),
        (.newlineInValue, "newline_in_value", "a value holds a line feed: the signature fits other fields as well"),
        (.newlineInName, "newline_in_name", "a field name holds a line feed: the signature fits other fields as well"),
        (.equalsSignInName, "equals_in_name", "a field name holds '=': the signature fits another field as well"),
        (.emptyName, "empty_name", "a field has an empty name"),
        (.notUTF8, "not_utf8", "a name or value is not UTF-8: some consumers cannot read it"),
        (.upperCaseSignature, "upper_case", "the signature is in upper case: not every consumer accepts that"),
        (
            .orderDiffersInUTF16, "utf16_order",
            "the field names sort differently as UTF-16: some signers sign other bytes"
        ),
        (.unexpectedScheme, "unexpected_scheme", "signed by the scheme that this stream's consumers do not check"),
    ]
}
