import Caracal
import Text

/// What `doctor` is told of this side: keys, settings and what is doubtful about them.
enum DoctorSetup {
    /// Reads the environment. A key that cannot be used is a finding, not an error.
    static func load(
        _ settings: ConnectionSettings,
        _ source: SettingsSource
    ) throws -> (keys: SignatureKeys, setup: LocalSetup) {
        let (keys, states) = Self.keys(source)
        let audit = try AuditSettings(source)
        let setup = LocalSetup(
            keys: states,
            doubts: settings.warnings,
            requiresSignatures: SignatureRules(source).requiresSignatures,
            claimIdle: audit.claimIdle,
            maxDeliveries: audit.maxDeliveries
        )
        return (keys, setup)
    }

    /// The keys that are set and can be used, and what became of all.
    static func keys(_ source: SettingsSource) -> (keys: SignatureKeys, states: [LocalSetup.Key]) {
        var keys = SignatureKeys()
        var states: [LocalSetup.Key] = []
        for scheme in SignatureScheme.allCases {
            let (key, state) = load(scheme, source)
            switch scheme {
            case .fields: keys.fields = key
            case .audit: keys.audit = key
            }
            states.append(LocalSetup.Key(scheme: scheme, variable: scheme.keyVariable, state: state))
        }
        return (keys, states)
    }

    private static func load(_ scheme: SignatureScheme, _ source: SettingsSource) -> (SigningKey?, LocalSetup.State) {
        do {
            guard let loaded = try KeySettings(source).load(scheme) else { return (nil, .absent) }
            return (loaded.key, loaded.warning.map { .exposed($0) } ?? .usable)
        } catch {
            return (nil, .unusable(error.message))
        }
    }
}
