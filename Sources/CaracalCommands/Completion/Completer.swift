import Caracal
import Text

/// Says what can stand where the cursor is: for the shells, by way of `caracalctl __complete`, and for a shell of ours.
struct Completer {
    /// Every command with its options.
    let root: CommandDescription
    /// What only the server and the configuration know.
    let names: LiveNames

    /// - Parameters:
    ///   - words: the whole words before the cursor.
    ///   - typed: the one that is being typed, up to the cursor.
    func offer(_ words: [String], typed: String) -> CompletionOffer {
        let point = CompletionPoint(words, in: root)
        if point.isBehindTerminator { return .otherCommand }
        if point.isLost { return .nothing }
        if point.asksForHelp { return .words(commands(point, typed)) }
        if let option = point.option { return offer(option, at: point, typed: typed, behind: "") }
        if let (option, start, value) = point.joined(typed) {
            return offer(option, at: point, typed: value, behind: start)
        }
        if typed.hasPrefix("-"), !point.isTerminated { return .words(options(point, typed)) }
        if point.takesSubcommand { return .words(commands(point, typed)) }
        if let argument = point.positional, isKnown(argument, in: point.command) {
            return offer(argument, at: point, typed: typed, behind: "")
        }
        // Where no word can stand, an option can.
        return typed.isEmpty && !point.isTerminated ? .words(options(point, "--")) : .nothing
    }

    /// Whether anything is known of the values of an argument.
    private func isKnown(_ argument: ArgumentDescription, in command: CommandDescription) -> Bool {
        argument.completionKind != nil || argument.allValues != nil || LiveName(argument, in: command) != nil
    }

    private func commands(_ point: CompletionPoint, _ typed: String) -> [Candidate] {
        let names = point.command.visibleSubcommands.map { Candidate($0.commandName, note($0.abstract)) }
        let asksForTopic = point.asksForHelp && point.words.count == 1
        let topics =
            asksForTopic
            ? HelpTopic.allCases.map { Candidate($0.rawValue, HelpTopic.manuals.contains($0) ? "Manual." : "Topic.") }
            : []
        return (names + topics).filter { $0.continues(typed) }
    }

    private func options(_ point: CompletionPoint, _ typed: String) -> [Candidate] {
        let options = point.options.filter { option in
            option.shouldDisplay && (option.isRepeating || !option.typedNames.contains { point.given.contains($0) })
        }
        let words = options.flatMap { option in option.typedNames.map { Candidate($0, note(option.abstract)) } }
        let terminator =
            point.command.positionals.contains { $0.followsTerminator } ? [Candidate("--", "The command to run.")] : []
        let placed = point.placed.map { Candidate($0.name, note($0.argument.abstract)) }
        return (words + placed + terminator).filter { $0.continues(typed) }
    }

    /// The first sentence of a help text, which is our own.
    private func note(_ help: String?) -> TerminalText? {
        help.map { TerminalText(keeping: $0) }
    }

    private func offer(
        _ argument: ArgumentDescription,
        at point: CompletionPoint,
        typed: String,
        behind start: String
    ) -> CompletionOffer {
        let kind = argument.completionKind
        if kind?.file != nil { return .files(behind: start) }
        if kind?.directory != nil { return .folders(behind: start) }
        var (start, typed) = (start, typed)
        var others = argument.isRepeating ? argument.valueName.flatMap { point.values[$0] } ?? [] : []
        if argument.takesList, let comma = typed.lastIndex(of: ",") {
            others = typed[..<comma].split(separator: ",").map(String.init)
            start += typed[...comma]
            typed = String(typed[typed.index(after: comma)...])
        }
        let live = LiveName(argument, in: point.command)
        var words = (kind?.list?.values ?? argument.allValues ?? []).map { Candidate($0) }
        if live == .stream, isFullName(typed) { words += StreamTable.all.map { Candidate($0.name) } }
        words += live.map { names.find($0, at: point) } ?? []
        words = words.filter { $0.continues(typed) && !others.contains($0.word) }
        words = unique(words).map { Candidate(start + $0.word, $0.note) }
        guard live == .field || live == .condition else { return .words(words) }
        // A field is given once, and its value is nobody's but the one's who types.
        let values: [String] = argument.valueName.flatMap { point.values[$0] } ?? []
        let given = Set(values.map { String($0.prefix { $0 != "=" }) + "=" })
        return .stems(words.filter { $0.word != typed && !given.contains($0.word) })
    }

    /// Streams are offered without `caracal.` before them, unless somebody begins with it.
    private func isFullName(_ typed: String) -> Bool {
        typed.hasPrefix(StreamTable.prefix) || !typed.isEmpty && StreamTable.prefix.hasPrefix(typed)
    }

    private func unique(_ words: [Candidate]) -> [Candidate] {
        var seen: Set<[UInt8]> = []
        return words.filter { seen.insert(Array($0.word.utf8)).inserted }
    }
}

extension ArgumentDescription {
    /// Whether its value is a list with commas.
    fileprivate var takesList: Bool { valueName?.hasSuffix(",…") ?? false || typedNames.contains("--columns") }
}
