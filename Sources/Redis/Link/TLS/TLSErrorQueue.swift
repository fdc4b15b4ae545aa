import COpenSSL

/// What OpenSSL's functions left behind when they failed, for this thread: a queue that must be emptied each time.
struct TLSErrorQueue {
    /// The oldest error, which is the cause; nil when there was none.
    let first: Code?

    /// One packed error.
    struct Code: Equatable {
        private let packed: UInt

        fileprivate init(_ packed: UInt) {
            self.packed = packed
        }

        /// SSL_R_, where the error is of the TLS part; nil for the others.
        var reasonOfTLS: Int32? {
            ERR_GET_LIB(packed) == ERR_LIB_SSL ? ERR_GET_REASON(packed) : nil
        }

        /// Its words, in lower case.
        var text: String {
            guard let text = ERR_reason_error_string(packed) else { return "error \(String(packed, radix: 16))" }
            return String(cString: text)
        }
    }

    /// Takes everything out of the queue.
    static func drain() -> TLSErrorQueue {
        let first = ERR_get_error()
        ERR_clear_error()
        return TLSErrorQueue(first: first == 0 ? nil : Code(first))
    }

    /// The words of the oldest error.
    var text: String {
        first?.text ?? "unknown reason"
    }
}
