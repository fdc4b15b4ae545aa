/// How results are shown and whether anything may be changed, each value with its origin.
package struct OutputSettings: Sendable, Equatable {
    /// The format of results.
    let format: Setting<ReportFormat>
    /// Whether only problems are shown.
    let isQuiet: Setting<Bool>
    /// Whether commands that write are refused.
    let isReadOnly: Setting<Bool>

    /// Settles every value: options before `CARACALCTL_*` before the defaults.
    static func resolve(
        _ options: OutputOptions,
        _ source: SettingsSource = .process
    ) throws(SettingsError) -> OutputSettings {
        OutputSettings(
            format: try format(options, source),
            isQuiet: try flag(options.quiet, "--quiet", source.variable("CARACALCTL_QUIET")),
            isReadOnly: try flag(options.readOnly, "--read-only", source.variable("CARACALCTL_READ_ONLY"))
        )
    }

    private static func format(
        _ options: OutputOptions,
        _ source: SettingsSource
    ) throws(SettingsError) -> Setting<ReportFormat> {
        if let format = options.format { return Setting(format, .option("--output")) }
        guard let text = source.variable("CARACALCTL_OUTPUT") else { return Setting(.table, .standard) }
        guard let format = ReportFormat(rawValue: text.value) else {
            throw SettingsError("\(text.origin) is not an output format: table, json, ndjson or prometheus is wanted")
        }
        return Setting(format, text.origin)
    }

    private static func flag(
        _ option: Bool,
        _ name: String,
        _ variable: Setting<String>?
    ) throws(SettingsError) -> Setting<Bool> {
        if option { return Setting(true, .option(name)) }
        guard let variable else { return Setting(false, .standard) }
        switch variable.value.lowercased() {
        case "1", "true", "yes", "on": return Setting(true, variable.origin)
        case "0", "false", "no", "off": return Setting(false, variable.origin)
        default: throw SettingsError("\(variable.origin) is neither 1 nor 0")
        }
    }
}
