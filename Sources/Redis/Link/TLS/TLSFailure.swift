/// Why there is no TLS connection, or no longer. One closed set, so that each can be put into words with its remedy.
package enum TLSFailure: Error, Sendable, Equatable {
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
    case untrusted(CertificateFault)
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
