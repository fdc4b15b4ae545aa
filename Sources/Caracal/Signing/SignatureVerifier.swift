import Redis

/// Checks the signatures of entries, one after the other, without allocating anything for each.
package struct SignatureVerifier {
    private let fieldsSigner: Signer?
    private let auditSigner: Signer?
    private var order = FieldOrder()
    private var form = CanonicalForm()
    /// What follows from the names of the entry last sorted.
    private var signed = SignedFields()
    private var nameFindings: SignatureFindings = []

    /// A verifier with the current keys of `keys`. Entries whose scheme has no key come out as unchecked.
    package init(keys: SignatureKeys) throws(CryptographyError) {
        fieldsSigner = try Signer.optional(keys.fields)
        auditSigner = try Signer.optional(keys.audit)
    }

    /// Checks an entry of `stream` whose `fields` lie in `bytes`.
    ///
    /// - Parameter hasFindings: whether the verdict has to tell what else is noteworthy, for which all bytes are looked at.
    package mutating func verify(
        stream: [UInt8],
        _ fields: [FieldRange],
        in bytes: [UInt8],
        hasFindings: Bool = true
    ) throws(CryptographyError) -> SignatureVerdict {
        sort(fields, in: bytes)
        let expected = SignatureScheme.expected(on: stream)
        let scheme = signed.scheme(preferred: expected)
        var verdict = SignatureVerdict(outcome: .unsigned, scheme: scheme)
        if scheme == .fields {
            form.write(stream: stream, fields, in: bytes, order: order)
            if hasFindings { verdict.findings = formFindings(fields, in: bytes) }
        } else if hasFindings {
            verdict.findings = dataFindings(fields, in: bytes)
        }
        if scheme == expected.other { verdict.findings.insert(.unexpectedScheme) }
        if let scheme, let index = signed.signature(of: scheme) {
            try check(SignatureText.read(bytes, fields[index].value), scheme, fields, in: bytes, &verdict)
        }
        verdict.other = try other(than: scheme, stream: stream, fields, in: bytes)
        return verdict
    }

    /// What the entry's second signature comes to: what the API's outbox publishes to the audit events has both.
    private mutating func other(
        than scheme: SignatureScheme?,
        stream: [UInt8],
        _ fields: [FieldRange],
        in bytes: [UInt8]
    ) throws(CryptographyError) -> SignatureVerdict.Other? {
        guard let other = scheme?.other, signed.isSigned(by: other), let index = signed.signature(of: other) else {
            return nil
        }
        if other == .fields { form.write(stream: stream, fields, in: bytes, order: order) }
        var verdict = SignatureVerdict(outcome: .unsigned, scheme: other)
        try check(SignatureText.read(bytes, fields[index].value), other, fields, in: bytes, &verdict)
        return SignatureVerdict.Other(scheme: other, outcome: verdict.outcome)
    }

    private func check(
        _ text: SignatureText,
        _ scheme: SignatureScheme,
        _ fields: [FieldRange],
        in bytes: [UInt8],
        _ verdict: inout SignatureVerdict
    ) throws(CryptographyError) {
        switch text {
        case .notHex: verdict.outcome = .invalid(.notHex)
        case .wrongLength(let count): verdict.outcome = .invalid(.wrongLength(count))
        case .signature(let given, let hasUpperCase):
            if hasUpperCase { verdict.findings.insert(.upperCaseSignature) }
            guard let computed = try compute(scheme, fields, in: bytes) else { return verdict.outcome = .unchecked }
            guard computed.matches(given) else { return verdict.outcome = .invalid(.mismatch) }
            verdict.outcome = .valid
            verdict.fingerprint = computed.fingerprint
        }
    }

    /// What the signature should be; nil without a key for the scheme.
    private func compute(
        _ scheme: SignatureScheme,
        _ fields: [FieldRange],
        in bytes: [UInt8]
    ) throws(CryptographyError) -> Signature? {
        switch scheme {
        case .fields: return try fieldsSigner?.sign(form.bytes, form.range)
        case .audit:
            guard let data = signed.data else { return nil }
            return try auditSigner?.sign(bytes, fields[data].value)
        }
    }

    /// Sorts the fields, and works out what follows from their names unless they are those of the entry before.
    private mutating func sort(_ fields: [FieldRange], in bytes: [UInt8]) {
        guard order.sort(fields, in: bytes) else { return }
        signed = SignedFields(fields, in: bytes)
        nameFindings = NameSurvey.findings(fields, in: bytes, order: order)
    }

    /// The findings about an entry whose canonical form was just written: most entries are cleared by one pass over it.
    private func formFindings(_ fields: [FieldRange], in bytes: [UInt8]) -> SignatureFindings {
        let survey = ByteSurvey(form.bytes, form.range)
        let isClear = survey.isASCII && survey.newlines == form.fieldCount + 1
        return isClear ? nameFindings : nameFindings.union(ValueSurvey.findings(fields, in: bytes))
    }

    /// The findings about an entry whose canonical form nobody signed: nothing in a name or value is ambiguous there.
    private func dataFindings(_ fields: [FieldRange], in bytes: [UInt8]) -> SignatureFindings {
        nameFindings.union(ValueSurvey.findings(fields, in: bytes)).intersection([.repeatedField, .notUTF8])
    }
}

/// Finds what is noteworthy about the names of an entry.
private enum NameSurvey {
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

/// Finds what is noteworthy about the values of an entry.
private enum ValueSurvey {
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

/// What kinds of bytes a stretch holds, found in one pass of eight bytes at a step. Measured on 300 bytes: 90 ns, and a loop over
/// the bytes 800 ns, as much as the signature itself.
private struct ByteSurvey {
    /// How many LF there are.
    private(set) var newlines = 0
    /// Whether every byte is below 0x80.
    private(set) var isASCII = true

    /// Looks at the bytes at `range`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        let input = bytes.span.bytes
        var high: UInt64 = 0
        var offset = range.lowerBound
        while range.upperBound &- offset >= 8 {
            let word = input.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            high |= word
            newlines &+= Self.newlines(in: word)
            offset &+= 8
        }
        while offset < range.upperBound {
            let byte = bytes[offset]
            high |= UInt64(byte)
            if byte == UInt8(ascii: "\n") { newlines &+= 1 }
            offset &+= 1
        }
        isASCII = high & 0x8080_8080_8080_8080 == 0
    }

    /// How many bytes of `word` are LF. A byte is zero exactly when neither it nor its sum with 0x7F has the high bit.
    @inline(__always)
    private static func newlines(in word: UInt64) -> Int {
        let difference = word ^ 0x0A0A_0A0A_0A0A_0A0A
        let low = (difference & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
        return (~(low | difference) & 0x8080_8080_8080_8080).nonzeroBitCount
    }
}
