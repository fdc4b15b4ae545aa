import Redis

/// Says what can stand where the cursor is.
final class Completer {
    /// Nil only where the parser describes itself in another way.
    private lazy var root = try? CommandDescription.load()
    private let names: ServerNames

    /// - Parameter session: the shell's, for what only the server knows.
    init(_ session: Session) {
        names = ServerNames(session)
    }

    /// The words, each of them a whole one, that can stand at the end of a line.
    func offer(_ line: String) -> LineEditor.Offer {
        let (whole, last) = CommandLineSplitter.splitUnfinished(line)
        // Where quotes begin, the editor and we would not agree where the word does.
        guard !last.isQuoted, let root else { return .words([]) }
        let typed = last.text
        let asksForHelp = whole.first == "help"
        let point = CompletionPoint(asksForHelp ? Array(whole.dropFirst()) : whole, in: root)
        if let (name, value) = joined(typed), let option = point.command.option(name) {
            return offer(option, at: point, typed: value, prefix: "\(name)=")
        }
        if typed.hasPrefix("-"), !asksForHelp { return .words(options(point, typed)) }
        if point.takesSubcommand { return .words(commands(point, typed, isFirst: whole.isEmpty)) }
        guard let argument = point.argument, !asksForHelp else { return .words([]) }
        return offer(argument, at: point, typed: typed)
    }

    /// `--output=js` as its two halves.
    private func joined(_ word: String) -> (name: String, value: String)? {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return nil }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private func commands(_ point: CompletionPoint, _ typed: String, isFirst: Bool) -> [String] {
        let names = point.command.visibleSubcommands.map(\.commandName).filter { $0 != "shell" }
        let all = Set(names + (isFirst ? ["help", "exit", "quit"] : []))
        return all.filter { $0.hasPrefix(typed) }.sorted()
    }

    /// The connection is the shell's: its options are of no use here.
    private func options(_ point: CompletionPoint, _ typed: String) -> [String] {
        let connection = Set(CommonOption.all.filter { $0.section == .connection }.map(\.name))
        return (point.command.arguments ?? []).filter(\.shouldDisplay).flatMap(\.typedNames)
            .filter { $0.hasPrefix("--") && $0.hasPrefix(typed) && !connection.contains($0) }.sorted()
    }

    private func offer(
        _ argument: ArgumentDescription,
        at point: CompletionPoint,
        typed: String,
        prefix: String = ""
    ) -> LineEditor.Offer {
        let kind = argument.completionKind
        if kind?.file != nil || kind?.directory != nil { return .files }
        let words = (kind?.list?.values ?? []) + names.find(argument.valueName ?? "", at: point)
        return .words(words.filter { $0.hasPrefix(typed) }.map { prefix + $0 })
    }
}

/// Where the cursor is in a line: in which command, and at which of its arguments.
struct CompletionPoint {
    /// The innermost command whose name was typed.
    private(set) var command: CommandDescription
    /// The argument whose value is being typed; nil where a command or an option's name may stand.
    private(set) var argument: ArgumentDescription?
    /// The values given so far, by the name of the argument's value: `stream`, `group`.
    private(set) var values: [String: String] = [:]
    /// Whether a flag such as `--any-stream` was given.
    private(set) var flags: Set<String> = []

    private var positionals: [ArgumentDescription]

    /// - Parameter words: the whole words before the cursor.
    init(_ words: [String], in root: CommandDescription) {
        command = root
        positionals = []
        for word in words { take(word) }
        argument = argument ?? positionals.first
    }

    /// Whether a subcommand may stand here.
    var takesSubcommand: Bool { values.isEmpty && flags.isEmpty && !command.visibleSubcommands.isEmpty }

    private mutating func take(_ word: String) {
        if let awaited = argument { return give(word, to: awaited) }
        if word.hasPrefix("-"), word != "-" { return takeOption(word) }
        if takesSubcommand, let next = command.visibleSubcommands.first(where: { $0.commandName == word }) {
            return enter(next)
        }
        guard let next = positionals.first else { return }
        give(word, to: next)
        if !next.isRepeating { positionals.removeFirst() }
    }

    private mutating func takeOption(_ word: String) {
        flags.insert(word)
        let name = word.prefix { $0 != "=" }
        if let option = command.option(String(name)), option.takesValue, name.count == word.count { argument = option }
    }

    private mutating func give(_ word: String, to argument: ArgumentDescription) {
        if let name = argument.valueName { values[name] = word }
        self.argument = nil
    }

    private mutating func enter(_ next: CommandDescription) {
        command = next
        positionals = next.positionals
    }
}
