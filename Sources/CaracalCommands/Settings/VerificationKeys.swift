import Caracal
import Text

/// The keys that signatures are checked with, and what there is to say about their files.
struct VerificationKeys {
    /// The keys.
    private(set) var keys = SignatureKeys()
    /// Files that are readable by others.
    private(set) var warnings: [KeyFileWarning] = []

    private let settings: KeySettings

    /// Loads the keys for these streams. Fails when one is missing that they need: without it nothing could be found
    /// valid, and nothing should be sent.
    ///
    /// Without streams, and for streams outside the table, any scheme may turn up: then one key is enough to begin with.
    /// `keyFile` holds the key of the audit scheme when that is the only one needed, else that of the fields scheme.
    /// `previousKeyFile` may hold either.
    init(
        for targets: [SignatureTarget],
        keyFile: String?,
        previousKeyFile: String?,
        source: SettingsSource
    ) throws {
        settings = KeySettings(source)
        let needed = SignatureScheme.allCases.filter { scheme in targets.contains { $0.schemes.contains(scheme) } }
        let takesAny = targets.isEmpty || targets.contains { $0.definition == nil && $0.source?.definition == nil }
        for scheme in SignatureScheme.allCases {
            let isFile = keyFile != nil && scheme == (needed == [.audit] ? .audit : .fields)
            // A key that is not needed can still explain a failure, and is no reason to give up.
            let isWanted = takesAny || needed.contains(scheme)
            let loaded =
                if isFile, let keyFile {
                    try settings.read(keyFile, namedBy: .option("--key-file"))
                } else {
                    isWanted ? try settings.load(scheme) : (try? settings.load(scheme)) ?? nil
                }
            use(loaded, for: scheme)
        }
        try loadPrevious(previousKeyFile)
        try requireKeys(needed, takesAny: takesAny)
    }

    private mutating func use(_ loaded: KeySettings.Loaded?, for scheme: SignatureScheme) {
        guard let loaded else { return }
        if let warning = loaded.warning { warnings.append(warning) }
        switch scheme {
        case .fields: keys.fields = loaded.key
        case .audit: keys.audit = loaded.key
        }
    }

    private mutating func loadPrevious(_ path: String?) throws(SettingsError) {
        guard let path else { return }
        let loaded = try settings.read(path, namedBy: .option("--previous-key-file"))
        if let warning = loaded.warning { warnings.append(warning) }
        keys.previousFields = loaded.key
        keys.previousAudit = loaded.key
    }

    private func requireKeys(_ needed: [SignatureScheme], takesAny: Bool) throws(SettingsError) {
        for scheme in needed where key(of: scheme) == nil {
            throw SettingsError("there is no key to check with: \(Self.advice(scheme.keyVariable)); nothing was sent")
        }
        guard takesAny, keys.fields == nil, keys.audit == nil else { return }
        let names = SignatureScheme.allCases.map(\.keyVariable).joined(separator: " or ")
        throw SettingsError("there is no key to check with: \(Self.advice(names)); nothing was sent")
    }

    private func key(of scheme: SignatureScheme) -> SigningKey? {
        switch scheme {
        case .fields: keys.fields
        case .audit: keys.audit
        }
    }

    private static func advice(_ name: String) -> TerminalText {
        "set \(name) (or its _FILE twin), or give --key-file"
    }
}

extension SignatureRules {
    /// The rules of a deployment: what is unsigned is a failure, unless CARACAL_MODE is dev.
    init(_ source: SettingsSource) {
        self.init(requiresSignatures: source.variable("CARACAL_MODE")?.value != "dev")
    }
}
