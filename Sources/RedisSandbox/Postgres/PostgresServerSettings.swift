/// What a private PostgreSQL server is to be like.
package struct PostgresServerSettings: Sendable, Equatable {
    /// Where clients find it.
    package enum Listening: Sendable, Equatable {
        /// A TCP port of loopback that nobody else uses.
        case freePort
        /// A Unix socket in its folder.
        case socket
    }

    /// What it shows to clients that speak TLS, both in PEM.
    package struct Certificate: Sendable, Equatable {
        /// The certificate, and those that it was issued with.
        package let certificate: [UInt8]
        /// Its key.
        package let key: [UInt8]

        package init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The port of a socket is a part of its name: with this one a client has to be told the folder alone.
    private static let socketPort: UInt16 = 5432

    /// Where it listens.
    package var listening: Listening
    /// Its certificate; without one it does not speak TLS, with one it lets nobody in who does not.
    package var certificate: Certificate?
    /// More settings, as `name=value`, after our own and so overruling them.
    package var extra: [String]

    /// A server with both outboxes of Caracal, empty.
    package init(listening: Listening = .freePort, certificate: Certificate? = nil, extra: [String] = []) {
        self.listening = listening
        self.certificate = certificate
        self.extra = extra
    }

    /// The arguments of `postgres`, beside the folder of its data.
    ///
    /// - Parameters:
    ///   - port: its port, where it has one.
    ///   - folder: the folder of its socket, its certificate and its rules of who is let in.
    func arguments(port: UInt16, in folder: String) -> [String] {
        var settings = [
            "port=\(listening == .freePort ? port : Self.socketPort)", "hba_file=\(folder)/\(Self.accessFile)",
            "listen_addresses=\(listening == .freePort ? "127.0.0.1" : "")",
            "unix_socket_directories=\(listening == .socket ? folder : "")",
        ]
        if certificate != nil {
            settings += [
                "ssl=on", "ssl_cert_file=\(folder)/\(Self.certificateFile)", "ssl_key_file=\(folder)/\(Self.keyFile)",
            ]
        }
        return (settings + Self.always + extra).flatMap { ["-c", $0] }
    }

    /// Who is let in: everybody who has the password.
    var access: String {
        """
        local all all scram-sha-256
        \(certificate == nil ? "host" : "hostssl") all all 127.0.0.1/32 scram-sha-256

        """
    }

    /// The names of its files.
    static let (accessFile, certificateFile, keyFile) = ("access.conf", "server.pem", "server.key")

    /// Nothing in it has to outlive the machine's next crash; and nothing of it may stay behind in the system's shared memory.
    private static let always = [
        "fsync=off", "synchronous_commit=off", "full_page_writes=off", "dynamic_shared_memory_type=mmap",
        "shared_buffers=32MB", "max_wal_size=1GB", "checkpoint_timeout=30min", "max_connections=50",
    ]
}
