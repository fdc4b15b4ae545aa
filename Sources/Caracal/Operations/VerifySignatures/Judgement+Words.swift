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

    /// Why it is not valid, with the explanation where there is one; nil when it is valid or rightly unsigned.
    package var reason: String? {
        switch outcome {
        case .valid: nil
        case .invalid(let fault): explanation.map { "\($0)" } ?? "\(fault)"
        case .unsigned: needsSignature ? "no signature" : nil
        case .unchecked: scheme.map { "signed by the \($0.rawValue) scheme, for which there is no key" }
        }
    }

    /// What else there is to say, in words.
    package var remarks: [String] {
        (isRepeated ? ["the same signature was seen before: a replay, or delivered twice"] : [])
            + findings.descriptions
    }

    /// What else there is to say, as codes.
    package var remarkCodes: [String] { (isRepeated ? ["repeated_signature"] : []) + findings.codes }
}
