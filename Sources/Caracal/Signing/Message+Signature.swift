extension Message {
    /// Adds `outbox_id` with the next id of `generator`.
    package mutating func appendOutboxID(
        from generator: inout OutboxIDGenerator
    ) throws(SystemRandomnessError) {
        let start = bytes.count
        bytes.append(contentsOf: FieldName.outboxID)
        let middle = bytes.count
        try generator.append(to: &bytes)
        fields.append(FieldRange(name: start..<middle, value: middle..<bytes.count))
    }

    /// Adds the field that carries the signature of `scheme`.
    package mutating func append(_ signature: Signature, of scheme: SignatureScheme) {
        let start = bytes.count
        bytes.append(contentsOf: scheme.fieldName)
        let middle = bytes.count
        signature.appendHex(to: &bytes)
        fields.append(FieldRange(name: start..<middle, value: middle..<bytes.count))
    }
}
