import Redis
import Text

/// What a signature that does not match would be valid for.
package struct SignatureExplanation: Sendable, Equatable {
    /// A key the signature may have been made with.
    package enum Key: Sendable, Equatable {
        /// The scheme's own.
        case current
        /// The scheme's own before the last change.
        case previous
        /// The other scheme's.
        case otherScheme
        /// The other scheme's before the last change.
        case previousOfOtherScheme
    }

    /// The bytes the signature may have been made over.
    package enum Form: Sendable, Equatable {
        /// The right ones.
        case same
        /// The same fields in another stream.
        case otherStream([UInt8])
        /// The first value of each name given twice, instead of the last.
        case firstValues
        /// Every value of each name given twice.
        case everyValue
        /// The names in UTF-16 order.
        case utf16Order
        /// What the other scheme signs.
        case otherScheme
    }

    /// The key that fits.
    package let key: Key
    /// The bytes that fit.
    package let form: Form
}

extension SignatureExplanation: TerminalTextConvertible {
    /// One line, lower case.
    package var text: TerminalText {
        switch (form, key) {
        case (.same, _): "valid under \(keyWords)"
        case (_, .current): formWords
        default: "\(formWords), under \(keyWords)"
        }
    }

    private var keyWords: TerminalText {
        switch key {
        case .current: "the current key"
        case .previous: "the previous key"
        case .otherScheme: "the other scheme's key"
        case .previousOfOtherScheme: "the other scheme's previous key"
        }
    }

    private var formWords: TerminalText {
        switch form {
        case .same: "signed"
        case .otherStream(let name): "signed for \(TerminalText(cutting: name)): copied from another stream"
        case .firstValues: "signed with the first value of a field given twice: a second one was added"
        case .everyValue: "signed with both values of a field given twice"
        case .utf16Order: "signed with the field names in UTF-16 order"
        case .otherScheme: "signed by the other scheme's rule"
        }
    }
}

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

/// An entry whose signature does not match, and the other bytes that it may be the signature of.
private struct SuspectEntry {
    let stream: [UInt8]
    let fields: [FieldRange]
    let bytes: [UInt8]
    /// The fields in byte order of their names, those of one name in the order given.
    private let sorted: [Int]
    private let order: FieldOrder

    init(stream: [UInt8], fields: [FieldRange], bytes: [UInt8]) {
        var order = FieldOrder()
        order.sort(fields, in: bytes)
        self.stream = stream
        self.fields = fields
        self.bytes = bytes
        self.order = order
        sorted = (0..<order.count).map { order[$0] }
    }

    /// The forms worth a try, the likeliest first.
    func forms(streams: [[UInt8]]) -> [SignatureExplanation.Form] {
        var forms: [SignatureExplanation.Form] = [.same]
        forms += streams.filter { $0 != stream }.map { .otherStream($0) }
        if order.hasDuplicates { forms += [.firstValues, .everyValue] }
        if UTF16Order.differs(fields, in: bytes, order: order) { forms.append(.utf16Order) }
        return forms
    }

    /// Writes the canonical bytes of `form`, without the fields called `leftOut`.
    func write(
        _ form: SignatureExplanation.Form,
        leavingOut leftOut: [UInt8]? = nil,
        to output: inout CanonicalForm
    ) {
        var indices =
            switch form {
            case .firstValues: positions { $0 == 0 || !isSameName($0 - 1, $0) }
            case .everyValue: sorted
            default: positions { $0 + 1 == sorted.count || !isSameName($0, $0 + 1) }
            }
        if form == .utf16Order {
            indices.sort { UTF16Order.precedes(bytes, fields[$0].name, fields[$1].name) }
        }
        if let leftOut { indices.removeAll { ByteComparison.equal(bytes, fields[$0].name, leftOut) } }
        output.write(stream: name(for: form), fields, in: bytes, indices: indices)
    }

    /// The fields of the same name as the one at `index`, the last first.
    func values(ofFieldAt index: Int?) -> [Int] {
        guard let index else { return [] }
        let name = fields[index].name
        return fields.indices.reversed().filter { ByteComparison.equal(bytes, fields[$0].name, bytes, name) }
    }

    private func name(for form: SignatureExplanation.Form) -> [UInt8] {
        if case .otherStream(let name) = form { return name }
        return stream
    }

    private func positions(where isIncluded: (Int) -> Bool) -> [Int] {
        sorted.indices.filter(isIncluded).map { sorted[$0] }
    }

    private func isSameName(_ left: Int, _ right: Int) -> Bool {
        order.isSameName(left, right, of: fields, in: bytes)
    }
}
