/// The names of the fields that carry a message's identity and signature.
package enum FieldName {
    /// `_sig`: the signature over all other fields.
    package static let signature = Array("_sig".utf8)
    /// `sig`: the audit scheme's signature over `data`.
    package static let auditSignature = Array("sig".utf8)
    /// `data`: the audit event, as JSON.
    package static let data = Array("data".utf8)
    /// `outbox_id`: what consumers tell a message delivered twice by.
    package static let outboxID = Array("outbox_id".utf8)
}
