import Caracal
import Rendering
import Text

/// The signing keys of a run: from the environment, or from the files it names.
struct KeySettings {
    /// A key and where it came from.
    struct Loaded {
        let key: SigningKey
        let origin: Origin
        /// The file it was read from is readable by others.
        let warning: KeyFileWarning?
    }

    let source: SettingsSource

    init(_ source: SettingsSource = .process) {
        self.source = source
    }

    /// The key of a scheme: its variable, else the file its `_FILE` twin names; nil when neither is set.
    func load(_ scheme: SignatureScheme) throws(SettingsError) -> Loaded? {
        let name = scheme.keyVariable
        if let text = source.variable(name) { return try parse(text) }
        guard let path = source.variable(name + "_FILE") else { return nil }
        return try read(path.value, namedBy: path.origin)
    }

    /// The key in a file that an option or a variable names.
    func read(_ path: String, namedBy origin: Origin) throws(SettingsError) -> Loaded {
        do {
            let file = try KeyFile(path: path)
            return Loaded(key: file.key, origin: .file(path: path, namedBy: "\(origin)"), warning: file.warning)
        } catch {
            throw SettingsError("cannot use \(origin): \(error)")
        }
    }

    private func parse(_ text: Setting<String>) throws(SettingsError) -> Loaded {
        do {
            return Loaded(key: try SigningKey(hex: Array(text.value.utf8)), origin: text.origin, warning: nil)
        } catch {
            throw SettingsError("\(text.origin) is not a usable key: \(error)")
        }
    }
}

/// What the Audit service is told about pending entries, by the variables that it reads itself.
struct AuditSettings: Equatable {
    /// After how long without a delivery another consumer may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    let claimIdle: UInt64
    /// How often an entry is delivered before it becomes a dead letter (`AUDIT_MAX_DELIVERIES`).
    let maxDeliveries: UInt64

    /// Reads the environment.
    init(_ source: SettingsSource = .process) throws(SettingsError) {
        claimIdle = try Self.number("AUDIT_CLAIM_IDLE_SECS", 30, source) * 1000
        maxDeliveries = try Self.number("AUDIT_MAX_DELIVERIES", 8, source)
    }

    private static func number(
        _ name: String,
        _ standard: UInt64,
        _ source: SettingsSource
    ) throws(SettingsError) -> UInt64 {
        guard let text = source.variable(name)?.value else { return standard }
        guard let value = Parse.number(text), (1...999_999_999).contains(value) else {
            throw SettingsError("\(name) is not a number from 1")
        }
        return UInt64(value)
    }
}
