import Redis

/// The two ways a message on the bus is signed.
package enum SignatureScheme: String, Sendable, Equatable, CaseIterable {
    /// `_sig`: over the stream's name and every other field, with `STREAMS_HMAC_KEY`.
    case fields
    /// `sig`: over the bytes of `data` alone, with `AUDIT_HMAC_KEY`.
    case audit

    /// The scheme that the consumers of `stream` check: audit where the table says so, fields for every other stream.
    package static func expected(on stream: [UInt8]) -> SignatureScheme {
        auditStreams.contains(stream) ? .audit : .fields
    }

    /// The name of the field that carries the signature.
    package var fieldName: [UInt8] { self == .fields ? FieldName.signature : FieldName.auditSignature }

    /// The variable that holds the scheme's key, as the services read it.
    package var keyVariable: String {
        switch self {
        case .fields: "STREAMS_HMAC_KEY"
        case .audit: "AUDIT_HMAC_KEY"
        }
    }

    /// The other one.
    var other: SignatureScheme { self == .fields ? .audit : .fields }

    private static let auditStreams = StreamTable.all.filter { $0.scheme == .audit }.map(\.key)
}

/// Where the fields that carry a signature are among an entry's fields. Of a name given twice the last one counts.
struct SignedFields {
    /// The index of `_sig`.
    private(set) var signature: Int?
    /// The index of `sig`.
    private(set) var auditSignature: Int?
    /// The index of `data`.
    private(set) var data: Int?

    /// None of them.
    init() {}

    /// Looks through `fields`, whose names lie in `bytes`.
    init(_ fields: [FieldRange], in bytes: [UInt8]) {
        for index in fields.indices {
            let name = fields[index].name
            switch name.count {
            case 3: if ByteComparison.equal(bytes, name, FieldName.auditSignature) { auditSignature = index }
            case 4:
                if ByteComparison.equal(bytes, name, FieldName.signature) {
                    signature = index
                } else if ByteComparison.equal(bytes, name, FieldName.data) {
                    data = index
                }
            default: break
            }
        }
    }

    /// The scheme the entry is signed by: the `preferred` one when it has that one's fields, else the other one whose
    /// fields it has; nil when it is not signed.
    func scheme(preferred: SignatureScheme) -> SignatureScheme? {
        if isSigned(by: preferred) { return preferred }
        return isSigned(by: preferred.other) ? preferred.other : nil
    }

    /// The index of the signature of `scheme`.
    func signature(of scheme: SignatureScheme) -> Int? {
        scheme == .fields ? signature : auditSignature
    }

    /// Whether the entry has the fields of a signature of `scheme`.
    func isSigned(by scheme: SignatureScheme) -> Bool {
        switch scheme {
        case .fields: signature != nil
        case .audit: auditSignature != nil && data != nil
        }
    }
}
