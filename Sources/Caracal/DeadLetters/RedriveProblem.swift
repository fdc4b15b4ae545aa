import Redis
import Text

/// Why a dead letter is left where it is.
package enum RedriveProblem: Sendable, Equatable {
    /// Its source entry cannot be restored.
    case malformed(DeadLetterError)
    /// The source entry's signature does not hold: consumers would drop the message, and the evidence would be gone.
    case invalidSignature(EntryProblem)
    /// A replay makes no sense, or nobody knows whether it does.
    case reason(ReplayAdvice)
    /// The source entry is signed, and there is no key to check it with.
    case unchecked
    /// The source entry has no signature.
    case unsigned
    /// The source entry went through JSON, which may have changed its bytes, and no signature says that it did not.
    case lostBytes
    /// The message is in its stream again, under this id: another dead letter of it was put back before. Without an id it is said of
    /// several messages.
    case alreadyBack(EntryID?)

    /// Whether an operator may overrule it.
    package var canBeForced: Bool {
        switch self {
        case .malformed, .invalidSignature, .alreadyBack: false
        case .reason, .unchecked, .unsigned, .lostBytes: true
        }
    }

    /// A stable name for scripts.
    package var code: String {
        switch self {
        case .malformed: "malformed"
        case .invalidSignature: "invalid_signature"
        case .reason(.incident): "security_incident"
        case .reason(.wouldFailAgain): "would_fail_again"
        case .reason: "unknown_reason"
        case .unchecked: "unchecked"
        case .unsigned: "unsigned"
        case .lostBytes: "lost_bytes"
        case .alreadyBack: "already_back"
        }
    }

    /// Why, in a clause.
    package var text: TerminalText {
        switch self {
        case .malformed(let fault): "malformed: \(fault)"
        case .invalidSignature(let fault): "treat as a security incident: \(fault)"
        case .reason(let advice): advice.objection ?? ""
        case .unchecked: "there is no key to check the source's signature with"
        case .unsigned: "the source has no signature"
        case .alreadyBack(let id?): "the message is in its stream again, as \(id)"
        case .alreadyBack(nil): "the message is in its stream again"
        case .lostBytes: "bytes of the source may have been lost, and no signature says that they were not"
        }
    }
}

/// Whether a replay makes sense, by the kind of reason that a message died of.
package enum ReplayAdvice: Sendable, Equatable {
    /// What was wrong may be over.
    case worthwhile
    /// Somebody may have tampered with it: it is evidence.
    case incident
    /// The message itself is at fault.
    case wouldFailAgain
    /// Nobody here knows this reason.
    case unknownReason

    /// The advice for a kind of reason: the text before the first colon.
    package init(reasonKind: some Collection<UInt8>) {
        switch String(decoding: reasonKind, as: UTF8.self) {
        case "transient_exceeded_max_deliveries", "pg_permanent_error": self = .worthwhile
        case "hmac_verify_failed", "tamper_on_replay", "invalid_signature": self = .incident
        case "missing_data_field", "json_parse_error", "missing_revocation_anchor", "invalid_delegation_epoch":
            self = .wouldFailAgain
        default: self = .unknownReason
        }
    }

    /// Why not, in a clause; nil where a replay makes sense.
    package var objection: TerminalText? {
        switch self {
        case .worthwhile: nil
        case .incident: "treat as a security incident"
        case .wouldFailAgain: "it would fail again"
        case .unknownReason: "unknown reason (use --force)"
        }
    }
}
