/// How the signatures of many entries turned out.
package struct SignatureTally: Sendable, Equatable {
    /// Signatures that hold.
    package internal(set) var valid: UInt64 = 0
    /// Those among them that draw a warning.
    package internal(set) var warned: UInt64 = 0
    /// Signatures that do not hold.
    package internal(set) var invalid: UInt64 = 0
    /// Entries without a signature.
    package internal(set) var unsigned: UInt64 = 0
    /// Those among them that need none.
    package internal(set) var unsignedByDesign: UInt64 = 0
    /// Entries that there was no key for.
    package internal(set) var unchecked: UInt64 = 0
    /// Whether any entry was signed by the fields scheme.
    package internal(set) var hasFields = false
    /// Whether any entry was signed by the audit scheme.
    package internal(set) var hasAudit = false

    /// Nothing looked at.
    package init() {}

    /// Entries that were looked at.
    package var entries: UInt64 { valid + invalid + unsigned + unchecked }

    mutating func count(_ judgement: Judgement) {
        switch judgement.scheme {
        case .fields: hasFields = true
        case .audit: hasAudit = true
        case nil: break
        }
        switch judgement.outcome {
        case .valid:
            valid += 1
            if judgement.hasWarning { warned += 1 }
        case .invalid: invalid += 1
        case .unsigned:
            unsigned += 1
            if !judgement.needsSignature { unsignedByDesign += 1 }
        case .unchecked: unchecked += 1
        }
    }
}
