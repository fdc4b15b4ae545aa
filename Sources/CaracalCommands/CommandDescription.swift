import ArgumentParser
import FoundationEssentials

/// What the argument parser tells about a command: its words, its arguments, and the commands below it. Completion, the check
/// of repeated options and the manual are made from it.
package struct CommandDescription: Decodable, Sendable {
    /// The words before its name: `caracalctl dlq`.
    package let superCommands: [String]?
    /// Its name: `redrive`.
    package let commandName: String
    /// What it does, in a sentence.
    package let abstract: String?
    /// The longer text of its help.
    package let discussion: String?
    /// False for one that help does not list.
    package let shouldDisplay: Bool?
    /// The command below it that runs where none is named.
    let defaultSubcommand: String?
    /// The commands below it.
    package private(set) var subcommands: [CommandDescription]?
    /// Its options, flags and positional arguments, hidden ones too.
    package private(set) var arguments: [ArgumentDescription]?

    /// The description of the whole tool. Takes milliseconds. Throws where the parser describes itself in another way.
    package static func load() throws -> CommandDescription {
        struct Tool: Decodable { let command: CommandDescription }
        let tool = try JSONDecoder().decode(Tool.self, from: Data(Caracalctl._dumpHelp().utf8))
        return tool.command.describing(Caracalctl.self)
    }

    /// With the options that commands share, which the parser does not know.
    private func describing(_ type: any ParsableCommand.Type) -> CommandDescription {
        var description = self
        let common = CommonOption.all.filter { CommandLineWords.sections(of: type).contains($0.section) }
        if type.configuration.subcommands.isEmpty {
            description.arguments = (arguments ?? []) + common.map(ArgumentDescription.init)
        }
        description.arguments = description.arguments?.map { argument in
            guard argument.kind == .positional, let name = argument.valueName.map({ "--\($0)" }),
                PlacedNames.option(name, of: type) != nil
            else { return argument }
            return argument.named(also: "\(name.dropFirst().prefix(2)), \(name)")
        }
        description.subcommands = subcommands?.map { next in
            type.configuration.subcommands.first { $0._commandName == next.commandName }.map(next.describing) ?? next
        }
        return description
    }

    /// The commands below it that one may type.
    package var visibleSubcommands: [CommandDescription] { (subcommands ?? []).filter { $0.shouldDisplay != false } }

    /// Its positional arguments, in their order.
    var positionals: [ArgumentDescription] { (arguments ?? []).filter { $0.kind == .positional } }

    /// The first command behind `caracalctl` that leads to it: `dlq` for `dlq redrive`.
    var topName: String { (superCommands ?? []).dropFirst().first ?? commandName }

    /// The option or flag of a name such as `--output`.
    func option(_ name: String) -> ArgumentDescription? {
        (arguments ?? []).first { $0.typedNames.contains(name) }
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
