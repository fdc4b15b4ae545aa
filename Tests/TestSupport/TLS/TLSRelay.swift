import COpenSSL
import Glibc

/// Moves the bytes of one connection between TLS on one side and plaintext on the other, on one thread.
final class TLSRelay {
    private let client: PeerConnection
    private let server: PeerConnection
    private let stopped: Latch
    private let manners: TLSFront.Manners
    private let context: OpaquePointer
    private let session: OpaquePointer

    init?(
        _ client: PeerConnection,
        _ server: PeerConnection,
        _ stopped: Latch,
        _ manners: TLSFront.Manners,
        certificate: String,
        key: String
    ) {
        guard let context = SSL_CTX_new(TLS_server_method()) else { return nil }
        SSL_CTX_use_certificate_chain_file(context, certificate)
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM)
        if let version = manners.newestVersion {
            _ = copenssl_set_minimum_version(context, 0)
            SSL_CTX_set_security_level(context, 0)
            _ = copenssl_set_maximum_version(context, version)
        }
        guard let session = SSL_new(context) else {
            SSL_CTX_free(context)
            return nil
        }
        SSL_set_fd(session, client.descriptor)
        SSL_set_accept_state(session)
        (self.client, self.server, self.stopped, self.manners) = (client, server, stopped, manners)
        (self.context, self.session) = (context, session)
    }

    deinit {
        SSL_free(session)
        SSL_CTX_free(context)
    }

    /// Until one of the two ends, or the front is stopped.
    func run() {
        guard until({ SSL_do_handshake(session) }) == 1 else { return }
        while let ready = wait() {
            if ready.client, !passCommands() { return server.drain() }
            if ready.server, !passReplies() { return end() }
        }
    }

    private func wait() -> (client: Bool, server: Bool)? {
        if SSL_has_pending(session) == 1 { return (true, false) }
        var watched = [client.descriptor, server.descriptor, stopped.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while poll(&watched, 3, -1) < 0 {}
        return watched[2].revents == 0 ? (watched[0].revents != 0, watched[1].revents != 0) : nil
    }

    private func passCommands() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        ERR_clear_error()
        let count = SSL_read(session, &chunk, Int32(chunk.count))
        if count > 0 { return server.send(Array(chunk.prefix(Int(count)))) }
        return [SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE].contains(SSL_get_error(session, count))
    }

    private func passReplies() -> Bool {
        guard let bytes = server.receive() else { return false }
        if manners.changesKeys { SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED) }
        var sent = 0
        while sent < bytes.count {
            let count = until { SSL_write(session, Array(bytes[sent...]), Int32(bytes.count - sent)) }
            guard count > 0 else { return false }
            sent += Int(count)
        }
        return true
    }

    private func end() {
        if manners.ending == .farewell { SSL_shutdown(session) }
        client.drain()
    }

    /// Repeats an operation until it has got somewhere, or cannot.
    private func until(_ operation: () -> Int32) -> Int32 {
        while true {
            ERR_clear_error()
            let result = operation()
            let events: Int32
            switch SSL_get_error(session, result) {
            case SSL_ERROR_WANT_READ: events = POLLIN
            case SSL_ERROR_WANT_WRITE: events = POLLOUT
            default: return result
            }
            guard stopped.wait(orFor: Int16(events), on: client.descriptor) else { return -1 }
        }
    }
}
