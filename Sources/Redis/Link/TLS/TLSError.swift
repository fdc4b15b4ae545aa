import COpenSSL

/// Why there is no TLS connection, or no longer. One closed set, so that each can be put into words with its remedy.
package enum TLSError: Error, Sendable, Equatable {
    /// A file of ours cannot be used: an issuer, a certificate, a key.
    case unusableFile(path: String, reason: String)
    /// The name to expect cannot be one.
    case unusableName(String)
    /// The deadline passed in the middle of the handshake: a plaintext Redis waits for the rest of what it takes for a command.
    case noAnswer(after: Duration)
    /// The server hung up in the middle of the handshake; nil when it closed the connection in order.
    case handshakeCut(reason: String?)
    /// What it sent is not TLS.
    case notTLS
    /// No version of TLS, or no cipher, that both sides take.
    case nothingInCommon
    /// The certificate it showed is not to be trusted.
    case untrusted(CertificateProblem)
    /// It wants a certificate of us, and we have none.
    case certificateRequired
    /// It does not take our certificate; the reason is its alert.
    case certificateRefused(reason: String)
    /// It serves nothing under this name.
    case unknownName(String)
    /// Anything else, in OpenSSL's words.
    case other(reason: String)

    /// Whether the same may succeed later, with nothing changed on our side or in the server's configuration.
    package var mayPass: Bool {
        switch self {
        case .noAnswer, .handshakeCut: true
        default: false
        }
    }
}

/// From OpenSSL's codes to what a person can act on.
extension TLSError {
    /// What the error at the head of the queue means in the middle of a handshake or after it.
    ///
    /// - Parameter wasAskedForCertificate: the server asked for a certificate of ours, and there was none to show.
    init(_ queue: TLSErrorQueue, on connection: OpaquePointer, name: String, wasAskedForCertificate: Bool) {
        switch queue.first?.reasonOfTLS {
        case SSL_R_CERTIFICATE_VERIFY_FAILED?:
            self = .untrusted(CertificateProblem(on: connection, name: name))
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

/// What OpenSSL's functions left behind when they failed, for this thread: a queue that must be emptied each time.
struct TLSErrorQueue {
    /// The oldest error, which is the cause; nil when there was none.
    let first: Code?

    /// One packed error.
    struct Code: Equatable {
        private let packed: UInt

        fileprivate init(_ packed: UInt) {
            self.packed = packed
        }

        /// SSL_R_, where the error is of the TLS part; nil for the others.
        var reasonOfTLS: Int32? {
            ERR_GET_LIB(packed) == ERR_LIB_SSL ? ERR_GET_REASON(packed) : nil
        }

        /// Its words, in lower case.
        var text: String {
            guard let text = ERR_reason_error_string(packed) else { return "error \(String(packed, radix: 16))" }
            return String(cString: text)
        }
    }

    /// Takes everything out of the queue.
    static func drain() -> TLSErrorQueue {
        let first = ERR_get_error()
        ERR_clear_error()
        return TLSErrorQueue(first: first == 0 ? nil : Code(first))
    }

    /// The words of the oldest error.
    var text: String {
        first?.text ?? "unknown reason"
    }
}
