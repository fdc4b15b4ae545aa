import ArgumentParser
import Rendering

/// A command line with its common options set apart.
struct CommandLineWords: Sendable {
    /// The options that commands share.
    private(set) var common = CommonOptions()
    /// The other words, in their order.
    private(set) var words: [String] = []
    /// The command that is meant, as far as the words name one.
    private(set) var command: any ParsableCommand.Type = Caracalctl.self

    /// Whether the words are about `check`, whose errors are a monitoring plugin's.
    var isCheck: Bool { command == CheckCommand.self }

    /// What is wrong with a common option: it has no value, or two.
    private(set) var fault: ValidationError?

    /// The streams and groups that were given as options to a command that takes them by position.
    private var placed = PlacedNames()
    /// Where the words behind the command's name begin.
    private var start = 0

    init(_ arguments: [String]) {
        do throws(ValidationError) {
            try split(arguments)
            words = try placed.place(in: words, from: start, of: command)
        } catch {
            fault = error
        }
    }

    /// The first option given of a section that the command has no use for; nil for none.
    var unwanted: String? {
        if common.isEmpty { return nil }
        let wanted = sections
        return CommonOption.Section.allCases.filter { !wanted.contains($0) }.flatMap(common.names).first
    }

    private mutating func split(_ arguments: [String]) throws(ValidationError) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" {
                words.append(word)
                break
            }
            guard word.hasPrefix("-"), word.count > 1 else {
                words.append(word)
                enter(word)
                // What stands behind a Redis command is its own affair.
                if command == RawCommand.self, word != RawCommand._commandName { break }
                continue
            }
            try word.hasPrefix("--") ? takeLong(word, &rest) : takeShort(word, &rest)
        }
        words += rest
    }

    private var sections: [CommonOption.Section] { Self.sections(of: command) }

    /// The sections whose options a command takes; before its name is known, all of them.
    static func sections(of command: any ParsableCommand.Type) -> [CommonOption.Section] {
        switch command {
        case is any BusCommand.Type: [.connection, .output]
        case is any LocalCommand.Type: [.output]
        // The root, or one whose commands below it take them.
        case let group where !group.configuration.subcommands.isEmpty:
            group.configuration.defaultSubcommand.map(sections) ?? [.connection, .output]
        default: []
        }
    }

    private mutating func enter(_ word: String) {
        let next =
            command == Caracalctl.self
            ? Caracalctl.command(named: word)
            : command.configuration.subcommands.first { $0._commandName == word }
        guard let next else { return }
        command = next
        start = words.count
    }

    private mutating func takeLong(_ word: String, _ rest: inout ArraySlice<String>) throws(ValidationError) {
        let name = word.prefix { $0 != "=" }
        let joined = name.count < word.count ? String(word.dropFirst(name.count + 1)) : nil
        // A context has a colour of its own, which has both spellings too.
        let isOwn = command == ContextAddCommand.self && ["--colour", "--color"].contains(name)
        guard !isOwn, let option = CommonOption.named(String(name)), sections.contains(option.section) else {
            return try takeOwn(String(name), joined, &rest)
        }
        try give(option, joined, &rest)
    }

    /// An option of the command's own: under its name of today, or as the argument that it stands for.
    private mutating func takeOwn(
        _ name: String,
        _ joined: String?,
        _ rest: inout ArraySlice<String>
    ) throws(ValidationError) {
        if let option = PlacedNames.option(name, of: command) {
            let value = try value(of: option, "name", joined, &rest)
            return try placed.give(option, value, to: command)
        }
        let today = FormerName.today(name, of: command) ?? name
        words.append(joined.map { "\(today)=\($0)" } ?? today)
    }

    /// `-q`, `-o json`, `-ojson`, `-qo json`, `-yq`.
    private mutating func takeShort(_ word: String, _ rest: inout ArraySlice<String>) throws(ValidationError) {
        var letters = word.dropFirst()
        var others = "-"
        while let letter = letters.first {
            if letter == "y" {
                others.append(letter)
                letters = letters.dropFirst()
                continue
            }
            guard let option = CommonOption.named("-\(letter)"), sections.contains(option.section) else {
                if try takeOwnShort(letter, letters.dropFirst(), &rest) { letters = "" }
                break
            }
            letters = letters.dropFirst()
            if option.value == nil {
                try give(option, nil, &rest)
            } else {
                let value = letters.first == "=" ? letters.dropFirst() : letters
                letters = ""
                try give(option, value.isEmpty ? nil : String(value), &rest)
            }
        }
        others += letters
        if others.count > 1 { words.append(others) }
    }

    /// `-n5` and what has another name today; says whether it took the letter and what follows it.
    private mutating func takeOwnShort(
        _ letter: Character,
        _ tail: Substring,
        _ rest: inout ArraySlice<String>
    ) throws(ValidationError) -> Bool {
        let short = "-\(letter)"
        let joined = tail.isEmpty ? nil : String(tail.first == "=" ? tail.dropFirst() : tail)
        // As tail(1) has it; behind an option it would be the option's value.
        if command == TailCommand.self, let number = Parse.number("\(letter)\(tail)"),
            words.last?.hasPrefix("-") == false
        {
            words.append("--limit=\(number)")
            return true
        }
        let isOurs =
            PlacedNames.option(short, of: command) != nil || FormerName.today(short, of: command) != nil
        let long = joined == nil ? nil : RepeatedOption.shortNames[letter]
        guard isOurs || long != nil else { return false }
        try takeOwn(long ?? short, joined, &rest)
        return true
    }

    private mutating func give(
        _ option: CommonOption,
        _ joined: String?,
        _ rest: inout ArraySlice<String>
    ) throws(ValidationError) {
        guard let name = option.value else {
            guard joined == nil else { throw ValidationError("\(option.name) takes no value") }
            return try common.give(option, "")
        }
        try common.give(option, try value(of: option.name, name, joined, &rest, takesDash: option.takesDash))
    }

    private func value(
        of option: String,
        _ name: String,
        _ joined: String?,
        _ rest: inout ArraySlice<String>,
        takesDash: Bool = false
    ) throws(ValidationError) -> String {
        if let joined { return joined }
        guard let next = rest.first, !next.hasPrefix("-") || next == "-" || takesDash && Self.isName(next) else {
            throw ValidationError("\(option) needs a value: \(option) \(name.uppercased())")
        }
        rest = rest.dropFirst()
        return next
    }

    /// Whether a word with a dash is a name behind it, and no option: `-age`.
    private static func isName(_ word: String) -> Bool { word.count > 2 && !word.hasPrefix("--") }
}
