import ArgumentParser
import Rendering
import Text

/// What a command line asks to have explained. Help is shown, with status 0, only to those who ask for it explicitly.
///
/// The parser knows neither the options that commands share nor these pages, and takes any `h` behind a single dash for a
/// request for help, `-2h` too. So it is not told of `-h` as a short name (see `names`), and never sees these words.
enum HelpRequest: Equatable {
    /// The commands in groups.
    case root
    /// A command, by the words that call it, on one screen or whole.
    case command([String], isShort: Bool)
    /// What several commands have in common.
    case topic(HelpTopic)

    /// The names of the flag. A name of one letter behind a dash is never found by the parser, and is listed all the same.
    static let names: NameSpecification = [.customLong("h", withSingleDash: true), .long]

    /// The columns of a page that is not for a terminal.
    static let standardWidth = 80

    /// Nil where the words, common options set apart, ask for no help. Throws where they come close to it, and do not.
    init?(_ words: [String]) throws {
        let options = Self.options(words)
        if words.first == "help" || Self.isGroup(words.first) && words.dropFirst().first == "help" {
            self = try Self.subject(words.filter { !["help", "-h", "--help"].contains($0) })
            return
        }
        if let name = ["--help", "--version"].first(where: { name in options.contains { $0.hasPrefix(name + "=") } }) {
            throw ValidationError("\(name) takes no value")
        }
        for index in options.indices where options[index] == "-h" {
            guard index + 1 == words.endIndex || words[index + 1].hasPrefix("-") || Self.isNamed(words, at: index + 1)
            else {
                throw ValidationError("-h shows help and takes no value (--host names the server)")
            }
        }
        let isLong = options.contains("--help")
        guard isLong || options.contains("-h") else { return nil }
        let path = try Self.path(options)
        self = path.isEmpty ? .root : .command(path, isShort: !isLong)
    }

    /// The page, for a terminal of this width, or for none.
    func page(width: Int?) -> ScreenText {
        let width = width ?? Self.standardWidth
        switch self {
        case .root: return RootHelp.page(width: width)
        case .topic(let topic): return topic.page(width: width)
        case .command(let words, let isShort):
            let help = CommandHelp(words, in: .root)
            return isShort ? help.short(width: width) : help.full(width: width)
        }
    }

    /// Whether the words ask for what the parser itself answers: the version, and what completion scripts are made from.
    static func isForParser(_ words: [String]) -> Bool {
        let options = words.prefix { $0 != "--" }
        return words.first == "---completion"
            || options.contains {
                $0 == "--version" || $0.hasPrefix("--generate-completion-script") || $0 == "--experimental-dump-help"
            }
    }

    /// The words that are ours: what stands behind `--`, or is a Redis command, is not.
    private static func options(_ words: [String]) -> ArraySlice<String> {
        let options = words.prefix { $0 != "--" }
        guard options.first == RawCommand._commandName else { return options }
        return options[..<(options.dropFirst().firstIndex { !$0.hasPrefix("-") } ?? options.endIndex)]
    }

    /// The command that a line is about: its first word, and below a group of commands the next one.
    private static func path(_ words: ArraySlice<String>) throws -> [String] {
        let names = words.filter { !$0.hasPrefix("-") }
        guard let first = names.first else { return [] }
        let command = try find(first, in: Caracalctl.self)
        let below = names.dropFirst().first.flatMap { name in
            command.configuration.subcommands.first { $0._commandName == name }
        }
        return [first] + (below.map { [$0._commandName] } ?? [])
    }

    /// Whether it is the name of a command that leads to others.
    private static func isGroup(_ word: String?) -> Bool {
        word.flatMap(Caracalctl.command(named:))?.configuration.subcommands.isEmpty == false
    }

    /// Whether a word is the name of a command below the first one.
    private static func isNamed(_ words: [String], at index: Int) -> Bool {
        Caracalctl.command(named: words[0])?.configuration.subcommands.contains { $0._commandName == words[index] }
            == true
    }

    /// What `help` is asked about: nothing else, a topic or a command.
    private static func subject(_ words: [String]) throws -> HelpRequest {
        guard !words.isEmpty else { return .root }
        if words.count == 1, let topic = HelpTopic(rawValue: words[0]) { return .topic(topic) }
        if let topic = HelpTopic(rawValue: words[0]) {
            throw ValidationError(
                "\(topic.rawValue) is a topic and has none below it: caracalctl help \(topic.rawValue)"
            )
        }
        var command: any ParsableCommand.Type = Caracalctl.self
        for index in words.indices {
            let topics = index == 0 ? HelpTopic.allCases.map(\.rawValue) : []
            command = try find(words[index], in: command, after: words[..<index], or: topics)
        }
        return .command(words, isShort: false)
    }

    /// The commands that are called so elsewhere.
    private static func synonyms(of word: String, after path: [String]) -> [String] {
        let group = path.reduce(CommandDescription.root) { $0.subcommand($1) ?? $0 }
        return CommandAdvice.find(word, nil, group, path)
    }

    /// - Parameters:
    ///   - path: the words before it.
    ///   - topics: what may be meant beside a command.
    private static func find(
        _ word: String,
        in command: any ParsableCommand.Type,
        after path: ArraySlice<String> = [],
        or topics: [String] = []
    ) throws -> any ParsableCommand.Type {
        let commands = command.configuration.subcommands
        if let next = commands.first(where: { $0._commandName == word }) { return next }
        let name = TerminalText((path + [word]).joined(separator: " "))
        let nearest = NearestMatch.find(word, in: commands.map { $0._commandName } + topics)
        let near = nearest.map { [(path + [$0]).joined(separator: " ")] } ?? Self.synonyms(of: word, after: Array(path))
        let advice = near.isEmpty ? nil : "did you mean \(near.joined(separator: " or "))?"
        throw ValidationError("there is no command \(name) (\(advice ?? "caracalctl help lists them"))")
    }
}
