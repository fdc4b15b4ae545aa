import ArgumentParser
import FoundationEssentials

/// What the argument parser tells about a command: what can be completed in it.
struct CommandShape: Decodable {
    let commandName: String
    let shouldDisplay: Bool?
    let defaultSubcommand: String?
    let subcommands: [CommandShape]?
    let arguments: [ArgumentShape]?

    /// The tool's commands. Nil would be a parser that describes itself in another way.
    static func load() -> CommandShape? {
        struct Tool: Decodable { let command: CommandShape }
        return try? JSONDecoder().decode(Tool.self, from: Data(Caracalctl._dumpHelp().utf8)).command
    }

    /// The commands below it that one may type.
    var visibleSubcommands: [CommandShape] { (subcommands ?? []).filter { $0.shouldDisplay != false } }

    /// Its positional arguments, in their order.
    var positionals: [ArgumentShape] { (arguments ?? []).filter { $0.kind == "positional" } }

    /// The option or flag of a name such as `--output`.
    func option(_ name: String) -> ArgumentShape? {
        (arguments ?? []).first { $0.typedNames.contains(name) }
    }
}
