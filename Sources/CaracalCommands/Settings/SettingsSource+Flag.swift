import Text

extension SettingsSource {
    /// A flag of the command line, or the variable that stands in for it: 1, true, yes or on, or their opposites.
    func flag(_ option: Bool, _ name: String, _ variable: String) throws(SettingsError) -> Setting<Bool> {
        if option { return Setting(true, .option(name)) }
        guard let variable = self.variable(variable) else { return Setting(false, .standard) }
        switch variable.value.lowercased() {
        case "1", "true", "yes", "on": return Setting(true, variable.origin)
        case "0", "false", "no", "off": return Setting(false, variable.origin)
        default: throw SettingsError("\(variable.origin) is neither 1 nor 0")
        }
    }
}
