import CMicrohttpd
import Glibc
import Redis
import Text

/// The HTTP server of the exporter: libmicrohttpd, on a thread of its own, which asks a queue about every request.
final class ScrapeServer {
    /// A certificate to show, both parts in PEM.
    struct Certificate {
        /// The server's certificate, then those of its issuers.
        let chain: [UInt8]
        let key: Secret
    }

    private let server: OpaquePointer
    private let queue: ScrapeQueue

    /// After this many seconds without a byte a connection is closed.
    private static let silence: UInt32 = 30
    /// What the library may keep for a connection beyond the 64 that the queue leaves open: those that it is about to close.
    private static let mostConnections: UInt32 = 128
    /// A request's head, and ours, have to fit: a longer one is refused with 414 or 431.
    private static let memory = 16_384

    /// Starts it.
    ///
    /// - Parameters:
    ///   - socket: has to stay open until it has stopped.
    ///   - certificate: nil to serve in the clear.
    /// - Throws: `CommandError` where the library is not there, or refuses.
    init(_ queue: ScrapeQueue, on socket: ListeningSocket, _ certificate: Certificate?) throws {
        if let reason = cmicrohttpd_load() {
            throw CommandError(
                .internalError,
                "cannot serve HTTP: libmicrohttpd is not installed (\(String(cString: reason))); install it: apt-get install "
                    + "libmicrohttpd12"
            )
        }
        self.queue = queue
        let started = Self.withText(certificate?.chain) { chain in
            Self.withText(certificate?.key.bytes) { key in Self.start(queue, socket.descriptor, chain, key) }
        }
        guard let started else {
            let cause =
                certificate == nil ? SystemError.last.description : "it takes the certificate or its key for unusable"
            throw CommandError(.configuration, "libmicrohttpd does not start: \(cause)")
        }
        server = started
    }

    /// Accepts no more connections, and waits for the answers that are being sent.
    func end() {
        cmicrohttpd_quiesce(server)
        queue.finish()
    }

    deinit {
        cmicrohttpd_stop(server)
    }

    private static func start(
        _ queue: ScrapeQueue,
        _ socket: Int32,
        _ chain: UnsafePointer<CChar>?,
        _ key: UnsafePointer<CChar>?
    ) -> OpaquePointer? {
        var settings = cmicrohttpd_settings(
            socket: socket,
            certificates: chain,
            key: key,
            connections: mostConnections,
            seconds: silence,
            memory: memory,
            context: Unmanaged.passUnretained(queue).toOpaque(),
            request: takeRequest,
            ended: { ScrapeQueue.lent($0).ended($1) },
            opened: { ScrapeQueue.lent($0).opened($1) },
            closed: { ScrapeQueue.lent($0).closed($1) }
        )
        return cmicrohttpd_start(&settings)
    }

    /// Lends bytes as a C string, which is wiped afterwards; nil for nil.
    private static func withText<Result>(_ bytes: [UInt8]?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let bytes else { return body(nil) }
        // At its full length at once: growing would leave a copy that nobody wipes.
        var text = [CChar](repeating: 0, count: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { text[index] = CChar(bitPattern: byte) }
        defer { for index in text.indices { text[index] = 0 } }
        return text.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

extension ScrapeQueue {
    /// The queue that the library hands back with each of its calls.
    fileprivate static func lent(_ context: UnsafeMutableRawPointer) -> ScrapeQueue {
        Unmanaged<ScrapeQueue>.fromOpaque(context).takeUnretainedValue()
    }
}

/// A request's head has come, or it may go on.
private func takeRequest(
    _ context: UnsafeMutableRawPointer,
    _ connection: OpaquePointer,
    _ path: UnsafePointer<CChar>,
    _ method: UnsafePointer<CChar>,
    _ isKnown: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> Int32 {
    let request = ScrapeRequest(
        target: String(cString: path),
        method: String(cString: method),
        header: { cmicrohttpd_header(connection, $0).map { String(cString: $0) } }
    )
    let queue = ScrapeQueue.lent(context)
    let isNew = isKnown.pointee == nil
    isKnown.pointee = context
    return (isNew ? queue.begin(request, on: connection) : queue.proceed(request, on: connection)) ? 1 : 0
}
