import ArgumentParser
import Redis

/// Says what can stand where the cursor is in a shell of ours: the same as elsewhere, but names come from the shell's own
/// connection.
final class ShellCompleter {
    /// How long the server may take.
    private static let timeLimit = Duration.milliseconds(500)

    private lazy var completer = Completer(root: .root, names: names)
    private let names: LiveNames

    /// - Parameter session: the shell's, for what only the server knows.
    init(_ session: Session) {
        names = LiveNames(session.source, until: { .after(Self.timeLimit) }) { options in
            // For a line about another server nobody connects before it is run.
            guard options.givenOptions.isEmpty else { throw CompletionWithoutServer() }
            return try session.open()
        } database: { options in
            guard options.givenOptions.isEmpty else { throw CompletionWithoutServer() }
            return try DatabaseSettings.required(session.source).connectForCompletion(until: .after(Self.timeLimit))
        }
    }

    /// What can stand at the end of a line.
    func offer(_ line: String) -> LineEditor.Offer {
        let line = CommandLineSplitter.splitUnfinished(line)
        // Where quotes begin, the editor and we would not agree where the word does.
        guard !line.last.isQuoted else { return .words([]) }
        let typed = line.last.text
        switch completer.offer(line.whole, typed: typed) {
        case .words(let candidates):
            let words = candidates.map(\.word).filter(isOffered)
            return .words(line.whole.isEmpty ? ownFirst(words, typed) : words)
        case .stems(let candidates): return .stems(candidates.map(\.word).filter(isOffered))
        case .files, .folders: return .files
        case .otherCommand: return .words([])
        }
    }

    private func ownFirst(_ words: [String], _ typed: String) -> [String] {
        let own = ["exit", "quit"].filter { $0.hasPrefix(typed) }
        return (words.filter { $0 != ShellCommand._commandName } + own).sorted()
    }

    /// Whether it needs no quotes and does nothing to a terminal: the others must be typed.
    private func isOffered(_ word: String) -> Bool {
        word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Self.unsafe.contains($0) }
    }

    private static let unsafe = Set("\"'\\".utf8)

    private struct CompletionWithoutServer: Error {}
}
