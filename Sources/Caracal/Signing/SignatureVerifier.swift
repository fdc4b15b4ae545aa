/// Checks the signatures of entries, one after the other, without allocating anything for each.
package final class SignatureVerifier {
    private let fieldsSigner: Signer?
    private let auditSigner: Signer?
    private var order = FieldOrder()
    private var form = CanonicalForm()

    /// A verifier with the current keys of `keys`. Entries whose scheme has no key come out as unchecked.
    package init(keys: SignatureKeys) throws(CryptographyError) {
        fieldsSigner = try Signer.optional(keys.fields)
        auditSigner = try Signer.optional(keys.audit)
    }

    /// Checks an entry of `stream` whose `fields` lie in `bytes`.
    package func verify(
        stream: [UInt8], _ fields: [FieldRange], in bytes: [UInt8]
    ) throws(CryptographyError) -> SignatureVerdict {
        let signed = SignedFields(fields, in: bytes)
        let expected = SignatureScheme.expected(on: stream)
        let scheme = signed.scheme(preferred: expected)
        order.sort(fields, in: bytes)
        var verdict = SignatureVerdict(outcome: .unsigned, scheme: scheme)
        switch scheme {
        case .fields?:
            form.write(stream: stream, fields, in: bytes, order: order)
            verdict.findings = formFindings(fields, in: bytes)
            try check(signed.signature, fields, in: bytes, &verdict) { () throws(CryptographyError) in
                try fieldsSigner?.sign(form.bytes, form.bytes.indices)
            }
        case .audit?:
            verdict.findings = dataFindings(fields, in: bytes)
            try check(signed.auditSignature, fields, in: bytes, &verdict) { () throws(CryptographyError) in
                guard let data = signed.data else { return nil }
                return try auditSigner?.sign(bytes, fields[data].value)
            }
        case nil: verdict.findings = dataFindings(fields, in: bytes)
        }
        if order.hasDuplicates { verdict.findings.insert(.repeatedField) }
        if scheme == expected.other { verdict.findings.insert(.unexpectedScheme) }
        return verdict
    }

    /// Compares the signature in the field at `index` with what `compute` says it should be; nil means no key.
    private func check(
        _ index: Int?, _ fields: [FieldRange], in bytes: [UInt8], _ verdict: inout SignatureVerdict,
        _ compute: () throws(CryptographyError) -> Signature?
    ) throws(CryptographyError) {
        guard let index else { return }
        switch SignatureText.read(bytes, fields[index].value) {
        case .notHex: verdict.outcome = .invalid(.notHex)
        case .wrongLength(let count): verdict.outcome = .invalid(.wrongLength(count))
        case .signature(let given, let hasUpperCase):
            if hasUpperCase { verdict.findings.insert(.upperCaseSignature) }
            guard let computed = try compute() else { return verdict.outcome = .unchecked }
            guard computed.matches(given) else { return verdict.outcome = .invalid(.mismatch) }
            verdict.outcome = .valid
            verdict.fingerprint = computed.fingerprint
        }
    }

    /// The findings about an entry whose canonical form was just written: most entries are cleared by one pass over it.
    private func formFindings(_ fields: [FieldRange], in bytes: [UInt8]) -> SignatureFindings {
        let survey = ByteSurvey(form.bytes, form.bytes.indices)
        var findings = nameFindings(fields, in: bytes)
        if !survey.isASCII || survey.newlines != form.fieldCount + 1 {
            findings.formUnion(FieldSurvey.findings(fields, in: bytes, order: order))
        }
        return findings
    }

    private func nameFindings(_ fields: [FieldRange], in bytes: [UInt8]) -> SignatureFindings {
        var findings: SignatureFindings = []
        for field in fields {
            if field.name.isEmpty { findings.insert(.emptyName) }
            if ByteSearch.first(UInt8(ascii: "="), in: bytes, field.name) != nil { findings.insert(.equalsSignInName) }
        }
        return findings
    }

    /// The findings about an entry whose canonical form nobody signed: only whether consumers can read it.
    private func dataFindings(_ fields: [FieldRange], in bytes: [UInt8]) -> SignatureFindings {
        let isReadable = fields.allSatisfy {
            isUTF8(bytes, $0.name) && isUTF8(bytes, $0.value)
        }
        return isReadable ? [] : .notUTF8
    }

    private func isUTF8(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        ByteSurvey(bytes, range).isASCII || UTF8Sequence.isValid(bytes, range)
    }
}

extension Signer {
    /// A signer for `key`; nil for no key.
    static func optional(_ key: SigningKey?) throws(CryptographyError) -> Signer? {
        guard let key else { return nil }
        return try Signer(key: key)
    }
}
