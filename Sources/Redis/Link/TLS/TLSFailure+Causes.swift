import COpenSSL

/// From OpenSSL's codes to what a person can act on.
extension TLSFailure {
    /// What the error at the head of the queue means in the middle of a handshake or after it.
    ///
    /// - Parameter wasAskedForCertificate: the server asked for a certificate of ours, and there was none to show.
    init(_ queue: TLSErrorQueue, on connection: OpaquePointer, name: String, wasAskedForCertificate: Bool) {
        switch queue.first?.reasonOfTLS {
        case SSL_R_CERTIFICATE_VERIFY_FAILED?:
            self = .untrusted(CertificateFault(on: connection, name: name))
        case SSL_R_WRONG_VERSION_NUMBER?, SSL_R_HTTP_REQUEST?, SSL_R_HTTPS_PROXY_REQUEST?,
            SSL_R_PACKET_LENGTH_TOO_LONG?:
            self = .notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL?, SSL_R_NO_PROTOCOLS_AVAILABLE?, SSL_R_WRONG_SSL_VERSION?,
            SSL_R_VERSION_TOO_LOW?, SSL_R_NO_CIPHERS_AVAILABLE?:
            self = .nothingInCommon
        case let reason? where (SSL_AD_REASON_OFFSET...SSL_AD_REASON_OFFSET + 255).contains(reason):
            self.init(
                alert: reason - SSL_AD_REASON_OFFSET,
                text: queue.text,
                name: name,
                wasAskedForCertificate: wasAskedForCertificate
            )
        default:
            self = .other(reason: queue.text)
        }
    }

    private init(alert: Int32, text: String, name: String, wasAskedForCertificate: Bool) {
        switch alert {
        case TLS13_AD_CERTIFICATE_REQUIRED: self = .certificateRequired
        // Before TLS 1.3 there is no alert of its own for a certificate that is missing.
        case SSL3_AD_HANDSHAKE_FAILURE where wasAskedForCertificate: self = .certificateRequired
        case SSL3_AD_HANDSHAKE_FAILURE, TLS1_AD_PROTOCOL_VERSION, TLS1_AD_INSUFFICIENT_SECURITY:
            self = .nothingInCommon
        case SSL3_AD_BAD_CERTIFICATE...SSL3_AD_CERTIFICATE_UNKNOWN, TLS1_AD_UNKNOWN_CA:
            self = .certificateRefused(reason: Self.words(ofAlert: text))
        case TLS1_AD_UNRECOGNIZED_NAME: self = .unknownName(name)
        default: self = .other(reason: text)
        }
    }

    /// `unknown ca` of `tlsv1 alert unknown ca`.
    private static func words(ofAlert text: String) -> String {
        let words = text.split(separator: " ")
        guard let index = words.firstIndex(of: "alert") else { return text }
        return words[(index + 1)...].joined(separator: " ")
    }
}
