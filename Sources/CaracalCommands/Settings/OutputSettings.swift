import Rendering
import Text

/// How results are shown and whether anything may be changed, each value with its origin.
package struct OutputSettings: Sendable, Equatable {
    /// The format of results.
    let format: Setting<OutputFormat>
    /// Whether only problems are shown.
    let isQuiet: Setting<Bool>
    /// Whether each request is shown on standard error.
    let isTracing: Setting<Bool>
    /// Whether commands that write are refused.
    let isReadOnly: Setting<Bool>
    /// The protected context whose name was given beforehand.
    let confirmed: Setting<String>?
    /// When colour is used.
    let colour: Setting<ColourChoice>
    /// Whether times are shown in the operator's zone.
    let isLocal: Setting<Bool>
    /// What is to be seen of tables.
    let choices: TableChoices

    /// Settles every value: options before `CARACALCTL_*` before the defaults.
    static func resolve(
        _ options: OutputOptions,
        _ source: SettingsSource = .process
    ) throws(SettingsError) -> OutputSettings {
        OutputSettings(
            format: try format(options, source),
            isQuiet: try source.flag(options.quiet, "--quiet", "CARACALCTL_QUIET"),
            isTracing: try source.flag(options.trace, "--trace", "CARACALCTL_TRACE"),
            isReadOnly: try source.flag(options.readOnly, "--read-only", "CARACALCTL_READ_ONLY"),
            confirmed: options.confirm.map { Setting($0, .option("--confirm")) }
                ?? source.variable("CARACALCTL_CONFIRM"),
            colour: try colour(options, source),
            isLocal: try source.flag(options.isLocal, "--local", "CARACALCTL_LOCAL"),
            choices: options.choices
        )
    }

    /// These settings of a command in a shell, over the shell's own: a format may be chosen anew, caution only added.
    func within(_ shell: OutputSettings) -> OutputSettings {
        OutputSettings(
            format: isChosen(format.origin) ? format : shell.format,
            isQuiet: isQuiet.value ? isQuiet : shell.isQuiet,
            isTracing: isTracing.value ? isTracing : shell.isTracing,
            isReadOnly: shell.isReadOnly.value ? shell.isReadOnly : isReadOnly,
            confirmed: confirmed ?? shell.confirmed,
            colour: isChosen(colour.origin) ? colour : shell.colour,
            isLocal: isLocal.value ? isLocal : shell.isLocal,
            choices: choices.isMade ? choices : shell.choices
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
            throw SettingsError("\(text.origin) is not an output format: expected \(OutputFormat.names)")
        }
        return Setting(format, text.origin)
    }

    private static func colour(
        _ options: OutputOptions,
        _ source: SettingsSource
    ) throws(SettingsError) -> Setting<ColourChoice> {
        if let colour = options.colour { return Setting(colour, .option("--color")) }
        guard let text = source.variable("CARACALCTL_COLOR") else { return Setting(.auto, .standard) }
        guard let colour = ColourChoice(rawValue: text.value) else {
            throw SettingsError("\(text.origin) is none of \(ColourChoice.names)")
        }
        return Setting(colour, text.origin)
    }
}

/// When colour is used: `--color`.
package enum ColourChoice: String, Sendable, CaseIterable {
    case always
    case never
    /// On a terminal, as far as NO_COLOR, CLICOLOR_FORCE and TERM let it.
    case auto

    /// All of them in words.
    static let names = "always, never or auto"
}
