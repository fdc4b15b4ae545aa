import ArgumentParser
import FoundationEssentials
import Synchronization

/// What is known of a command: its words, its arguments, and the commands below it. Help, completion, what is said of mistakes
/// and the manual are made from it.
///
/// The parser tells about arguments only as JSON, and about all commands below one at once, which takes it 17 ms for the whole
/// tool. So a command's own arguments are asked for when somebody wants to know them, once.
package struct CommandDescription: Sendable {
    /// The words before its name: `caracalctl dlq`.
    package let superCommands: [String]
    /// Its name: `redrive`.
    package let commandName: String
    /// What it does, in a sentence.
    package let abstract: String
    /// The longer text of its help.
    package let discussion: String
    /// False for one that help does not list.
    private let shouldDisplay: Bool
    /// The command below it that runs where none is named.
    let defaultSubcommand: String?
    /// Nil for the parser's own `help`.
    private let type: (any ParsableCommand.Type)?

    /// The whole tool.
    package static let root = CommandDescription(Caracalctl.self, below: [])

    private init(_ type: any ParsableCommand.Type, below superCommands: [String]) {
        let configuration = type.configuration
        self.superCommands = superCommands
        commandName = type._commandName
        abstract = configuration.abstract
        discussion = configuration.discussion
        shouldDisplay = configuration.shouldDisplay
        defaultSubcommand = configuration.defaultSubcommand?._commandName
        self.type = type
    }

    /// The parser's own `help`, which stands below the root.
    private init(help: ParserDump.Command) {
        superCommands = [Caracalctl.name]
        commandName = help.commandName
        abstract = help.abstract ?? ""
        discussion = ""
        shouldDisplay = help.shouldDisplay ?? true
        defaultSubcommand = nil
        type = nil
    }

    /// The commands below it.
    private var subcommands: [CommandDescription] {
        guard let type else { return [] }
        let below = type.configuration.subcommands.map { CommandDescription($0, below: superCommands + [commandName]) }
        return superCommands.isEmpty ? below + ParserDump.help.map(CommandDescription.init(help:)) : below
    }

    /// The commands below it that one may type.
    package var visibleSubcommands: [CommandDescription] { subcommands.filter(\.shouldDisplay) }

    /// Its options, flags and positional arguments, hidden ones and the parser's own too; of one without commands below it,
    /// the options that commands share as well.
    package var arguments: [ArgumentDescription] {
        guard let type else { return ParserDump.help.flatMap { $0.arguments ?? [] } }
        let own = ParserDump.arguments(of: type).map { argument in
            guard argument.kind == .positional, let name = argument.valueName.map({ "--\($0)" }),
                PlacedNames.option(name, of: type) != nil
            else { return argument }
            return argument.named(also: "\(name.dropFirst().prefix(2)), \(name)")
        }
        guard type.configuration.subcommands.isEmpty else { return own + ParserDump.flags }
        let common = CommonOption.all.filter { CommandLineWords.sections(of: type).contains($0.section) }
        return own + ParserDump.flags + common.map(ArgumentDescription.init)
    }

    /// This command and all below it that one may type, their arguments read at once: that takes half the time of one after
    /// the other.
    var visibleFamily: [CommandDescription] {
        if let type { ParserDump.readAll(below: type) }
        return visibleDescendants
    }

    private var visibleDescendants: [CommandDescription] { [self] + visibleSubcommands.flatMap(\.visibleDescendants) }

    /// Its positional arguments, in their order.
    var positionals: [ArgumentDescription] { arguments.filter { $0.kind == .positional } }

    /// The first command behind `caracalctl` that leads to it: `dlq` for `dlq redrive`.
    var topName: String { superCommands.dropFirst().first ?? commandName }

    /// The option or flag of a name such as `--output`.
    func option(_ name: String) -> ArgumentDescription? {
        arguments.first { $0.typedNames.contains(name) }
    }
}

/// What the parser tells about commands (`--experimental-dump-help`). Where it describes itself in another way than it is read
/// here, a command has no arguments of its own.
private enum ParserDump {
    struct Command: Decodable, Sendable {
        let commandName: String
        let abstract: String?
        let shouldDisplay: Bool?
        let arguments: [ArgumentDescription]?
        let subcommands: [Command]?

        /// Without what the parser adds to each.
        var declared: [ArgumentDescription] { (arguments ?? []).filter { !$0.isParsersOwn } }
    }

    /// A command with nothing of its own: what the parser adds to each, as it adds it to ours.
    private struct Bare: ParsableCommand {
        static let configuration = CommandConfiguration(version: Version.number, helpNames: HelpRequest.names)
    }

    private static let bare = read(Bare.self)
    /// `--version` and `--help`, which every command has.
    static let flags = bare?.arguments ?? []
    /// The command `help`.
    static let help = bare?.subcommands ?? []

