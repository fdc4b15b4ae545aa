/// The two ways a message on the bus is signed.
package enum SignatureScheme: String, Sendable, Equatable, CaseIterable {
    /// `_sig`: over the stream's name and every other field, with `STREAMS_HMAC_KEY`.
    case fields
    /// `sig`: over the bytes of `data` alone, with `AUDIT_HMAC_KEY`.
    case audit

    /// The scheme that the consumers of `stream` check: audit for the audit events, fields for every other stream.
    package static func expected(on stream: [UInt8]) -> SignatureScheme {
        stream == auditStream ? .audit : .fields
    }

    /// The name of the field that carries the signature.
    package var fieldName: [UInt8] { self == .fields ? FieldName.signature : FieldName.auditSignature }

    /// The other one.
    var other: SignatureScheme { self == .fields ? .audit : .fields }

    private static let auditStream = Array(StreamTable.auditEvents.utf8)
}
