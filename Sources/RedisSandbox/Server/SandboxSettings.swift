/// What a private redis-server is to be like.
package struct SandboxSettings: Sendable, Equatable {
    /// Where clients find it, beside the Unix socket that it always has in its folder.
    package enum Listening: Sendable, Equatable {
        /// A TCP port of loopback that nobody else uses.
        case freePort
        /// This TCP port of loopback.
        case port(UInt16)
        /// The Unix socket alone.
        case socket
        /// As `freePort`, but speaking TLS; the certificate's directives are among the extra ones.
        case freeTLSPort
    }

    /// The program, looked up in PATH unless it has a slash.
    package var program: String
    /// Where it listens.
    package var listening: Listening
    /// The folder it runs in, kept afterwards; nil for a temporary one.
    package var keptFolder: String?
    /// More lines for its configuration, after Caracal's own and so overruling them.
    package var extraDirectives: [String]

    /// A server with Caracal's settings.
    package init(
        program: String = "redis-server",
        listening: Listening = .freePort,
        keptFolder: String? = nil,
        extraDirectives: [String] = []
    ) {
        self.program = program
        self.listening = listening
        self.keptFolder = keptFolder
        self.extraDirectives = extraDirectives
    }

    /// The configuration file, with Redis's usual port where the real one is found only at the start.
    package var configuration: String {
        configuration(port: 6379)
    }

    /// The configuration file of a server on a port; a fixed port or none at all wins over it.
    func configuration(port: UInt16) -> String {
        ([Self.header] + listenDirectives(port: port) + Self.caracalDirectives + extraDirectives)
            .map { $0 + "\n" }.joined()
    }

    /// The first line, by which a folder is known as ours.
    static let header = "# Caracal's Redis settings, written by caracalctl sandbox at every start."

    /// The socket's file, in the server's folder.
    static let socketName = "redis.sock"

    private func listenDirectives(port: UInt16) -> [String] {
        let ports =
            switch listening {
            case .freePort: ["port \(port)"]
            case .port(let fixed): ["port \(fixed)"]
            case .socket: ["port 0"]
            case .freeTLSPort: ["port 0", "tls-port \(port)"]
            }
        return ["bind 127.0.0.1 -::1"] + ports + ["unixsocket \(Self.socketName)", "unixsocketperm 700"]
    }

    private static let caracalDirectives = [
        "protected-mode yes",
        "tcp-keepalive 60",
        "timeout 0",
        "appendonly yes",
        "appendfsync everysec",
        "save 3600 1",
        "maxmemory-policy noeviction",
    ]
}
