import Caracal
import Rendering
import Text

/// How one kind of change is spoken of.
struct GroupChangeWords: Sendable {
    /// The schema of its envelope.
    let schema: String
    /// What an entry is once it is done: `claimed`.
    let done: String
    /// The question, given the number of entries as words.
    private let ask: @Sendable (TerminalText) -> TerminalText

    /// Asked before it is done.
    func question(_ change: GroupChange) -> TerminalText {
        let entries = Format.count(change.left, "entry", "entries")
        let first = change.planned.first.map { change.changes[$0].id }
        let range: TerminalText = change.unlisted.map { rest in " from \(first ?? rest.first) to \(rest.last)" } ?? ""
        return ask(
            "\(entries)\(range) of \(change.group) on \(change.stream.name)"
        )
    }

    /// Handing entries to a consumer.
    static func claim(_ consumer: String) -> GroupChangeWords {
        GroupChangeWords(schema: "caracalctl.claim/1", done: "claimed") { "Hand \($0) to \(consumer)?" }
    }

    /// Acknowledging entries.
    static let acknowledge = GroupChangeWords(schema: "caracalctl.ack/1", done: "acknowledged") {
        "Acknowledge \($0)?"
    }
}
