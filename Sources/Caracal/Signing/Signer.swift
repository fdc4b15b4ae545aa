import COpenSSL
import Redis

/// Computes HMAC-SHA256 under one key.
///
/// The algorithm is fetched and the key scheduled once; each message only starts the computation anew.
package final class Signer {
    private let context: OpaquePointer

    /// A signer for `key`. libcrypto keeps a copy of it, which it wipes when the signer goes.
    package init(key: SigningKey) throws(CryptographyError) {
        // The process is about to end anyway when OpenSSL would tidy up, entry by entry, what the kernel takes back at once.
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else { throw CryptographyError("EVP_MAC_fetch") }
        defer { EVP_MAC_free(algorithm) }
        guard let context = EVP_MAC_CTX_new(algorithm) else { throw CryptographyError("EVP_MAC_CTX_new") }
        guard Self.schedule(key, in: context) else {
            EVP_MAC_CTX_free(context)
            throw CryptographyError("EVP_MAC_init")
        }
        self.context = context
    }

    /// A signer for `key`; nil for no key.
    static func optional(_ key: SigningKey?) throws(CryptographyError) -> Signer? {
        guard let key else { return nil }
        return try Signer(key: key)
    }

    /// The signature of the bytes at `range`.
    package func sign(_ bytes: [UInt8], _ range: Range<Int>) throws(CryptographyError) -> Signature {
        guard EVP_MAC_init(context, nil, 0, nil) == 1 else { throw CryptographyError("EVP_MAC_init") }
        let updated = bytes.span.extracting(range).withUnsafeBufferPointer { buffer in
            EVP_MAC_update(context, buffer.baseAddress, buffer.count)
        }
        guard updated == 1 else { throw CryptographyError("EVP_MAC_update") }
        var signature = Signature()
        var output = signature.bytes.mutableSpan
        let finished = output.withUnsafeMutableBufferPointer { buffer in
            var count = 0
            return EVP_MAC_final(context, buffer.baseAddress, &count, buffer.count) == 1 && count == buffer.count
        }
        guard finished else { throw CryptographyError("EVP_MAC_final") }
        return signature
    }

    private static func schedule(_ key: SigningKey, in context: OpaquePointer) -> Bool {
        // A parameter keeps the pointers to its name and to its value, so both must outlast the call that reads them.
        var digest = Array("SHA256".utf8CString)
        return OSSL_MAC_PARAM_DIGEST.withCString { name in
            digest.withUnsafeMutableBufferPointer { digest in
                let parameters = [
                    OSSL_PARAM_construct_utf8_string(name, digest.baseAddress, 0), OSSL_PARAM_construct_end(),
                ]
                return initialise(context, key, parameters)
            }
        }
    }

    private static func initialise(_ context: OpaquePointer, _ key: SigningKey, _ parameters: [OSSL_PARAM]) -> Bool {
        key.secret.withBytes { bytes in
            bytes.withUnsafeBufferPointer { EVP_MAC_init(context, $0.baseAddress, $0.count, parameters) == 1 }
        }
    }

    deinit { EVP_MAC_CTX_free(context) }
}

/// libcrypto refused to work: no memory, or HMAC-SHA256 is not to be had from its providers.
package struct CryptographyError: Error, Sendable, Equatable {
    /// What was being done.
    package let operation: String
    /// libcrypto's own words; empty when it had none.
    package let reason: String

    /// An error of `operation` with libcrypto's latest reason, which is taken off its queue.
    init(_ operation: String) {
        self.operation = operation
        let code = ERR_peek_last_error()
        ERR_clear_error()
        reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? ""
    }
}

extension CryptographyError: CustomStringConvertible {
    /// One line, lower case.
    package var description: String {
        "cannot compute HMAC-SHA256: \(operation) failed" + (reason.isEmpty ? "" : " (\(reason))")
    }
}
