import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// Which dead letters a command is about.
struct DeadLetterOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Only dead letters of this stream: its own name or the stream the messages came from; repeatable, and may stand without --stream.",
            valueName: "stream"
        ),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var stream: [String] = []

    @Option(
        help: ArgumentHelp("Only dead letters with this reason (the text before the first colon).", valueName: "reason")
    )
    var reason: String?

    @OptionGroup var range: RangeOptions

    @Option(name: .long, help: .condition("dead letters"))
    var `where`: [String] = []

    func validate() throws {
        _ = try selector()
        _ = try places()
    }

    /// The selection.
    ///
    /// - Parameter ids: the dead letters that are meant; none where they are not named.
    func selection(ids: [String] = []) throws -> DeadLetterSelection {
        let places = try places()
        return DeadLetterSelection(
            targets: try DeadLetterStreams.resolve(stream),
            reasonKind: reason.map { Array($0.utf8) },
            since: places.since,
            until: places.until,
            ids: try OptionText.ids(ids),
            selector: try selector()
        )
    }

    /// Refuses ids that are none, and what would choose among dead letters that are named.
    func validate(_ ids: [String]) throws {
        _ = try OptionText.ids(ids)
        guard !ids.isEmpty else { return }
        let others = [("--reason", reason), ("--since", range.since), ("--until", range.until)]
        let first = others.first { $0.1 != nil }?.0
        guard let option = first ?? (`where`.isEmpty ? nil : "--where") else { return }
        throw ValidationError("ids name the dead letters: leave out \(option)")
    }

    private func selector() throws -> MessageSelector { try WhereText.selector(`where`) }

    private func places() throws -> PlaceRange { try range.places(otherwise: "nothing would be selected") }
}

/// Turns the names of a command line into streams of dead letters.
enum DeadLetterStreams {
    /// All of them when none is named. A stream's own name stands for wherever its dead letters go.
    static func resolve(_ names: [String]) throws(CommandError) -> [SignatureTarget] {
        guard !names.isEmpty else { return SignatureTarget.deadLetters }
        var keys: [[UInt8]] = []
        for name in names { keys.append(try StreamNames.key(of: name)) }
        return SignatureTarget.deadLetters.filter { target in
            keys.contains { $0 == target.key || $0 == target.source?.key }
        }
    }
}

/// The keys that the signatures of dead letters are checked with. Each may be missing: then entries are unchecked, never
/// valid.
enum DeadLetterKeys {
    /// Loads what the environment has.
    static func load(_ session: Session) throws -> SignatureKeys {
        let settings = KeySettings(session.source)
        let fields = try settings.load(.fields)
        let audit = try settings.load(.audit)
        for warning in [fields, audit].compactMap({ $0?.warning }) {
            session.say(.warning, code: .keyFileReadable, "\(warning)")
        }
        return SignatureKeys(fields: fields?.key, audit: audit?.key)
    }
}

extension Finding {
    /// That dead letters were named that are not there.
    static func absent(_ ids: [StreamPosition]) -> [Finding] {
        ids.map { Finding(.noEntry, .failure, "there is no dead letter \($0.text)") }
    }
}

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
    static func none(_ unmatched: UnmatchedSelection?) -> ScreenText {
        unmatched == nil ? "no dead letters\n" : "no dead letters match\n"
    }

    /// Whether it can be put back, as far as it tells by itself, or why not.
    static func replay(_ problem: RedriveProblem?) -> TerminalText {
        problem.map { "no: \($0.text)" } ?? "yes, unless it is back"
    }
}
