import Redis

/// How TLS is to be spoken, each value with its origin.
package struct TLSSettings: Sendable, Equatable {
    /// Whether it is spoken at all.
    var isOn: Setting<Bool>
    /// A file of trusted issuers.
    var authorityFile: Setting<String>?
    /// A folder of trusted issuers.
    var authorityFolder: Setting<String>?
    /// The file of our own certificate.
    var certificate: Setting<String>?
    /// The private key of our own certificate.
    var key: Setting<Secret>?
    /// The name to expect instead of the host's.
    var serverName: Setting<String>?
    /// Whether any certificate is accepted.
    var isInsecure: Setting<Bool>
    /// Whether the system's issuers are trusted: nobody named others.
    var trustsSystem: Bool

    /// What the link is opened with; nil to speak in the clear.
    package var policy: TLSPolicy? {
        guard isOn.value else { return nil }
        var policy = TLSPolicy()
        policy.serverName = serverName?.value
        policy.authorityFile = authorityFile?.value
        policy.authorityFolder = authorityFolder?.value
        policy.trustsSystem = trustsSystem
        policy.isInsecure = isInsecure.value
        if let certificate, let key, case .file(let path, _) = key.origin {
            policy.clientCertificate = TLSPolicy.ClientCertificate(
                file: certificate.value,
                key: key.value,
                keyFile: path
            )
        }
        return policy
    }
}