    /// By the type of the command.
    private static let known = Mutex<[ObjectIdentifier: [ArgumentDescription]]>([:])

    /// The arguments that a command declares.
    static func arguments(of type: any ParsableCommand.Type) -> [ArgumentDescription] {
        known.withLock { known in
            if let arguments = known[ObjectIdentifier(type)] { return arguments }
            // The parser would tell about all commands below as well.
            let isEmpty = Mirror(reflecting: type.init()).children.isEmpty
            let arguments = isEmpty ? [] : read(type)?.declared ?? []
            known[ObjectIdentifier(type)] = arguments
            return arguments
        }
    }

    /// Reads the arguments of a command and of all below it.
    static func readAll(below type: any ParsableCommand.Type) {
        guard let command = read(type) else { return }
        known.withLock { keep(command, type, in: &$0) }
    }

    private static func keep(
        _ command: Command,
        _ type: any ParsableCommand.Type,
        in known: inout [ObjectIdentifier: [ArgumentDescription]]
    ) {
        known[ObjectIdentifier(type)] = command.declared
        for (next, below) in zip(type.configuration.subcommands, command.subcommands ?? []) {
            keep(below, next, in: &known)
        }
    }

    private static func read(_ type: any ParsableCommand.Type) -> Command? {
        struct Tool: Decodable { let command: Command }
        return try? JSONDecoder().decode(Tool.self, from: Data(type._dumpHelp().utf8)).command
    }
}

/// What the argument parser tells about an option, a flag or a positional argument.
package struct ArgumentDescription: Decodable, Sendable {
    /// How it is given.
    package enum Kind: String, Decodable, Sendable {
        case positional, option, flag
    }

    /// One of its names.
    package struct Name: Decodable, Sendable {
        fileprivate enum Kind: String, Decodable {
            case long, short, longWithSingleDash
        }

        fileprivate let kind: Kind
        /// Without dashes: `output`, `o`.
        package let name: String

        /// As it is typed: `--output`, `-o`.
        package var typed: String { (kind == .long ? "--" : "-") + name }
    }

    /// What its value may be.
    struct Completion: Decodable {
        struct List: Decodable { let values: [String] }
        struct Files: Decodable {}

        let list: List?
        let file: Files?
        let directory: Files?

        fileprivate init?(_ completion: CommonOption.Completion) {
            switch completion {
            case .nothing: return nil
            case .file: (list, file, directory) = (nil, Files(), nil)
            case .folder: (list, file, directory) = (nil, nil, Files())
            case .values(let values): (list, file, directory) = (List(values: values), nil, nil)
            }
        }
    }

    /// How it is given.
    package let kind: Kind
    /// Whether help lists it.
    package let shouldDisplay: Bool
    /// The option group it belongs to, as help titles it.
    package let sectionTitle: String?
    /// Whether a command line may lack it.
    package let isOptional: Bool
    /// Whether a command line may hold several.
    package let isRepeating: Bool
    /// How the parser takes its values; `postTerminator` for what stands after `--`.
    package let parsingStrategy: String?
    private let names: [Name]?
    /// The name that usage shows.
    package let preferredName: Name?
    /// What its value is called: `stream`.
    package let valueName: String?
    /// Its value where it is not given.
    package let defaultValue: String?
    /// Every value it may have, where they are few.
    package let allValues: [String]?
    /// What completion offers for its value.
    let completionKind: Completion?
    /// What it does, in a sentence.
    package private(set) var abstract: String?
    /// The longer text of its help.
    package let discussion: String?

    /// The same, where it can be given as an option too.
    fileprivate func named(also option: String) -> ArgumentDescription {
        var argument = self
        argument.abstract = "\(abstract ?? "") Also \(option)."
        return argument
    }

    /// An option that commands share.
    init(_ option: CommonOption) {
        kind = option.value == nil ? .flag : .option
        shouldDisplay = true
        sectionTitle = option.section.rawValue
        isOptional = true
        isRepeating = false
        parsingStrategy = nil
        let long = Name(kind: .long, name: String(option.name.dropFirst(2)))
        names = (option.short.map { [Name(kind: .short, name: String($0.dropFirst()))] } ?? []) + [long]
        preferredName = long
        valueName = option.value
        defaultValue = nil
        allValues = nil
        completionKind = Completion(option.completion)
        abstract = option.help
        discussion = nil
    }

    /// Its names as they are typed, the short ones first.
    package var typedNames: [String] {
        let names = names ?? []
        return (names.filter { $0.kind == .short } + names.filter { $0.kind != .short }).map(\.typed)
    }

    /// Whether it is all the rest of the line, options too.
    var takesEverything: Bool { parsingStrategy == "allRemainingInput" }

    /// Whether a value follows its name.
    var takesValue: Bool { kind == .option }
}
