import Redis
import Text

extension Message {
    /// Checks what holds for every stream, before anything is sent.
    ///
    /// `order` is scratch space; a check after another one of the same names does not look at the names again.
    package func check(allowingNewlines: Bool, order: inout FieldOrder) throws(MessageError) {
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
        try checkValues()
    }

    /// Checks what makes it ambiguous what a signature covers: `=` or LF in a name, LF in a value.
    func checkAmbiguity() throws(MessageError) {
        for field in fields { try checkCharacters(ofName: field.name) }
        try checkValues()
    }

    private func checkValues() throws(MessageError) {
        for field in fields where ByteSearch.first(Self.newline, in: bytes, field.value) != nil {
            throw .newlineInValue(Array(bytes[field.name]))
        }
    }

    /// The same check with scratch space of its own, for a single message.
    package func check(allowingNewlines: Bool = false) throws(MessageError) {
        var order = FieldOrder()
        try check(allowingNewlines: allowingNewlines, order: &order)
    }

    private func checkNames(_ order: FieldOrder) throws(MessageError) {
        for field in fields { try checkName(field.name) }
        if let repeated = order.firstRepeated(of: fields, in: bytes) { throw .repeatedField(Array(name(at: repeated))) }
    }

    private func checkName(_ name: Range<Int>) throws(MessageError) {
        guard !name.isEmpty else { throw .emptyName }
        guard !isSignatureName(name) else { throw .signatureField(Array(bytes[name])) }
        try checkCharacters(ofName: name)
    }

    private func checkCharacters(ofName name: Range<Int>) throws(MessageError) {
        guard !bytes[name].contains(UInt8(ascii: "=")) else { throw .equalsSignInName(Array(bytes[name])) }
        guard !bytes[name].contains(Self.newline) else { throw .newlineInName(Array(bytes[name])) }
    }

    private func isSignatureName(_ name: Range<Int>) -> Bool {
        ByteComparison.equal(bytes, name, FieldName.signature)
            || ByteComparison.equal(bytes, name, FieldName.auditSignature)
    }

    private static let newline = UInt8(ascii: "\n")
}

/// Why a message is not published, whatever its stream.
package enum MessageError: Error, Sendable, Equatable {
    /// There is no field: XADD needs one.
    case noFields
    /// A field has no name.
    case emptyName
    /// `_sig` or `sig` was given by hand; the tool writes the signature itself.
    case signatureField([UInt8])
    /// A name holds `=`, which ends a name in the canonical form.
    case equalsSignInName([UInt8])
    /// A name holds LF, which ends a field in the canonical form.
    case newlineInName([UInt8])
    /// A value holds LF, which makes the canonical form ambiguous. The name of its field.
    case newlineInValue([UInt8])
    /// A name was given twice: consumers see the last value only.
    case repeatedField([UInt8])
}

extension MessageError: TerminalTextConvertible {
    /// One line, lower case, without the message's values.
    package var text: TerminalText {
        switch self {
        case .noFields: "no fields: a message needs at least one"
        case .emptyName: "a field has an empty name"
        case .signatureField(let name):
            "field \(TerminalText(quoting: name)) is written by caracalctl and cannot be given"
        case .equalsSignInName(let name):
            "field name \(TerminalText(quoting: name)) holds '=', which a signature cannot cover"
        case .newlineInName(let name): "field name \(TerminalText(quoting: name)) holds a line feed"
        case .newlineInValue(let name):
            "the value of field \(TerminalText(quoting: name)) holds a line feed, which makes its signature ambiguous "
                + "(--allow-newline publishes it all the same)"
        case .repeatedField(let name): "field \(TerminalText(quoting: name)) is given twice"
        }
    }
}
