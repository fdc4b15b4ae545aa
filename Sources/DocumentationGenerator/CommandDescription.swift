/// What the argument parser tells about the tool, as far as the manual needs it.
struct ToolDescription: Decodable {
    let command: CommandDescription
}

/// A command: its words, its arguments, and the commands below it.
struct CommandDescription: Decodable {
    let superCommands: [String]?
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [CommandDescription]?
    let arguments: [ArgumentDescription]?

    /// The words that call it: `caracalctl dlq redrive`.
    var words: [String] { (superCommands ?? []) + [commandName] }

    /// The name of its page: `caracalctl-dlq-redrive`.
    var pageName: String { words.joined(separator: "-") }

    /// The commands below it that a reader should know. `help` is the parser's own and says what the manual says.
    var visibleSubcommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// This command and all below it, in the order of the definitions.
    var family: [CommandDescription] { [self] + visibleSubcommands.flatMap(\.family) }

    /// Its arguments without the hidden ones.
    var visibleArguments: [ArgumentDescription] { (arguments ?? []).filter(\.shouldDisplay) }

    /// The arguments that are its own.
    var ownArguments: [ArgumentDescription] { visibleArguments.filter { !$0.isGlobal } }

    /// Whether it also takes the options that most commands share.
    var takesGlobalOptions: Bool { visibleArguments.contains(where: \.isGlobal) }
}
