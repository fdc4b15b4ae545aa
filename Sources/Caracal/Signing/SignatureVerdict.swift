import Text

/// What became of checking one entry's signature.
package struct SignatureVerdict: Sendable, Equatable {
    /// Whether the signature holds.
    package enum Outcome: Sendable, Equatable {
        /// It is the signature of these bytes under the current key.
        case valid
        /// It is not.
        case invalid(SignatureProblem)
        /// There is none.
        case unsigned
        /// There is one, and no key for its scheme to check it with. Never to be taken for valid.
        case unchecked
    }

    /// What became of the second signature of an entry that is signed by both schemes.
    package struct Other: Sendable, Equatable {
        /// Its scheme: the one that this stream's consumers do not check.
        package let scheme: SignatureScheme
        /// Whether it holds.
        package let outcome: Outcome
    }

    /// Whether the signature holds.
    package internal(set) var outcome: Outcome
    /// How the entry is signed; nil when it is not.
    package internal(set) var scheme: SignatureScheme?
    /// What else there is to say about the entry.
    package internal(set) var findings: SignatureFindings = []
    /// For a valid entry its signature's first eight bytes, to recognise a repetition by; nil for any other.
    package internal(set) var fingerprint: UInt64?
    /// What became of its second signature; nil where there is one or none.
    package internal(set) var other: Other?
}

/// What is wrong with a signature.
package enum SignatureProblem: Sendable, Equatable {
    /// It has 64 bytes, not all of them hexadecimal digits.
    case notHex
    /// It has this many bytes instead of 64.
    case wrongLength(Int)
    /// It is well formed, and another message's or another key's.
    case mismatch
}

extension SignatureProblem: CustomStringConvertible {
    /// One line, lower case.
    package var description: String {
        switch self {
        case .notHex: "the signature is not hexadecimal"
        case .wrongLength(let count): "the signature has \(count) characters instead of 64"
        case .mismatch: "the signature does not match"
        }
    }
}

/// What is noteworthy about an entry besides whether its signature holds.
package struct SignatureFindings: OptionSet, Sendable, Hashable {
    /// One bit for each finding.
    package let rawValue: UInt16

    /// Findings with these bits.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A name is given twice: the last value counts, a reader of raw entries sees both.
    package static let repeatedField = SignatureFindings(rawValue: 1 << 0)
    /// A value holds LF: the same signature fits other fields.
    package static let newlineInValue = SignatureFindings(rawValue: 1 << 1)
    /// A name holds LF: the same signature fits other fields.
    package static let newlineInName = SignatureFindings(rawValue: 1 << 2)
    /// A name holds `=`: the same signature fits another name and value.
    package static let equalsSignInName = SignatureFindings(rawValue: 1 << 3)
    /// A name is empty.
    package static let emptyName = SignatureFindings(rawValue: 1 << 4)
    /// A name or value is not UTF-8: some consumers cannot read the entry.
    package static let notUTF8 = SignatureFindings(rawValue: 1 << 5)
    /// The signature has upper-case digits: not every consumer accepts that.
    package static let upperCaseSignature = SignatureFindings(rawValue: 1 << 6)
    /// Names sort differently as UTF-16, so a signer that sorts that way signs other bytes.
    package static let orderDiffersInUTF16 = SignatureFindings(rawValue: 1 << 7)
    /// Its signature is in the field of the scheme that this stream's consumers do not check, whatever it is worth.
    package static let unexpectedScheme = SignatureFindings(rawValue: 1 << 8)

    /// The findings that leave open what was signed.
    package static let ambiguous: SignatureFindings = [
        .repeatedField, .newlineInValue, .newlineInName, .equalsSignInName,
    ]

    /// The findings in words, for a person: one for each, in a fixed order.
    package var descriptions: [TerminalText] { Self.words.filter { contains($0.finding) }.map(\.text) }

    /// The findings as codes, for a program: one for each, in a fixed order.
    package var codes: [String] { Self.words.filter { contains($0.finding) }.map(\.code) }

    private static let words: [(finding: SignatureFindings, code: String, text: TerminalText)] = [
        (.repeatedField, "repeated_field", "a field is given twice: the last value counts"),
        (.newlineInValue, "newline_in_value", "a value holds a line feed: the signature fits other fields as well"),
        (.newlineInName, "newline_in_name", "a field name holds a line feed: the signature fits other fields as well"),
        (.equalsSignInName, "equals_in_name", "a field name holds '=': the signature fits another field as well"),
        (.emptyName, "empty_name", "a field has an empty name"),
        (.notUTF8, "not_utf8", "a name or value is not UTF-8: some consumers cannot read it"),
        (.upperCaseSignature, "upper_case", "the signature is in upper case: not every consumer accepts that"),
        (
            .orderDiffersInUTF16, "utf16_order",
            "the field names sort differently as UTF-16: some signers sign other bytes"
        ),
        (
            .unexpectedScheme, "unexpected_scheme",
            "the signature is in the field of the scheme that this stream's consumers do not check"
        ),
    ]
}
