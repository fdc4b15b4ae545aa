import COpenSSL

/// The OpenSSL that is linked.
package enum TLSLibrary {
    /// As it calls itself: `OpenSSL 3.0.17 1 Jul 2025`.
    package static var version: String {
        OpenSSL_version(OPENSSL_VERSION).map { String(cString: $0) } ?? "OpenSSL"
    }
}
