/// Finds what is noteworthy about the values of an entry.
enum ValueSurvey {
    /// The findings about the values of `fields`, which lie in `bytes`.
    static func findings(_ fields: [FieldRange], in bytes: [UInt8]) -> SignatureFindings {
        var findings: SignatureFindings = []
        for field in fields {
            let survey = ByteSurvey(bytes, field.value)
            if survey.newlines > 0 { findings.insert(.newlineInValue) }
            if !survey.isASCII, !UTF8Sequence.isValid(bytes, field.value) { findings.insert(.notUTF8) }
        }
        return findings
    }
}
