/// Why a message is not published, whatever its stream.
package enum MessageRefusal: Error, Sendable, Equatable {
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

extension MessageRefusal: CustomStringConvertible {
    /// One line, lower case, without the message's values.
    package var description: String {
        switch self {
        case .noFields: "no fields: a message needs at least one"
        case .emptyName: "a field has an empty name"
        case .signatureField(let name): "field \(QuotedBytes.text(name)) is written by caracalctl and cannot be given"
        case .equalsSignInName(let name):
            "field name \(QuotedBytes.text(name)) holds '=', which a signature cannot cover"
        case .newlineInName(let name): "field name \(QuotedBytes.text(name)) holds a line feed"
        case .newlineInValue(let name):
            "the value of field \(QuotedBytes.text(name)) holds a line feed, which makes its signature ambiguous "
                + "(--allow-newline publishes it all the same)"
        case .repeatedField(let name): "field \(QuotedBytes.text(name)) is given twice"
        }
    }
}
