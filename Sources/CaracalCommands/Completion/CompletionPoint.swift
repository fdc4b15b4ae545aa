import ArgumentParser

/// Where the cursor is in a line: in which command, and at which of its arguments.
struct CompletionPoint {
    /// The whole words before the cursor.
    let words: [String]
    /// The innermost command whose name was typed.
    private(set) var command: CommandDescription
    /// Whether help is asked for: only names of commands follow.
    private(set) var asksForHelp = false
    /// The option whose value is being typed; nil for none.
    private(set) var option: ArgumentDescription?
    /// The values given so far, by the name of the argument's value: `stream`, `group`.
    private(set) var values: [String: [String]] = [:]
    /// The options and flags given so far, by their long names.
    private(set) var given: Set<String> = []
    /// Whether `--` was typed, behind which nothing is an option.
    private(set) var isTerminated = false
    /// Whether the words before it mean nothing, or nothing that is known here.
    private(set) var isLost = false

    private var type: any ParsableCommand.Type = Caracalctl.self
    private var positionals: [ArgumentDescription] = []
    /// Whether something was typed that belongs to the command itself, so that no subcommand can follow.
    private var hasOwnWords = false

    /// - Parameter words: the whole words before the cursor.
    init(_ words: [String], in root: CommandDescription) {
        command = root
        asksForHelp = words.first == "help"
        self.words = words
        for word in asksForHelp ? words.dropFirst() : words[...] { take(word) }
    }

    /// Whether a subcommand may stand here.
    var takesSubcommand: Bool { !hasOwnWords && !isTerminated && !command.visibleSubcommands.isEmpty }

    /// The positional argument that may stand here; nil for none.
    var positional: ArgumentDescription? { positionals.first }

    /// Whether what stands here belongs to another command, which is run.
    var isBehindTerminator: Bool { isTerminated && command.positionals.contains { $0.followsTerminator } }

    /// The options and flags that may stand here.
    var options: [ArgumentDescription] {
        let own = command.arguments.filter { $0.kind != .positional }
        guard !command.visibleSubcommands.isEmpty else { return own }
        let standard = command.visibleSubcommands.first { $0.commandName == command.defaultSubcommand }
        let others = standard?.arguments.filter { $0.kind != .positional }
        return own + (others ?? CommonOption.all.map(ArgumentDescription.init))
    }

    /// The option or flag of a name such as `--output`, former names too; for `-s` and `-g` where they name what a command takes by
    /// position, that argument.
    func option(named name: String) -> ArgumentDescription? {
        let today = FormerName.today(name, of: type) ?? name
        if let option = options.first(where: { $0.typedNames.contains(today) }) { return option }
        if let placed = PlacedNames.option(name, of: type) {
            return command.positionals.first { "--\($0.valueName ?? "")" == placed }
        }
        return CommonOption.named(name).map(ArgumentDescription.init)
    }

    /// The names under which what the command takes by position may be given as options, each with that argument.
    var placed: [(name: String, argument: ArgumentDescription)] {
        ["-s", "--stream", "-g", "--group"].compactMap { name in
            guard let option = PlacedNames.option(name, of: type) else { return nil }
            return positionals.first { "--\($0.valueName ?? "")" == option }.map { (name, $0) }
        }
    }

    /// A word such as `--output=js` or `-ojs` as an option, all that stands before its value, and the value.
    func joined(_ word: String) -> (option: ArgumentDescription, start: String, value: String)? {
        guard word.hasPrefix("-"), !isTerminated else { return nil }
        if word.hasPrefix("--") {
            guard let equals = word.firstIndex(of: "="), let option = option(named: String(word[..<equals])) else {
                return nil
            }
            let value = word.index(after: equals)
            return option.kind == .flag ? nil : (option, String(word[..<value]), String(word[value...]))
        }
        for index in word.indices.dropFirst() {
            guard let option = option(named: "-\(word[index])") else { return nil }
            let value = word.index(after: index)
            // At its own letter the option may still become one of a longer name.
            if option.kind == .flag { continue }
            return value == word.endIndex ? nil : (option, String(word[..<value]), String(word[value...]))
        }
        return nil
    }

    private mutating func take(_ word: String) {
        if let awaited = option { return give(word, to: awaited) }
        if word == "--", !isTerminated {
            isTerminated = true
        } else if word.hasPrefix("-"), word != "-", !isTerminated {
            takeOption(word)
        } else if takesSubcommand, let next = command.visibleSubcommands.first(where: { $0.commandName == word }) {
            enter(next)
        } else if let next = positionals.first {
            hasOwnWords = true
            give(word, to: next)
            // Of a Redis command only its own server knows more.
            if next.takesEverything { isLost = true }
        } else if !isBehindTerminator {
            isLost = true
        }
    }

    private mutating func enter(_ next: CommandDescription) {
        command = next
        type = type.configuration.subcommands.first { $0._commandName == next.commandName } ?? type
        positionals = next.positionals.filter { !$0.followsTerminator }
        // Streams that are options may stand without the name of the option.
        if PlacedNames.takesStreamOption(type) { positionals += options.filter { $0.typedNames.contains("--stream") } }
    }

    private mutating func takeOption(_ word: String) {
        if let (option, _, value) = joined(word) {
            note(option)
            return give(value, to: option)
        }
        let name = word.hasPrefix("--") ? word : "-" + word.suffix(1)
        let others = word.hasPrefix("--") ? [] : word.dropFirst().dropLast().compactMap { option(named: "-\($0)") }
        for option in others { note(option) }
        guard let named = option(named: name) else { return hasOwnWords = true }
        note(named)
        if named.kind != .flag { option = named }
    }

    private mutating func note(_ option: ArgumentDescription) {
        guard let name = option.typedNames.last else { return hasOwnWords = true }
        given.insert(name)
        if !CommonOption.all.contains(where: { $0.name == name }) { hasOwnWords = true }
    }

    private mutating func give(_ word: String, to argument: ArgumentDescription) {
        if let name = argument.valueName { values[name, default: []].append(word) }
        if !argument.isRepeating { positionals.removeAll { $0.valueName == argument.valueName } }
        option = nil
    }
}
