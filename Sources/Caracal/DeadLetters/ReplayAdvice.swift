import Text

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
