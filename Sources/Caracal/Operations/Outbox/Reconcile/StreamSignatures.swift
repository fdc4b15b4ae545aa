import Redis

/// What is known of the signatures of a stream whose entries are compared.
struct StreamSignatures {
    /// What its consumers check.
    let expected: EntryJudge.Expectation
    /// How those of its entries turn out.
    private(set) var record = KeyRecord()
    /// The first entry that is of the time which is compared: what is older is read for the rows, and says nothing of the key.
    var first = EntryID.zero
    /// What the other streams say of the key.
    var elsewhere = KeyElsewhere.unknown(nil)
    /// The first entry whose signature holds.
    private var oldestValid: EntryID?
    /// The last one whose signature does not.
    private var newestInvalid: EntryID?
    /// When the last message was made that has no row, and no valid signature, in Unix milliseconds.
    private var newestInvalidOrphan: UInt64?

    init(expected: EntryJudge.Expectation) { self.expected = expected }

    /// Notes the signature of an entry.
    mutating func note(isValid: Bool, _ id: EntryID) {
        if isValid { oldestValid = min(oldestValid ?? id, id) } else { newestInvalid = max(newestInvalid ?? id, id) }
        if id >= first { record.note(isValid: isValid, id) }
    }

    /// Notes an entry without a row whose signature is not valid.
    ///
    /// - Parameter time: when its message was made, in Unix milliseconds.
    mutating func noteInvalidOrphan(madeAt time: UInt64) {
        newestInvalidOrphan = max(newestInvalidOrphan ?? time, time)
    }

    /// From when on no message was made that has no row, and no valid signature, in Unix milliseconds: where none that is invalid is younger
    /// than one that is valid, as where the key was changed in between. Nil where it is not so. Streams of one scheme share a key.
    static func sinceKeyChange(in streams: [StreamSignatures]) -> UInt64? {
        for (_, streams) in Dictionary(grouping: streams, by: \.expected.scheme)
        where streams.contains(where: { $0.newestInvalidOrphan != nil }) {
            guard let valid = streams.compactMap(\.oldestValid).min(),
                let invalid = streams.compactMap(\.newestInvalid).max(), invalid < valid
            else { return nil }
        }
        return streams.compactMap(\.newestInvalidOrphan).max().map { $0.saturatingAdd(1) }
    }
}

/// The signatures of the entries that are compared.
extension ReconcileRun {
    /// Asks the other streams about the key where signatures of one are invalid.
    func tryKey() throws {
        guard let key = judge?.fieldsKey else { return }
        for number in streams.indices {
            let seen = signatures[number]
            signatures[number].elsewhere = try KeyElsewhere { () throws(RedisError) in
                try channel.run { connection throws(RedisError) in
                    try seen.record.elsewhere(than: streams[number].key, seen.expected.scheme, key, on: connection)
                }
            }
        }
    }

    /// Has the signatures of a stream count from an entry on.
    func countSignatures(of number: Int, from first: EntryID) { signatures[number].first = first }

    /// Why consumers skip an entry of a stream; nil where they do not, or where that is not known. Its fields lie in the bytes.
    ///
    /// - Parameters:
    ///   - id: the entry's own id.
    ///   - number: the number of the stream.
    func refusal(_ id: EntryID, _ fields: [FieldRange], _ bytes: [UInt8], of number: Int) throws -> SkipReason? {
        switch try judge?.outcome(fields, in: bytes, by: signatures[number].expected) {
        case .invalid:
            if isNew { signatures[number].note(isValid: false, id) }
            return .invalid
        case .unsigned: return unsigned(in: number)
        case .unchecked:
            if isNew { report.unchecked += 1 }
            return nil
        case .valid:
            if isNew { signatures[number].note(isValid: true, id) }
            return nil
        case nil: return nil
        }
    }

    /// Why consumers of a stream skip an entry without a signature; nil where they do not.
    private func unsigned(in number: Int) -> SkipReason? {
        judge?.needsSignature(signatures[number].expected) == true ? .unsigned : nil
    }

    /// The same of the source entry inside a dead letter of a stream, which is no further entry and is not counted.
    func refusal(
        ofSource fields: [FieldRange],
        _ bytes: [UInt8],
        from source: SignatureTarget.Source,
        of number: Int
    ) throws -> SkipReason? {
        switch try judge?.outcome(ofSource: fields, in: bytes, from: source, by: signatures[number].expected) {
        case .invalid: .invalid
        case .unsigned: unsigned(in: number)
        case .valid, .unchecked, nil: nil
        }
    }
}
