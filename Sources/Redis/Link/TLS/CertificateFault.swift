/// What is wrong with a server's certificate. Bytes are the certificate's own and must be escaped before they are shown.
package enum CertificateFault: Error, Sendable, Equatable {
    /// It, or that of one of its issuers, is no longer valid; the time is RFC 3339.
    case expired(subject: [UInt8], at: String)
    /// It, or that of one of its issuers, is not valid yet; the time is RFC 3339.
    case notYetValid(subject: [UInt8], before: String)
    /// It is for these names, and not for the one that was expected.
    case wrongName(expected: String, names: [[UInt8]])
    /// Nobody trusted vouches for it; the issuer is as RFC 2253 writes it.
    case unknownIssuer([UInt8])
    /// It vouches for itself.
    case selfSigned
    /// Anything else, in OpenSSL's words.
    case other(reason: String)
}
