import COpenSSL

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
