import Redis

/// The source field `id` that a dead letter of the Audit service has lost: it keeps the source's fields under `src_`, and
/// puts the entry's id under `src_id`, where the field would be. A signature over all fields covers that one too, and without
/// it a good message would look forged.
///
/// Publishers put the event's own id into the field, so that is tried. Only a signature that holds with it says that it was so.
enum LostSourceID {
    /// The source's fields with the one that was lost; nil where none was, or where the signatures do not hold with it either.
    static func restored(
        _ fields: [FieldRange],
        in bytes: [UInt8],
        of source: SignatureTarget.Source,
        _ verifier: inout SignatureVerifier
    ) throws(CryptographyError) -> Message? {
        guard fields.contains(where: { ByteComparison.equal(bytes, $0.name, FieldName.signature) }),
            !fields.contains(where: { ByteComparison.equal(bytes, $0.name, name) }),
            let data = fields.last(where: { ByteComparison.equal(bytes, $0.name, FieldName.data) }),
            try !verifier.verify(stream: source.key, fields, in: bytes).holds,
            let event = Message(object: bytes[data.value]), let place = event.lastIndex(of: name)
        else { return nil }
        var whole = Message(fields, in: bytes)
        whole.append(name: name, value: event.value(at: place))
        return try verifier.verify(stream: source.key, whole.fields, in: whole.bytes).holds ? whole : nil
    }

    private static let name = Array("id".utf8)
}

extension SignatureVerdict {
    /// Whether the signature over all fields holds, and no other is wrong.
    fileprivate var holds: Bool {
        let all = [(scheme, outcome)] + (other.map { [($0.scheme, $0.outcome)] } ?? [])
        let isWrong = all.contains { if case .invalid = $0.1 { true } else { false } }
        return !isWrong && all.contains { $0.0 == .fields && $0.1 == .valid }
    }
}
