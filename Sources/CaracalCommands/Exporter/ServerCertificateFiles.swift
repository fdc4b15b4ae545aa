import Caracal
import Redis
import Text

/// The files of the certificate that the exporter shows, each in PEM.
struct ServerCertificateFiles {
    /// The certificate, then those of its issuers.
    let certificate: String
    /// Its private key.
    let key: String

    /// No chain is longer.
    private static let limit = 1 << 20

    /// Reads both, and checks that they belong together.
    ///
    /// - Returns: them, and what is doubtful about the files.
    /// - Throws: `SettingsError` or `CommandError`: 78 where they cannot be used.
    func read(_ source: SettingsSource) throws -> (certificate: ScrapeServer.Certificate, warnings: [Finding]) {
        let content = try source.content(of: Setting(key, .option("--tls-key")))
        do {
            try TLSPolicy.ClientCertificate(file: certificate, key: content.value.secret, keyFile: key).check()
        } catch .unusableFile(let path, let reason) {
            throw CommandError(.configuration, "cannot use the file \(path) for TLS: \(reason)")
        } catch {
            throw CommandError(.configuration, "cannot use \(certificate) and \(key) for TLS")
        }
        guard let chain = try? PrivateFile.read(certificate, limit: Self.limit) else {
            throw CommandError(
                .configuration,
                "cannot use the file \(certificate) for TLS: it is no regular file of at most 1 MiB"
            )
        }
        let warnings = content.value.isReadableByOthers ? [Finding.openKeyFile(content.origin)] : []
        return (ScrapeServer.Certificate(chain: chain.bytes, key: content.value.secret), warnings)
    }
}

extension Finding {
    /// A key's file that is open to others.
    fileprivate static func openKeyFile(_ origin: Origin) -> Finding {
        Finding(
            .keyFileReadable,
            .warning,
            "the file in \(origin) can be read by others than its owner: chmod 600 it"
        )
    }
}
