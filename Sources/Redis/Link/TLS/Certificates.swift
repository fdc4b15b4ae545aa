import COpenSSL
import Glibc

/// A certificate of the server's chain, lent by the connection it was shown on.
struct PeerCertificate {
    private let pointer: OpaquePointer

    /// How many names are worth showing.
    private static let nameLimit = 8

    /// What the server showed, its own certificate first.
    static func shown(on connection: OpaquePointer) -> [PeerCertificate] {
        all(in: SSL_get_peer_cert_chain(connection))
    }

    /// The chain as far as it could be built, the server's own certificate first.
    static func chain(on connection: OpaquePointer) -> [PeerCertificate] {
        all(in: SSL_get0_verified_chain(connection))
    }

    private static func all(in stack: OpaquePointer?) -> [PeerCertificate] {
        (0..<max(0, OPENSSL_sk_num(stack))).compactMap { index in
            OPENSSL_sk_value(stack, index).map { PeerCertificate(pointer: OpaquePointer($0)) }
        }
    }

    var hasExpired: Bool {
        X509_cmp_current_time(X509_get0_notAfter(pointer)) < 0
    }

    var isNotYetValid: Bool {
        X509_cmp_current_time(X509_get0_notBefore(pointer)) > 0
    }

    /// The last moment it is valid, as RFC 3339.
    var end: String {
        Self.text(X509_get0_notAfter(pointer))
    }

    /// Seconds until it ends, negative once it has; nil when its end cannot be read.
    var left: Int? {
        var (days, seconds) = (Int32(0), Int32(0))
        guard ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(pointer)) == 1 else { return nil }
        return Int(days) * 86_400 + Int(seconds)
    }

    /// The first moment it is valid, as RFC 3339.
    var start: String {
        Self.text(X509_get0_notBefore(pointer))
    }

    /// Whom it is for, as RFC 2253 writes it.
    var subject: [UInt8] {
        Self.text(X509_get_subject_name(pointer))
    }

    /// Who vouches for it, as RFC 2253 writes it.
    var issuer: [UInt8] {
        Self.text(X509_get_issuer_name(pointer))
    }

    /// The names and addresses it is for, the first few of them; the subject where it has none.
    var names: [[UInt8]] {
        guard let names = X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil).map(OpaquePointer.init) else {
            return [subject]
        }
        defer { GENERAL_NAMES_free(names) }
        let count = OPENSSL_sk_num(names)
        let shown = (0..<min(count, Int32(Self.nameLimit))).compactMap { index in
            OPENSSL_sk_value(names, index).flatMap { Self.text($0.assumingMemoryBound(to: GENERAL_NAME.self).pointee) }
        }
        return count > Int32(Self.nameLimit) ? shown + [Array("…".utf8)] : shown
    }

    private static func text(_ name: GENERAL_NAME) -> [UInt8]? {
        switch name.type {
        case GEN_DNS: bytes(of: name.d.dNSName)
        case GEN_IPADD: address(bytes(of: name.d.iPAddress))
        default: nil
        }
    }

    private static func bytes(of text: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let text else { return [] }
        return Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text))))
    }

    private static func address(_ bytes: [UInt8]) -> [UInt8] {
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard bytes.count == 4 || bytes.count == 16,
            inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil
        else { return Array("an unreadable address".utf8) }
        return text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }

    private static func text(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var moment = tm()
        guard let time, ASN1_TIME_to_tm(time, &moment) == 1 else { return "an unreadable time" }
        let digits = [moment.tm_mon + 1, moment.tm_mday, moment.tm_hour, moment.tm_min, moment.tm_sec].map {
            $0 < 10 ? "0\($0)" : "\($0)"
        }
        return "\(moment.tm_year + 1900)-\(digits[0])-\(digits[1])T\(digits[2]):\(digits[3]):\(digits[4])Z"
    }

    private static func text(_ name: OpaquePointer?) -> [UInt8] {
        guard let name, let memory = BIO_new(BIO_s_mem()) else { return [] }
        defer { BIO_free(memory) }
        X509_NAME_print_ex(memory, name, 0, copenssl_name_as_rfc2253)
        var content: UnsafeMutablePointer<CChar>?
        let length = copenssl_memory_content(memory, &content)
        return UnsafeBufferPointer(start: content, count: length).prefix(256).map { UInt8(bitPattern: $0) }
    }
}

/// What can be said of the certificate a server has shown.
package struct ServerCertificate: Sendable, Equatable {
    /// Whom it is for, as RFC 2253 writes it: the certificate's own bytes.
    package let subject: [UInt8]
    /// The last moment it is valid, as RFC 3339.
    package let end: String
    /// Seconds until then by our own clock, negative once it has passed; nil when the end cannot be read.
    package let left: Int?

    /// A certificate of these facts; `left` in seconds.
    package init(subject: [UInt8], end: String, left: Int?) {
        self.subject = subject
        self.end = end
        self.left = left
    }
}

/// What is wrong with a server's certificate. Bytes are the certificate's own and must be escaped before they are shown.
package enum CertificateProblem: Sendable, Equatable {
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

extension CertificateProblem {
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
