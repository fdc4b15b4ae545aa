import Redis

/// An entry that was looked for, with all that is shown of it.
package struct FoundEntry: Sendable, Equatable {
    /// The stream it is in.
    package let target: SignatureTarget
    /// Its id there.
    package let id: EntryID
    /// Its own fields, in their order.
    package let message: Message
    /// The message inside a dead letter, as it was; nil for any other entry, and where it cannot be restored.
    package let inner: Message?
    /// What became of its signature, and of that of the message inside a dead letter; empty where none was checked.
    package let judgements: [Judgement]

    package init(
        target: SignatureTarget,
        id: EntryID,
        message: Message,
        inner: Message? = nil,
        judgements: [Judgement] = []
    ) {
        self.target = target
        self.id = id
        self.message = message
        self.inner = inner
        self.judgements = judgements
    }

    /// Which of the two the message is that it is about: the one inside a dead letter where it can be read.
    package var part: Judgement.Part { inner == nil ? .entry : .source }

    /// The id of the row of an outbox that this message began as; nil where it names none.
    package var outboxID: [UInt8]? {
        let message = inner ?? message
        return message.lastIndex(of: FieldName.outboxID).map { Array(message.value(at: $0)) }
    }
}

/// Judges the signatures of entries one by one, of whatever streams they are. What a stream had before is not looked at, so a
/// signature that comes again is not noticed.
package struct EntryJudge {
    private var check: SignatureCheck
    private var verifier: SignatureVerifier
    private let rules: SignatureRules
    private let verdicts: Verdicts
    /// The key of the fields scheme; nil where there is none.
    let fieldsKey: SigningKey?

    /// What the check reports to.
    private final class Verdicts {
        var list: [Judgement] = []
    }

    /// A judge with these keys; an entry whose scheme has no key is never found valid.
    package init(keys: SignatureKeys, rules: SignatureRules) throws(CryptographyError) {
        let verdicts = Verdicts()
        self.verdicts = verdicts
        self.rules = rules
        fieldsKey = keys.fields
        verifier = try SignatureVerifier(keys: keys)
        check = try SignatureCheck(keys: keys, rules: rules) { entry, _ in verdicts.list.append(entry.judgement) }
    }

    /// What becomes of an entry of a stream, and of the source entry inside a dead letter. `fields` lie in `bytes`.
    package mutating func judge(
        id: ArraySlice<UInt8>,
        _ fields: [FieldRange],
        in bytes: [UInt8],
        of target: SignatureTarget
    ) throws(CryptographyError) -> [Judgement] {
        verdicts.list.removeAll(keepingCapacity: true)
        check.begin(target)
        try check.check(id: id, fields, in: bytes)
        return verdicts.list
    }

    /// What is expected of a stream's own entries: no more than `outcome` needs, which is asked of very many.
    struct Expectation {
        /// The stream's key.
        let stream: [UInt8]
        /// What its consumers check; nil where they check nothing, or that is not known.
        let scheme: SignatureScheme?
        /// Whether an entry may lack a signature.
        let isUnsignedByDesign: Bool

        init(_ target: SignatureTarget) {
            (stream, scheme) = (target.key, target.definition?.scheme)
            isUnsignedByDesign = target.isUnsignedByDesign
        }
    }

    /// Whether consumers skip an entry without a signature.
    func needsSignature(_ expected: Expectation) -> Bool { rules.requiresSignatures && !expected.isUnsignedByDesign }

    /// How the signature of a stream's own entry turns out, and nothing else: for very many entries. `fields` lie in `bytes`.
    mutating func outcome(
        _ fields: [FieldRange],
        in bytes: [UInt8],
        by expected: Expectation
    ) throws(CryptographyError) -> Judgement.Outcome {
        let verdict = try verifier.verify(stream: expected.stream, fields, in: bytes, hasFindings: false)
        return Judgement.outcome(of: verdict, expecting: expected.scheme)
    }

    /// The same of the source entry inside a dead letter, whose `fields` lie in `bytes`.
    mutating func outcome(
        ofSource fields: [FieldRange],
        in bytes: [UInt8],
        from source: SignatureTarget.Source,
        by expected: Expectation
    ) throws(CryptographyError) -> Judgement.Outcome {
        guard let whole = try LostSourceID.restored(fields, in: bytes, of: source, &verifier) else {
            return try outcome(fields, in: bytes, by: expected)
        }
        return try outcome(whole.fields, in: whole.bytes, by: expected)
    }
}
