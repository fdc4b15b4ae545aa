import COpenSSL
import Glibc

/// One side of one TLS conversation: OpenSSL's own operations, with every way they can end told apart.
final class TLSSession {
    /// What one attempt came to.
    enum Progress {
        /// This many bytes were taken or appended.
        case moved(Int)
        /// poll(2) has to report one of these events first.
        case waiting(Int16)
        /// The peer has said that it will send no more.
        case end
    }

    private let pointer: OpaquePointer
    private let name: TLSServerName
    private let isChecked: Bool
    /// Set by the context's callback when the server asks for a certificate that we do not have.
    private let wasAskedForCertificate = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
    private var isEstablished = false
    /// After a fatal error OpenSSL wants to hear no more of the connection, not even a farewell.
    private var hasFailed = false

    init(over descriptor: Int32, _ context: TLSContext, _ policy: TLSPolicy, name: TLSServerName) throws(LinkError) {
        wasAskedForCertificate.initialize(to: false)
        self.name = name
        isChecked = !policy.isInsecure
        ERR_clear_error()
        guard let pointer = SSL_new(context.pointer) else {
            wasAskedForCertificate.deallocate()
            throw .tls(.other(reason: TLSErrorQueue.drain().text))
        }
        self.pointer = pointer
        SSL_set_ex_data(pointer, TLSContext.requestMark, wasAskedForCertificate)
        guard SSL_set_fd(pointer, descriptor) == 1, expect(name) else {
            throw .tls(.other(reason: TLSErrorQueue.drain().text))
        }
    }

    deinit {
        SSL_free(pointer)
        wasAskedForCertificate.deallocate()
    }

    /// Asks for the name by SNI, and has the certificate checked against it.
    private func expect(_ name: TLSServerName) -> Bool {
        if !name.isAddress, copenssl_set_server_name(pointer, name.text) != 1 { return false }
        guard isChecked else { return true }
        SSL_set_hostflags(pointer, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        // It takes addresses as well as names.
        return SSL_set1_host(pointer, name.text) == 1
    }

    /// One step of the handshake; `moved` when it is done and the certificate has passed.
    func shakeHands() throws(LinkError) -> Progress {
        let progress = try attempt { SSL_connect(pointer) }
        if case .end = progress { throw .tls(.handshakeCut(reason: nil)) }
        guard case .moved = progress else { return progress }
        if isChecked, SSL_get_verify_result(pointer) != Int(X509_V_OK) {
            throw .tls(.untrusted(CertificateProblem(on: pointer, name: name.text)))
        }
        isEstablished = true
        return progress
    }

    /// Encrypts and sends what fits into one record. After `waiting` the same bytes have to be offered again.
    func write(_ bytes: Span<UInt8>) throws(LinkError) -> Progress {
        do {
            return try attempt {
                bytes.withUnsafeBytes { SSL_write(pointer, $0.baseAddress, Int32(clamping: $0.count)) }
            }
        } catch {
            throw reasonToRefuse() ?? error
        }
    }

    /// Appends what one record carries.
    func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> Progress {
        try buffer.withUnsafeMutableBufferPointer { storage, initialized throws(LinkError) in
            let free = UnsafeMutableBufferPointer(rebasing: storage[initialized...])
            let progress = try attempt { SSL_read(pointer, free.baseAddress, Int32(clamping: free.count)) }
            if case .moved(let count) = progress { initialized += count }
            return progress
        }
    }

    /// The server's own certificate.
    var certificate: ServerCertificate? {
        PeerCertificate.shown(on: pointer).first.map {
            ServerCertificate(subject: $0.subject, end: $0.end, left: $0.left)
        }
    }

    /// Whether bytes lie decrypted that nobody has read.
    var holdsMore: Bool {
        SSL_pending(pointer) > 0
    }

    /// Tells the peer that this is the end, so that it can tell it from a cut; once, without waiting.
    func sayGoodbye() {
        guard isEstablished, !hasFailed else { return }
        isEstablished = false
        ERR_clear_error()
        SSL_shutdown(pointer)
        ERR_clear_error()
    }

    private func attempt(_ operation: () -> Int32) throws(LinkError) -> Progress {
        ERR_clear_error()
        errno = 0
        let result = operation()
        let code = errno
        switch SSL_get_error(pointer, result) {
        case SSL_ERROR_NONE: return .moved(Int(result))
        case SSL_ERROR_WANT_READ: return .waiting(Int16(POLLIN))
        case SSL_ERROR_WANT_WRITE: return .waiting(Int16(POLLOUT))
        case SSL_ERROR_ZERO_RETURN: return .end
        case SSL_ERROR_SYSCALL where ERR_peek_error() == 0:
            throw cut(reason: code == 0 ? nil : SystemError(code: code).description)
        default: throw fatal(TLSErrorQueue.drain())
        }
    }

    private func fatal(_ queue: TLSErrorQueue) -> LinkError {
        if queue.first?.reasonOfTLS == SSL_R_UNEXPECTED_EOF_WHILE_READING { return cut(reason: nil) }
        hasFailed = true
        return .tls(
            TLSError(
                queue,
                on: pointer,
                name: name.text,
                wasAskedForCertificate: wasAskedForCertificate.pointee
            )
        )
    }

    /// The connection below ended without the farewell that TLS asks for: somebody may have cut it short.
    private func cut(reason: String?) -> LinkError {
        hasFailed = true
        guard isEstablished else { return .tls(.handshakeCut(reason: reason)) }
        return .disconnected(reason: reason ?? "TLS ended without a close_notify")
    }

    /// A server that turns us away says why in an alert, and our write may fail before that is read.
    private func reasonToRefuse() -> LinkError? {
        var byte: UInt8 = 0
        do throws(LinkError) {
            _ = try attempt { SSL_peek(pointer, &byte, 1) }
        } catch {
            if case .tls = error { return error }
        }
        return nil
    }
}
