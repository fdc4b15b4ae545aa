import Redis
import RedisSandbox
import TestSupport

extension TLSPolicy {
    /// Trusts the tests' authority and nobody else, with changes.
    static func test(_ change: (inout TLSPolicy) throws -> Void = { _ in }) throws -> TLSPolicy {
        var policy = TLSPolicy()
        policy.authorityFile = try TLSFiles.shared.file(.authority)
        policy.trustsSystem = false
        try change(&policy)
        return policy
    }

    /// The same, with a certificate of ours.
    static func test(as certificate: TLSCertificate, key: String? = nil) throws -> TLSPolicy {
        let files = try TLSFiles.shared
        let keyFile = key ?? files.key(certificate)
        return try test {
            $0.clientCertificate = ClientCertificate(
                file: files.file(certificate),
                key: try SecretFile.read(keyFile).secret,
                keyFile: keyFile
            )
        }
    }
}

/// Connects by TLS to a port of loopback.
func connect(
    _ host: String = "127.0.0.1",
    to port: UInt16?,
    _ policy: TLSPolicy?,
    timeouts: Timeouts = patient
) throws -> Connection {
    let endpoint = Endpoint(address: .tcp(host: host, port: port ?? 0), tls: policy)
    return try Connection.open(endpoint, timeouts: timeouts)
}
