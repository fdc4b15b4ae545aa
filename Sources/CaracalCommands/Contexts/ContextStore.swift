import Glibc
import Redis
import Rendering
import Text

/// Where the configuration file is, and how it is read and written.
struct ContextStore {
    /// No configuration is this long; a longer file is the wrong one.
    private static let limit = 1 << 20

    /// The file; nil without a home.
    let path: String?

    /// `$XDG_CONFIG_HOME/caracalctl/config.toml`, `~/.config` where that is not set.
    init(_ source: SettingsSource) {
        path = UserFolder.configuration.path(source).map { $0 + "/config.toml" }
    }

    /// The file's content; one without contexts where there is none.
    func read() throws(SettingsError) -> ContextFile {
        guard let path else { throw Self.homeless }
        guard let content = try Self.content(path) else { return ContextFile(path: path) }
        return try ContextFile(path: path, content)
    }

    /// Reads the file and puts what `edit` makes of it in its place, in one step. Of several that change it at once, each
    /// sees what the one before it has written. Nil leaves the file as it is.
    func change(_ edit: (ContextFile) throws -> ContextFile?) throws {
        guard let path else { throw Self.homeless }
        do {
            try PrivateFile.locked(path, within: .seconds(10)) {
                guard let file = try edit(try read()) else { return }
                try PrivateFile.replace(file.path, Array(file.lines.map { $0 + "\n" }.joined().utf8))
            }
        } catch let error as SystemError {
            throw SettingsError("cannot write \(path): \(error)")
        }
    }

    private static let homeless = SettingsError("there is no place for contexts: HOME is not set")

    private static func content(_ path: String) throws(SettingsError) -> [UInt8]? {
        let name = TerminalText(path)
        let file: PrivateFile.Content?
        do {
            file = try PrivateFile.read(path, limit: limit)
        } catch {
            throw SettingsError("cannot read \(name): \(error)")
        }
        guard let file else { return nil }
        guard !file.isWritableByAll else {
            throw SettingsError("\(name) can be written by everybody, who could send passwords elsewhere: chmod 600 it")
        }
        return file.bytes
    }
}
