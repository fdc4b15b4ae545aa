import Redis
import Text

extension GroupStanding {
    /// How findings name it.
    var title: TerminalText { "\(name) on \(stream.name)" }

    /// It and its stream, as they are typed in a command.
    var words: TerminalText { "\(stream.word) \(ShellWord.quoted(name))" }

    /// That its consumers were not seen.
    var unseenConsumers: CheckOutcome {
        let reason: TerminalText =
            hasUnlistedConsumers ? ": \(Words.number(info?.consumers ?? 0)) are too many to look at each" : ""
        return CheckOutcome(.unknown, "the consumers of \(title) are not known\(reason)", stream: stream.name)
    }
}

extension Examination {
    /// The groups that alarms count and that are there.
    var counted: [GroupStanding] { pending.groups.filter { $0.isCounted && $0.info != nil } }
}

extension Quantity {
    /// The quantity in words; `an unknown number of` things where nothing is known.
    var words: String {
        switch self {
        case .exact(let value): "\(value)"
        case .atLeast(let value): "at least \(value)"
        case .atMost(let value): "at most \(value)"
        case .reported(let value): "about \(value)"
        case .unknown: "an unknown number of"
        }
    }
}
