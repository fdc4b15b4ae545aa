import COpenSSL
import Glibc

/// Speaks TLS on a port and passes what it carries to a plaintext port: a scripted peer behind it speaks TLS.
package final class TLSFront: Sendable {
    /// What it does that not every server does.
    package struct Manners: Sendable {
        /// How it ends a connection that the server behind it has ended.
        package enum Ending: Sendable {
            /// With a close_notify.
            case farewell
            /// Without one, as somebody would who cuts the connection.
            case cut
        }

        /// What it shows.
        package var certificate = TLSCertificate.good
        /// How it ends connections.
        package var ending = Ending.farewell
        /// The newest version it speaks, such as TLS1_1_VERSION; nil for the newest there is.
        package var newestVersion: Int32?
        /// It wants new keys with everything it sends.
        package var changesKeys = false

        /// As well behaved as can be.
        package init() {}
    }

    /// Its TCP port on loopback.
    package let port: UInt16
    private let stopped: Latch
    private let acceptor: BackgroundThread

    /// Starts to listen before a plaintext port.
    package init(before serverPort: UInt16, _ manners: Manners = Manners()) throws {
        signal(SIGPIPE, SIG_IGN)
        let files = try TLSFiles.shared
        let (certificate, key) = (files.file(manners.certificate), files.key(manners.certificate))
        let stopped = try Latch()
        let listener = try PeerListener(.tcp)
        port = listener.port
        self.stopped = stopped
        acceptor = BackgroundThread {
            var threads: [BackgroundThread] = []
            while let client = listener.accept(until: stopped) {
                guard let server = PeerConnection.dial(port: serverPort, stopped: stopped) else { continue }
                threads.append(
                    BackgroundThread {
                        TLSRelay(client, server, stopped, manners, certificate: certificate, key: key)?.run()
                    }
                )
            }
            for thread in threads { thread.join() }
        }
    }

    deinit {
        stop()
    }

    /// Its URL for a client.
    package var url: String {
        "rediss://127.0.0.1:\(port)/0"
    }

    /// Ends every connection and refuses further ones.
    package func stop() {
        stopped.open()
        acceptor.join()
    }
}
