import Redis
import Text

/// Looks at the signature that an entry of a stream has already, before the entry is signed anew: who signs what somebody else has
/// put there makes it valid.
struct OldSignature {
    private let target: SignatureTarget
    private let acceptsUnsigned: Bool
    private var verifier: SignatureVerifier
    private var explainer: SignatureExplainer

    /// Nil where nothing is signed.
    ///
    /// - Parameter keys: what to check with beside the key that signs.
    init?(_ rules: PublishRules, with others: SignatureKeys = SignatureKeys()) throws(CryptographyError) {
        guard var keys = rules.keys else { return nil }
        keys.fields = keys.fields ?? others.fields
        keys.audit = keys.audit ?? others.audit
        target = SignatureTarget(key: rules.stream.key)
        acceptsUnsigned = rules.acceptsUnsigned
        verifier = try SignatureVerifier(keys: keys)
        explainer = try SignatureExplainer(keys: keys, streams: StreamTable.all.map(\.key))
    }

    /// What an entry's signature allows.
    enum Verdict {
        /// It holds, and so does the second one, where there are two.
        case valid
        /// It holds, and there is a second one that no key was there to check.
        case partlyUnchecked
        /// There is none, and consumers take the entry as it is.
        case unsigned
        /// The entry may not be signed anew, for this reason.
        case faulty(TerminalText)
    }

    /// What the signature of an entry allows.
    mutating func check(_ message: Message) throws(CryptographyError) -> Verdict {
        let (fields, bytes) = (message.fields, message.bytes)
        let verdict = try verifier.verify(stream: target.key, fields, in: bytes)
        var judgement = Judgement(.entry, verdict, on: target.definition, needsSignature: !acceptsUnsigned)
        if judgement.outcome == .valid {
            return judgement.other.map { $0.outcome == .valid } ?? true ? .valid : .partlyUnchecked
        }
        if case .invalid(.signature(.mismatch)) = judgement.outcome {
            judgement.explanation = try explainer.explain(stream: target.key, fields, in: bytes)
        }
        return judgement.reason.map { .faulty($0) } ?? .unsigned
    }
}

extension PublishRules {
    /// The key that messages are signed with, for checking; nil where they are not signed.
    package var keys: SignatureKeys? {
        switch signing?.scheme {
        case .fields: SignatureKeys(fields: signing?.key)
        case .audit: SignatureKeys(audit: signing?.key)
        case nil: nil
        }
    }
}

extension Message {
    /// Takes the fields of an entry as they are to be signed anew: without its signatures.
    ///
    /// - Parameter dropsOutboxID: whether its own `outbox_id` is left out too.
    mutating func takeUnsigned(_ fields: [FieldRange], in bytes: [UInt8], dropsOutboxID: Bool) {
        removeAll()
        for field in fields {
            let name = bytes[field.name]
            guard !name.elementsEqual(FieldName.signature), !name.elementsEqual(FieldName.auditSignature),
                !(dropsOutboxID && name.elementsEqual(FieldName.outboxID))
            else { continue }
            append(name: name, value: bytes[field.value])
        }
    }
}
