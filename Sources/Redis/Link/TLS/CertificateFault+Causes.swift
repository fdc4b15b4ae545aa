import COpenSSL

extension CertificateFault {
    /// Why the certificate that was shown on a connection did not pass.
    init(on connection: OpaquePointer, name: String) {
        let code = Int32(truncatingIfNeeded: SSL_get_verify_result(connection))
        let chain = PeerCertificate.chain(on: connection)
        let shown = PeerCertificate.shown(on: connection)
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            let culprit = chain.first(where: \.hasExpired) ?? shown.first
            self = .expired(subject: culprit?.subject ?? [], at: culprit?.end ?? "an unknown time")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            let culprit = chain.first(where: \.isNotYetValid) ?? shown.first
            self = .notYetValid(subject: culprit?.subject ?? [], before: culprit?.start ?? "an unknown time")
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            self = .wrongName(expected: name, names: shown.first?.names ?? [])
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            self = .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
            self = .unknownIssuer((chain.last ?? shown.last)?.issuer ?? [])
        default:
            self = .other(reason: String(cString: X509_verify_cert_error_string(Int(code))))
        }
    }
}
