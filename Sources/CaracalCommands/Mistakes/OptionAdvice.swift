import Rendering
import Text

/// What was meant by an option that a command does not have.
struct OptionAdvice {
    /// The option as it is shown: without a value that stands in the same word.
    let name: String
    /// Why there is no such option, where it is known; it says what to do instead.
    let reason: String?
    /// The options, as they are typed, that may have been meant.
    let meant: [String]
    /// The commands that have an option of this name; few, or none.
    let owners: [String]

    /// - Parameters:
    ///   - word: the option's word.
    ///   - line: the line it stands in.
    init(_ word: CommandLineReading.Word, _ line: CommandLineReading) {
        let command = line.leaf
        let options = command.arguments.filter { $0.kind != .positional && $0.shouldDisplay }
        let typed = word.text.prefix { $0 != "=" }
        let long = options.flatMap(\.typedNames).first { $0 == "-\(typed)" }
        name = long == nil ? word.name : String(typed)
        if let long {
            (reason, meant, owners) = ("it is written \(long)", [], [])
            return
        }
        let isShared = CommonOption.named(name) != nil
        if command.visibleSubcommands.isEmpty, isShared {
            (reason, meant, owners) = ("an option of connection or output is of no use to it", [], [])
            return
        }
        if let entered = line.subcommand(behind: word), entered.option(word.name) != nil {
            (reason, meant, owners) = ("it goes behind the command: caracalctl \(line.typed(entered)) \(name)", [], [])
            return
        }
        let below = line.path.isEmpty ? [] : Self.owners(of: name, below: line)
        if !below.isEmpty {
            (reason, meant, owners) = (nil, [], below)
            return
        }
        let isBeforeCommand = line.path.isEmpty
        let all = (isBeforeCommand ? Synonyms.optionsBeforeCommand[name] : nil) ?? Synonyms.options[name, default: []]
        let synonyms = all.filter { Self.has($0, command) || isBeforeCommand && CommonOption.named($0) != nil }
        let exact = Self.owners(of: name)
        owners = exact.count <= Self.few ? exact : []
        if let reason = synonyms.isEmpty ? Synonyms.reasons[name] : nil {
            (self.reason, meant) = (reason, [])
            return
        }
        reason = nil
        meant = synonyms.isEmpty ? Self.near(name, options) : synonyms
    }

    /// How many commands can be named in one line.
    private static let few = 4

    /// Whether the command has what a synonym stands for: `-o json`, or another command.
    private static func has(_ synonym: String, _ command: CommandDescription) -> Bool {
        guard synonym.hasPrefix("-") else { return true }
        let name = String(synonym.prefix { $0 != " " && $0 != "=" })
        // Streams and groups are accepted as options where they are taken by position.
        return command.option(name) != nil || command.positionals.contains { "--\($0.valueName ?? "")" == name }
    }

    private static func near(_ name: String, _ options: [ArgumentDescription]) -> [String] {
        guard name.hasPrefix("--") else { return [] }
        let names = options.flatMap(\.typedNames).filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        return NearestMatch.several(String(name.dropFirst(2)), in: names).map { "--\($0)" }
    }

    /// The commands below the group that have an option of this name, where they are few.
    private static func owners(of name: String, below line: CommandLineReading) -> [String] {
        let commands = line.command.visibleSubcommands.filter { command in
            command.arguments.contains { $0.shouldDisplay && $0.typedNames.contains(name) }
        }
        return commands.count <= few ? commands.map(line.typed) : []
    }

    private static func owners(of name: String) -> [String] {
        guard CommonOption.named(name) == nil else { return [] }
        return CommandDescription.root.visibleFamily.dropFirst()
            .filter { $0.arguments.contains { $0.shouldDisplay && $0.typedNames.contains(name) } }
            .map { $0.words.dropFirst().joined(separator: " ") }
    }
}

/// What was meant by a command that there is not.
enum CommandAdvice {
    /// Command lines, at most three, the likeliest first.
    ///
    /// - Parameters:
    ///   - word: what was typed.
    ///   - next: the word behind it: `topic list` is another thing than `topic produce`.
    ///   - group: the command below which it is not.
    ///   - path: the names that lead to the group.
    static func find(_ word: String, _ next: String?, _ group: CommandDescription, _ path: [String]) -> [String] {
        let names = group.visibleSubcommands.map(\.commandName)
        let all = Synonyms.commands(below: path.first)
        let pair = next.flatMap { all["\(word) \($0)".lowercased()] }
        let synonyms = (pair ?? all[word.lowercased(), default: []]).filter { exists($0, below: group) }
        let isRedis = path.isEmpty && RedisCommandNames.contains(word)
        let found = synonyms.isEmpty && !isRedis ? NearestMatch.several(word, in: names) : synonyms
        let below = found.isEmpty && !isRedis ? commands(named: word, below: group) : found
        return below.prefix(3).map { (path + [$0]).joined(separator: " ") }
    }

    private static func exists(_ line: String, below group: CommandDescription) -> Bool {
        var command = group
        for word in line.split(separator: " ").prefix(while: { !$0.hasPrefix("-") }) {
            guard let next = command.subcommand(String(word)) else {
                // The word is an argument, as in `raw INFO`.
                return !command.positionals.isEmpty
            }
            command = next
        }
        return true
    }

    /// `dlq redrive` of `redrive`.
    private static func commands(named word: String, below group: CommandDescription) -> [String] {
        group.visibleSubcommands.flatMap { command in
            NearestMatch.several(word, in: command.visibleSubcommands.map(\.commandName), limit: 1)
                .map { "\(command.commandName) \($0)" }
        }
    }
}
