import Glibc
import Redis
import RedisSandbox

/// A TCP proxy before a real server that lets connections break at a chosen byte, command or reply.
package final class FaultProxy: Sendable {
    /// Its TCP port on loopback.
    package let port: UInt16
    private let stopped: Latch
    private let released: Latch
    private let struck: Latch
    private let acceptor: BackgroundThread

    /// Starts to listen before a server that has a TCP port. The first connection has the first fault, and so on; nil,
    /// and every connection after the last fault, pass unharmed.
    package convenience init(_ server: SandboxServer, _ faults: [Fault?]) throws {
        try self.init(before: server.port ?? 0, faults)
    }

    /// The same before whatever listens on a port of loopback.
    package init(before serverPort: UInt16, _ faults: [Fault?]) throws {
        let (stopped, released, struck) = (try Latch(), try Latch(), try Latch())
        let listener = try PeerListener(.tcp)
        port = listener.port
        (self.stopped, self.released, self.struck) = (stopped, released, struck)
        acceptor = BackgroundThread {
            var threads: [BackgroundThread] = []
            while let client = listener.accept(until: stopped) {
                guard let server = PeerConnection.dial(port: serverPort, stopped: stopped) else { continue }
                let fault = threads.count < faults.count ? faults[threads.count] : nil
                let connection = ProxiedConnection(
                    client: client,
                    server: server,
                    stopped: stopped,
                    released: released,
                    struck: struck
                )
                threads.append(BackgroundThread { connection.run(fault: fault) })
            }
            for thread in threads { thread.join() }
        }
    }

    deinit {
        stop()
    }

    /// Its URL for a client.
    package var url: String {
        "redis://127.0.0.1:\(port)/0"
    }

    /// Waits until a fault has struck; false when that takes longer than `time`.
    package func waitForFault(within time: Duration = .seconds(120)) -> Bool {
        struck.wait(for: time)
    }

    /// Lets go of everything that ``Fault/Action/hold`` holds back, now and from now on.
    package func release() {
        released.open()
    }

    /// Ends every connection and refuses further ones.
    package func stop() {
        stopped.open()
        acceptor.join()
    }
}

extension PeerConnection {
    /// Connects to a port of loopback.
    static func dial(port: UInt16, stopped: Latch) -> PeerConnection? {
        let descriptor = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        var address = LoopbackAddress(port: port)
        guard address.withMutableSockAddr({ connect(descriptor.number, $0, $1) }) == 0 else { return nil }
        return PeerConnection(descriptor, stopped: stopped)
    }
}
