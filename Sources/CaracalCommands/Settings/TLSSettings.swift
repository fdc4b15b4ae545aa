import Caracal
import Redis
import Text

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

extension TLSSettings {
    /// Settles every value: options before `CARACALCTL_*` before OpenSSL's own variables.
    ///
    /// What is about TLS while TLS is not asked for is an error: the connection would be in the clear, against what
    /// was meant.
    static func resolve(
        _ options: ConnectionOptions,
        _ source: SettingsSource,
        for address: AddressSource
    ) throws(SettingsError) -> (settings: TLSSettings, warnings: [Finding]) {
        let resolver = TLSSettingsResolver(options: options, source: source, address: address)
        return try resolver.resolve()
    }
}

/// Settles the values one by one.
private struct TLSSettingsResolver {
    let options: ConnectionOptions
    let source: SettingsSource
    let address: AddressSource

    func resolve() throws(SettingsError) -> (settings: TLSSettings, warnings: [Finding]) {
        let isOn = try isOn()
        let isInsecure = try source.flag(options.insecure, "--insecure", "CARACALCTL_INSECURE")
        let file = text(options.cacert, "--cacert", "CARACALCTL_CACERT")
        let folder = text(options.capath, "--capath", "CARACALCTL_CAPATH")
        let certificate = text(options.cert, "--cert", "CARACALCTL_CERT")
        let keyPath = text(options.key, "--key", "CARACALCTL_KEY")
        let serverName = text(options.sni, "--sni", "CARACALCTL_SNI")

        let insecure = isInsecure.value ? isInsecure.origin : nil
        let given =
            [file, folder, certificate, keyPath, serverName].compactMap { $0?.origin } + [insecure].compactMap(\.self)
        if let first = given.first, !isOn.value {
            throw SettingsError("\(first) is about TLS, which nothing asks for: add --tls, or use rediss://")
        }
        try checkName(serverName)
        try checkPair(certificate, keyPath)

        let key = try keyPath.map { path throws(SettingsError) in try source.content(of: path) }
        let trustsSystem = file == nil && folder == nil
        let settings = TLSSettings(
            isOn: isOn,
            authorityFile: trustsSystem && isOn.value ? source.variable("SSL_CERT_FILE") : file,
            authorityFolder: trustsSystem && isOn.value ? source.variable("SSL_CERT_DIR") : folder,
            certificate: certificate,
            key: key.map { Setting($0.value.secret, $0.origin) },
            serverName: serverName,
            isInsecure: isInsecure,
            trustsSystem: trustsSystem
        )
        return (settings, warnings(isInsecure: isInsecure, key: key))
    }

    private func isOn() throws(SettingsError) -> Setting<Bool> {
        let asked = try source.flag(options.tls, "--tls", "CARACALCTL_TLS")
        if let (url, origin) = address.url, [.rediss, .sentinels].contains(url.scheme) { return Setting(true, origin) }
        if asked.value, let socket = address.socketOrigin {
            throw SettingsError("\(asked.origin) asks for TLS, and \(socket) names a socket, which does not speak it")
        }
        return asked
    }

    private func text(_ option: String?, _ name: String, _ variable: String) -> Setting<String>? {
        option.map { Setting($0, .option(name)) } ?? source.variable(variable)
    }

    private func checkName(_ name: Setting<String>?) throws(SettingsError) {
        guard let name, !TLSPolicy.isUsable(serverName: name.value) else { return }
        throw SettingsError("\(name.origin) is neither a host name nor an address")
    }

    private func checkPair(_ certificate: Setting<String>?, _ key: Setting<String>?) throws(SettingsError) {
        if let certificate, key == nil {
            throw SettingsError("\(certificate.origin) needs the certificate's key: add --key")
        }
        if let key, certificate == nil {
            throw SettingsError("\(key.origin) needs the key's certificate: add --cert")
        }
    }

    private func warnings(isInsecure: Setting<Bool>, key: Setting<SecretFile.Content>?) -> [Finding] {
        var warnings: [Finding] = []
        if isInsecure.value {
            warnings.append(
                Finding(
                    .certificateNotChecked,
                    .warning,
                    "\(isInsecure.origin): the server's certificate is not checked, so anyone who answers can "
                        + "read and change everything, passwords too"
                )
            )
        }
        if let key, key.value.isReadableByOthers {
            warnings.append(
                Finding(
                    .keyFileReadable,
                    .warning,
                    "the file in \(key.origin) can be read by others than its owner: chmod 600 it"
                )
            )
        }
        return warnings
    }
}
