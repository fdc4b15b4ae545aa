import COpenSSL
import Redis

/// Computes HMAC-SHA256 under one key. The key is scheduled once.
package final class Signer {
    private let hmac: UnsafeMutablePointer<copenssl_hmac>

    /// A signer for `key`. What is computed of the key is wiped when the signer goes.
    package init(key: SigningKey) throws(CryptographyError) {
        hmac = .allocate(capacity: 1)
        hmac.initialize(to: copenssl_hmac())
        let hasBegun = key.secret.withBytes { bytes in
            bytes.withUnsafeBufferPointer { copenssl_hmac_begin(hmac, $0.baseAddress, $0.count) }
        }
        guard hasBegun == 1 else { throw CryptographyError("SHA256_Init") }
    }

    /// A signer for `key`; nil for no key.
    static func optional(_ key: SigningKey?) throws(CryptographyError) -> Signer? {
        guard let key else { return nil }
        return try Signer(key: key)
    }

    /// The signature of the bytes at `range`.
    package func sign(_ bytes: [UInt8], _ range: Range<Int>) throws(CryptographyError) -> Signature {
        var signature = Signature()
        var output = signature.bytes.mutableSpan
        let isSigned = bytes.span.extracting(range).withUnsafeBufferPointer { bytes in
            output.withUnsafeMutableBufferPointer {
                copenssl_hmac_sign(hmac, bytes.baseAddress, bytes.count, $0.baseAddress)
            }
        }
        guard isSigned == 1 else { throw CryptographyError("SHA256_Final") }
        return signature
    }

    deinit {
        OPENSSL_cleanse(hmac, MemoryLayout<copenssl_hmac>.size)
        hmac.deallocate()
    }
}

/// libcrypto refused to work: no memory, or a digest is not to be had.
package struct CryptographyError: Error, Sendable, Equatable {
    /// What was being done.
    package let operation: String
    /// libcrypto's own words; empty when it had none.
    package let reason: String

    /// What was to be computed.
    private let product: String

    /// An error of `operation` with libcrypto's latest reason, which is taken off its queue.
    init(_ operation: String, of product: String = "HMAC-SHA256") {
        self.operation = operation
        self.product = product
        let code = ERR_peek_last_error()
        ERR_clear_error()
        reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? ""
    }
}

extension CryptographyError: CustomStringConvertible {
    /// One line, lower case.
    package var description: String {
        "cannot compute \(product): \(operation) failed" + (reason.isEmpty ? "" : " (\(reason))")
    }
}
