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
