/// What became of checking one entry's signature.
package struct SignatureVerdict: Sendable, Equatable {
    /// Whether the signature holds.
    package enum Outcome: Sendable, Equatable {
        /// It is the signature of these bytes under the current key.
        case valid
        /// It is not.
        case invalid(SignatureFault)
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
package enum SignatureFault: Sendable, Equatable {
    /// It has 64 bytes, not all of them hexadecimal digits.
    case notHex
    /// It has this many bytes instead of 64.
    case wrongLength(Int)
    /// It is well formed, and another message's or another key's.
    case mismatch
}

extension SignatureFault: CustomStringConvertible {
    /// One line, lower case.
    package var description: String {
        switch self {
        case .notHex: "the signature is not hexadecimal"
        case .wrongLength(let count): "the signature has \(count) characters instead of 64"
        case .mismatch: "the signature does not match"
        }
    }
}
