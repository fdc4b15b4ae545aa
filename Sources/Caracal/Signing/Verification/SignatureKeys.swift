/// The keys that signatures are checked with; each may be missing.
package struct SignatureKeys {
    /// The key of the fields scheme, `STREAMS_HMAC_KEY`.
    package var fields: SigningKey?
    /// The key of the audit scheme, `AUDIT_HMAC_KEY`.
    package var audit: SigningKey?
    /// The key of the fields scheme before the last change, for explaining failures. It makes nothing valid.
    package var previousFields: SigningKey?
    /// The key of the audit scheme before the last change, for explaining failures. It makes nothing valid.
    package var previousAudit: SigningKey?

    /// These keys.
    package init(
        fields: SigningKey? = nil,
        audit: SigningKey? = nil,
        previousFields: SigningKey? = nil,
        previousAudit: SigningKey? = nil
    ) {
        self.fields = fields
        self.audit = audit
        self.previousFields = previousFields
        self.previousAudit = previousAudit
    }
}
