import Caracal
import Redis
import Text

/// The token that who asks for metrics has to show (RFC 6750), in a file. It is read for every scrape, so that a changed one counts
/// at once.
struct BearerToken: Sendable {
    private let path: String
    private let source: SettingsSource

    /// Names the file, and reads it once.
    ///
    /// - Parameter path: as `--bearer-file` gives it.
    /// - Returns: what is doubtful about the file.
    /// - Throws: `SettingsError` where it holds no token.
    static func resolve(_ path: String, _ source: SettingsSource) throws(SettingsError) -> (
        token: BearerToken, warnings: [Finding]
    ) {
        let token = BearerToken(path: path, source: source)
        let content = try token.read()
        return (token, content.value.isReadableByOthers ? [.openTokenFile(content.origin)] : [])
    }

    /// Whether the value of an Authorization header has it. The time that takes does not depend on where the two differ.
    func isShown(in header: String?) throws(SettingsError) -> Bool {
        let secret = try read().value.secret
        let scheme = "bearer "
        guard let header, header.prefix(scheme.count).lowercased() == scheme else { return false }
        return secret.matches(Array(header.dropFirst(scheme.count).drop { $0 == " " }.utf8))
    }

    private func read() throws(SettingsError) -> Setting<SecretFile.Content> {
        let content = try source.content(of: Setting(path, .option("--bearer-file")))
        // Anything else cannot stand in a header, so that nobody could ever show it.
        guard content.value.secret.bytes.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw SettingsError(
                "cannot use --bearer-file, the file \(path): a token is one word of ASCII characters, and there is more in it"
            )
        }
        return content
    }
}

extension Finding {
    /// A token's file that is open to others.
    fileprivate static func openTokenFile(_ origin: Origin) -> Finding {
        Finding(
            .passwordFileReadable,
            .warning,
            "the file in \(origin) can be read by others than its owner: chmod 600 it"
        )
    }
}
