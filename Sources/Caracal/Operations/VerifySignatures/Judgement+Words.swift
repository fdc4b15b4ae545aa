import Text

extension Judgement {
    /// The outcome as a word for programs.
    package var verdict: String {
        switch outcome {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unsigned: "unsigned"
        case .unchecked: "unchecked"
        }
    }

    /// What became of the second signature, as a word for programs; nil where there is none.
    package var otherVerdict: String? {
        switch other?.outcome {
        case nil: nil
        case .valid: "valid"
        case .invalid: "invalid"
        case .unsigned: "unsigned"
        case .unchecked: "unchecked"
        }
    }

    /// Why it is not valid, with the explanation where there is one; nil when it is valid or rightly unsigned.
    package var reason: TerminalText? {
        switch outcome {
        case .valid: nil
        case .invalid(.secondSignature(let scheme, let fault)): EntryFault.secondSignature(scheme, fault).text
        case .invalid(let fault): named(explanation?.text ?? fault.text)
        case .unsigned: needsSignature ? "no signature" : nil
        case .unchecked: scheme.map { "signed by the \($0.rawValue) scheme, for which there is no key" }
        }
    }

    /// A fault of the first signature; which of two it is of, where there are two.
    private func named(_ fault: TerminalText) -> TerminalText {
        guard other != nil, let scheme else { return fault }
        return "\(String(decoding: scheme.fieldName, as: UTF8.self)): \(fault)"
    }

    /// What else there is to say, in words.
    package var remarks: [TerminalText] {
        (isRepeated ? ["the same signature was seen before: a replay, or delivered twice"] : [])
            + findings.descriptions
    }

    /// What else there is to say, as codes.
    package var remarkCodes: [String] { (isRepeated ? ["repeated_signature"] : []) + findings.codes }
}
