import COpenSSL
import Glibc

/// What connections of one policy share: versions, trust, our own certificate. It reads the policy's files.
final class TLSContext {
    let pointer: OpaquePointer

    /// TLS 1.2 and up, set by hand: the system's `openssl.cnf` may say otherwise, and so it may about cut connections.
    init(_ policy: TLSPolicy) throws(TLSError) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else { throw .other(reason: TLSErrorQueue.drain().text) }
        self.pointer = pointer
        _ = copenssl_set_minimum_version(pointer, TLS1_2_VERSION)
        SSL_CTX_clear_options(pointer, copenssl_ignore_unexpected_end)
        SSL_CTX_set_options(pointer, copenssl_no_renegotiation)
        copenssl_set_mode(pointer, Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // Else one read could go on for as long as the server sends what is no data, past every deadline.
        copenssl_clear_mode(pointer, Int(SSL_MODE_AUTO_RETRY))
        SSL_CTX_set_verify(pointer, policy.isInsecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        noteRequests()
        if !policy.isInsecure { try trust(policy) }
        if let certificate = policy.clientCertificate { try present(certificate) }
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    /// Where a connection keeps the address of the mark that says that it was asked for a certificate.
    static let requestMark: Int32 = 0

    /// OpenSSL calls this only where the server asks for a certificate and there is none to show.
    private func noteRequests() {
        SSL_CTX_set_client_cert_cb(pointer) { connection, _, _ in
            SSL_get_ex_data(connection, TLSContext.requestMark)?.storeBytes(of: true, as: Bool.self)
            return 0
        }
    }

    private func trust(_ policy: TLSPolicy) throws(TLSError) {
        if let file = policy.authorityFile {
            guard SSL_CTX_load_verify_file(pointer, PipedFile.path(of: file)) == 1 else { throw unusable(file) }
        } else if policy.trustsSystem {
            SSL_CTX_set_default_verify_file(pointer)
        }
        if let folders = policy.authorityFolder {
            for folder in folders.split(separator: ":") { try checkFolder(String(folder)) }
            guard SSL_CTX_load_verify_dir(pointer, folders) == 1 else { throw unusable(folders) }
        } else if policy.trustsSystem {
            SSL_CTX_set_default_verify_dir(pointer)
        }
        // A system without such a file or folder is no failure: the certificate will be.
        ERR_clear_error()
    }

    /// OpenSSL looks into the folder only when it needs it, and takes one that is not there for an empty one.
    private func checkFolder(_ path: String) throws(TLSError) {
        guard let folder = opendir(path) else {
            throw .unusableFile(path: path, reason: SystemError.last.description)
        }
        closedir(folder)
    }

    private func present(_ certificate: TLSPolicy.ClientCertificate) throws(TLSError) {
        guard SSL_CTX_use_certificate_chain_file(pointer, PipedFile.path(of: certificate.file)) == 1 else {
            throw unusable(certificate.file)
        }
        let key = try TLSPrivateKey(certificate.key, file: certificate.keyFile)
        guard SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1, SSL_CTX_check_private_key(pointer) == 1 else {
            ERR_clear_error()
            throw .unusableFile(
                path: certificate.keyFile,
                reason: "it is not the key of the certificate in \(certificate.file)"
            )
        }
    }

    /// What the library says of a file is of little help where the system says it better.
    private func unusable(_ path: String) -> TLSError {
        ERR_clear_error()
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .unusableFile(path: path, reason: SystemError.last.description) }
        close(descriptor)
        return .unusableFile(path: path, reason: "it holds no certificate in PEM")
    }
}

/// A private key read from PEM. One that is encrypted is refused: nobody is asked for its password.
private final class TLSPrivateKey {
    let pointer: OpaquePointer

    /// - Parameter file: where the bytes come from, for messages.
    init(_ secret: Secret, file: String) throws(TLSError) {
        var isEncrypted = false
        let key = withUnsafeMutablePointer(to: &isEncrypted) { flag in
            secret.bytes.withUnsafeBytes { bytes in
                let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
                defer { BIO_free(memory) }
                return PEM_read_bio_PrivateKey(memory, nil, Self.refusePassword, flag)
            }
        }
        ERR_clear_error()
        guard let key else {
            throw .unusableFile(
                path: file,
                reason: isEncrypted
                    ? "the key is encrypted: decrypt it first (openssl pkey)" : "it holds no private key in PEM"
            )
        }
        pointer = key
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// Called only for an encrypted key; that it was is all we want to know.
    private static let refusePassword:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?)
            -> Int32 = { _, _, _, flag in
                flag?.storeBytes(of: true, as: Bool.self)
                return -1
            }
}

/// The OpenSSL that is linked.
package enum TLSLibrary {
    /// As it calls itself: `OpenSSL 3.0.17 1 Jul 2025`.
    package static var version: String {
        OpenSSL_version(OPENSSL_VERSION).map { String(cString: $0) } ?? "OpenSSL"
    }
}
