import COpenSSL

/// A private key read from PEM. One that is encrypted is refused: nobody is asked for its password.
final class TLSPrivateKey {
    let pointer: OpaquePointer

    /// - Parameter file: where the bytes come from, for messages.
    init(_ secret: Secret, file: String) throws(TLSFailure) {
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
