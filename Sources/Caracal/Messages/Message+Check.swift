extension Message {
    /// Checks what holds for every stream, before anything is sent.
    ///
    /// `order` is scratch space, and afterwards the order of this message's fields: a signer can go on with it.
    package func check(allowingNewlines: Bool, order: inout FieldOrder) throws(MessageRefusal) {
        guard !fields.isEmpty else { throw .noFields }
        for field in fields {
            try checkName(field.name)
            guard allowingNewlines || !contains(Self.newline, in: field.value) else {
                throw .newlineInValue(Array(bytes[field.name]))
            }
        }
        order.sort(fields, in: bytes)
        if order.hasDuplicates { throw .repeatedField(firstRepeatedName(in: order)) }
    }

    /// The same check with scratch space of its own, for a single message.
    package func check(allowingNewlines: Bool = false) throws(MessageRefusal) {
        var order = FieldOrder()
        try check(allowingNewlines: allowingNewlines, order: &order)
    }

    private func checkName(_ name: Range<Int>) throws(MessageRefusal) {
        guard !name.isEmpty else { throw .emptyName }
        if bytes[name.upperBound - 1] == UInt8(ascii: "g"), isSignatureName(name) {
            throw .signatureField(Array(bytes[name]))
        }
        guard !contains(UInt8(ascii: "="), in: name) else { throw .equalsSignInName(Array(bytes[name])) }
        guard !contains(Self.newline, in: name) else { throw .newlineInName(Array(bytes[name])) }
    }

    private func isSignatureName(_ name: Range<Int>) -> Bool {
        ByteComparison.equal(bytes, name, FieldName.signature) || ByteComparison.equal(bytes, name, FieldName.auditSignature)
    }

    private static let newline = UInt8(ascii: "\n")

    private func contains(_ byte: UInt8, in range: Range<Int>) -> Bool {
        ByteSearch.first(byte, in: bytes, range) != nil
    }

    private func firstRepeatedName(in order: FieldOrder) -> [UInt8] {
        let position = (1..<order.count).first { order.isSameName($0 - 1, $0, of: fields, in: bytes) }
        return position.map { Array(name(at: order[$0])) } ?? []
    }
}
