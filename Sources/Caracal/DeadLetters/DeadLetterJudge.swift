import Redis

/// Reads and judges dead letters, one after the other, without an allocation for each.
package struct DeadLetterJudge {
    private var verifier: SignatureVerifier
    private var reader = DeadLetterReader()

    /// The most fields that a source entry may have: what Lua can hand to one command, and then half of it.
    package static let fieldLimit = 2_000

    /// A judge with these keys; an entry whose scheme has no key is never found valid.
    package init(keys: SignatureKeys) throws(CryptographyError) {
        verifier = try SignatureVerifier(keys: keys)
    }

    /// What a dead letter says of itself: all that it takes to choose among them.
    package func head(
        _ fields: [FieldRange],
        in bytes: [UInt8],
        of source: SignatureTarget.Source
    ) -> DeadLetterHead {
        reader.head(fields, in: bytes, of: source)
    }

    /// Judges the dead letter whose `fields` lie in `bytes`, and hands its source entry, as it was, to `body`.
    package mutating func judge(
        _ fields: [FieldRange],
        in bytes: [UInt8],
        _ head: DeadLetterHead,
        of source: SignatureTarget.Source,
        restored body: ([FieldRange], [UInt8], DeadLetter) throws -> Void = { _, _, _ in }
    ) throws -> DeadLetter {
        let content = head.shape == .unknown ? .none : reader.read(fields, in: bytes, of: source)
        switch content {
        case .none: return DeadLetter(head: head, source: .failure(.unknownShape), mayHaveLostBytes: false)
        case .malformed(let error, _):
            return DeadLetter(head: head, source: .failure(.unreadable(error)), mayHaveLostBytes: false)
        case .inPlace:
            if let whole = try LostSourceID.restored(reader.fields, in: bytes, of: source, &verifier) {
                return try judge(whole.fields, in: whole.bytes, head, of: source, body)
            }
            return try judge(reader.fields, in: bytes, head, of: source, body)
        case .copied:
            let message = reader.message
            return try judge(message.fields, in: message.bytes, head, of: source, body)
        }
    }

    /// The source entry that the dead letter whose `fields` lie in `bytes` holds, as it was, unjudged; nil when it cannot be
    /// restored. A field that was lost comes back where a key shows what it was.
    mutating func restore(
        _ fields: [FieldRange],
        in bytes: [UInt8],
        _ head: DeadLetterHead,
        of source: SignatureTarget.Source
    ) throws(CryptographyError) -> Message? {
        let content = head.shape == .unknown ? .none : reader.read(fields, in: bytes, of: source)
        let message: Message
        switch content {
        case .none, .malformed: return nil
        case .inPlace:
            let whole = try LostSourceID.restored(reader.fields, in: bytes, of: source, &verifier)
            message = whole ?? Message(reader.fields, in: bytes)
        case .copied: message = reader.message
        }
        return message.fields.isEmpty ? nil : message
    }

    private mutating func judge(
        _ fields: [FieldRange],
        in bytes: [UInt8],
        _ head: DeadLetterHead,
        of source: SignatureTarget.Source,
        _ body: ([FieldRange], [UInt8], DeadLetter) throws -> Void
    ) throws -> DeadLetter {
        guard !fields.isEmpty else {
            return DeadLetter(head: head, source: .failure(.noFields), mayHaveLostBytes: false)
        }
        guard fields.count <= Self.fieldLimit else {
            let fault = DeadLetterError.tooManyFields(limit: Self.fieldLimit)
            return DeadLetter(head: head, source: .failure(fault), mayHaveLostBytes: false)
        }
        let verdict = try verifier.verify(stream: source.key, fields, in: bytes)
        let isNeeded = source.definition.map { $0.scheme != nil } ?? true
        let judgement = Judgement(.source, verdict, on: source.definition, needsSignature: isNeeded)
        let isCopied = head.shape != .audit
        let letter = DeadLetter(
            head: head,
            source: .success(judgement),
            mayHaveLostBytes: isCopied && judgement.outcome != .valid && Self.hasReplacement(fields, in: bytes)
        )
        try body(fields, bytes, letter)
        return letter
    }

    /// Whether U+FFFD, which JSON writers put for what is not UTF-8, is in a name or value.
    private static func hasReplacement(_ fields: [FieldRange], in bytes: [UInt8]) -> Bool {
        fields.contains { field in
            [field.name, field.value].contains { range in
                range.dropLast(2).contains { bytes[$0] == 0xEF && bytes[$0 + 1] == 0xBF && bytes[$0 + 2] == 0xBD }
            }
        }
    }
}

extension SignatureTarget {
    /// Every stream of dead letters: the audit DLQ, and the `.dead` stream of each stream of the table. Only the first is
    /// provisioned; the others come to be when the first message dies.
    package static var deadLetters: [SignatureTarget] {
        let dotDead = StreamTable.all.filter { SignatureTarget(key: $0.key).source == nil }
            .map { SignatureTarget(key: Array($0.deadLetterName.utf8), isOptional: true) }
        return StreamTable.all.map { SignatureTarget(key: $0.key) }.filter { $0.source != nil } + dotDead
    }

    /// Whether a stream holds dead letters, which redrive and purge remove one by one, delivered or not.
    static func isOfDeadLetters(_ key: [UInt8]) -> Bool { deadLetters.contains { $0.stream.key == key } }
}
