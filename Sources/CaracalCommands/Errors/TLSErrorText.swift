import Redis
import Rendering
import Text

/// What a failure of TLS means to a person, and what to do about it.
extension CommandError {
    /// - Parameters:
    ///   - error: the error it is the cause of.
    ///   - status: what a connection that failed, or was lost, comes to.
    ///   - doubt: what is to be said of a write that may have happened.
    init(_ failure: TLSError, _ error: RedisError, status: ExitStatus, doubt: TerminalText) {
        switch failure {
        case .unusableFile(let path, let reason):
            self.init(.configuration, "cannot use the file \(path) for TLS: \(reason)")
        case .unusableName(let name):
            self.init(
                .configuration,
                "\"\(name)\" cannot be the name of a TLS server (check --host or --sni)"
            )
        default:
            self.init(status, Self.words(failure, error.target) + doubt)
        }
    }

    private static func words(_ failure: TLSError, _ target: String) -> TerminalText {
        switch failure {
        case .noAnswer(let time):
            "\(target) does not answer the TLS handshake within \(time.text) (is this a TLS port?)"
        case .handshakeCut(let reason):
            "\(target) closed the connection during the TLS handshake\(reason.map { ": \($0)" } ?? "") (is this a TLS port?)"
        case .notTLS: "\(target) does not speak TLS (is this a TLS port?)"
        case .nothingInCommon: "\(target) has no TLS version or cipher in common with us (TLS 1.2 or newer is needed)"
        case .untrusted(let fault): "\(target) is not trusted: \(words(fault))"
        case .certificateRequired: "\(target) wants a client certificate (--cert and --key)"
        case .certificateRefused(let reason):
            "\(target) does not take our client certificate: \(reason) (check --cert and --key)"
        case .unknownName(let name): "\(target) does not know the name \(name) (check --sni)"
        case .unusableFile(_, let reason), .other(let reason):
            "TLS with \(target) failed: \(reason)"
        case .unusableName(let name): "TLS with \(target) failed: \(name)"
        }
    }

    private static func words(_ fault: CertificateProblem) -> TerminalText {
        switch fault {
        case .expired(let subject, let time): "the certificate of \(quoted(subject)) expired at \(time)"
        case .notYetValid(let subject, let time): "the certificate of \(quoted(subject)) is not valid before \(time)"
        case .wrongName(let expected, let names):
            "its certificate is for \(names.map { TerminalText($0) }.joined(separator: ", ")), "
                + "not for \(expected) (--sni says which name to expect)"
        case .unknownIssuer(let issuer):
            "its certificate was issued by \(quoted(issuer)), which is unknown (--cacert names a file of trusted issuers)"
        case .selfSigned: "its certificate is self-signed (if that is meant, give the certificate itself as --cacert)"
        case .other(let reason): "\(reason)"
        }
    }

    private static func quoted(_ name: [UInt8]) -> TerminalText {
        "\"\(name)\""
    }
}
