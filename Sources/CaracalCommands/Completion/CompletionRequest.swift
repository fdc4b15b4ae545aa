import Glibc
import Postgres
import Redis
import Rendering
import Text

/// What a shell's completion script asks: `caracalctl __complete SHELL LIMIT WORD…`, with the words behind `caracalctl` up to
/// the one that is being typed; of bash `caracalctl __complete bash LIMIT BREAKS LINE`, with its COMP_WORDBREAKS and the line up
/// to the cursor, of which it does not give away the words.
///
/// The first line of the answer says what the others are:
///
/// | first line | meaning |
/// |---|---|
/// | `words` | a candidate a line, and what it is behind a tab; in bash it is written as the line needs it, and alone |
/// | `stems` | the same, and no blank is to follow |
/// | `files`, `folders` | those there are; behind a tab what the word begins with |
/// | `other` | what stands behind `--` is another command |
///
/// It only reads, asks nobody anything, says nothing on standard error, ends with 0, and waits no longer than LIMIT for the
/// server.
struct CompletionRequest {
    private let shell: CompletionShell
    private let deadline: Deadline
    private let words: [String]
    private let typed: String
    /// The line as bash has it; nil for another shell.
    private let line: CommandLineSplitter.Unfinished?

    /// With what such a request begins.
    static let word = "__complete"

    /// Nil where the words of a command line are not such a request.
    init?(_ arguments: [String]) {
        guard arguments.first == Self.word, arguments.count > 3, let shell = CompletionShell(rawValue: arguments[1]),
            let limit = Parse.duration(arguments[2])
        else { return nil }
        self.shell = shell
        deadline = .after(.milliseconds(limit))
        switch shell {
        case .bash:
            let line = CommandLineSplitter.splitUnfinished(arguments.dropFirst(4).first ?? "", breaks: arguments[3])
            self.line = line
            words = Array(line.whole.dropFirst())
            typed = line.last.text
        case .zsh, .fish:
            line = nil
            words = Array(arguments[3..<arguments.count - 1])
            typed = arguments[arguments.count - 1]
        }
    }

    /// Writes the answer, and ends the process.
    func answer() -> Never {
        // Whatever may be said there would be drawn over the line that is typed.
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        if nowhere >= 0 { dup2(nowhere, STDERR_FILENO) }
        let offer = Completer(root: .root, names: names).offer(words, typed: typed)
        try? Output().write(asTheyAre: Array(lines(offer).map { $0 + "\n" }.joined().utf8))
        exit(ExitStatus.success.rawValue)
    }

    // MARK: The server

    private var names: LiveNames {
        var source = SettingsSource.process
        source.askPassword = { nil }
        let (asked, deadline) = (source, deadline)
        return LiveNames(source, until: { deadline }) { options in
            let chosen = try ChosenContext.choose(options, asked)
            var settings = try ConnectionSettings.resolve(options, asked.under(chosen))
            settings.end = deadline
            return try settings.deployment.open(timeouts: settings.timeouts)
        } database: { options in
            let settings = try DatabaseSettings.required(asked.under(try ChosenContext.choose(options, asked)))
            return try settings.connectForCompletion(until: deadline)
        }
    }

    // MARK: The answer

    private func lines(_ offer: CompletionOffer) -> [String] {
        switch offer {
        case .words(let candidates): ["words"] + candidates.compactMap(line)
        case .stems(let candidates): ["stems"] + candidates.compactMap(line)
        case .files(let start): ["files\t\(start)"]
        case .folders(let start): ["folders\t\(start)"]
        case .otherCommand: ["other"]
        }
    }

    private func line(_ candidate: Candidate) -> String? {
        if let line { return BashWord(candidate.word, in: line)?.text }
        return candidate.word + (candidate.note.map { "\t" + $0.text } ?? "")
    }
}

/// A candidate as bash has to put it into the line: it replaces one piece of the word that is typed, and is neither quoted nor
/// looked at by bash.
struct BashWord {
    /// The text to put there.
    let text: String

    /// Nil where it cannot be written within the quotes that are open.
    init?(_ word: String, in line: CommandLineSplitter.Unfinished) {
        guard !line.isEscaped else { return nil }
        let piece = word.unicodeScalars.dropFirst(line.pieceStart)
        switch line.quote {
        case "'": text = piece.map { $0 == "'" ? "'\\''" : String($0) }.joined()
        case "\"":
            // There the backslash before an exclamation mark stays.
            guard !piece.contains("!") else { return nil }
            text = piece.map { "\"\\$`".unicodeScalars.contains($0) ? "\\\($0)" : String($0) }.joined()
        default: text = piece.map { Self.isPlain($0) ? String($0) : "\\\($0)" }.joined()
        }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            || "_-+=@%./:,".unicodeScalars.contains(scalar)
    }
}
