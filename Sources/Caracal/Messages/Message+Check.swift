extension Message {
    /// Checks what holds for every stream, before anything is sent.
    ///
    /// `order` is scratch space; a check after another one of the same names does not look at the names again.
    package func check(allowingNewlines: Bool, order: inout FieldOrder) throws(MessageRefusal) {
        guard !fields.isEmpty else { throw .noFields }
        if order.sort(fields, in: bytes) {
            do {
                try checkNames(order)
            } catch {
                order.forget()
                throw error
            }
        }
        guard !allowingNewlines else { return }
        for field in fields where ByteSearch.first(Self.newline, in: bytes, field.value) != nil {
            throw .newlineInValue(Array(bytes[field.name]))
        }
    }

    /// The same check with scratch space of its own, for a single message.
    package func check(allowingNewlines: Bool = false) throws(MessageRefusal) {
        var order = FieldOrder()
        try check(allowingNewlines: allowingNewlines, order: &order)
    }

    private func checkNames(_ order: FieldOrder) throws(MessageRefusal) {
        for field in fields { try checkName(field.name) }
        if let repeated = order.firstRepeated(of: fields, in: bytes) { throw .repeatedField(Array(name(at: repeated))) }
    }

    private func checkName(_ name: Range<Int>) throws(MessageRefusal) {
        guard !name.isEmpty else { throw .emptyName }
        guard !isSignatureName(name) else { throw .signatureField(Array(bytes[name])) }
        guard !bytes[name].contains(UInt8(ascii: "=")) else { throw .equalsSignInName(Array(bytes[name])) }
        guard !bytes[name].contains(Self.newline) else { throw .newlineInName(Array(bytes[name])) }
    }

    private func isSignatureName(_ name: Range<Int>) -> Bool {
        ByteComparison.equal(bytes, name, FieldName.signature)
            || ByteComparison.equal(bytes, name, FieldName.auditSignature)
    }

    private static let newline = UInt8(ascii: "\n")
}
