import RedisSandbox

/// Runs `body` with a private redis-server 7.0 that speaks TLS and nothing else on its port.
///
/// - Parameters:
///   - certificate: what it shows.
///   - wantsClients: whether it lets in only those who show a certificate of the tests' authority.
package func withTLSServer<Result>(
    _ certificate: TLSCertificate = .good,
    wantsClients: Bool = false,
    extra: [String] = [],
    _ body: (SandboxServer) throws -> Result
) throws -> Result {
    let directives = try TLSFiles.shared.directives(certificate, wantsClients: wantsClients)
    return try withServer(.v7_0, listening: .freeTLSPort, extra: directives + extra, body)
}
