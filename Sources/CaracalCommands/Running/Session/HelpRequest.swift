import ArgumentParser
import Rendering
import Text

/// Help and the version are shown, with status 0, to those who ask for them in so many words and to nobody else.
///
/// The parser takes any `h` behind a single dash for such a request, `-2h` too. So it is not told of `-h` as a short name
/// (see `names`): a `-h` that stands for itself is made into `--help` here, before it looks.
enum HelpRequest {
    /// The names of the flag. A name of one letter behind a dash is never found by the parser, and is listed all the same.
    static let names: NameSpecification = [.customLong("h", withSingleDash: true), .long]

    /// The words that the parser is to see. Throws where they come close to asking for help, and do not.
    static func words(_ arguments: [String]) throws -> [String] {
        if arguments.first == "help" { try checkTopic(arguments.dropFirst()) }
        let options = arguments.prefix { $0 != "--" }
        if let name = ["--help", "--version"].first(where: { name in options.contains { $0.hasPrefix(name + "=") } }) {
            throw ValidationError("\(name) takes no value")
        }
        var words = arguments
        for index in options.indices where options[index] == "-h" {
            guard index + 1 == options.endIndex || options[index + 1].hasPrefix("-") else {
                throw ValidationError("-h shows help and takes no value (--host names the server)")
            }
            words[index] = "--help"
        }
        return words
    }

    /// Whether words that have been through `words` ask for what the parser itself answers.
    static func isMade(in words: [String]) -> Bool {
        let options = words.prefix { $0 != "--" }
        return words.first == "help" || words.first == "---completion"
            || options.contains { ["--help", "--version"].contains($0) || isForGenerators($0) }
    }

    /// What completion scripts and manuals are made from.
    private static func isForGenerators(_ word: String) -> Bool {
        word.hasPrefix("--generate-completion-script") || word == "--experimental-dump-help"
    }

    /// Throws unless the words name a command: the parser would show the help of the last one that it knows.
    private static func checkTopic(_ words: ArraySlice<String>) throws {
        var command: any ParsableCommand.Type = Caracalctl.self
        var found: [String] = []
        for word in words where !["-h", "--help"].contains(word) {
            let commands = command.configuration.subcommands
            guard let next = commands.first(where: { $0._commandName == word }) else {
                let name = TerminalText((found + [word]).joined(separator: " "))
                let nearest = NearestMatch.find(word, in: commands.map { $0._commandName })
                let advice = nearest.map { "did you mean \((found + [$0]).joined(separator: " "))?" }
                throw ValidationError("there is no command \(name) (\(advice ?? "caracalctl help lists them"))")
            }
            command = next
            found.append(word)
        }
    }
}
