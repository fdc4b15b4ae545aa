/// How the entries of a stream are signed.
package enum SignatureScheme: String, Sendable {
    /// `_sig` over the canonical form of all the other fields, with STREAMS_HMAC_KEY.
    case fields
    /// `sig` over the bytes of `data`, with AUDIT_HMAC_KEY.
    case audit
    /// Unsigned by design.
    case unsigned
    /// Not known: a stream outside the table.
    case unknown
}
