/// Finds out what a signature that does not match was made for. Slow, and only for failures.
package struct SignatureExplainer {
    private typealias Candidate = (key: SignatureExplanation.Key, signer: Signer)

    private let fieldsCandidates: [Candidate]
    private let auditCandidates: [Candidate]
    private let streams: [[UInt8]]
    private var form = CanonicalForm()

    /// Entries whose fields are larger than this, in bytes, are not looked into: each costs some fifty computations.
    package static let sizeLimit = 1 << 20

    /// An explainer that tries `keys` and the names of `streams`.
    package init(keys: SignatureKeys, streams: [[UInt8]]) throws(CryptographyError) {
        fieldsCandidates = try Self.candidates(
            [(.current, keys.fields), (.previous, keys.previousFields)]
                + [(.otherScheme, keys.audit), (.previousOfOtherScheme, keys.previousAudit)]
        )
        auditCandidates = try Self.candidates(
            [(.current, keys.audit), (.previous, keys.previousAudit)]
                + [(.otherScheme, keys.fields), (.previousOfOtherScheme, keys.previousFields)]
        )
        self.streams = streams
    }

    /// What the signature of an entry of `stream`, which was found not to match, would be valid for; nil when nothing
    /// that was tried fits.
    package mutating func explain(
        stream: [UInt8],
        _ fields: [FieldRange],
        in bytes: [UInt8]
    ) throws(CryptographyError) -> SignatureExplanation? {
        let signed = SignedFields(fields, in: bytes)
        guard let scheme = signed.scheme(preferred: .expected(on: stream)),
            let index = signed.signature(of: scheme),
            case .signature(let given, _) = SignatureText.read(bytes, fields[index].value),
            fields.reduce(0, { $0 + $1.name.count + $1.value.count }) <= Self.sizeLimit
        else { return nil }
        let entry = SuspectEntry(stream: stream, fields: fields, bytes: bytes)
        switch scheme {
        case .fields: return try explainFields(entry, given, data: signed.data)
        case .audit: return try explainAudit(entry, given, data: signed.data)
        }
    }

    private mutating func explainFields(
        _ entry: SuspectEntry,
        _ given: Signature,
        data: Int?
    ) throws(CryptographyError) -> SignatureExplanation? {
        for form in entry.forms(streams: streams) {
            entry.write(form, to: &self.form)
            if let key = try match(given, fieldsCandidates, self.form.bytes, self.form.range) {
                return SignatureExplanation(key: key, form: form)
            }
        }
        return try explainData(entry, given, data: data, candidates: fieldsCandidates, as: .otherScheme)
    }

    private mutating func explainAudit(
        _ entry: SuspectEntry,
        _ given: Signature,
        data: Int?
    ) throws(CryptographyError) -> SignatureExplanation? {
        if let same = try explainData(entry, given, data: data, candidates: auditCandidates, as: .same) { return same }
        entry.write(.same, leavingOut: FieldName.auditSignature, to: &form)
        return try match(given, auditCandidates, form.bytes, form.range)
            .map { SignatureExplanation(key: $0, form: .otherScheme) }
    }

    private func explainData(
        _ entry: SuspectEntry,
        _ given: Signature,
        data: Int?,
        candidates: [Candidate],
        as form: SignatureExplanation.Form
    ) throws(CryptographyError) -> SignatureExplanation? {
        for (index, place) in entry.values(ofFieldAt: data).enumerated() {
            if let key = try match(given, candidates, entry.bytes, entry.fields[place].value) {
                return SignatureExplanation(key: key, form: index > 0 && form == .same ? .firstValues : form)
            }
        }
        return nil
    }

    /// The first key under which `given` is the signature of the bytes at `range`.
    private func match(
        _ given: Signature,
        _ candidates: [Candidate],
        _ bytes: [UInt8],
        _ range: Range<Int>
    ) throws(CryptographyError) -> SignatureExplanation.Key? {
        for candidate in candidates where try candidate.signer.sign(bytes, range).matches(given) {
            return candidate.key
        }
        return nil
    }

    private static func candidates(
        _ keys: [(SignatureExplanation.Key, SigningKey?)]
    ) throws(CryptographyError) -> [Candidate] {
        var candidates: [Candidate] = []
        for (key, value) in keys {
            if let signer = try Signer.optional(value) { candidates.append((key, signer)) }
        }
        return candidates
    }
}
