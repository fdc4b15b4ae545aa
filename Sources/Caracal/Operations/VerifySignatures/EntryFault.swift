import Text

/// Why an entry is taken for invalid.
package enum EntryFault: Sendable, Equatable {
    /// Its signature does not hold.
    case signature(SignatureFault)
    /// The signature that its consumers check holds, or cannot be checked here, and its second one, of this scheme, does not hold.
    case secondSignature(SignatureScheme, SignatureFault)
    /// It is signed as audit events are, which leaves every field but `data` unsigned, on a stream where each counts.
    case auditScheme
    /// The source entry cannot be read from a dead letter.
    case unreadableSource(JSONError)
}

extension EntryFault: TerminalTextConvertible {
    /// One clause, lower case.
    package var text: TerminalText {
        switch self {
        case .signature(let fault): "\(fault)"
        case .secondSignature(let scheme, let fault):
            "its second signature, \(String(decoding: scheme.fieldName, as: UTF8.self)), is wrong: \(fault)"
        case .auditScheme: "signed by the audit scheme, which leaves all fields but data open"
        case .unreadableSource(let error): "the source entry cannot be read from the dead letter: \(error)"
        }
    }
}
