import Rendering
import Text

/// How results are shown and whether anything may be changed, each value with its origin.
package struct OutputSettings: Sendable, Equatable {
    /// The format of results.
    let format: Setting<OutputFormat>
    /// Whether only problems are shown.
    let isQuiet: Setting<Bool>
    /// Whether commands that write are refused.
    let isReadOnly: Setting<Bool>
    /// The protected context whose name was given beforehand.
    let confirmed: Setting<String>?

    /// Settles every value: options before `CARACALCTL_*` before the defaults.
    static func resolve(
        _ options: OutputOptions,
        _ source: SettingsSource = .process
    ) throws(SettingsError) -> OutputSettings {
        OutputSettings(
            format: try format(options, source),
            isQuiet: try source.flag(options.quiet, "--quiet", "CARACALCTL_QUIET"),
            isReadOnly: try source.flag(options.readOnly, "--read-only", "CARACALCTL_READ_ONLY"),
            confirmed: options.confirm.map { Setting($0, .option("--confirm")) }
                ?? source.variable("CARACALCTL_CONFIRM")
        )
    }

    /// These settings of a command in a shell, over the shell's own: a format may be chosen anew, caution only added.
    func within(_ shell: OutputSettings) -> OutputSettings {
        OutputSettings(
            format: isChosen(format.origin) ? format : shell.format,
            isQuiet: isQuiet.value ? isQuiet : shell.isQuiet,
            isReadOnly: shell.isReadOnly.value ? shell.isReadOnly : isReadOnly,
            confirmed: confirmed ?? shell.confirmed
        )
    }

    private func isChosen(_ origin: Origin) -> Bool {
        if case .option = origin { true } else { false }
    }

    private static func format(
        _ options: OutputOptions,
        _ source: SettingsSource
    ) throws(SettingsError) -> Setting<OutputFormat> {
        if let format = options.format { return Setting(format, .option("--output")) }
        guard let text = source.variable("CARACALCTL_OUTPUT") else { return Setting(.table, .standard) }
        guard let format = OutputFormat(rawValue: text.value) else {
            throw SettingsError("\(text.origin) is not an output format: expected table, json, ndjson or prometheus")
        }
        return Setting(format, text.origin)
    }
}
