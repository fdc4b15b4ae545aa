import Text

/// What became of one entry: of a stream's own, or of the source entry inside a dead letter.
package struct Judgement: Sendable, Equatable {
    /// Which of the two an entry is.
    package enum Part: String, Sendable {
        /// The stream's own entry.
        case entry
        /// The entry that a dead letter holds, as it was on its source stream.
        case source
    }

    /// How the signature of an entry turned out.
    package enum Outcome: Sendable, Equatable {
        /// It holds, and the stream's consumers check its scheme.
        case valid
        /// It does not.
        case invalid(EntryProblem)
        /// There is none.
        case unsigned
        /// There is one, and no key for its scheme. Never to be taken for valid.
        case unchecked
    }

    /// Which of the two it is.
    package let part: Part
    /// How it turned out.
    package let outcome: Outcome
    /// How it is signed; nil when it is not.
    package let scheme: SignatureScheme?
    /// What became of the second signature of an entry that is signed by both schemes; nil where there is one or none.
    package let other: SignatureVerdict.Other?
    /// What else is noteworthy about it.
    package let findings: SignatureFindings
    /// Whether a signature could be expected of it.
    package let needsSignature: Bool
    /// Whether the same signature was seen before in this stream.
    package internal(set) var isRepeated = false
    /// What an invalid signature is valid for; nil when nothing that was tried fits, or nothing was tried.
    package internal(set) var explanation: SignatureExplanation?

    /// A judgement without a verdict.
    init(_ part: Part, _ outcome: Outcome, needsSignature: Bool) {
        self.part = part
        self.outcome = outcome
        self.needsSignature = needsSignature
        scheme = nil
        other = nil
        findings = []
    }

    /// What a verdict comes to on a stream of the table, or on one outside it.
    init(_ part: Part, _ verdict: SignatureVerdict, on definition: StreamDefinition?, needsSignature: Bool) {
        self.part = part
        self.needsSignature = needsSignature
        scheme = verdict.scheme
        other = verdict.other
        outcome = Self.outcome(of: verdict, expecting: definition?.scheme)
        // Where nobody knows which scheme is checked, neither is unexpected.
        findings = definition?.scheme == nil ? verdict.findings.subtracting(.unexpectedScheme) : verdict.findings
    }

    /// How the signature turned out of an entry on a stream whose consumers check a scheme; nil where they check none, or that is not known.
    static func outcome(of verdict: SignatureVerdict, expecting scheme: SignatureScheme?) -> Outcome {
        let own = firstOutcome(of: verdict, expecting: scheme)
        guard case .invalid(let fault)? = verdict.other?.outcome, own == .valid || own == .unchecked,
            let second = verdict.other
        else { return own }
        return .invalid(.secondSignature(second.scheme, fault))
    }

    /// The audit scheme leaves all fields but `data` open: on a stream whose consumers act on fields it proves nothing.
    private static func firstOutcome(of verdict: SignatureVerdict, expecting scheme: SignatureScheme?) -> Outcome {
        switch verdict.outcome {
        case .invalid(let fault): .invalid(.signature(fault))
        case .unsigned: .unsigned
        case .valid, .unchecked:
            if verdict.scheme == .audit, scheme == .fields {
                .invalid(.auditScheme)
            } else {
                verdict.outcome == .valid ? .valid : .unchecked
            }
        }
    }

    /// Whether its signature holds and there is something to say all the same.
    package var hasWarning: Bool { outcome == .valid && (isRepeated || !findings.isEmpty) }

    /// Whether it is a failure by these rules.
    package func isFailure(by rules: SignatureRules) -> Bool {
        switch outcome {
        case .valid: rules.isStrict && hasWarning
        case .invalid, .unchecked: true
        case .unsigned: rules.requiresSignatures && needsSignature
        }
    }
}

/// Why an entry is taken for invalid.
package enum EntryProblem: Sendable, Equatable {
    /// Its signature does not hold.
    case signature(SignatureProblem)
    /// The signature that its consumers check holds, or cannot be checked here, and its second one, of this scheme, does not hold.
    case secondSignature(SignatureScheme, SignatureProblem)
    /// It is signed as audit events are, which leaves every field but `data` unsigned, on a stream where each counts.
    case auditScheme
    /// The source entry cannot be read from a dead letter.
    case unreadableSource(JSONError)
}

extension EntryProblem: TerminalTextConvertible {
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
        case .invalid(.secondSignature(let scheme, let fault)): EntryProblem.secondSignature(scheme, fault).text
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
