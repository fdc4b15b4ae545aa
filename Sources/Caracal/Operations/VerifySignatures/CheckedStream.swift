import Redis

/// A stream, and how the signatures in it turned out.
package struct CheckedStream: Sendable, Equatable {
    /// What was found under the key.
    package enum State: Sendable, Equatable {
        /// A stream, all or part of which was checked.
        case checked
        /// No such key.
        case missing
        /// A key of another type.
        case otherType(OtherType)
        /// The server would not let it be read, or not to its end.
        case refused(Refusal)
    }

    /// The stream.
    package let target: SignatureTarget
    /// What was found.
    package internal(set) var state = State.checked
    /// Its own entries.
    package internal(set) var own = SignatureTally()
    /// The source entries inside its dead letters.
    package internal(set) var sources = SignatureTally()
    /// Ids that were asked for and are not there.
    package internal(set) var absentIDs: [StreamPosition] = []
    /// Whether all of it was to be checked, as far as we know.
    package internal(set) var isWhole = true
    /// From where on signatures do not hold; nil when that was not looked for, or not found.
    package internal(set) var course: SignatureCourse?
    /// Whether it is so long that a repetition from far back could go unseen.
    package internal(set) var hasForgotten = false

    init(target: SignatureTarget) { self.target = target }
}

/// An entry that was judged, and where it is.
package struct CheckedEntry: Sendable, Equatable {
    /// The stream that was read.
    package let stream: [UInt8]
    /// The entry's id there, as it was read; a dead letter's own for the source entry inside it.
    package let id: [UInt8]
    /// What became of it.
    package let judgement: Judgement

    init(stream: [UInt8], id: [UInt8], _ judgement: Judgement) {
        self.stream = stream
        self.id = id
        self.judgement = judgement
    }
}

/// What an entry that was judged is made of, for who shows it. Nothing is copied.
package struct CheckedContent {
    /// The fields of the entry, in `bytes`.
    package let fields: [FieldRange]
    /// What they point into.
    package let bytes: [UInt8]
    /// The source entry that a dead letter holds, where that is what was judged and it could be read.
    package private(set) var inner: (fields: [FieldRange], bytes: [UInt8])?

    init(fields: [FieldRange], bytes: [UInt8]) {
        self.fields = fields
        self.bytes = bytes
    }

    func holding(_ fields: [FieldRange], in bytes: [UInt8]) -> CheckedContent {
        var content = self
        content.inner = (fields, bytes)
        return content
    }
}

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
