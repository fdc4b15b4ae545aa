import Caracal
import Redis
import Rendering
import Text

/// How dead letters are called in every output.
enum DeadLetterWords {
    /// A stream's name without `caracal.`.
    static func name(_ key: [UInt8]) -> TerminalText {
        let prefix = StreamTable.prefix.utf8
        return TerminalText(key.starts(with: prefix) ? key.dropFirst(prefix.count) : key[...])
    }

    /// The outcome of checking a source entry's signature; nil stands for a source that cannot be read.
    static func signature(_ letter: DeadLetter) -> String? {
        switch letter.judgement?.outcome {
        case nil: nil
        case .valid: "valid"
        case .invalid: "invalid"
        case .unsigned: "unsigned"
        case .unchecked: "unchecked"
        }
    }

    /// That there is nothing to show: none at all, or none that was asked for.
    static func none(_ unmatched: UnmatchedSelection?) -> String {
        unmatched == nil ? "no dead letters\n" : "no dead letters match\n"
    }

    /// `yes`, or why not.
    static func replay(_ obstacle: RedriveObstacle?) -> TerminalText {
        obstacle.map { "no: \($0.text)" } ?? "yes"
    }
}
