import Caracal

extension SignatureRules {
    /// The rules of a deployment: what is unsigned is a failure, unless CARACAL_MODE is dev.
    init(_ source: SettingsSource) {
        self.init(requiresSignatures: source.variable("CARACAL_MODE")?.value != "dev")
    }
}
